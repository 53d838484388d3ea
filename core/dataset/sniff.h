/* sniff.h - what a table of text is, found out from its first lines. */
#ifndef CORE_DATASET_SNIFF_H
#define CORE_DATASET_SNIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/dataset/reader.h"
#include "core/dataset/record.h"

struct shape {
    char delimiter;            /* ',' ';' '\t' ' ' */
    char point;                /* '.' or ',' */
    bool point_is_open;        /* no number so far has one */
    bool has_header;
    size_t columns;
    bool has_empty_last;       /* lines may end in one more, empty cell */
    bool has_row_names;        /* the header has no name for the first column */
    const char *first;         /* the first line that counts; `end`: none */
    uint64_t first_line;       /* its number in the file */
};

/*
 * Look at the bytes at … end, behind which a zero stands; where they are not
 * `last`, the last line may be cut off.
 *
 *   options  -  in   what is said about the file
 *
 * Source  the delimiter is the one by which most lines have as many cells as
 *         most others, and more than one
 */
void sniff(const char *at, const char *end, bool last,
           const struct reader_options *options, struct shape *ret);

#endif
