/* test_constraints.c - runs under nonlinear constraints: where they end, what
 * is best, and what counts as converged. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/kernel/vector.h"
#include "tests/unit/hock_schittkowski.h"
#include "tests/unit/method_bench.h"

#define TOLERANCE 1e-8

static bool has_equalities(const struct bench *b)
{
    for (size_t i = 0; i < b->constraint_count; i++)
        if (b->constraints[i].type == CONSTRAINT_EQUALITY)
            return true;
    return false;
}

/* ---- classical problems ------------------------------------------------ */

/* How near a method comes to the published minima, relative to the larger of
 * 1 and the minimum: cobyla's models are linear, and isres finds a valley.
 * (Minima are published to 10 digits.) */
static const struct {
    const char *name;
    double within;
    bool is_global;        /* small problems with inequalities alone */
    int unended[3];        /* problems that 10 000 iterations do not end */
} methods[] = {
    {"augmented_lagrangian", 2e-8, false, {0}},
    {"slsqp", 1e-8, false, {0}},
    {"cobyla", 2e-8, false, {26, 71, 0}},
    {"mma", 1e-7, false, {24, 0}},
    {"isres", 2e-3, true, {10, 12, 21}},
};

enum { METHODS = sizeof methods / sizeof *methods };

/* Set up method m on a problem; false: it does not take it. */
static bool takes(struct bench *b, size_t m, const struct hs_problem *problem,
                  struct constraint constraints[HS_CONSTRAINTS])
{
    b->objective = hs_objective(problem);
    b->constraints = constraints;
    b->constraint_count = hs_constraints(problem, TOLERANCE, constraints);
    if (problem->is_boxed || b->kind->needs_bounds) {
        b->low = problem->low;
        b->high = problem->high;
    }
    if (methods[m].is_global)
        return !has_equalities(b)
            && (problem->number == 10 || problem->number == 12
                || problem->number == 21);
    return b->kind->takes_equalities || !has_equalities(b);
}

static bool may_go_on(size_t m, int number)
{
    for (size_t i = 0; i < 3; i++)
        if (methods[m].unended[i] == number)
            return true;
    return false;
}

static void check_problem(size_t m, const struct hs_problem *problem)
{
    struct constraint constraints[HS_CONSTRAINTS];
    struct bench *b = bench_new(methods[m].name);
    const struct run_result *r = &b->result;
    double off;

    if (takes(b, m, problem, constraints)) {
        bench_run(b, problem->start);
        off = (r->best.loss - problem->minimum)
            / fmax(1, fabs(problem->minimum));
        printf("# %-20s HS%-3d %9.1e %9.1e %6llu %6llu  %s\n", methods[m].name,
               problem->number, off, r->best.at_x.violation,
               (unsigned long long)r->iterations,
               (unsigned long long)r->loss_evaluations,
               reason_texts[r->reason].name);
        assert_true(r->best.at_x.feasible);
        assert_true(fabs(off) <= methods[m].within);
        assert_false(b->left_bounds);
        if (may_go_on(m, problem->number)) {
            assert_int_equal(r->reason, REASON_MAX_ITERATIONS);
        } else {
            assert_int_equal(reason_texts[r->reason].outcome, CONVERGED);
            assert_true(r->at_x.feasible);
        }
    }
    bench_free(b);
}

static void methods_come_to_the_published_minima(void **unused)
{
    (void)unused;
    printf("# %-20s %-5s %9s %9s %6s %6s\n", "method", "", "off by",
           "violation", "shown", "losses");
    for (size_t m = 0; m < METHODS; m++)
        for (const struct hs_problem *p = hs_problems; p->number != 0; p++)
            check_problem(m, p);
}

/* The gradient of the loss at HS71's solution is far from zero. */
static void the_gradient_norm_is_the_lagrangians(void **unused)
{
    struct constraint constraints[HS_CONSTRAINTS];
    struct bench *b = bench_new("augmented_lagrangian");
    double g[HS_DIMENSION];
    (void)unused;

    assert_true(takes(b, 0, hs_find(71), constraints));
    bench_run(b, hs_find(71)->start);
    assert_int_equal(b->result.reason, REASON_GRADIENT_TOLERANCE);
    assert_true(b->result.gradient_norm <= TOLERANCE);
    b->objective.evaluate(b->objective.data, b->result.x, 4, g);
    assert_true(vector_norm2(g, 4) > 1);
    bench_free(b);
}

/* ---- what is best, and what is shown ----------------------------------- */

