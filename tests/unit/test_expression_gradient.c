/*
 * test_expression_gradient.c - every operation's derivative, against
 * differences in 113 bits, at ordinary points, near its edges and beyond.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>

#include "tests/unit/formula_bench.h"

__extension__ typedef _Float128 quad;

enum { POINTS = 10, EDGES = 2, CASES = 64 };

/* ---- the same functions in 113 bits ------------------------------------ */

#define ONE(name, result)                                                     \
    static quad name(quad x, quad y)                                          \
    {                                                                         \
        (void)y;                                                              \
        return result;                                                        \
    }
#define TWO(name, result)                                                     \
    static quad name(quad x, quad y)                                          \
    {                                                                         \
        return result;                                                        \
    }

ONE(negate, -x)
ONE(absolute, fabsf128(x))
ONE(root, sqrtf128(x))
ONE(third_root, cbrtf128(x))
ONE(exponential, expf128(x))
ONE(exponential_less, expm1f128(x))
ONE(logarithm, logf128(x))
ONE(logarithm_more, log1pf128(x))
ONE(sine, sinf128(x))
ONE(cosine, cosf128(x))
ONE(tangent, tanf128(x))
ONE(arc_sine, asinf128(x))
ONE(arc_cosine, acosf128(x))
ONE(arc_tangent, atanf128(x))
ONE(hyperbolic_sine, sinhf128(x))
ONE(hyperbolic_cosine, coshf128(x))
ONE(hyperbolic_tangent, tanhf128(x))
ONE(error_function, erff128(x))
ONE(logistic, 1 / (1 + expf128(-x)))
ONE(logarithm_2, log2f128(x))
ONE(logarithm_10, log10f128(x))
ONE(area_sine, asinhf128(x))
ONE(area_cosine, acoshf128(x))
ONE(area_tangent, atanhf128(x))
ONE(error_rest, erfcf128(x))
ONE(gamma_function, tgammaf128(x))
ONE(logarithm_of_gamma, lgammaf128(x))
ONE(soft_plus, log1pf128(expf128(x)))
ONE(secant, 1 / cosf128(x))
TWO(hypotenuse, hypotf128(x, y))
TWO(modulus, x - y * floorf128(x / y))
TWO(clamped, x < y ? y : x > 2 * y ? 2 * y : x)
ONE(cube, x * x * x)
ONE(inverse_square, 1 / (x * x))
ONE(power_2_5, powf128(x, 2.5))
ONE(power_70, powf128(x, 70))
ONE(power_of_2, powf128(2, x))
TWO(add, x + y)
TWO(subtract, x - y)
TWO(multiply, x * y)
TWO(divide, x / y)
TWO(power, powf128(x, y))
TWO(arc_tangent_2, atan2f128(x, y))
TWO(least, x < y ? x : y)
TWO(greatest, x > y ? x : y)
TWO(chosen, x < y ? x * y : x + y)

/* Rounding of the operand of exp in erf's derivative grows with x^2. */
#define USUAL 2e-15

/* How far around x a function is smooth: as far as 1, or as far as 0. */
enum scale { SMOOTH, SCALED };

