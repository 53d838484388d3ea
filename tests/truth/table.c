/* table.c - tables of the truth folder as rows for a model. */
#include "tests/truth/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/unit/cmocka_all.h"

/* The whole file in the arena, terminated; NULL where there is no folder. */
static char *read_file(struct arena *arena, const char *name, const char *end)
{
    const char *folder = getenv("DESCENTD_TRUTH");
    struct stat status;
    char path[1024], *text;
    FILE *file;

    if (folder == NULL)
        folder = "../shared/truth";
    if (stat(folder, &status) != 0) {
        printf("# skipped: %s was not read: there is no folder %s "
               "(DESCENTD_TRUTH names another)\n", name, folder);
        return NULL;
    }
    snprintf(path, sizeof path, "%s/datasets/%s%s", folder, name, end);
    file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &status), 0);
    text = arena_array(arena, (size_t)status.st_size + 1, 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)status.st_size, file),
                     status.st_size);
    fclose(file);
    return text;
}

static size_t count_of(const char *text, char letter)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += *text == letter;
    return count;
}

static double *numbers(struct arena *arena, size_t count)
{
    double *ret = arena_array(arena, count, sizeof *ret);

    assert_non_null(ret);
    return ret;
}

bool table_read_csv(struct arena *arena, const char *name, struct rows *ret)
{
    char *text = read_file(arena, name, ".csv"), *at;
    size_t lines, columns;
    double *cells, *target;

    if (text == NULL)
        return false;
    at = strchr(text, '\n');
    assert_non_null(at);
    lines = count_of(at + 1, '\n');
    columns = count_of(at, ',') / lines;
    cells = numbers(arena, lines * columns);
    target = numbers(arena, lines);
    at++;
    for (size_t i = 0; i < lines; i++) {
        for (size_t j = 0; j < columns; j++, at++) {
            cells[i * columns + j] = strtod(at, &at);
            assert_int_equal(*at, ',');
        }
        target[i] = strtod(at, &at);
        at += strcspn(at, "\n") + 1;
    }
    *ret = (struct rows){.layout = ROWS_DENSE64, .count = lines,
                         .features = columns, .dense64 = cells,
                         .target = target};
    return true;
}

bool table_read_libsvm(struct arena *arena, const char *name, size_t features,
                       struct rows *ret)
{
    char *at = read_file(arena, name, "");
    size_t lines, entries, count = 0;
    uint64_t *offsets;
    uint32_t *indices;
    double *values, *target;

    if (at == NULL)
        return false;
    lines = count_of(at, '\n');
    entries = count_of(at, ':');
    offsets = arena_array(arena, lines + 1, sizeof *offsets);
    indices = arena_array(arena, entries, sizeof *indices);
    assert_true(offsets != NULL && indices != NULL);
    values = numbers(arena, entries);
    target = numbers(arena, lines);
    for (size_t i = 0; i < lines; i++) {
        target[i] = strtod(at, &at);
        while (at += strspn(at, " \r"), *at != '\n') {
            size_t column = strtoul(at, &at, 10);

            assert_true(column > 0 && *at == ':');
            features = column > features ? column : features;
            indices[count] = (uint32_t)column - 1;
            values[count++] = strtod(at + 1, &at);
        }
        at++;
        offsets[i + 1] = count;
    }
    *ret = (struct rows){.layout = ROWS_SPARSE64, .count = lines,
                         .features = features, .offsets = offsets,
                         .indices = indices, .values64 = values,
                         .target = target};
    return true;
}

/* ---- preparing: tables are the caller's own, and may change ------------- */

static double *changeable(const double *numbers_of)
{
    union { const double *as_read; double *own; } both = {numbers_of};

    return both.own;
}

static void standardize(double *x, size_t count, size_t stride)
{
    double mean = 0, square = 0;

    for (size_t i = 0; i < count; i++)
        mean += x[i * stride] / (double)count;
    for (size_t i = 0; i < count; i++)
        square += (x[i * stride] - mean) * (x[i * stride] - mean);
    for (size_t i = 0; i < count; i++)
        x[i * stride] = (x[i * stride] - mean) / sqrt(square / (double)count);
}

void table_standardize(struct rows *rows)
{
    for (size_t j = 0; j < rows->features; j++)
        standardize(changeable(rows->dense64) + j, rows->count,
                    rows->features);
}

void table_standardize_target(struct rows *rows)
{
    standardize(changeable(rows->target), rows->count, 1);
}

void table_scale(struct rows *rows, double factor)
{
    double *x = changeable(rows->dense64);

    for (size_t i = 0; i < rows->count * rows->features; i++)
        x[i] *= factor;
}

void table_scale_target(struct rows *rows, double factor)
{
    double *y = changeable(rows->target);

    for (size_t i = 0; i < rows->count; i++)
        y[i] *= factor;
}

void table_number_labels(struct rows *rows)
{
    double *y = changeable(rows->target);

    for (size_t i = 0; i < rows->count; i++)
        y[i] = y[i] > 0;
}
