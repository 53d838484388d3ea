/* test_qr.c - linear least squares: closed forms, identities, ranks. */
#include "tests/unit/cmocka_all.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/base/random.h"
#include "core/kernel/qr.h"
#include "core/kernel/vector.h"

static struct arena arena;

static int begin(void **unused)
{
    (void)unused;
    arena_init(&arena, 0);
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    arena_fini(&arena);
    return 0;
}

static void assert_near(double value, double expected, double by)
{
    if (!(fabs(value - expected) <= by))
        fail_msg("%.17g is not %.17g within %g", value, expected, by);
}

/* The factors of A [n][m], by columns. */
static struct qr factored(const double *A, size_t m, size_t n)
{
    struct qr qr;

    assert_int_equal(qr_init(&qr, m, n, &arena), OK);
    memcpy(qr.A, A, m * n * sizeof *A);
    qr_factor(&qr);
    return qr;
}

static void fill(double *x, size_t n, uint64_t seed)
{
    for (size_t i = 0; i < n; i++)
        x[i] = 2 * random_unit(seed, RANDOM_START, i) - 1;
}

/* residual = b - A x */
static void subtract(const double *A, const double *x, size_t m, size_t n,
                     double *b)
{
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < m; i++)
            b[i] -= A[j * m + i] * x[j];
}

/* ---- solutions --------------------------------------------------------- */

/* A line through (0, 6), (1, 0), (2, 0): 5 - 3 t (Strang, Introduction to
 * Linear Algebra, section 4.3). (A'A)^-1 = [5/6, -1/2; -1/2, 1/2]. */
static void a_line_through_three_points_is_strangs(void **unused)
{
    static const double A[] = {1, 1, 1, 0, 1, 2};
    double b[] = {6, 0, 0}, x[2], C[4];
    struct qr qr = factored(A, 3, 2);

    (void)unused;
    assert_int_equal(qr.rank, 2);
    qr_apply_qt(&qr, b);
    qr_solve(&qr, b, x);
    assert_near(x[0], 5, 1e-14);
    assert_near(x[1], -3, 1e-14);
    assert_near(fabs(b[2]), sqrt(6), 1e-14); /* residual (1, -2, 1) */
    qr_inverse(&qr, C);
    assert_near(C[0], 5 / 6.0, 1e-15);
    assert_near(C[1], -0.5, 1e-15);
    assert_near(C[2], -0.5, 1e-15);
    assert_near(C[3], 0.5, 1e-15);
}

/* At the least squares' solution the residual stands at right angles to every
 * column: that is the solution's definition. */
static void residuals_stand_at_right_angles_to_the_columns(void **unused)
{
    enum { M = 300, N = 7 };
    static double A[M * N], b[M], qtb[M], x[N];
    struct qr qr;

    (void)unused;
    for (size_t m = N; m <= M; m += 29) {
        fill(A, m * N, m);
        fill(b, m, m + 1);
        memcpy(qtb, b, m * sizeof *b);
        qr = factored(A, m, N);
        qr_apply_qt(&qr, qtb);
        assert_near(vector_norm2(qtb, m), vector_norm2(b, m),
                            1e-13);
        qr_solve(&qr, qtb, x);
        subtract(A, x, m, N, b);
        for (size_t j = 0; j < N; j++)
            assert_near(vector_dot(A + j * m, b, m), 0, 1e-12);
        assert_near(vector_norm2(qtb + N, m - N),
                            vector_norm2(b, m), 1e-12);
    }
}

/* Multiplying a column by a power of two divides its unknown by it, and
 * changes no other bit; 2^-600 has a square that vanishes. */
