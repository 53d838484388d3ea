/* batch.h - the rows that one evaluation is a mean over. */
#ifndef CORE_OBJECTIVE_BATCH_H
#define CORE_OBJECTIVE_BATCH_H

#include <stddef.h>
#include <stdint.h>

/*
 * Rows of an objective's training part, in the order in which an epoch visits
 * them. Which rows an iteration takes follows from the seed and its number
 * alone: see core/run/batches.h.
 */
struct batch {
    uint64_t epoch;        /* from 0 */
    size_t first, count;   /* positions first … first + count - 1 of the
                              epoch's order; count > 0 */
    const uint32_t *rows;  /* [count] the rows that stand there; NULL: the
                              positions are the rows */
    size_t more;           /* how many numbers `rows` has behind those: the
                              next batches of the epoch, for who likes to ask
                              memory for them early */
    ptrdiff_t skip;        /* where `rows` is NULL, likewise: positions from
                              the end of this batch to the next one; below 0
                              where that stands before */
};

/* The row at place i < count of the batch. */
static inline size_t batch_row(const struct batch *batch, size_t i)
{
    return batch->rows != NULL ? batch->rows[i] : batch->first + i;
}

#endif
