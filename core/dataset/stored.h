/*
 * stored.h - the layout of the stored form.
 *
 *     header | cells | [offsets | indices | values] | columns | word offsets
 *     | ranks | integers | pool
 *
 * Little-endian, every array aligned to 64 bytes. The checksum is of the
 * header and of all that stands behind the numbers; the numbers are as the
 * file's digest says they are.
 */
#ifndef CORE_DATASET_STORED_H
#define CORE_DATASET_STORED_H

#include <stddef.h>
#include <stdint.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "the stored form is read where it lies");

enum {
    STORED_VERSION = 1,
    STORED_ALIGNMENT = 64,
    STORED_CELLS = 512,        /* where the cells begin */
};

#define STORED_MAGIC UINT64_C(0x0061746164637364) /* "dscdata" and a zero */

enum stored_flag {
    STORED_SPARSE = 1,
    STORED_COLUMN_MAJOR = 2,
    STORED_HAS_HEADER = 4,
};

/* All members are 64 bits wide, so that there is no padding. */
struct stored_header {
    uint64_t magic, version, checksum, bytes;
    uint64_t rows, columns, features, nonzeros, missing, dropped;
    uint64_t flags, element;
    uint64_t format;           /* its place in stored_formats */
    uint64_t delimiter, decimal, base, missing_policy;
    uint64_t words, integers, pool_bytes;   /* how many there are */
    /* Where the arrays begin. */
    uint64_t offsets_at, indices_at, values_at;
    uint64_t columns_at, word_offsets_at, ranks_at, integers_at, pool_at;
};

struct stored_column {
    uint64_t name;             /* offset of its text in the pool */
    uint64_t kind, missing;
    double mean, deviation, min, max, fill;
    uint64_t distinct;
    uint64_t words_first, words; /* its words and ranks, by code */
    uint64_t integers_first, integers;
};

/* The hash goes on with more bytes, whose count is a multiple of eight save
 * the last time. */
uint64_t stored_checksum(uint64_t checksum, const void *bytes, size_t count);

/* The name of a format by its number in the header, or NULL. */
const char *stored_format_name(uint64_t number);
uint64_t stored_format_number(const char *name);

/* The next multiple of STORED_ALIGNMENT. */
static inline uint64_t stored_align(uint64_t offset)
{
    return (offset + STORED_ALIGNMENT - 1) & ~(uint64_t)(STORED_ALIGNMENT - 1);
}

#endif
