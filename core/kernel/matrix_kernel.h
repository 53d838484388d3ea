/*
 * matrix_kernel.h - the products of matrix.h, once for each kind of CPU.
 *
 * matrix_body.h is compiled by matrix_baseline.c, matrix_v3.c and matrix_v4.c
 * with vectors of their own; all give the same bits. matrix.c picks one; the
 * tests run them against each other.
 */
#ifndef CORE_KERNEL_MATRIX_KERNEL_H
#define CORE_KERNEL_MATRIX_KERNEL_H

#include "core/kernel/matrix.h"

/* What is in the workspace at once: a block of A and one of B, each at most
 * MATRIX_BLOCK terms long. Multiples of every tile. */
enum { MATRIX_BLOCK_ROWS = 120, MATRIX_BLOCK_COLUMNS = 512 };

/* The widest panel of B, to which its columns are filled up. */
enum { MATRIX_PANEL_MAX = 32 };

struct matrix_kernel {
    const char *name;
    void (*multiply_f64)(struct matrix_shape shape, struct rows_f64 A,
                         struct rows_f64 B, bool add, double *C, size_t stride,
                         void *workspace);
    void (*multiply_f32)(struct matrix_shape shape, struct rows_f32 A,
                         struct rows_f32 B, bool add, float *C, size_t stride,
                         void *workspace);
};

/* clang has no pragma for the instructions of a file: fuzzers do without. */
#if defined(__x86_64__) && !defined(VECTOR_NO_CLONES)
#define MATRIX_WIDE 1
#else
#define MATRIX_WIDE 0
#endif

extern const struct matrix_kernel matrix_baseline;
#if MATRIX_WIDE
extern const struct matrix_kernel matrix_v3, matrix_v4;
#endif

/* The kernels that this CPU can run, the fastest first.
 *
 * Returns NULL past the last, which is matrix_baseline */
const struct matrix_kernel *matrix_kernel(size_t i);

#endif
