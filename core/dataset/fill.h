/*
 * fill.h - what loading dense and sparse rows share.
 *
 * A load is a row of stages; each is called until it says that it is over, and
 * does a piece of some milliseconds. Where it is stands in `struct filling`.
 */
#ifndef CORE_DATASET_FILL_H
#define CORE_DATASET_FILL_H

#include "core/dataset/order.h"
#include "core/dataset/prepare_parts.h"
#include "core/dataset/table.h"

/* Training or validation: some rows of one of the datasets. */
struct part {
    int which;                 /* of preparation_parts.data */
    const uint32_t *rows;      /* [count]; NULL: all, in order */
    size_t count;
};

/* Of dense rows. */
struct filling_dense {
    size_t block_rows;
    double *block;             /* [block_rows][features] */
    double *targets;           /* [block_rows] */
    struct transform_feature *fitted; /* [features] */
    struct statistics *statistics;    /* [features] */
    double *x, *target;        /* of the part being stored */
    float *small_x;
    size_t stored;             /* rows of it */
};

/* Of sparse rows. */
struct filling_sparse {
    uint64_t *offsets;         /* of the part being gathered */
    uint32_t *indices;
    double *values64, *target;
    float *values32;
    uint64_t entries, used;    /* that it has; gathered so far */
};

struct filling {
    const struct preparation_parts *parts;
    struct arena *arena;
    size_t features;
    uint64_t seed;
    struct prepared made;
    struct order order;
    struct part part[2];

    size_t stage;
    size_t at;                 /* the next row of a part; 0: it begins */
    struct filling_dense dense;
    struct filling_sparse sparse;
};

/* A stage: *ret_again where it is to be called once more. Fails as
 * prepare_step(). */
typedef enum error filling_stage(struct filling *filling, bool *ret_again);

/* The row of the dataset that is row `i` of a part. */
static inline size_t part_row(const struct part *part, size_t i)
{
    return part->rows != NULL ? part->rows[i] : i;
}

/* Load the rows of a sparse dataset: three stages for each part. */
filling_stage fill_sparse_entries, fill_sparse_rows, fill_sparse_targets;

#endif