static void units_of_the_unknowns_change_no_bit(void **unused)
{
    enum { M = 9, N = 3 };
    static const int units[N] = {600, -600, 3};
    double A[M * N], b[M], x[N], y[N];
    struct qr qr;

    (void)unused;
    fill(A, M * N, 5);
    for (int scaled = 0; scaled < 2; scaled++) {
        fill(b, M, 6);
        for (size_t k = 0; scaled && k < M * N; k++)
            A[k] = ldexp(A[k], units[k / M]);
        qr = factored(A, M, N);
        qr_apply_qt(&qr, b);
        qr_solve(&qr, b, scaled ? y : x);
    }
    for (size_t j = 0; j < N; j++)
        assert_true(ldexp(y[j], units[j]) == x[j]);
}

/* Hilbert's matrix of side 6 has the condition 1.5e7 (Todd 1961); its solution
 * for b = A (1, ..., 1) comes with the digits that leaves. */
static void a_bad_condition_costs_its_digits_once(void **unused)
{
    enum { N = 6 };
    double A[N * N], b[N] = {0}, x[N];
    struct qr qr;

    (void)unused;
    for (size_t j = 0; j < N; j++)
        for (size_t i = 0; i < N; i++)
            b[i] += A[j * N + i] = 1.0 / (double)(i + j + 1);
    qr = factored(A, N, N);
    assert_int_equal(qr.rank, N);
    qr_apply_qt(&qr, b);
    qr_solve(&qr, b, x);
    for (size_t j = 0; j < N; j++)
        assert_near(x[j], 1, 1e-9);
}

/* Columns x^j at x = 0 ... 20, and b their sum plus 1e9 times the sixth
 * difference (1, -6, 15, -20, 15, -6, 1), which stands at right angles to every
 * polynomial below degree 6: all in whole numbers, so the solution is 1
 * exactly, as in NIST's Wampler5. */
static void a_large_residual_costs_no_digits(void **unused)
{
    enum { M = 21, N = 6 };
    static const double difference[] = {1, -6, 15, -20, 15, -6, 1};
    double A[M * N], b[M] = {0}, scratch[M], r[M], x[N];
    struct qr qr;

    (void)unused;
    for (size_t j = 0; j < N; j++)
        for (size_t i = 0; i < M; i++)
            b[i] += A[j * M + i] = j == 0 ? 1 : A[(j - 1) * M + i] * (double)i;
    for (size_t i = 0; i < 7; i++)
        b[3 + i] += 1e9 * difference[i];
    qr = factored(A, M, N);
    qr_solve_refined(&qr, A, b, scratch, r, x);
    for (size_t j = 0; j < N; j++)
        assert_near(x[j], 1, 1e-15);
    for (size_t i = 0; i < M; i++)
        assert_near(r[i], i >= 3 && i < 10 ? 1e9 * difference[i - 3] : 0,
                    1e-5);
}

static void refining_keeps_unknowns_beyond_the_rank_at_zero(void **unused)
{
    static const double A[] = {1, 1, 1, 2, 2, 2, 0, 1, 2}, b[] = {6, 0, 0};
    double scratch[3], r[3], x[3];
    struct qr qr = factored(A, 3, 3);

    (void)unused;
    assert_int_equal(qr.rank, 2);
    qr_solve_refined(&qr, A, b, scratch, r, x);
    assert_near(x[0] + 2 * x[1], 5, 1e-14); /* Strang's line again */
    assert_true(x[0] == 0 || x[1] == 0);
    assert_near(x[2], -3, 1e-14);
}

/* Strang's line with a column twice, and one of zeros: the slope alone is
 * determined, with the variance that it has without them. */
static void the_inverse_knows_what_is_determined(void **unused)
{
    static const double A[] = {1, 1, 1, 2, 2, 2, 0, 1, 2, 0, 0, 0};
    struct qr qr = factored(A, 3, 4);
    double C[16];

    (void)unused;
    assert_int_equal(qr.rank, 2);
    qr_inverse(&qr, C);
    for (size_t i = 0; i < 16; i++)
        assert_true(i == 10 ? fabs(C[i] - 0.5) < 1e-14 : isnan(C[i]));
}

