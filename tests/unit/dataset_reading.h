/* dataset_reading.h - reads files in memory, in pieces, to a dataset. */
#ifndef TESTS_UNIT_DATASET_READING_H
#define TESTS_UNIT_DATASET_READING_H

#include <stdarg.h>
#include <stddef.h>

#include "core/dataset/dataset.h"
#include "core/dataset/reader.h"

/* What became of a file; clear it with dataset_reading_fini(). */
struct dataset_reading {
    struct arena arena;
    struct faults faults;
    struct sink_memory stored;
    struct dataset data;       /* when error is OK */
    enum error error;
    unsigned passes;
};

/*
 * Read bytes in pieces of piece bytes (0: one piece) with the options of a
 * query, "missing=keep&base=0" or "".
 */
void read_dataset(struct dataset_reading *reading, const char *format,
                  const char *query, const void *bytes, size_t count,
                  size_t piece);

/* The same for a text, in one piece. */
void read_dataset_text(struct dataset_reading *reading, const char *format,
               const char *query, const char *text);

void dataset_reading_fini(struct dataset_reading *reading);

/* The number of a cell; NAN where it is missing; fails on a word. */
double dataset_reading_number(const struct dataset_reading *reading, size_t row,
                      size_t column);

/* The text of a cell, which must be a word. */
const char *dataset_reading_word(const struct dataset_reading *reading, size_t row,
                         size_t column);

#endif