static const struct {
    const char *text;
    quad (*function)(quad x, quad y);
    double tolerance;          /* relative */
    int variables;
    enum scale scale;
    double edges[EDGES];       /* where else it is not smooth; 0: nowhere */
    double points[POINTS][2];  /* (0, 0) ends them */
} cases[] = {
    {"-x", negate, USUAL, 1, SCALED, {0}, {{3}, {-1e300}}},
    {"abs(x)", absolute, USUAL, 1, SCALED, {0}, {{3}, {-2}, {1e-300}}},
    {"sqrt(x)", root, USUAL, 1, SCALED, {0}, {{2}, {1e-300}, {1e300}}},
    {"cbrt(x)", third_root, USUAL, 1, SCALED, {0},
     {{2}, {-8}, {1e-30}, {1e30}}},
    {"exp(x)", exponential, USUAL, 1, SMOOTH, {0},
     {{1}, {-700}, {700}, {1e-10}}},
    {"expm1(x)", exponential_less, USUAL, 1, SMOOTH, {0},
     {{1}, {-20}, {1e-12}}},
    {"log(x)", logarithm, USUAL, 1, SCALED, {0},
     {{2}, {1e-300}, {1e300}, {1.0001}}},
    {"log1p(x)", logarithm_more, USUAL, 1, SMOOTH, {-1},
     {{2}, {-0.75}, {1e-12}}},
    {"sin(x)", sine, USUAL, 1, SMOOTH, {0}, {{1}, {3.1415}, {-100}, {1e6}}},
    {"cos(x)", cosine, USUAL, 1, SMOOTH, {0}, {{1}, {3.1415}, {-100}, {1e6}}},
    {"tan(x)", tangent, USUAL, 1, SMOOTH, {1.5707963267948966},
     {{1}, {1.57}, {-0.5}, {1e-8}}},
    {"asin(x)", arc_sine, USUAL, 1, SMOOTH, {1, -1},
     {{0.5}, {-0.999}, {1 - 1e-12}, {1e-9}}},
    {"acos(x)", arc_cosine, USUAL, 1, SMOOTH, {1, -1},
     {{0.5}, {-0.999}, {1 - 1e-12}, {1e-9}}},
    {"atan(x)", arc_tangent, USUAL, 1, SMOOTH, {0}, {{0.5}, {-1e5}, {1e-9}}},
    {"sinh(x)", hyperbolic_sine, USUAL, 1, SMOOTH, {0}, {{1}, {-700}, {1e-9}}},
    {"cosh(x)", hyperbolic_cosine, USUAL, 1, SMOOTH, {0},
     {{1}, {-700}, {1e-9}}},
    {"tanh(x)", hyperbolic_tangent, USUAL, 1, SMOOTH, {0},
     {{1}, {-8}, {1e-9}}},
    {"erf(x)", error_function, 2e-14, 1, SMOOTH, {0}, {{1}, {-4.5}, {1e-9}}},
    {"logistic(x)", logistic, USUAL, 1, SMOOTH, {0},
     {{1}, {-700}, {20}, {1e-9}}},
    {"log2(x)", logarithm_2, USUAL, 1, SCALED, {0},
     {{2}, {1e-300}, {1e300}, {1.0001}}},
    {"log10(x)", logarithm_10, USUAL, 1, SCALED, {0},
     {{2}, {1e-300}, {1e300}, {1.0001}}},
    {"asinh(x)", area_sine, USUAL, 1, SMOOTH, {0}, {{1}, {-8}, {1e-9}, {1e5}}},
    {"acosh(x)", area_cosine, USUAL, 1, SMOOTH, {1},
     {{2}, {1.0001}, {50}, {1e5}}},
    {"atanh(x)", area_tangent, USUAL, 1, SMOOTH, {1, -1},
     {{0.5}, {-0.999}, {1 - 1e-12}, {1e-9}}},
    {"erfc(x)", error_rest, 2e-14, 1, SMOOTH, {0}, {{1}, {-4.5}, {4.5}}},
    {"gamma(x)", gamma_function, 1e-13, 1, SMOOTH, {-1, -2},
     {{0.5}, {5.25}, {20.5}, {-1.25}}},
    {"lgamma(x)", logarithm_of_gamma, 1e-13, 1, SMOOTH, {-1, -2},
     {{0.5}, {5.25}, {1e5}, {-1.25}}},
    {"softplus(x)", soft_plus, USUAL, 1, SMOOTH, {0},
     {{1}, {-30}, {700}, {1e-9}}},
    {"sec(x)", secant, USUAL, 1, SMOOTH, {0}, {{1}, {-0.5}, {0.001}}},
    {"hypot(x, y)", hypotenuse, USUAL, 2, SCALED, {0},
     {{3, 4}, {-1, 0.01}, {1e200, -1e200}, {1e-300, 1e-300}}},
    {"x % y", modulus, USUAL, 2, SMOOTH, {0}, {{7.5, 3.25}, {-7.5, 3.25}}},
    {"clamp(x, y, 2y)", clamped, USUAL, 2, SMOOTH, {0},
     {{7.5, 1}, {1.5, 1}, {0.5, 1}}},
    {"x^3", cube, USUAL, 1, SCALED, {0}, {{2}, {-1e-50}, {1e90}}},
    {"x^-2", inverse_square, USUAL, 1, SCALED, {0}, {{2}, {-1e-50}, {1e50}}},
    {"x^2.5", power_2_5, USUAL, 1, SCALED, {0}, {{2}, {1e-50}, {1e90}}},
    {"x^70", power_70, USUAL, 1, SMOOTH, {0}, {{1.1}, {-0.9}}},
    {"2^x", power_of_2, USUAL, 1, SMOOTH, {0}, {{2}, {-1000.5}, {1000.25}}},
    {"x + y", add, USUAL, 2, SCALED, {0}, {{2, 3}, {1e6, -1}}},
    {"x - y", subtract, USUAL, 2, SCALED, {0}, {{2, 3}, {1e6, -1}}},
    {"x * y", multiply, USUAL, 2, SCALED, {0}, {{2, 3}, {1e200, -1e-200}}},
    {"x / y", divide, USUAL, 2, SCALED, {0}, {{2, 3}, {1e100, -1e-100}}},
    {"pow(x, y)", power, USUAL, 2, SCALED, {0},
     {{2, 3.5}, {0.1, -2}, {1e-30, 0.5}}},
    {"atan2(x, y)", arc_tangent_2, USUAL, 2, SCALED, {0},
     {{2, 3}, {-1, 1e-8}, {1, -2}, {1e100, 1e100}}},
    {"min(x, y)", least, USUAL, 2, SCALED, {0}, {{2, 3}, {3, 2}, {-1, 1}}},
    {"max(x, y)", greatest, USUAL, 2, SCALED, {0}, {{2, 3}, {3, 2}, {-1, 1}}},
    {"if(x < y, x * y, x + y)", chosen, USUAL, 2, SCALED, {0},
     {{2, 3}, {3, 2}}},
};

