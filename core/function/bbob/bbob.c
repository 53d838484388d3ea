/*
 * bbob.c - instances of the BBOB suite: made from a seed, evaluated, and their
 * gradients carried back from z to x.
 */
#include "core/function/bbob/bbob.h"

#include <math.h>
#include <string.h>

#include "core/function/bbob/draw.h"
#include "core/kernel/math.h"
#include "core/kernel/vector.h"

enum { SEEDS_APART = 10000 };

/* ---- where the minimum is ---------------------------------------------- */

static uint32_t seed_of(const struct bbob_function *function,
                        unsigned instance)
{
    unsigned number = function->twin != 0 ? function->twin : function->number;

    return number + SEEDS_APART * instance;
}

/* A quotient of two normal numbers, to two places, at most 1000. */
static double draw_f_opt(uint32_t seed)
{
    double above, below;

    bbob_draw_normal(seed, 1, &above);
    bbob_draw_normal(seed + 1, 1, &below);
    return fmin(1000, fmax(-1000, floor(1e4 * above / below + 0.5) / 100));
}

static void draw_x_opt(const struct bbob_function *function, uint32_t seed,
                       size_t n, double *x)
{
    if (function->place != NULL)
        function->place(function, seed, n, x);
    else
        bbob_draw_grid(seed, n, x);
}

double bbob_place(const struct function *function, size_t n, double *x)
{
    const struct bbob_function *row = (const struct bbob_function *)function;
    uint32_t seed = seed_of(row, 1);

    draw_x_opt(row, seed, n, x);
    return draw_f_opt(seed);
}

/* ---- making an instance ------------------------------------------------ */

/* Lambda times M, in place. */
static void scale_rows(double *M, size_t n, double condition)
{
    for (size_t i = 0; i < n; i++) {
        double lambda = math_pow(condition, 0.5 * bbob_rank(i, n));

        for (size_t j = 0; j < n; j++)
            M[i * n + j] *= lambda;
    }
}

/* M = Q M, column by column. */
static void multiply_left(double *M, const double *Q, size_t n)
{
    double column[BBOB_DIMENSION_MAX];

    for (size_t j = 0; j < n; j++) {
        for (size_t i = 0; i < n; i++)
            column[i] = M[i * n + j];
        for (size_t i = 0; i < n; i++)
            M[i * n + j] = vector_dot(Q + i * n, column, n);
    }
}

static void fill_map(const struct bbob *bbob, enum bbob_map map, double *M)
{
    size_t n = bbob->n;

    if (map == BBOB_LAMBDA_R || map == BBOB_Q_LAMBDA_R)
        memcpy(M, bbob->R, n * n * sizeof *M);
    for (size_t i = 0; i < n; i++) {
        if (map == BBOB_LAMBDA)
            M[i * n + i] = 1;
        if (map == BBOB_SIGNS)
            M[i * n + i] = copysign(2, bbob->x_opt[i]);
        if (map == BBOB_CHAIN)
            M[i * n + i] = 100;
        if (map == BBOB_CHAIN && i > 0)
            M[i * n + i - 1] = 25;
    }
    if (map != BBOB_SIGNS)
        scale_rows(M, n, bbob->function->condition);
    if (map == BBOB_Q_LAMBDA_R)
        multiply_left(M, bbob->Q, n);
}

static enum error build_map(struct arena *arena, const struct bbob *bbob,
                            enum bbob_map map, const double **ret)
{
    double *M;

    if (map == BBOB_NONE || map == BBOB_Q || map == BBOB_R) {
        *ret = map == BBOB_NONE ? NULL : map == BBOB_Q ? bbob->Q : bbob->R;
        return OK;
    }
    M = arena_array(arena, bbob->n * bbob->n, sizeof *M);
    if (M == NULL)
        return ERR_MEMORY;
    fill_map(bbob, map, M);
    *ret = M;
    return OK;
}

