/* test_compact.c - the small algebra behind L-BFGS with bounds. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "core/search/cauchy.h"
#include "core/search/dense.h"

/* ---- small systems ----------------------------------------------------- */

enum { SIDE = 7 };

static void a_small_system_is_solved(void **unused)
{
    double A[SIDE * SIDE], F[SIDE * SIDE], x[SIDE], b[SIDE], pivot[SIDE];
    (void)unused;

    for (uint64_t seed = 0; seed < 20; seed++) {
        for (size_t i = 0; i < SIDE * SIDE; i++)
            F[i] = A[i] = random_unit(seed, RANDOM_START, i) - 0.5;
        A[0] = F[0] = 0; /* needs a pivot */
        for (size_t i = 0; i < SIDE; i++) {
            b[i] = 0;
            for (size_t j = 0; j < SIDE; j++)
                b[i] += A[i * SIDE + j] * (double)(j + 1);
            x[i] = b[i];
        }
        assert_true(dense_factor(F, pivot, SIDE));
        dense_solve(F, pivot, x, SIDE);
        for (size_t j = 0; j < SIDE; j++)
            assert_true(fabs(x[j] - (double)(j + 1)) < 1e-10);
    }
}

static void a_singular_system_is_refused(void **unused)
{
    double A[] = {1, 2, 2, 4}, B[] = {1, NAN, 2, 4}, pivot[2];
    (void)unused;

    assert_false(dense_factor(A, pivot, 2));
    assert_false(dense_factor(B, pivot, 2));
}

/* ---- the compact Hessian and its Cauchy point -------------------------- */

enum { N = 6, PAIRS = 3, LEARNED = 5 };

/* B by the update that it stands for, from theta I over the kept pairs. */
static void update_hessian(double B[N][N], const double *s, const double *y)
{
    double Bs[N], sBs = 0, sy = 0;

    for (size_t i = 0; i < N; i++) {
        Bs[i] = 0;
        for (size_t j = 0; j < N; j++)
            Bs[i] += B[i][j] * s[j];
        sBs += s[i] * Bs[i];
        sy += s[i] * y[i];
    }
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            B[i][j] += y[i] * y[j] / sy - Bs[i] * Bs[j] / sBs;
}

/* Pair number k: a random step, and its image under a fixed diagonal. */
static void make_pair(size_t k, double *s, double *y)
{
    for (size_t i = 0; i < N; i++) {
        s[i] = random_unit(k, RANDOM_START, i) - 0.5;
        y[i] = s[i] * (double)(i + 1)
             + 0.1 * (random_unit(k + 100, RANDOM_START, i) - 0.5) * s[i];
    }
}

/* A compact Hessian that has learned LEARNED pairs, and B in full. */
static struct compact learn(double *memory, double B[N][N])
{
    struct compact c = compact_at(memory, N, PAIRS);
    double s[N], y[N], zero[N] = {0};

    compact_forget(&c);
    for (size_t k = 0; k < LEARNED; k++) {
        make_pair(k, s, y);
        compact_learn(&c, s, zero, y, zero);
    }
    memset(B, 0, N * sizeof *B);
    for (size_t i = 0; i < N; i++)
        B[i][i] = *c.theta;
    for (size_t k = LEARNED - PAIRS; k < LEARNED; k++) {
        make_pair(k, s, y);
        update_hessian(B, s, y);
    }
    return c;
}

static void the_compact_form_is_the_updated_hessian(void **unused)
{
    double *memory = calloc(compact_size(N, PAIRS), sizeof *memory);
    double B[N][N], w[2 * PAIRS];
    struct compact c;
    (void)unused;

    assert_non_null(memory);
    c = learn(memory, B);
    assert_int_equal(compact_columns(&c), 2 * PAIRS);
    for (size_t j = 0; j < N; j++) {
        double unit[N] = {0}, column[N] = {0};

        unit[j] = 1;
        compact_down(&c, unit, w);
        compact_middle(&c, w);
        column[j] = *c.theta;
        compact_up(&c, -1, w, column);
        for (size_t i = 0; i < N; i++)
            assert_true(fabs(column[i] - B[i][j]) < 1e-12);
    }
    free(memory);
}

