/* fill.h - what loading dense and sparse rows share. */
#ifndef CORE_DATASET_FILL_H
#define CORE_DATASET_FILL_H

#include "core/dataset/prepare_parts.h"

/* Training or validation: some rows of one of the datasets. */
struct part {
    int which;                 /* of preparation_parts.data */
    const uint32_t *rows;      /* [count]; NULL: all, in order */
    size_t count;
};

struct fill {
    const struct preparation_parts *parts;
    const atomic_bool *cancel;
    struct arena *arena;
    size_t features;
    /* Of dense rows. */
    size_t block_rows;
    double *block;             /* [block_rows][features] */
    double *targets;           /* [block_rows] */
    struct transform_feature *fitted; /* [features] */
};

/* Load the rows of a sparse dataset. Fails as prepare_fill(). */
MUST_CHECK enum error fill_sparse(struct fill *fill,
                                  const struct part parts[2],
                                  struct prepared *ret);

#endif