static void turning_back_undoes_turning(void **unused)
{
    enum { M = 13, N = 5 };
    double A[M * N], b[M], c[M];
    struct qr qr;

    (void)unused;
    fill(A, M * N, 20);
    fill(b, M, 21);
    memcpy(c, b, sizeof b);
    qr = factored(A, M, N);
    qr_apply_qt(&qr, c);
    qr_apply_q(&qr, c);
    for (size_t i = 0; i < M; i++)
        assert_near(c[i], b[i], 1e-15);
}

/* ---- ranks ------------------------------------------------------------- */

static void a_column_that_others_make_is_beyond_the_rank(void **unused)
{
    enum { M = 10, N = 4 };
    double A[M * N], b[M], x[N], rest[M];
    struct qr qr;

    (void)unused;
    fill(A, M * N, 8);
    fill(b, M, 9);
    for (size_t i = 0; i < M; i++)
        A[2 * M + i] = 3 * A[i] - 0.1 * A[3 * M + i];
    qr = factored(A, M, N);
    assert_int_equal(qr.rank, 3);
    memcpy(rest, b, sizeof b);
    qr_apply_qt(&qr, b);
    qr_solve(&qr, b, x);
    assert_true(x[qr.pivot[3]] == 0);
    subtract(A, x, M, N, rest);
    for (size_t j = 0; j < N; j++)
        assert_near(vector_dot(A + j * M, rest, M), 0, 1e-13);
}

static void zeros_and_few_rows_have_their_rank(void **unused)
{
    static const double none[6] = {0}, wide[] = {3, 4, 5};
    double b[] = {10}, c[] = {1, 2, 3}, x[3];
    struct qr qr = factored(none, 3, 2);

    (void)unused;
    assert_int_equal(qr.rank, 0);
    qr_apply_qt(&qr, c);
    qr_solve(&qr, c, x);
    assert_true(x[0] == 0 && x[1] == 0);
    qr = factored(wide, 1, 3); /* one equation for three unknowns */
    assert_int_equal(qr.rank, 1);
    qr_apply_qt(&qr, b);
    qr_solve(&qr, b, x);
    assert_near(3 * x[0] + 4 * x[1] + 5 * x[2], 10, 1e-14);
}

/* ---- damping ----------------------------------------------------------- */

/* The damped problem is the plain one with rows sqrt(damping) below A. */
static void damping_is_rows_below_the_matrix(void **unused)
{
    enum { M = 12, N = 4, ALL = M + N };
    static const double damping[N] = {1e-3, 2, 0.5, 40};
    double A[M * N], stacked[ALL * N] = {0}, b[ALL] = {0}, x[N], y[N];
    struct qr qr;

    (void)unused;
    fill(A, M * N, 11);
    fill(b, M, 12);
    for (size_t j = 0; j < N; j++) {
        memcpy(stacked + j * ALL, A + j * M, M * sizeof *A);
        stacked[j * ALL + M + j] = damping[j];
    }
    qr = factored(stacked, ALL, N);
    qr_apply_qt(&qr, b);
    qr_solve(&qr, b, x);
    memset(b, 0, sizeof b);
    fill(b, M, 12);
    qr = factored(A, M, N);
    qr_apply_qt(&qr, b);
    qr_solve_damped(&qr, b, damping, y);
    for (size_t j = 0; j < N; j++)
        assert_near(x[j], y[j], 1e-14);
}

/* One equation 3 x + 4 y = 10, damping 1: x = A' b / (A A' + 1). */
static void damping_makes_few_rows_enough(void **unused)
{
    static const double wide[] = {3, 4}, one[] = {1, 1}, none[] = {0, 0};
    double b[] = {10}, x[2];
    struct qr qr = factored(wide, 1, 2);

    (void)unused;
    qr_apply_qt(&qr, b);
    qr_solve_damped(&qr, b, one, x);
    assert_near(x[0], 30 / 26.0, 1e-15);
    assert_near(x[1], 40 / 26.0, 1e-15);
    qr_solve_damped(&qr, b, none, x); /* then as qr_solve() */
    assert_near(3 * x[0] + 4 * x[1], 10, 1e-14);
}

