/*
 * rows.h - the numbers a model learns from: one part of a dataset (training
 * or validation) as it lies in memory while a job runs.
 *
 * Dense rows lie one after the other; sparse ones as CSR, of which only what
 * is not zero stands there. Numbers are float64 or, where the job asked for
 * it, float32; targets are always float64.
 */
#ifndef CORE_DATASET_ROWS_H
#define CORE_DATASET_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rows_layout {
    ROWS_DENSE64,    /* dense64  [count][features] */
    ROWS_DENSE32,    /* dense32  [count][features] */
    ROWS_SPARSE64,   /* offsets, indices, values64 */
    ROWS_SPARSE32,   /* offsets, indices, values32 */
};

struct rows {
    enum rows_layout layout;
    size_t count;            /* rows */
    size_t features;         /* columns */
    const double *dense64;
    const float *dense32;
    const uint64_t *offsets; /* [count + 1] of the sparse arrays */
    const uint32_t *indices; /* [nonzeros] columns from 0, ascending in a row */
    const double *values64;  /* [nonzeros] */
    const float *values32;
    const double *target;    /* [count] the number, or the class from 0 */
    const double *weight;    /* [count] weight of the row; NULL: all are 1 */
};

#endif