struct witness {
    const struct bench *b;
    bool feasible;           /* of the best so far */
    double loss, violation;
    uint64_t at, shown;
};

static bool is_better(const struct witness *w, struct feasibility here,
                      double loss)
{
    if (w->shown == 0 || here.feasible != w->feasible)
        return w->shown == 0 || here.feasible;
    return here.feasible ? loss < w->loss : here.violation < w->violation;
}

static enum reason witness_observe(void *self, const struct iteration *it,
                                   enum reason reason)
{
    struct witness *w = self;
    struct feasibility here =
        constraints_measure(w->b->constraints, w->b->constraint_count, it->x,
                            w->b->objective.n);

    assert_true(it->has_constraints);
    assert_true(it->violation == here.violation);
    if (is_better(w, here, it->loss)) {
        w->feasible = here.feasible;
        w->loss = it->loss;
        w->violation = here.violation;
        w->at = it->iteration;
    }
    w->shown++;
    assert_int_equal(it->best_iteration, w->at);
    assert_true(it->best_loss == w->loss);
    assert_true(it->best_violation == w->violation);
    return reason;
}

static struct run run_of(struct bench *b, const double *start,
                         run_observer *observe, void *observer)
{
    return (struct run){
        .objective = &b->objective, .constraints = b->constraints,
        .constraint_count = b->constraint_count, .optimizer = b->kind,
        .optimizer_parameters = b->p, .wrap_parameters = b->wrap,
        .low = b->low, .high = b->high, .schedule = &b->schedule,
        .stop = b->stop, .start = start, .observe = observe,
        .observer = observer,
    };
}

static void feasible_points_are_better_then_lesser_losses(void **unused)
{
    (void)unused;
    for (size_t m = 0; m < METHODS; m++) {
        struct constraint constraints[HS_CONSTRAINTS];
        struct bench *b = bench_new(methods[m].name);
        struct witness w = {.b = b};
        struct run run;

        assert_true(takes(b, m, hs_find(10), constraints));
        run = run_of(b, hs_find(10)->start, witness_observe, &w);
        assert_int_equal(run_minimize(&run, &b->arena, &b->result), OK);
        assert_int_equal(b->result.best.iteration, w.at);
        assert_true(b->result.best.loss == w.loss);
        assert_true(b->result.best.at_x.feasible && w.feasible);
        assert_true(w.violation == constraints_measure(
            constraints, b->constraint_count, b->result.best.x, 2).violation);
        bench_free(b);
    }
}

/* ---- stop rules -------------------------------------------------------- */

/* The rule alone would end the run at its start, which is not feasible. */
static void check_waits(size_t m, enum stop_rule rule, double value,
                        enum reason reason)
{
    struct constraint constraints[HS_CONSTRAINTS];
    struct bench *b = bench_new(methods[m].name);

    assert_true(takes(b, m, hs_find(10), constraints));
    b->stop[rule] = value;
    bench_run(b, hs_find(10)->start);
    assert_int_equal(b->result.reason, reason);
    assert_true(b->result.iterations > 0);
    assert_true(b->result.at_x.feasible);
    bench_free(b);
}

/* HS10 from (-10, 10): the loss is -20 there, its gradient's norm sqrt 2, and
 * the violation 399; the least feasible loss is -1. */
static void nothing_is_reached_where_constraints_do_not_hold(void **unused)
{
    (void)unused;
    for (size_t m = 0; m < METHODS; m++)
        check_waits(m, STOP_TARGET_LOSS, 5, REASON_TARGET_LOSS);
    check_waits(0, STOP_GRADIENT_TOLERANCE, 1e9, REASON_GRADIENT_TOLERANCE);
    check_waits(1, STOP_GRADIENT_TOLERANCE, 2, REASON_GRADIENT_TOLERANCE);
    check_waits(0, STOP_STEP_TOLERANCE, 1e9, REASON_STEP_TOLERANCE);
    check_waits(2, STOP_LOSS_TOLERANCE, 1e9, REASON_LOSS_TOLERANCE);
}

static void budgets_count_everywhere(void **unused)
{
    static const enum stop_rule rules[] = {STOP_MAX_ITERATIONS,
                                           STOP_MAX_EVALUATIONS};
    static const enum reason reasons[] = {REASON_MAX_ITERATIONS,
                                          REASON_MAX_EVALUATIONS};
    (void)unused;

    for (size_t m = 0; m < METHODS; m++) {
        for (size_t r = 0; r < 2; r++) {
            struct constraint constraints[HS_CONSTRAINTS];
            struct bench *b = bench_new(methods[m].name);

            assert_true(takes(b, m, hs_find(10), constraints));
            b->stop[rules[r]] = 2;
            bench_run(b, hs_find(10)->start);
            assert_int_equal(b->result.reason, reasons[r]);
            assert_false(b->result.at_x.feasible);
            assert_true(b->result.at_x.violation > TOLERANCE);
            bench_free(b);
        }
    }
}

