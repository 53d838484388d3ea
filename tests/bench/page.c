/*
 * page.c - a page of a trace as text: 1000 rows of nine columns as JSON, by
 * the writer that answers use, beside the same tree made and printed by cJSON;
 * and rows as CSV, in megabytes a second.
 *
 * Prints medians of interleaved runs, of the processor's time.
 */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/api/trace_formats.h"
#include "server/json/writer.h"

enum { ROWS = 1000, COLUMNS_SHOWN = 9, RUNS = 101 };

static double values[COLUMNS_SHOWN][ROWS];
static const struct trace_column columns[COLUMNS_SHOWN] = {
    {COLUMN_ITERATION, 0}, {COLUMN_TIME_S, 0}, {COLUMN_LOSS, 0},
    {COLUMN_GRADIENT_NORM, 0}, {COLUMN_STEP_NORM, 0},
    {COLUMN_LEARNING_RATE, 0}, {COLUMN_EVALUATIONS, 0}, {COLUMNS, 0},
    {COLUMNS, 1},
};

static double now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* As of a run in a valley: whole numbers, a rate, numbers of 17 digits. */
static void fill(void)
{
    for (size_t r = 0; r < ROWS; r++) {
        double t = (double)r;

        values[0][r] = t;
        values[1][r] = floor(t / 16) * 1.6384e-5;
        values[2][r] = exp(-0.01 * t) + 1e-3 * sin(t);
        values[3][r] = 3 * exp(-0.005 * t);
        values[4][r] = 1e-3 * fabs(cos(t));
        values[5][r] = 0.001;
        values[6][r] = t + 1;
        values[7][r] = 1 - exp(-0.01 * t);
        values[8][r] = values[7][r] * values[7][r];
    }
}

static void check(bool good)
{
    if (!good)
        exit(1);
}

static size_t write_ours(void)
{
    struct json_writer writer;
    char name[COLUMN_NAME_BYTES];
    struct buffer out;
    size_t bytes;

    buffer_init(&out);
    json_writer_init(&writer, &out);
    json_object_begin(&writer);
    for (size_t c = 0; c < COLUMNS_SHOWN; c++) {
        trace_column_name(&columns[c], name);
        json_key(&writer, name);
        json_numbers(&writer, values[c], ROWS);
    }
    json_object_end(&writer);
    check(!out.failed);
    bytes = out.count;
    buffer_fini(&out);
    return bytes;
}

static size_t write_theirs(void)
{
    cJSON *root = cJSON_CreateObject();
    char name[COLUMN_NAME_BYTES], *text;
    size_t bytes;

    check(root);
    for (size_t c = 0; c < COLUMNS_SHOWN; c++) {
        trace_column_name(&columns[c], name);
        check(cJSON_AddItemToObject(root, name,
                                    cJSON_CreateDoubleArray(values[c], ROWS)));
    }
    text = cJSON_PrintUnformatted(root);
    check(text);
    bytes = strlen(text);
    cJSON_free(text);
    cJSON_Delete(root);
    return bytes;
}

static size_t write_csv(void)
{
    double row[COLUMNS_SHOWN];
    struct buffer out;
    size_t bytes;

    buffer_init(&out);
    for (size_t r = 0; r < ROWS; r++) {
        for (size_t c = 0; c < COLUMNS_SHOWN; c++)
            row[c] = values[c][r];
        trace_write_row(TRACE_CSV, columns, COLUMNS_SHOWN, row, &out);
    }
    check(!out.failed);
    bytes = out.count;
    buffer_fini(&out);
    return bytes;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(void)
{
    size_t (*const writers[])(void) = {write_ours, write_theirs, write_csv};
    double us[3][RUNS];
    size_t bytes[3];

    fill();
    for (size_t i = 0; i < RUNS; i++)
        for (size_t w = 0; w < 3; w++) {
            double start = now_us();

            bytes[w] = writers[w]();
            us[w][i] = now_us() - start;
        }
    for (size_t w = 0; w < 3; w++)
        qsort(us[w], RUNS, sizeof us[w][0], compare);
    printf("page of 1000  ours %.0f us  cJSON %.0f us  ratio %.1f\n",
           us[0][RUNS / 2], us[1][RUNS / 2],
           us[1][RUNS / 2] / us[0][RUNS / 2]);
    printf("csv rows  %.0f MB/s  (%zu bytes)\n",
           (double)bytes[2] / us[2][RUNS / 2], bytes[2]);
    return 0;
}
