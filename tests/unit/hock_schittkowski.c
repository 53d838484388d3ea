/*
 * hock_schittkowski.c - problems of Hock & Schittkowski 1981, Test Examples
 * for Nonlinear Programming Codes, Lecture Notes in Economics and Mathematical
 * Systems 187: formulas, starts and minima as printed there, but that their
 * g >= 0 is written -g <= 0 here.
 *
 * The boxes of problems that have none are ours, for isres.
 */
#include "tests/unit/hock_schittkowski.h"

#include <math.h>

#include "tests/unit/cmocka_all.h"

#define FORMULA(name, text)                                                   \
    static double complex name(const double complex *x)                       \
    {                                                                         \
        return text;                                                          \
    }

#define SQUARE(a) ((a) * (a))
#define CUBE(a) ((a) * (a) * (a))
#define ROOT3 1.7320508075688772

FORMULA(f6, SQUARE(1 - x[0]))
FORMULA(h6, 10 * (x[1] - SQUARE(x[0])))

FORMULA(f7, clog(1 + SQUARE(x[0])) - x[1])
FORMULA(h7, SQUARE(1 + SQUARE(x[0])) + SQUARE(x[1]) - 4)

FORMULA(f10, x[0] - x[1])
FORMULA(g10, 3 * SQUARE(x[0]) - 2 * x[0] * x[1] + SQUARE(x[1]) - 1)

FORMULA(f12, SQUARE(x[0]) / 2 + SQUARE(x[1]) - x[0] * x[1] - 7 * x[0]
                 - 7 * x[1])
FORMULA(g12, 4 * SQUARE(x[0]) + SQUARE(x[1]) - 25)

FORMULA(f21, SQUARE(x[0]) / 100 + SQUARE(x[1]) - 100)
FORMULA(g21, 10 - 10 * x[0] + x[1])

FORMULA(f24, (SQUARE(x[0] - 3) - 9) * CUBE(x[1]) / (27 * ROOT3))
FORMULA(g24a, x[1] - x[0] / ROOT3)
FORMULA(g24b, -x[0] - ROOT3 * x[1])
FORMULA(g24c, x[0] + ROOT3 * x[1] - 6)

FORMULA(f26, SQUARE(x[0] - x[1]) + SQUARE(SQUARE(x[1] - x[2])))
FORMULA(h26, (1 + SQUARE(x[1])) * x[0] + SQUARE(SQUARE(x[2])) - 3)

FORMULA(f28, SQUARE(x[0] + x[1]) + SQUARE(x[1] + x[2]))
FORMULA(h28, x[0] + 2 * x[1] + 3 * x[2] - 1)

FORMULA(f29, -x[0] * x[1] * x[2])
FORMULA(g29, SQUARE(x[0]) + 2 * SQUARE(x[1]) + 4 * SQUARE(x[2]) - 48)

FORMULA(f35, 9 - 8 * x[0] - 6 * x[1] - 4 * x[2] + 2 * SQUARE(x[0])
                 + 2 * SQUARE(x[1]) + SQUARE(x[2]) + 2 * x[0] * x[1]
                 + 2 * x[0] * x[2])
FORMULA(g35, x[0] + x[1] + 2 * x[2] - 3)

FORMULA(f39, -x[0])
FORMULA(h39a, x[1] - CUBE(x[0]) - SQUARE(x[2]))
FORMULA(h39b, SQUARE(x[0]) - x[1] - SQUARE(x[3]))

FORMULA(f40, -x[0] * x[1] * x[2] * x[3])
FORMULA(h40a, CUBE(x[0]) + SQUARE(x[1]) - 1)
FORMULA(h40b, SQUARE(x[0]) * x[3] - x[2])
FORMULA(h40c, SQUARE(x[3]) - x[1])

FORMULA(f43, SQUARE(x[0]) + SQUARE(x[1]) + 2 * SQUARE(x[2]) + SQUARE(x[3])
                 - 5 * x[0] - 5 * x[1] - 21 * x[2] + 7 * x[3])
FORMULA(g43a, SQUARE(x[0]) + SQUARE(x[1]) + SQUARE(x[2]) + SQUARE(x[3])
                  + x[0] - x[1] + x[2] - x[3] - 8)
FORMULA(g43b, SQUARE(x[0]) + 2 * SQUARE(x[1]) + SQUARE(x[2])
                  + 2 * SQUARE(x[3]) - x[0] - x[3] - 10)
FORMULA(g43c, 2 * SQUARE(x[0]) + SQUARE(x[1]) + SQUARE(x[2]) + 2 * x[0]
                  - x[1] - x[3] - 5)

FORMULA(f71, x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2])
FORMULA(g71, 25 - x[0] * x[1] * x[2] * x[3])
FORMULA(h71, SQUARE(x[0]) + SQUARE(x[1]) + SQUARE(x[2]) + SQUARE(x[3]) - 40)

