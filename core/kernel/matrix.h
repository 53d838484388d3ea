/*
 * matrix.h - products of matrices whose bits do not depend on the CPU.
 *
 * The three forms of back-propagation, for a layer y = W x of a batch X:
 *
 *     MATRIX_NT   C = A B^T   forward          Y  = X  W^T
 *     MATRIX_NN   C = A B     to the layer     dX = dY W
 *                             below
 *     MATRIX_TN   C = A^T B   of the weights   dW = dY^T X
 *
 * Order of the sum, on every CPU: k is cut into blocks of MATRIX_BLOCK; in
 * each, from zero, sum = fma(a, b, sum) in order of k, rounded once a term;
 * the sums of the blocks are added in their order, to C where it is asked for.
 * So an element of C depends on its row of A and its column of B alone: not on
 * m, n, the position in C, or on how C is shared out among workers.
 *
 * Panels of A and B are copied to the caller's workspace in the order in which
 * a tile of C reads them, so gathered rows cost no more than others.
 *
 * Thread  any, each with a workspace of its own; no allocation
 * Source  Goto & van de Geijn 2008, "Anatomy of high-performance matrix
 *         multiplication", ACM TOMS 34(3)
 */
#ifndef CORE_KERNEL_MATRIX_H
#define CORE_KERNEL_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

#include "core/kernel/rows.h"

enum {
    MATRIX_BLOCK = 256,            /* terms of k that one sum runs over */
    MATRIX_ALIGNMENT = 64,         /* of the workspace, bytes */
    MATRIX_WORKSPACE_MAX = 2 << 20 /* of it, bytes */
};

enum matrix_form { MATRIX_NT, MATRIX_NN, MATRIX_TN, MATRIX_FORMS };

/* What is multiplied: m rows and n columns of C, k terms a sum. */
struct matrix_shape {
    enum matrix_form form;
    size_t m, n, k;
};

/*
 * Bytes of workspace that a product needs. They grow with m, n and k, so what
 * the largest batch needs serves all.
 *
 * Returns at most MATRIX_WORKSPACE_MAX
 */
size_t matrix_workspace_f64(struct matrix_shape shape);
size_t matrix_workspace_f32(struct matrix_shape shape);

/*
 * C = A B^T, A B or A^T B, or the same added to C.
 *
 *   A          NT, NN [m][k], TN [k][m]  in      rows, gathered or not
 *   B          NT [n][k], NN, TN [k][n]  in      rows, gathered or not
 *   add        -                         in      C += instead of C =
 *   C          [m][n]                    in/out  rows `stride` elements apart;
 *                                                overlaps neither A nor B
 *   workspace  bytes                     -       of matrix_workspace_…(shape),
 *                                                at MATRIX_ALIGNMENT; may be
 *                                                NULL where m, n or k is 0
 *
 * C = with k = 0 sets C to zero; m or n of 0 does nothing. What is infinite or
 * NaN goes into the sums like any number.
 *
 * Cost    2 m n k operations; copies B once, and A for every 512 columns of C
 */
void matrix_multiply_f64(struct matrix_shape shape, struct rows_f64 A,
                         struct rows_f64 B, bool add, double *C, size_t stride,
                         void *workspace);
void matrix_multiply_f32(struct matrix_shape shape, struct rows_f32 A,
                         struct rows_f32 B, bool add, float *C, size_t stride,
                         void *workspace);

#endif