static double smooth_width(size_t k, double x)
{
    const double *edges = cases[k].edges;
    double width = cases[k].scale == SCALED && x != 0 ? fabs(x) : 1;

    for (int i = 0; i < EDGES; i++)
        if (edges[i] != 0)
            width = fmin(width, fabs(x - edges[i]));
    return width;
}

/* Central differences of sixth order: in most cases good to 1e-26. */
static double difference(size_t k, const double at[2], int variable)
{
    static const int weights[] = {45, -9, 1};
    quad h = (quad)0x1p-14 * smooth_width(k, at[variable]);
    quad x = at[0], y = at[1], sum = 0;

    for (int i = 0; i < 3; i++) {
        quad dx = variable == 0 ? (i + 1) * h : 0;
        quad dy = variable == 1 ? (i + 1) * h : 0;

        sum += weights[i] * (cases[k].function(x + dx, y + dy)
                             - cases[k].function(x - dx, y - dy));
    }
    return (double)(sum / (60 * h));
}

static void every_operation_has_its_exact_derivative(void **unused)
{
    double worst = 0;

    (void)unused;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct formula_bench bench;

        formula_bench_init(&bench);
        formula_bench_variable(&bench, "x", 0);
        if (cases[k].variables == 2)
            formula_bench_variable(&bench, "y", 0);
        formula_bench_compile(&bench, cases[k].text);
        for (int i = 0; i < POINTS; i++) {
            const double *at = cases[k].points[i];
            double g[2], value;

            if (at[0] == 0 && at[1] == 0)
                break;
            value = expression_evaluate(bench.expression, at, g);
            if (!(fabs(value / (double)cases[k].function(at[0], at[1]) - 1)
                  <= cases[k].tolerance))
                fail_msg("%s at (%g, %g) is %.17g", cases[k].text, at[0],
                         at[1], value);
            for (int j = 0; j < cases[k].variables; j++) {
                double right = difference(k, at, j);
                double off = fabs(g[j] - right) / fabs(right);

                if (g[j] != right && !(off <= cases[k].tolerance))
                    fail_msg("%s at (%g, %g): derivative %d is %.17g, not "
                             "%.17g", cases[k].text, at[0], at[1], j, g[j],
                             right);
                if (g[j] != right)
                    worst = fmax(worst, off);
            }
        }
        formula_bench_fini(&bench);
    }
    printf("# %zu operations; worst relative deviation of a derivative "
           "%.1e\n", sizeof cases / sizeof *cases, worst);
}

