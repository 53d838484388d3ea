/*
 * softmax.h - probabilities of classes, and the losses made of them.
 *
 * Each row of z is a score for every class. The greatest is subtracted first,
 * so nothing overflows: log sum_j exp(z_j) = max + log sum_j exp(z_j - max).
 *
 * Order of the sums, on every CPU: over a row's classes in order, in float64
 * for both precisions. Losses are float64. A row with a NaN or with +inf
 * gives NaN, and so does one with nothing but -inf; else -inf is a class of
 * probability 0.
 *
 * Thread  any; no allocation
 */
#ifndef CORE_KERNEL_SOFTMAX_H
#define CORE_KERNEL_SOFTMAX_H

#include <stddef.h>
#include <stdint.h>

#include "core/kernel/math.h"

/*
 * Scores become probabilities, row by row.
 *
 *   z            [m][n]  in/out  rows `stride` elements apart, stride >= n
 *   ret_log_sum  [m]     out     log sum_j exp(z[i][j]); NULL: not wanted
 *
 * Cost    O(m n) time, of which the exponentials are most
 */
void softmax_f64(double *z, size_t stride, size_t m, size_t n,
                 double *ret_log_sum);
void softmax_f32(float *z, size_t stride, size_t m, size_t n,
                 double *ret_log_sum);

/*
 * The loss of each row, -log p[label], and its gradient in the scores' place:
 * z[i][j] becomes weight[i] (p[i][j] - (j == label[i])).
 *
 *   z         [m][n]  in/out  rows `stride` elements apart, stride >= n
 *   label     [m]     in      the true class, below n
 *   weight    [m]     in      of each row's loss; NULL: all 1
 *   ret_loss  [m]     out     weight[i] * -log p[i][label[i]]; NULL: not
 *                             wanted
 *
 * Cost    as softmax_…()
 */
void softmax_loss_f64(double *z, size_t stride, size_t m, size_t n,
                      const uint32_t *label, const double *weight,
                      double *ret_loss);
void softmax_loss_f32(float *z, size_t stride, size_t m, size_t n,
                      const uint32_t *label, const double *weight,
                      double *ret_loss);

/*
 * The loss of two classes at the margin t = y (w.x + b), y = 1 or -1, and its
 * derivative by t, in blocks: log(1 + exp(-t)) and -1 / (1 + exp(t)), both
 * from exp(-|t|), which neither overflows nor loses digits.
 *
 *   t          [n]  in
 *   ret_loss   [n]  out  NULL: not wanted, which saves a logarithm
 *   ret_slope  [n]  out  NULL: not wanted; may be t
 *
 * Cost    O(n) time; an exponential, and a logarithm for the loss
 */
void softmax_two_f64(const double *t, size_t n, double *ret_loss,
                     double *ret_slope);
void softmax_two_f32(const float *t, size_t n, double *ret_loss,
                     float *ret_slope);

/* -1 / (1 + exp(t)) from `power`, which is exp(-|t|). */
static inline double softmax_slope_at_f64(double t, double power)
{
    return -(t > 0 ? power : 1) / (1 + power);
}

static inline float softmax_slope_at_f32(float t, float power)
{
    return -(t > 0 ? power : 1) / (1 + power);
}

/* The derivative alone, of one margin, where the next waits for it: the bits
 * are those of softmax_two_…(). */
static inline double softmax_slope_f64(double t)
{
    return softmax_slope_at_f64(t, math_exp(t > 0 ? -t : t));
}

static inline float softmax_slope_f32(float t)
{
    return softmax_slope_at_f32(t, math_exp_f32(t > 0 ? -t : t));
}

#endif