/* What all maps are made of. */
static enum error build_parts(struct arena *arena, struct bbob *bbob)
{
    size_t n = bbob->n;
    double *x_opt = arena_array(arena, n, sizeof *x_opt);
    double *weight = arena_array(arena, n, sizeof *weight);
    double *Q = arena_array(arena, n * n, sizeof *Q);
    double *R = arena_array(arena, n * n, sizeof *R);

    if (x_opt == NULL || weight == NULL || Q == NULL || R == NULL)
        return ERR_MEMORY;
    draw_x_opt(bbob->function, bbob->seed, n, x_opt);
    bbob_draw_rotation(bbob->seed + BBOB_SEED_OF_Q, n, Q);
    bbob_draw_rotation(bbob->seed, n, R);
    for (size_t i = 0; i < n; i++)
        weight[i] = math_pow(bbob->function->weight, bbob_rank(i, n));
    bbob->x_opt = x_opt;
    bbob->weight = weight;
    bbob->Q = Q;
    bbob->R = R;
    return OK;
}

enum error bbob_build(const struct function *function, struct arena *arena,
                      size_t n, unsigned instance, void **ret_data)
{
    struct bbob *bbob = ARENA_NEW(arena, struct bbob);

    if (bbob == NULL)
        return ERR_MEMORY;
    bbob->function = (const struct bbob_function *)function;
    bbob->n = n;
    bbob->seed = seed_of(bbob->function, instance);
    bbob->f_opt = draw_f_opt(bbob->seed);
    TRY(build_parts(arena, bbob));
    TRY(build_map(arena, bbob, bbob->function->first, &bbob->A));
    TRY(build_map(arena, bbob, bbob->function->second, &bbob->B));
    if (bbob->function->build_peaks != NULL)
        TRY(bbob->function->build_peaks(arena, bbob, &bbob->peaks));
    *ret_data = bbob;
    return OK;
}

/* ---- evaluating -------------------------------------------------------- */

/* y = M x */
static void map(const double *M, const double *x, size_t n, double *y)
{
    if (M == NULL)
        memcpy(y, x, n * sizeof *y);
    else
        for (size_t i = 0; i < n; i++)
            y[i] = vector_dot(M + i * n, x, n);
}

/* The slopes by x of what has the slopes dy by y = M x: M' dy. */
static void map_back(const double *M, const double *dy, size_t n, double *dx)
{
    if (M == NULL) {
        memcpy(dx, dy, n * sizeof *dx);
        return;
    }
    memset(dx, 0, n * sizeof *dx);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            dx[j] += M[i * n + j] * dy[i];
}

/* weight * pen(x), its slopes added to g[n], which may be NULL. */
static double penalize(double weight, const double *x, size_t n, double *g)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        double beyond = fabs(x[i]) - 5;

        if (!(beyond > 0))
            continue;
        sum += beyond * beyond;
        if (g != NULL)
            g[i] += 2 * weight * copysign(beyond, x[i]);
    }
    return weight * sum;
}

double bbob_evaluate(void *data, const double *x, size_t n, double *g)
{
    const struct bbob *bbob = data;
    const struct bbob_function *function = bbob->function;
    double curved[BBOB_DIMENSION_MAX] = {0}, slope[BBOB_DIMENSION_MAX], loss;
    double penalty = function->penalty;
    struct bbob_point point;

    if (function->penalty_is_mean)
        penalty /= (double)n;
    for (size_t i = 0; i < n; i++)
        curved[i] = x[i] - bbob->x_opt[i];
    map(bbob->A, curved, n, point.y);
    for (size_t i = 0; i < n; i++) {
        point.dy[i] = 0;
        slope[i] = 1;
        curved[i] = point.y[i];
        if (function->curve != NULL)
            curved[i] = function->curve(bbob, i, point.y[i], &slope[i]);
    }
    map(bbob->B, curved, n, point.z);
    loss = function->loss(bbob, &point);
    if (g != NULL) {
        map_back(bbob->B, point.dz, n, curved);
        for (size_t i = 0; i < n; i++)
            point.dy[i] += slope[i] * curved[i];
        map_back(bbob->A, point.dy, n, g);
    }
    if (penalty > 0)
        loss += penalize(penalty, x, n, g);
    return loss + bbob->f_opt;
}
