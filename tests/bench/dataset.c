/* dataset.c - how fast tables and LIBSVM files are read: MB/s of one core. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/decimal.h"
#include "core/base/random.h"
#include "core/dataset/reader.h"

enum { FILE_BYTES = 64 << 20, PIECE = 1 << 16, ROUNDS = 5, LINE_ROOM = 4096 };

static uint64_t drawn;

static double unit(void)
{
    return random_unit(1, RANDOM_START, drawn++);
}

/* 32 features of 17 digits and a label. */
static int write_dense(char *line)
{
    int at = 0;

    for (int c = 0; c < 32; c++)
        at += sprintf(line + at, "%.17g,", unit());
    return at + sprintf(line + at, "%d\n", unit() < 0.5);
}

/* As people have it: a few digits, integers, a word. */
static int write_mixed(char *line)
{
    static const char *const words[] = {"setosa", "versicolor", "virginica"};
    int at = 0;

    for (int c = 0; c < 8; c++)
        at += sprintf(line + at, "%.4g,%d,", 100 * unit(),
                      (int)(1000 * unit()));
    return at + sprintf(line + at, "%s\n", words[(int)(3 * unit())]);
}

/* 14 of 123 features that are 1, as in a9a. */
static int write_binary(char *line)
{
    int at = sprintf(line, unit() < 0.5 ? "-1" : "+1"), index = 0;

    for (int c = 0; c < 14; c++) {
        index += 1 + (int)(15 * unit()) % 9;
        at += sprintf(line + at, " %d:1", index);
    }
    return at + sprintf(line + at, " \n");
}

/* 80 of 50 000 features. */
static int write_sparse(char *line)
{
    int at = sprintf(line, unit() < 0.5 ? "-1" : "+1"), index = 0;

    for (int c = 0; c < 80; c++) {
        index += 1 + (int)(1240 * unit());
        at += sprintf(line + at, " %d:%.6g", index, unit());
    }
    return at + sprintf(line + at, "\n");
}

static const struct {
    const char *name, *format, *head;
    int (*write)(char *line);
} files[] = {
    {"csv_dense", "csv", "", write_dense},
    {"csv_mixed", "csv", "", write_mixed},
    {"libsvm_binary", "libsvm", "", write_binary},
    {"libsvm_sparse", "libsvm", "", write_sparse},
};

static enum error drop(void *context, uint64_t offset, const void *bytes,
                       size_t count)
{
    (void)context;
    (void)offset;
    (void)bytes;
    (void)count;
    return OK;
}

static enum error pass(struct reader *reader, const char *bytes, size_t count)
{
    for (size_t at = 0; at < count; at += PIECE)
        TRY(reader_push(reader, bytes + at,
                        count - at < PIECE ? count - at : PIECE));
    return reader_end(reader);
}

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds of reading all, with as many passes as it takes. */
static double read_s(const char *format, const char *bytes, size_t count)
{
    struct reader_options options = READER_OPTIONS_NONE;
    struct sink sink = {NULL, drop};
    struct arena arena;
    struct faults *faults;
    struct reader *reader;
    double start = now_s();
    enum error error;

    arena_init(&arena, 0);
    faults = ARENA_NEW(&arena, struct faults);
    faults_init(faults, &arena);
    if (reader_new(format_by_name(format), &options, UINT64_MAX, &sink, faults,
                   &reader) != OK)
        exit(1);
    error = pass(reader, bytes, count);
    while (error == OK && reader_wants_again(reader)) {
        error = reader_again(reader);
        if (error == OK)
            error = pass(reader, bytes, count);
    }
    if (error != OK) {
        fprintf(stderr, "%s: %s\n", format, faults->items[0].detail);
        exit(1);
    }
    start = now_s() - start;
    reader_free(reader);
    arena_fini(&arena);
    return start;
}

static char *make_file(int (*write)(char *line), size_t *ret_count)
{
    char *bytes = malloc(FILE_BYTES + LINE_ROOM);
    size_t count = 0;

    while (bytes != NULL && count < FILE_BYTES)
        count += (size_t)write(bytes + count);
    *ret_count = count;
    return bytes;
}

/* dataset              MB/s of each
 * dataset NAME FILE    write the file, for a peer
 * dataset NAME         seconds of one reading of it */
int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        double best = 1e9;
        size_t count;
        char *bytes;

        if (argc > 1 && strcmp(argv[1], files[i].name) != 0)
            continue;
        drawn = 0;
        bytes = make_file(files[i].write, &count);
        if (bytes == NULL)
            return 1;
        if (argc > 2) {
            FILE *file = fopen(argv[2], "wb");

            if (file == NULL || fwrite(bytes, 1, count, file) != count
                || fclose(file) != 0)
                return 1;
        } else {
            for (int round = 0; round < (argc > 1 ? 1 : ROUNDS); round++) {
                double s = read_s(files[i].format, bytes, count);

                best = s < best ? s : best;
            }
            if (argc > 1)
                printf("%.6f\n", best);
            else
                printf("%-14s %6.0f MB/s\n", files[i].name,
                       1e-6 * (double)count / best);
        }
        free(bytes);
    }
    return 0;
}
