/*
 * packing.h - a column of numbers as few bytes, any range of which is read
 * without the rest.
 *
 * Numbers come back bit for bit. What neighbours have in common is left out
 * only where that costs next to nothing: a constant, whole numbers that climb
 * evenly, numbers that repeat, the leading bytes of numbers that lie close.
 */
#ifndef SERVER_JOBS_PACKING_H
#define SERVER_JOBS_PACKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/buffer.h"

enum packing_kind {
    PACKING_PLAIN,     /* all of them */
    PACKING_CONSTANT,  /* one */
    PACKING_RAMP,      /* first and step; all whole numbers */
    PACKING_SPARSE,    /* count times u64 place and number; the others are
                          chunk_absent() */
    PACKING_NEAR,      /* of the bits as integers: the least; then of each its
                          distance from that, in `width` bytes */
    PACKING_RUNS,      /* count times u64 place and number: from there on */
    PACKING_KINDS
};

/* Where a packed column is, and how it is packed: as stored, 8 bytes. */
struct packing {
    uint8_t kind;
    uint8_t width;     /* of NEAR: 1 … 7 */
    uint16_t count;    /* of SPARSE and RUNS */
    uint32_t offset;   /* from the start of what it is part of */
};

enum { PACKING_NUMBERS_MAX = 512 };

/*
 * Append `count` numbers, packed, at a multiple of 8 bytes.
 *
 *   numbers  [count]  in   count is 1 … PACKING_NUMBERS_MAX
 *   start    bytes    in   where in `out` that begins which it is part of
 *
 * Thread  any
 */
struct packing packing_append(const double *numbers, size_t count,
                              size_t start, struct buffer *out);

/* How many bytes it takes, of `count` numbers: a multiple of 8, and never more
 * than the numbers do. */
size_t packing_bytes(const struct packing *packing, size_t count);

/* Whether it can be one of `count` numbers, whatever its bytes are. */
bool packing_is_sane(const struct packing *packing, size_t count);

/*
 * Read some of the numbers.
 *
 *   bytes  [packing_bytes()]  in   from its offset on, aligned or not
 *   first  -                  in   the first that is wanted
 *   count  -                  in   how many; first + count at most all
 *   ret    [count]            out
 *
 * A damaged packing gives other numbers, and touches no byte outside.
 */
void packing_read(const struct packing *packing, const void *bytes,
                  size_t first, size_t count, double *ret);

#endif
