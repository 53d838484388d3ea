/* test_degenerate.c - constraints that repeat each other, that cannot hold, and
 * a loss with an edge behind them. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/method_bench.h"

#define TOLERANCE 1e-8

/* a x + b y + c, and its square times q; or an edge. */
struct form {
    double a, b, c, q;
};

static double evaluate_form(void *data, const double *x, size_t n, double *g)
{
    const struct form *f = data;
    double line = f->a * x[0] + f->b * x[1] + f->c;
    double slope = 1 + 2 * f->q * line;

    (void)n;
    if (g != NULL) {
        g[0] = slope * f->a;
        g[1] = slope * f->b;
    }
    return line + f->q * line * line;
}

/* (x - 4)^2 + (y - 2)^2 */
static double evaluate_bowl(void *data, const double *x, size_t n, double *g)
{
    (void)data;
    (void)n;
    if (g != NULL) {
        g[0] = 2 * (x[0] - 4);
        g[1] = 2 * (x[1] - 2);
    }
    return (x[0] - 4) * (x[0] - 4) + (x[1] - 2) * (x[1] - 2);
}

struct problem {
    enum constraint_type type;
    struct form forms[4];
    size_t count;
    double x[2];             /* the solution */
};

/* Run it; the bench is the caller's. */
static struct bench *run(const char *method, const struct problem *p)
{
    static const double start[] = {0.3, 0.7};
    struct problem own = *p;
    struct constraint constraints[4];
    struct bench *b = bench_new(method);

    for (size_t i = 0; i < p->count; i++)
        constraints[i] = (struct constraint){
            p->type, TOLERANCE, &own.forms[i], evaluate_form,
        };
    b->objective = (struct objective){.n = 2, .evaluate = evaluate_bowl};
    b->constraints = constraints;
    b->constraint_count = p->count;
    bench_run(b, start);
    return b;
}

/* The bowl's least point on x + y = 1 is (1.5, -0.5). A line may be said
 * twice, in two units, squared with itself, or beside 0 = 0. */
static void equalities_may_repeat_each_other(void **unused)
{
    static const struct problem problems[] = {
        {CONSTRAINT_EQUALITY, {{1, 1, -1, 0}, {1, 1, -1, 0}}, 2, {1.5, -0.5}},
        {CONSTRAINT_EQUALITY, {{1, 1, -1, 0}, {2, 2, -2, 0}}, 2, {1.5, -0.5}},
        {CONSTRAINT_EQUALITY, {{0, 0, 0, 0}, {1, 1, -1, 0}}, 2, {1.5, -0.5}},
        {CONSTRAINT_EQUALITY, {{1, 1, -1, 0}, {0, 0, 0, 0}}, 2, {1.5, -0.5}},
        {CONSTRAINT_EQUALITY, {{1, 1, -1, 0}, {1, 1, -1, 0.25}}, 2,
         {1.5, -0.5}},
        {CONSTRAINT_EQUALITY,
         {{1, 1, -1, 0}, {1e6, 1e6, -1e6, 0}, {-1, -1, 1, 0}, {0, 0, 0, 0}},
         4, {1.5, -0.5}},
        {CONSTRAINT_EQUALITY, {{1, 0, -1, 0}, {0, 1, -3, 0}, {1, 1, -4, 0}},
         3, {1, 3}},
    };
    static const char *const methods[] = {"slsqp", "augmented_lagrangian"};
    (void)unused;

    for (size_t m = 0; m < 2; m++) {
        for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
            const struct problem *p = &problems[i];
            struct bench *b = run(methods[m], p);
            double off = hypot(b->result.x[0] - p->x[0],
                               b->result.x[1] - p->x[1]);

            if (!(off <= 1e-5) || !b->result.at_x.feasible
                || reason_texts[b->result.reason].outcome != CONVERGED)
                fail_msg("%s, problem %zu: off by %g, %s", methods[m], i, off,
                         reason_texts[b->result.reason].name);
            bench_free(b);
        }
    }
}

/* Lines that are parallel; half planes without a point in common; a bowl that
 * is nowhere as low as it must be. None goes on to its last iteration. */
static void what_cannot_hold_is_infeasible(void **unused)
{
    static const struct problem problems[] = {
        {CONSTRAINT_EQUALITY, {{1, 1, -1, 0}, {1, 1, -2, 0}}, 2, {0}},
        {CONSTRAINT_EQUALITY, {{0, 0, 1, 0}, {1, 1, -2, 0}}, 2, {0}},
        {CONSTRAINT_INEQUALITY, {{-1, 0, 1, 0}, {1, 0, 0, 0}}, 2, {0}},
        {CONSTRAINT_INEQUALITY, {{1, 1, -1, 0}, {-1, -1, 2, 0}}, 2, {0}},
        {CONSTRAINT_INEQUALITY,
         {{-2, -3, 6, 0}, {3, 2, -12, 0}, {-1, 0, 10, 0}, {0, -1, 10, 0}}, 4,
         {0}},
        {CONSTRAINT_INEQUALITY, {{0, 0, 1, 0}}, 1, {0}},
    };
    static const char *const methods[] = {"slsqp", "augmented_lagrangian",
                                          "mma", "cobyla"};
    (void)unused;

    for (size_t m = 0; m < 4; m++) {
        for (size_t i = m == 2 ? 2 : 0; i < sizeof problems / sizeof *problems;
             i++) {
            struct bench *b = run(methods[m], &problems[i]);

            if (b->result.reason != REASON_INFEASIBLE
                || !isfinite(b->result.x[0]) || !isfinite(b->result.x[1]))
                fail_msg("%s, problem %zu: %s after %d at %g, %g", methods[m],
                         i, reason_texts[b->result.reason].name,
                         (int)b->result.iterations, b->result.x[0],
                         b->result.x[1]);
            bench_free(b);
        }
    }
}

