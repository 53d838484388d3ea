/*
 * bbob.h - the noiseless BBOB suite: 24 functions, each in random instances.
 *
 * A function is a short loss of z, and all else is said in its row:
 *
 *     z = B curve(A (x - x_opt)),   f(x) = loss(z) + w pen(x) + f_opt,
 *     pen(x) = sum of max(0, |x_i| - 5)^2
 *
 * A and B are rotations, scales or nothing, and `curve` is a function of each
 * coordinate by itself. bbob.c makes the instance and carries the gradient back
 * through all of it, so a loss knows its own slopes only.
 *
 * Adding one is: a row with its loss in the file of its group, and its name in
 * the list of core/function/function.c.
 *
 * Source  Hansen, Finck, Ros & Auger 2009, Real-Parameter Black-Box
 *         Optimization Benchmarking 2009: Noiseless Functions Definitions,
 *         INRIA RR-6829; where it leaves a choice, the suite's own numbers
 */
#ifndef CORE_FUNCTION_BBOB_BBOB_H
#define CORE_FUNCTION_BBOB_BBOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/function/function.h"

#define BBOB_TAU 6.283185307179586476925286766559 /* 2 pi */

enum {
    BBOB_DIMENSION_MIN = 2,
    BBOB_DIMENSION_MAX = 40, /* as far as the suite is defined */
    BBOB_INSTANCES = 1000,
    BBOB_SEED_OF_Q = 1000000, /* added to the instance's, which is R's */
};

/* Lambda is diagonal: condition^(i / 2(n - 1)) for i = 0 ... n - 1. Q and R
 * are the instance's two rotations. */
enum bbob_map {
    BBOB_NONE,
    BBOB_Q,
    BBOB_R,
    BBOB_LAMBDA,
    BBOB_LAMBDA_R,
    BBOB_Q_LAMBDA_R,
    BBOB_SIGNS,       /* diagonal: 2, or -2 where x_opt is negative */
    BBOB_CHAIN,       /* 100 Lambda, a quarter of each coordinate added to the
                         next before it */
};

/* An instance, as built. */
struct bbob {
    const struct bbob_function *function;
    size_t n;
    uint32_t seed;
    double f_opt;
    const double *x_opt;       /* [n] */
    const double *Q, *R;       /* [n][n] row-major */
    const double *A, *B;       /* [n][n], NULL: nothing to do */
    const double *weight;      /* [n] function->weight^(i / (n - 1)) */
    const struct bbob_peaks *peaks; /* of f21 and f22 */
};

/* One evaluation. */
struct bbob_point {
    double y[BBOB_DIMENSION_MAX];  /* A (x - x_opt) */
    double z[BBOB_DIMENSION_MAX];  /* B curve(y) */
    double dy[BBOB_DIMENSION_MAX]; /* slopes by y that do not go through z */
    double dz[BBOB_DIMENSION_MAX]; /* slopes by z */
};

struct bbob_function {
    struct function function; /* its row in the catalogue */
    unsigned number;          /* f1 ... f24 */
    unsigned twin;            /* number whose instances it shares; 0: own */
    enum bbob_map first, second; /* A and B */
    double condition;         /* of Lambda */
    double weight;            /* base of the weights; 0: none are needed */
    double penalty;           /* w, */
    bool penalty_is_mean;     /* divided by n */
    size_t peaks;             /* f21 and f22: how many, */
    double peaks_reach;       /* how far out they may lie, */
    double peak_condition;    /* and that of the global one */

    /* The curve at y, of coordinate i, and its slope; NULL: y itself. */
    double (*curve)(const struct bbob *bbob, size_t i, double y,
                    double *ret_slope);

    /* The loss at point->z, with dz set and dy added to where it has any. */
    double (*loss)(const struct bbob *bbob, struct bbob_point *point);

    /* The peaks of an instance whose x_opt, R and seed are known; NULL: there
     * are none. */
    enum error (*build_peaks)(struct arena *arena, const struct bbob *bbob,
                              const struct bbob_peaks **ret);

    /* Write x_opt[n]; NULL: as bbob_draw_grid(). */
    void (*place)(const struct bbob_function *function, uint32_t seed,
                  size_t n, double *x);
};

/* The parts of a row that all have. */
#define BBOB_FUNCTION(name_, number_, formula_, sentence_)                    \
    .function = {                                                             \
        .name = "bbob_" #name_,                                               \
        .formula = formula_,                                                  \
        .sentence = sentence_,                                                \
        .source = "Hansen, Finck, Ros & Auger 2009, INRIA RR-6829, f"         \
                  #number_,                                                   \
        .family = "bbob",                                                     \
        .dimension_min = BBOB_DIMENSION_MIN,                                  \
        .dimension_max = BBOB_DIMENSION_MAX,                                  \
        .dimension_default = 2,                                               \
        .start = (const double[]){0},                                         \
        .start_period = 1,                                                    \
        .low = -5,                                                            \
        .high = 5,                                                            \
        .minima = {{.place = bbob_place}},                                    \
        .minima_count = 1,                                                    \
        .instances = BBOB_INSTANCES,                                          \
        .build = bbob_build,                                                  \
        .evaluate_built = bbob_evaluate,                                      \
    },                                                                        \
    .number = number_

/* As struct function has them: the minimum of instance 1, an instance, its
 * value with its gradient. */
double bbob_place(const struct function *function, size_t n, double *x);
enum error bbob_build(const struct function *function, struct arena *arena,
                      size_t n, unsigned instance, void **ret_data);
double bbob_evaluate(void *data, const double *x, size_t n, double *g);

/* Where coordinate i stands between the first, 0, and the last, 1. */
static inline double bbob_rank(size_t i, size_t n)
{
    return (double)i / (double)(n - 1);
}

/* ---- curves: curve.c --------------------------------------------------- */

/* T_osz: waves on a logarithmic scale around the identity. */
double bbob_wave(double y, double *ret_slope);

double bbob_oscillate(const struct bbob *bbob, size_t i, double y,
                      double *ret_slope);

/* T_asy with beta = 1/2: positive coordinates grow, the last ones most. */
double bbob_skew(const struct bbob *bbob, size_t i, double y,
                 double *ret_slope);

/* T_asy with beta = 1/5 of T_osz. */
double bbob_oscillate_and_skew(const struct bbob *bbob, size_t i, double y,
                               double *ret_slope);

/* ---- places and losses that several functions have --------------------- */

/* Where R x + 1/2 is 1 in every coordinate. */
void bbob_place_at_ones(const struct bbob_function *function, uint32_t seed,
                        size_t n, double *x);

double bbob_weighted_squares(const struct bbob *bbob,
                             struct bbob_point *point);
double bbob_rastrigin_loss(const struct bbob *bbob, struct bbob_point *point);

#endif