static void a_run_under_constraints_can_be_canceled(void **unused)
{
    (void)unused;
    for (size_t m = 0; m < METHODS; m++) {
        struct constraint constraints[HS_CONSTRAINTS];
        struct bench *b = bench_new(methods[m].name);

        assert_true(takes(b, m, hs_find(10), constraints));
        atomic_store(&b->cancel, true);
        bench_run(b, hs_find(10)->start);
        assert_int_equal(b->result.reason, REASON_CANCELED);
        bench_free(b);
    }
}

/* ---- problems without a solution --------------------------------------- */

/* x^2 + 1, which is nowhere below 1: least at 0. */
static double above_one(void *data, const double *x, size_t n, double *g)
{
    double sum = 1;

    (void)data;
    for (size_t i = 0; i < n; i++) {
        sum += x[i] * x[i];
        if (g != NULL)
            g[i] = 2 * x[i];
    }
    return sum;
}

static double no_number(void *data, const double *x, size_t n, double *g)
{
    (void)above_one(data, x, n, g);
    return NAN;
}

static const double low[] = {-5, -5}, high[] = {5, 5.5};

static void bench_two(struct bench *b, struct constraint *constraint)
{
    b->objective = (struct objective){.n = 2, .evaluate = bench_bowl};
    b->constraints = constraint;
    b->constraint_count = 1;
    b->low = low;
    b->high = high;
}

static void what_cannot_hold_never_converges(void **unused)
{
    static const double start[] = {3, 2};
    (void)unused;

    for (size_t m = 0; m < METHODS; m++) {
        struct constraint c = {CONSTRAINT_INEQUALITY, TOLERANCE, NULL,
                               above_one};
        struct bench *b = bench_new(methods[m].name);

        bench_two(b, &c);
        bench_run(b, start);
        assert_true(b->result.reason == REASON_INFEASIBLE
                    || b->result.reason == REASON_MAX_ITERATIONS);
        assert_false(b->result.best.at_x.feasible);
        assert_true(b->result.best.at_x.violation >= 1);
        if (m < 2) /* those by slopes find where the violation is least */
            assert_true(b->result.best.at_x.violation < 1.1);
        bench_free(b);
    }
}

static void a_constraint_that_is_no_number_ends_the_run(void **unused)
{
    static const double start[] = {3, 2};
    (void)unused;

    for (size_t m = 0; m < METHODS; m++) {
        struct constraint c = {CONSTRAINT_INEQUALITY, TOLERANCE, NULL,
                               no_number};
        struct bench *b = bench_new(methods[m].name);

        bench_two(b, &c);
        bench_run(b, start);
        assert_int_equal(b->result.reason, REASON_NONFINITE);
        assert_int_equal(b->result.iterations, 0);
        assert_true(isnan(b->result.at_x.violation));
        bench_free(b);
    }
}

/* ---- more -------------------------------------------------------------- */

static double sum_of_all(void *data, const double *x, size_t n, double *g)
{
    double sum = 0;

    (void)data;
    for (size_t i = 0; i < n; i++) {
        sum += x[i];
        if (g != NULL)
            g[i] = 1;
    }
    return sum;
}

/* On x.x <= 1: above_one - 2. */
static double in_the_ball(void *data, const double *x, size_t n, double *g)
{
    return above_one(data, x, n, g) - 2;
}

/* The sum over the unit ball in n dimensions is at most sqrt n. */
static void uphill_runs_keep_to_constraints(void **unused)
{
    (void)unused;
    for (size_t m = 0; m < 4; m++) {
        struct constraint c = {CONSTRAINT_INEQUALITY, TOLERANCE, NULL,
                               in_the_ball};
        struct bench *b = bench_new(methods[m].name);
        double start[BENCH_DIMENSION] = {0.5};
        size_t n = b->kind->dimension_max == 0 ? BENCH_DIMENSION : 10;

        b->objective = (struct objective){.n = n, .evaluate = sum_of_all};
        b->constraints = &c;
        b->constraint_count = 1;
        b->wrap[WRAP_MAXIMIZE] = 1;
        bench_run(b, start);
        assert_int_equal(reason_texts[b->result.reason].outcome, CONVERGED);
        assert_true(fabs(b->result.loss - sqrt((double)n)) < 1e-6);
        assert_true(b->result.best.at_x.feasible);
        bench_free(b);
    }
}