/* ---- kinks and poles --------------------------------------------------- */

static const struct {
    const char *text;
    double x[2], value, g[2];
} edges[] = {
    {"abs(x)", {0, 0}, 0, {0, 0}},
    {"abs(x - y)", {1, 1}, 0, {0, 0}},
    {"sign(x) * y", {0, 2}, 0, {0, 0}},
    {"sign(x) * y", {-3, 2}, -2, {0, -1}},
    {"floor(x) + y", {1.5, 2}, 3, {0, 1}},
    {"min(x, y)", {1, 1}, 1, {1, 0}},
    {"max(x, y)", {1, 1}, 1, {1, 0}},
    {"max(2 * x, x, y)", {0, 0}, 0, {2, 0}},
    {"x * (x >= y) + y * (x < y)", {3, 2}, 3, {1, 0}},
    {"(x == 1) + (y != 2)", {1, 2}, 1, {0, 0}},
    {"if(x > 0, x * y, sqrt(x))", {4, 2}, 8, {2, 4}},
    {"if(x >= 0, y, log(x) * sqrt(x))", {0, 2}, 2, {0, 1}},
    {"if(y > 0, 1 / x, y)", {0, -1}, -1, {0, 1}},
    {"min(x, sqrt(y))", {-1, 0}, -1, {1, 0}},
    {"pow(x, y)", {0, 2}, 0, {0, 0}},
    {"x^2", {0, 0}, 0, {0, 0}},
    {"x^0 + y", {0, 1}, 2, {0, 1}},
    {"sqrt(x)", {0, 0}, 0, {INFINITY, 0}},
    {"sqrt(x) + y", {-1, 3}, NAN, {NAN, 1}},
    {"log(x)", {0, 0}, -INFINITY, {INFINITY, 0}},
    {"1 / x", {0, 0}, INFINITY, {-INFINITY, 0}},
    {"exp(x) + y", {1000, 1}, INFINITY, {INFINITY, 1}},
    {"asin(x)", {1, 0}, 1.5707963267948966, {INFINITY, 0}},
    {"asin(x)", {2, 0}, NAN, {NAN, 0}},
    {"tanh(x)", {1000, 0}, 1, {0, 0}},
    {"logistic(x)", {-1000, 0}, 0, {0, 0}},
    {"x * y", {INFINITY, 0}, NAN, {0, INFINITY}},
    {"prod(i, 1, 3, if(i == 2, x, y))", {0, 3}, 0, {9, 0}},
    {"prod(i, 1, 3, if(i < 3, x, y))", {0, 3}, 0, {0, 0}},
};

static bool equal(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b;
}

static void kinks_and_poles_are_as_documented(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < sizeof edges / sizeof *edges; k++) {
        struct formula_bench bench;
        double g[2], value;

        formula_bench_init(&bench);
        formula_bench_variable(&bench, "x", 0);
        formula_bench_variable(&bench, "y", 0);
        formula_bench_compile(&bench, edges[k].text);
        value = expression_evaluate(bench.expression, edges[k].x, g);
        if (!equal(value, edges[k].value) || !equal(g[0], edges[k].g[0])
            || !equal(g[1], edges[k].g[1]))
            fail_msg("%s at (%g, %g) is %.17g, gradient (%.17g, %.17g)",
                     edges[k].text, edges[k].x[0], edges[k].x[1], value, g[0],
                     g[1]);
        assert_true(equal(expression_evaluate(bench.expression, edges[k].x,
                                              NULL), edges[k].value));
        formula_bench_fini(&bench);
    }
}

static void the_norm_of_nothing_has_gradient_zero(void **unused)
{
    const double x[3] = {0};
    struct formula_bench bench;
    double g[3] = {1, 1, 1};

    (void)unused;
    formula_bench_init(&bench);
    formula_bench_variable(&bench, "x", 3);
    formula_bench_compile(&bench, "norm2(x)");
    assert_true(expression_evaluate(bench.expression, x, g) == 0);
    for (int i = 0; i < 3; i++)
        assert_true(g[i] == 0);
    formula_bench_fini(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_has_its_exact_derivative),
        cmocka_unit_test(kinks_and_poles_are_as_documented),
        cmocka_unit_test(the_norm_of_nothing_has_gradient_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
