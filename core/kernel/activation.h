/*
 * activation.h - what a layer of a network does to each number, and how that
 * changes with it.
 *
 *     ACTIVATION_RELU     max(x, 0)             derivative at 0: 0, as torch
 *     ACTIVATION_TANH     tanh x
 *     ACTIVATION_SIGMOID  1 / (1 + exp(-x))
 *     ACTIVATION_GELU     x (1 + erf(x / sqrt 2)) / 2, the exact form
 *
 * Elementary functions are math.h's: the same bits on every CPU, whatever
 * the place of a number in its block. NaN stays NaN; of an infinite number
 * gelu makes NaN, as torch does.
 *
 * Thread  any; no allocation
 */
#ifndef CORE_KERNEL_ACTIVATION_H
#define CORE_KERNEL_ACTIVATION_H

#include <stdbool.h>
#include <stddef.h>

enum activation {
    ACTIVATION_RELU,
    ACTIVATION_TANH,
    ACTIVATION_SIGMOID,
    ACTIVATION_GELU,
    ACTIVATIONS
};

/*
 * y = f(x).
 *
 *   x   [n]  in
 *   y   [n]  out  may be x, where activation_needs_input() is false
 *
 * Cost    O(n) time
 */
void activation_apply_f64(enum activation kind, const double *x, size_t n,
                          double *y);
void activation_apply_f32(enum activation kind, const float *x, size_t n,
                          float *y);

/* Whether the derivative is taken from x; else y is enough, and x may be
 * NULL below. */
bool activation_needs_input(enum activation kind);

/*
 * g *= f'(x): the gradient by y becomes the gradient by x.
 *
 *   x   [n]  in      as given to activation_apply_…(), or NULL: see above
 *   y   [n]  in      as it answered
 *   g   [n]  in/out  must not overlap x or y
 *
 * Cost    O(n) time
 */
void activation_gradient_f64(enum activation kind, const double *x,
                             const double *y, size_t n, double *g);
void activation_gradient_f32(enum activation kind, const float *x,
                             const float *y, size_t n, float *g);

#endif