static double cube(void *data, const double *x, size_t n, double *g)
{
    (void)data;
    (void)n;
    if (g != NULL)
        *g = 3 * *x * *x;
    return *x * *x * *x;
}

static double fifth_power(void *data, const double *x, size_t n, double *g)
{
    double square = *x * *x;

    (void)data;
    (void)n;
    if (g != NULL)
        *g = 5 * square * square;
    return square * square * *x;
}

static double at_least_minus_one(void *data, const double *x, size_t n,
                                 double *g)
{
    (void)data;
    (void)n;
    if (g != NULL)
        *g = -1;
    return -1 - *x;
}

/* x^3 and x^5 where x >= -1: least there. Outside they fall faster than the
 * square of the violation rises, without end. */
static void x_comes_back_from_where_the_loss_falls_without_end(void **unused)
{
    static double (*const losses[])(void *, const double *, size_t,
                                    double *) = {cube, fifth_power};
    static const double start[] = {0.5};
    (void)unused;

    for (size_t i = 0; i < 2; i++) {
        struct constraint c = {CONSTRAINT_INEQUALITY, TOLERANCE, NULL,
                               at_least_minus_one};
        struct bench *b = bench_new("augmented_lagrangian");

        b->objective = (struct objective){.n = 1, .evaluate = losses[i]};
        b->constraints = &c;
        b->constraint_count = 1;
        bench_run(b, start);
        printf("# from a fall without end after %d\n",
               (int)b->result.iterations);
        assert_int_equal(b->result.reason, REASON_GRADIENT_TOLERANCE);
        assert_true(fabs(b->result.loss + 1) < 1e-7);
        bench_free(b);
    }
}

/* Without constraints it is L-BFGS: rosenbrock's minimum is 0 at (1, 1). */
static void an_augmented_lagrangian_may_have_nothing_to_add(void **unused)
{
    static const double start[] = {-1.2, 1};
    const struct function *rosenbrock = function_find("rosenbrock");
    struct bench *b = bench_new("augmented_lagrangian");
    (void)unused;

    bench_take_function(b, &rosenbrock, 2);
    bench_run(b, start);
    assert_int_equal(b->result.reason, REASON_GRADIENT_TOLERANCE);
    assert_true(b->result.loss < 1e-16);
    assert_true(b->result.at_x.feasible);
    bench_free(b);
}

/* A looser tolerance ends sooner, a violation up to it counting as none. */
static void a_tolerance_is_kept_and_used(void **unused)
{
    uint64_t iterations[2];
    (void)unused;

    for (size_t i = 0; i < 2; i++) {
        struct constraint constraints[HS_CONSTRAINTS];
        struct bench *b = bench_new("augmented_lagrangian");

        assert_true(takes(b, 0, hs_find(39), constraints));
        for (size_t k = 0; k < b->constraint_count; k++)
            constraints[k].tolerance = i == 0 ? 1e-10 : 1e-3;
        method_set(b, "tolerance", 1e-5);
        bench_run(b, hs_find(39)->start);
        assert_int_equal(b->result.reason, REASON_GRADIENT_TOLERANCE);
        assert_true(b->result.at_x.violation <= constraints[0].tolerance);
        iterations[i] = b->result.iterations;
        bench_free(b);
    }
    assert_true(iterations[1] < iterations[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_come_to_the_published_minima),
        cmocka_unit_test(the_gradient_norm_is_the_lagrangians),
        cmocka_unit_test(feasible_points_are_better_then_lesser_losses),
        cmocka_unit_test(nothing_is_reached_where_constraints_do_not_hold),
        cmocka_unit_test(budgets_count_everywhere),
        cmocka_unit_test(a_run_under_constraints_can_be_canceled),
        cmocka_unit_test(what_cannot_hold_never_converges),
        cmocka_unit_test(a_constraint_that_is_no_number_ends_the_run),
        cmocka_unit_test(uphill_runs_keep_to_constraints),
        cmocka_unit_test(x_comes_back_from_where_the_loss_falls_without_end),
        cmocka_unit_test(an_augmented_lagrangian_may_have_nothing_to_add),
        cmocka_unit_test(a_tolerance_is_kept_and_used),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