FORMULA(f100, SQUARE(x[0] - 10) + 5 * SQUARE(x[1] - 12) + SQUARE(SQUARE(x[2]))
                  + 3 * SQUARE(x[3] - 11) + 10 * SQUARE(CUBE(x[4]))
                  + 7 * SQUARE(x[5]) + SQUARE(SQUARE(x[6]))
                  - 4 * x[5] * x[6] - 10 * x[5] - 8 * x[6])
FORMULA(g100a, 2 * SQUARE(x[0]) + 3 * SQUARE(SQUARE(x[1])) + x[2]
                   + 4 * SQUARE(x[3]) + 5 * x[4] - 127)
FORMULA(g100b, 7 * x[0] + 3 * x[1] + 10 * SQUARE(x[2]) + x[3] - x[4] - 282)
FORMULA(g100c, 23 * x[0] + SQUARE(x[1]) + 6 * SQUARE(x[5]) - 8 * x[6] - 196)
FORMULA(g100d, 4 * SQUARE(x[0]) + SQUARE(x[1]) - 3 * x[0] * x[1]
                   + 2 * SQUARE(x[2]) + 5 * x[5] - 11 * x[6])

#define SAME(value) {value, value, value, value, value, value, value}

const struct hs_problem hs_problems[] = {
    {6, 2, {-1.2, 1}, SAME(-5), SAME(5), false, f6, {h6}, {0}, 0},
    {7, 2, {2, 2}, SAME(-5), SAME(5), false, f7, {h7}, {0}, -ROOT3},
    {10, 2, {-10, 10}, SAME(-10), SAME(10), false, f10, {0}, {g10}, -1},
    {12, 2, {0, 0}, SAME(-5), SAME(5), false, f12, {0}, {g12}, -30},
    {21, 2, {-1, -1}, {2, -50}, {50, 50}, true, f21, {0}, {g21}, -99.96},
    {24, 2, {1, 0.5}, {0, 0}, {10, 10}, true, f24, {0}, {g24a, g24b, g24c},
     -1},
    {26, 3, {-2.6, 2, 2}, SAME(-5), SAME(5), false, f26, {h26}, {0}, 0},
    {28, 3, {-4, 1, 1}, SAME(-5), SAME(5), false, f28, {h28}, {0}, 0},
    {29, 3, {1, 1, 1}, SAME(-10), SAME(10), false, f29, {0}, {g29},
     -22.627416997969522},
    {35, 3, {0.5, 0.5, 0.5}, {0, 0, 0}, {3, 3, 3}, true, f35, {0}, {g35},
     1.0 / 9},
    {39, 4, {2, 2, 2, 2}, SAME(-5), SAME(5), false, f39, {h39a, h39b}, {0},
     -1},
    {40, 4, {0.8, 0.8, 0.8, 0.8}, SAME(-2), SAME(2), false, f40,
     {h40a, h40b, h40c}, {0}, -0.25},
    {43, 4, {0, 0, 0, 0}, SAME(-5), SAME(5), false, f43, {0},
     {g43a, g43b, g43c}, -44},
    {71, 4, {1, 5, 5, 1}, SAME(1), SAME(5), true, f71, {h71}, {g71},
     17.0140173},
    {100, 7, {1, 2, 0, 4, 0, 1, 1}, SAME(-10), SAME(10), false, f100, {0},
     {g100a, g100b, g100c, g100d}, 680.6300573},
    {0},
};

const struct hs_problem *hs_find(int number)
{
    const struct hs_problem *problem = hs_problems;

    while (problem->number != number)
        assert_int_not_equal((++problem)->number, 0);
    return problem;
}

static double value_of(hs_formula *formula, const double *x, size_t n,
                       double *g)
{
    double complex z[HS_DIMENSION];

    for (size_t i = 0; i < n; i++)
        z[i] = x[i];
    for (size_t i = 0; i < n && g != NULL; i++) {
        z[i] = CMPLX(x[i], 1e-200);
        g[i] = cimag(formula(z)) / 1e-200;
        z[i] = x[i];
    }
    return creal(formula(z));
}

/* A formula's address stands where data would: a place that holds it. */
static double evaluate(void *data, const double *x, size_t n, double *g)
{
    hs_formula *const *formula = data;

    return value_of(*formula, x, n, g);
}

struct objective hs_objective(const struct hs_problem *problem)
{
    return (struct objective){
        .n = problem->n, .start = problem->start,
        .data = (void *)(uintptr_t)&problem->f, .evaluate = evaluate,
    };
}

size_t hs_constraints(const struct hs_problem *problem, double tolerance,
                      struct constraint constraints[HS_CONSTRAINTS])
{
    size_t count = 0;

    for (size_t i = 0; i < HS_CONSTRAINTS && problem->most[i] != NULL; i++)
        constraints[count++] = (struct constraint){
            CONSTRAINT_INEQUALITY, tolerance,
            (void *)(uintptr_t)&problem->most[i], evaluate};
    for (size_t i = 0; i < HS_CONSTRAINTS && problem->equal[i] != NULL; i++)
        constraints[count++] = (struct constraint){
            CONSTRAINT_EQUALITY, tolerance,
            (void *)(uintptr_t)&problem->equal[i], evaluate};
    return count;
}