/* ---- products ---------------------------------------------------------- */

static void a_product_is_as_long_as_the_matrixs(void **unused)
{
    enum { M = 20, N = 5 };
    double A[M * N], x[N], b[M] = {0}, product[M];
    struct qr qr;

    (void)unused;
    fill(A, M * N, 14);
    fill(x, N, 15);
    subtract(A, x, M, N, b);
    qr = factored(A, M, N);
    qr_multiply(&qr, x, product);
    qr_apply_qt(&qr, b);
    for (size_t i = 0; i < M; i++)
        assert_near(product[i], -b[i], 1e-14);
}

/* (A'A)^-1 times A'A is the unit matrix. */
static void the_inverse_undoes_the_normal_matrix(void **unused)
{
    enum { M = 40, N = 6 };
    double A[M * N], C[N * N];
    struct qr qr;

    (void)unused;
    fill(A, M * N, 17);
    for (size_t i = 0; i < M; i++)
        A[2 * M + i] *= 1e9;
    qr = factored(A, M, N);
    qr_inverse(&qr, C);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            double sum = 0, unit = (i == 2 ? 1e-9 : 1) * (j == 2 ? 1e9 : 1);

            for (size_t k = 0; k < N; k++)
                sum += C[i * N + k] * vector_dot(A + k * M, A + j * M, M);
            assert_near(sum / unit, i == j, 1e-13);
        }
}

/* Also where the squares of columns, and so the inverse, are no doubles. */
static void roots_of_the_inverse_are_those_of_its_diagonal(void **unused)
{
    enum { M = 40, N = 3 };
    double A[M * N], C[N * N], roots[N], small[N];
    struct qr qr;

    (void)unused;
    fill(A, M * N, 18);
    qr = factored(A, M, N);
    qr_inverse(&qr, C);
    qr_inverse_roots(&qr, roots);
    for (size_t i = 0; i < M * N; i++)
        A[i] *= 1e-200;
    qr = factored(A, M, N);
    qr_inverse_roots(&qr, small);
    for (size_t j = 0; j < N; j++) {
        assert_near(roots[j] * roots[j] / C[j * N + j], 1, 1e-14);
        assert_near(small[j] / 1e200 / roots[j], 1, 1e-13);
    }
}

static void no_room_is_an_error(void **unused)
{
    struct arena small;
    struct qr qr;

    (void)unused;
    arena_init(&small, 1000);
    assert_int_equal(qr_init(&qr, 100, 100, &small), ERR_MEMORY);
    arena_fini(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_through_three_points_is_strangs),
        cmocka_unit_test(residuals_stand_at_right_angles_to_the_columns),
        cmocka_unit_test(units_of_the_unknowns_change_no_bit),
        cmocka_unit_test(a_bad_condition_costs_its_digits_once),
        cmocka_unit_test(a_large_residual_costs_no_digits),
        cmocka_unit_test(refining_keeps_unknowns_beyond_the_rank_at_zero),
        cmocka_unit_test(the_inverse_knows_what_is_determined),
        cmocka_unit_test(turning_back_undoes_turning),
        cmocka_unit_test(a_column_that_others_make_is_beyond_the_rank),
        cmocka_unit_test(zeros_and_few_rows_have_their_rank),
        cmocka_unit_test(damping_is_rows_below_the_matrix),
        cmocka_unit_test(damping_makes_few_rows_enough),
        cmocka_unit_test(a_product_is_as_long_as_the_matrixs),
        cmocka_unit_test(the_inverse_undoes_the_normal_matrix),
        cmocka_unit_test(roots_of_the_inverse_are_those_of_its_diagonal),
        cmocka_unit_test(no_room_is_an_error),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