/* ---- curved constraints that cannot hold at once ------------------------ */

/* (x - a)^2 + (y - b)^2 - c, or x y - c where a is infinite. */
struct curve {
    double a, b, c;
    enum constraint_type type;
};

static double evaluate_curve(void *data, const double *x, size_t n, double *g)
{
    const struct curve *f = data;
    bool is_ball = isfinite(f->a);

    (void)n;
    if (g != NULL) {
        g[0] = is_ball ? 2 * (x[0] - f->a) : x[1];
        g[1] = is_ball ? 2 * (x[1] - f->b) : x[0];
    }
    return is_ball ? (x[0] - f->a) * (x[0] - f->a)
                         + (x[1] - f->b) * (x[1] - f->b) - f->c
                   : x[0] * x[1] - f->c;
}

/* Two disks apart; a circle without a radius; a circle within a hyperbola. From
 * each of four starts cobyla went on to its last iteration in most of these. */
static void nor_does_cobyla_go_on_between_curves(void **unused)
{
    static const struct curve problems[][2] = {
        {{-3, 0, 1, CONSTRAINT_INEQUALITY}, {3, 0, 1, CONSTRAINT_INEQUALITY}},
        {{0, 0, -1, CONSTRAINT_EQUALITY}, {0, 0, -1, CONSTRAINT_EQUALITY}},
        {{0, 0, 1, CONSTRAINT_EQUALITY},
         {INFINITY, 0, 2, CONSTRAINT_EQUALITY}},
    };
    static const double starts[][2] = {{1, 1}, {0.3, 0.7}, {3, -2}, {40, -20}};
    (void)unused;

    for (size_t k = 0; k < 12; k++) {
        struct curve own[2];
        struct constraint constraints[2];
        struct bench *b = bench_new("cobyla");

        memcpy(own, problems[k / 4], sizeof own);
        for (size_t i = 0; i < 2; i++)
            constraints[i] = (struct constraint){own[i].type, TOLERANCE,
                                                 &own[i], evaluate_curve};
        b->objective = (struct objective){.n = 2, .evaluate = evaluate_bowl};
        b->constraints = constraints;
        b->constraint_count = 2;
        bench_run(b, starts[k % 4]);
        if (b->result.reason != REASON_INFEASIBLE
            || b->result.iterations > 1000)
            fail_msg("problem %zu, start %zu: %s after %d", k / 4, k % 4,
                     reason_texts[b->result.reason].name,
                     (int)b->result.iterations);
        bench_free(b);
    }
}

/* ---- NLopt's tutorial: least sqrt(y) where y >= (2x)^3 and y >= (1-x)^3 -- */

static double root(void *data, const double *x, size_t n, double *g)
{
    (void)data;
    (void)n;
    if (g != NULL) {
        g[0] = 0;
        g[1] = 0.5 / sqrt(x[1]);
    }
    return sqrt(x[1]);
}

/* (a x + b)^3 - y */
static double cubic(void *data, const double *x, size_t n, double *g)
{
    const struct form *f = data;
    double line = f->a * x[0] + f->b;

    (void)n;
    if (g != NULL) {
        g[0] = 3 * f->a * line * line;
        g[1] = -1;
    }
    return line * line * line - x[1];
}

/* Whether the run comes to the solution, (1/3, 8/27). */
static bool is_solved(const struct bench *b)
{
    return fabs(b->result.loss - sqrt(8.0 / 27)) <= 1e-6
        && b->result.at_x.feasible;
}

/* Where y = 0 the loss has an infinite slope, and below it no value. mma, whose
 * models of cubes are poor, may stall, and says so. */
static void an_edge_behind_the_constraints_holds_nobody(void **unused)
{
    static const char *const methods[] = {"augmented_lagrangian", "slsqp",
                                          "cobyla", "mma"};
    static const double starts[][2] = {
        {1.234, 5.678}, {0, 1}, {1, 1}, {3, 0.5}, {-2, 4},
    };
    static const double low[] = {-INFINITY, 0};
    static struct form forms[] = {{.a = 2}, {.a = -1, .b = 1}};
    const struct constraint constraints[] = {
        {CONSTRAINT_INEQUALITY, TOLERANCE, &forms[0], cubic},
        {CONSTRAINT_INEQUALITY, TOLERANCE, &forms[1], cubic},
    };
    unsigned solved = 0;
    (void)unused;

    for (size_t m = 0; m < 4; m++) {
        for (size_t s = 0; s < 10; s++) {
            struct bench *b = bench_new(methods[m]);

            b->objective = (struct objective){.n = 2, .evaluate = root};
            b->constraints = constraints;
            b->constraint_count = 2;
            b->low = s < 5 ? NULL : low;
            bench_run(b, starts[s % 5]);
            if (is_solved(b))
                solved++;
            else if (m < 3 || b->result.reason != REASON_STALLED)
                fail_msg("%s from start %zu: %s at %g, %g", methods[m], s,
                         reason_texts[b->result.reason].name, b->result.x[0],
                         b->result.x[1]);
            bench_free(b);
        }
    }
    printf("# NLopt's tutorial problem: solved from %u of 40 starts\n",
           solved);
    assert_true(solved >= 38);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equalities_may_repeat_each_other),
        cmocka_unit_test(what_cannot_hold_is_infeasible),
        cmocka_unit_test(nor_does_cobyla_go_on_between_curves),
        cmocka_unit_test(an_edge_behind_the_constraints_holds_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