static void a_pair_of_negative_curvature_is_not_learned(void **unused)
{
    double *memory = calloc(compact_size(N, PAIRS), sizeof *memory);
    double B[N][N], s[N], y[N], zero[N] = {0}, theta, w[2][2 * PAIRS];
    struct compact c;
    (void)unused;

    assert_non_null(memory);
    c = learn(memory, B);
    theta = *c.theta;
    make_pair(9, s, y);
    compact_down(&c, s, w[0]);
    compact_learn(&c, s, zero, zero, y); /* y the other way round */
    compact_down(&c, s, w[1]);
    assert_true(*c.theta == theta);
    assert_memory_equal(w[0], w[1], sizeof w[0]);
    free(memory);
}

static double model(double B[N][N], const double *g, const double *z)
{
    double value = 0;

    for (size_t i = 0; i < N; i++) {
        value += g[i] * z[i];
        for (size_t j = 0; j < N; j++)
            value += 0.5 * z[i] * B[i][j] * z[j];
    }
    return value;
}

static double clamped(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* The path itself, walked in steps of 1e-5 until the model rises: past a bend
 * at the minimum by at most a step, along which it falls by at most 5 a unit
 * of t in what follows. */
static double walk(double B[N][N], const struct method *m)
{
    double least = 0, z[N];

    for (double t = 0;; t += 1e-5) {
        double value;

        for (size_t i = 0; i < N; i++)
            z[i] = clamped(m->x[i] - t * m->g[i], m->low[i], m->high[i])
                 - m->x[i];
        value = model(B, m->g, z);
        if (value > least + 1e-15)
            return least;
        least = value;
    }
}

static void the_cauchy_point_is_the_paths_first_minimum(void **unused)
{
    double *memory = calloc(compact_size(N, PAIRS), sizeof *memory);
    double B[N][N], x[N], g[N], low[N], high[N], at[N], c[2 * PAIRS];
    double vectors[3][N], small[2][2 * PAIRS], down[2 * PAIRS];
    struct method m = {.x = x, .g = g, .n = N, .low = low, .high = high};
    struct cauchy work = {at, c, vectors[0], vectors[1], vectors[2],
                          small[0], small[1]};
    struct compact compact;
    int met = 0;
    (void)unused;

    assert_non_null(memory);
    compact = learn(memory, B);
    for (uint64_t seed = 0; seed < 30; seed++) {
        double z[N], value, walked;

        for (size_t i = 0; i < N; i++) {
            x[i] = random_unit(seed, RANDOM_START, 4 * i);
            g[i] = 4 * random_unit(seed, RANDOM_START, 4 * i + 1) - 2;
            low[i] = x[i] - random_unit(seed, RANDOM_START, 4 * i + 2);
            high[i] = x[i] + random_unit(seed, RANDOM_START, 4 * i + 3);
        }
        low[0] = x[0]; /* at its bound from the start */
        cauchy_find(&compact, &m, &work);
        for (size_t i = 0; i < N; i++) {
            assert_true(at[i] >= low[i] && at[i] <= high[i]);
            met += at[i] == low[i] || at[i] == high[i];
            z[i] = at[i] - x[i];
        }
        value = model(B, g, z);
        walked = walk(B, &m);
        assert_true(value <= walked + 1e-12 && value > walked - 5e-5);
        compact_down(&compact, z, down);
        for (size_t j = 0; j < 2 * PAIRS; j++)
            assert_true(fabs(down[j] - c[j]) < 1e-12);
    }
    assert_true(met > 30); /* bounds were met, not only the first variable's */
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_system_is_solved),
        cmocka_unit_test(a_singular_system_is_refused),
        cmocka_unit_test(the_compact_form_is_the_updated_hessian),
        cmocka_unit_test(a_pair_of_negative_curvature_is_not_learned),
        cmocka_unit_test(the_cauchy_point_is_the_paths_first_minimum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
