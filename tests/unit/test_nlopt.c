/* test_nlopt.c - NLopt's methods behave as runs: what they show, how they
 * end, and where. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/job.h"

enum family { LOCAL, GRADIENT, GLOBAL };

/* Every method; `within` is how near its best loss comes to the minimum, in
 * the test of its family below: cobyla's models are linear, and what isres and
 * esch do in 20 000 evaluations is to find the right valley: the next one of
 * rastrigin is at 0.995. */
static const struct {
    const char *name;
    enum family family;
    bool draws;            /* random numbers */
    double within;
} methods[] = {
    {"nelder_mead", LOCAL, false, 1e-20},
    {"sbplx", LOCAL, false, 1e-20},
    {"bobyqa", LOCAL, false, 1e-20},
    {"cobyla", LOCAL, false, 1e-5},
    {"slsqp", GRADIENT, false, 1e-20},
    {"mma", GRADIENT, false, 1e-8},
    {"direct", GLOBAL, false, 1e-8},
    {"crs2", GLOBAL, true, 1e-12},
    {"isres", GLOBAL, true, 0.5},
    {"esch", GLOBAL, true, 0.5},
};

enum { METHODS = sizeof methods / sizeof *methods };

/* A box that holds (1, 1), but not at its centre. */
static const double low[] = {-4, -4}, high[] = {5, 5.5};
static const double start[] = {-1.2, 1};

/* A job of method k on a function, within the box above where it needs one. */
static struct job *job_of(size_t k, const char *function, double iterations)
{
    struct job *job = job_new(methods[k].name);

    job_function(job, function);
    job_set(job, "max_iterations", iterations);
    if (methods[k].family == GLOBAL) {
        job->low = low;
        job->high = high;
    }
    return job;
}

static void run_seeded(struct job *job, const double *x0, uint64_t seed)
{
    struct run run = job_as_run(job, x0);

    run.seed = seed;
    job->count = 0;
    assert_int_equal(run_minimize(&run, &job->arena, &job->result), OK);
}

static bool same_trace(const struct job *a, const struct job *b)
{
    if (a->count != b->count)
        return false;
    for (uint64_t i = 0; i < a->count; i++)
        if (memcmp(a->records[i].x, b->records[i].x,
                   a->objective.n * sizeof(double)) != 0
            || a->records[i].it.loss != b->records[i].it.loss)
            return false;
    return true;
}

/* ---- where they end ---------------------------------------------------- */

static void check_reaches(size_t k, const char *function, const double *x0,
                          double minimum)
{
    struct job *job = job_of(k, function, 20000);
    double off;

    job_run(job, x0);
    off = job->result.best.loss - minimum;
    printf("# %-12s %-11s %6.1e above the minimum after %5llu (%s)\n",
           methods[k].name, function, off,
           (unsigned long long)job->result.iterations,
           reason_texts[job->result.reason].name);
    if (!(off <= methods[k].within))
        fail_msg("%s ends %g above the minimum of %s", methods[k].name, off,
                 function);
    job_free(job);
}

/* Minima of 0: rosenbrock at (1, 1), himmelblau at four points. */
static void local_methods_descend_into_a_valley(void **unused)
{
    static const double origin[] = {0, 0};
    (void)unused;

    for (size_t k = 0; k < METHODS; k++) {
        if (methods[k].family == GLOBAL)
            continue;
        check_reaches(k, "rosenbrock", start, 0);
        check_reaches(k, "himmelblau", origin, 0);
    }
}

/* rastrigin has some ninety valleys in the box; 0 is reached in one, at the
 * origin. */
static void global_methods_find_the_deepest_valley(void **unused)
{
    static const double far[] = {3.1, -2.9};
    (void)unused;

    for (size_t k = 0; k < METHODS; k++)
        if (methods[k].family == GLOBAL)
            check_reaches(k, "rastrigin", far, 0);
}

/* Uphill on -f where f = 6x^2 - 12x + 3: the greatest of 12x - 6x^2 - 3 is 3
 * at x = 1. In one variable, too. */
static void every_method_maximizes(void **unused)
{
    static const double c[] = {-3, 12, -6}, x0[] = {-0.9};
    (void)unused;

    for (size_t k = 0; k < METHODS; k++) {
        struct job *job = job_new(methods[k].name);

        job_polynomial(job, c, 3);
        job_set(job, "maximize", 1);
        job_set(job, "max_iterations", 2000);
        job->low = low;
        job->high = high;
        job_run(job, x0);
        if (!(fabs(job->result.best.loss - 3) <= 1e-3))
            fail_msg("%s ends at %.17g", methods[k].name,
                     job->result.best.loss);
        assert_true(fabs(job->records[0].it.loss + 18.66) <= 1e-14);
        job_free(job);
    }
}

static void check_inside(const struct job *job)
{
    for (uint64_t i = 0; i < job->count; i++)
        for (size_t j = 0; j < 2; j++)
            assert_true(job->records[i].x[j] >= job->low[j]
                        && job->records[i].x[j] <= job->high[j]);
}

/* Rosenbrock's function with x0 <= 0.5: the least loss is 0.25, on the bound
 * at (0.5, 0.25). No point that is shown lies outside, by however little. */
static void no_method_leaves_its_bounds(void **unused)
{
    static const double tight_low[] = {-1.5, -0.3}, tight_high[] = {0.5, 2.1};
    static const double outside[] = {-3, 5};
    (void)unused;

    for (size_t k = 0; k < METHODS; k++) {
        struct job *job = job_of(k, "rosenbrock", 20000);

        job->low = tight_low;
        job->high = tight_high;
        job_run(job, outside);
        check_inside(job);
        assert_true(job->records[0].x[0] == -1.5);
        assert_true(job->records[0].x[1] == 2.1);
        job_run(job, start);
        check_inside(job);
        if (!(fabs(job->result.best.loss - 0.25)
              <= fmax(1e-3, methods[k].within)))
            fail_msg("%s ends at %.17g", methods[k].name,
                     job->result.best.loss);
        job_free(job);
    }
}

/* Bounds may leave one variable, or none, free: NLopt then searches the
 * others. With x1 = 1 Rosenbrock's least loss is 0 at x0 = 1. */
static void variables_may_be_fixed_by_their_bounds(void **unused)
{
    static const double one_low[] = {0, 1}, one_high[] = {2.5, 1};
    static const double right[] = {1.8, 1};
    (void)unused;

    for (size_t k = 0; k < METHODS; k++) {
        struct job *job = job_of(k, "rosenbrock", 3000);

        job->low = one_low;
        job->high = one_high;
        job_run(job, right);
        for (uint64_t i = 0; i < job->count; i++)
            assert_true(job->records[i].x[1] == 1);
        if (!(job->result.best.loss <= fmax(1e-3, methods[k].within)))
            fail_msg("%s ends at %.17g", methods[k].name,
                     job->result.best.loss);
        job_set(job, "max_evaluations", 7);
        job_run(job, right);
        assert_int_equal(job->count, 7);
        job->low = job->high;
        job_run(job, right);
        assert_true(job->result.best.x[0] == 2.5);
        assert_int_equal(job->result.reason, REASON_STEP_TOLERANCE);
        job_free(job);
    }
}

/* ---- what they show ---------------------------------------------------- */

struct counter {
    const struct objective *objective;
    uint64_t losses, gradients;
};

static double count(void *data, const double *x, size_t n, double *g)
{
    struct counter *counter = data;

    counter->losses++;
    counter->gradients += g != NULL;
    return counter->objective->evaluate(counter->objective->data, x, n, g);
}

/* Iteration 0 is the start, and each evaluation is an iteration. */
static void every_evaluation_is_an_iteration(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < METHODS; k++) {
        struct job *job = job_of(k, "rosenbrock", 300);
        struct objective plain = job->objective;
        struct counter counter = {.objective = &plain};
        bool takes_gradient = methods[k].family == GRADIENT;

        job->objective.data = &counter;
        job->objective.evaluate = count;
        job_run(job, start);
        assert_memory_equal(job->records[0].x, start, sizeof start);
        for (uint64_t i = 0; i < job->count; i++) {
            const struct record *r = &job->records[i];

            if (i + 1 == job->count && i > 0
                && r->it.iteration == job->records[i - 1].it.iteration)
                break; /* shown again, with the reason */
            assert_int_equal(r->it.iteration, i);
            assert_int_equal(r->it.evaluations, i + 1);
            assert_true(r->it.loss
                        == plain.evaluate(plain.data, r->x, 2, NULL));
            assert_int_equal(r->it.has_gradient, takes_gradient);
            assert_int_equal(isnan(r->it.gradient_norm), !takes_gradient);
        }
        assert_int_equal(counter.losses, job->result.loss_evaluations);
        assert_int_equal(counter.losses, job->result.iterations + 1);
        assert_int_equal(counter.gradients,
                         takes_gradient ? counter.losses : 0);
        assert_int_equal(job->result.gradient_evaluations, counter.gradients);
        assert_int_equal(job->result.has_gradient, takes_gradient);
        job_free(job);
    }
}

static void the_seed_makes_the_trace(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < METHODS; k++) {
        struct job *one = job_of(k, "rastrigin", 1000);
        struct job *again = job_of(k, "rastrigin", 1000);

        run_seeded(one, start, 1);
        run_seeded(again, start, 2);
        assert_int_equal(same_trace(one, again), !methods[k].draws);
        run_seeded(again, start, UINT64_C(1) << 32 | 2);
        assert_int_equal(same_trace(one, again), !methods[k].draws);
        run_seeded(again, start, 1);
        assert_true(same_trace(one, again));
        job_free(one);
        job_free(again);
    }
}

/* ---- how they end ------------------------------------------------------ */

static void max_evaluations_is_exact(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < METHODS; k++) {
        for (unsigned most = 1; most <= 40; most++) {
            struct job *job = job_of(k, "rosenbrock", 1000);

            job_set(job, "max_evaluations", most);
            job_run(job, start);
            assert_int_equal(job->result.reason, REASON_MAX_EVALUATIONS);
            assert_int_equal(job->result.loss_evaluations, most);
            assert_int_equal(job->count, most);
            job_free(job);
        }
    }
}

/* Somebody who looks on ends the run at iteration `at`, or cancels it. */
struct onlooker {
    uint64_t at, shown;
    atomic_bool *cancel;   /* NULL: he says so himself */
    enum reason last;
};

static enum reason look_on(void *self, const struct iteration *it,
                           enum reason reason)
{
    struct onlooker *o = self;

    o->shown++;
    if (it->iteration == o->at && reason == REASON_NONE) {
        if (o->cancel != NULL)
            atomic_store(o->cancel, true);
        else
            reason = REASON_TIME_LIMIT;
    }
    o->last = reason;
    return reason;
}

static void whoever_looks_on_can_end_it(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < METHODS; k++) {
        for (uint64_t at = 0; at < 25; at++) {
            struct job *job = job_of(k, "rosenbrock", 1000);
            struct onlooker onlooker = {.at = at};
            struct run run = job_as_run(job, start);

            run.observe = look_on;
            run.observer = &onlooker;
            assert_int_equal(run_minimize(&run, &job->arena, &job->result),
                             OK);
            assert_int_equal(job->result.reason, REASON_TIME_LIMIT);
            assert_int_equal(job->result.loss_evaluations, at + 1);
            assert_int_equal(onlooker.shown, at + 1);
            job_free(job);
        }
    }
}

/* As with every optimizer: the iteration after the wish is the last one. */
static void a_canceled_run_ends_at_the_next_evaluation(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < METHODS; k++) {
        struct job *job = job_of(k, "rosenbrock", 1000);
        atomic_bool cancel = false;
        struct onlooker onlooker = {.at = 9, .cancel = &cancel};
        struct run run = job_as_run(job, start);

        run.observe = look_on;
        run.observer = &onlooker;
        run.cancel = &cancel;
        assert_int_equal(run_minimize(&run, &job->arena, &job->result), OK);
        assert_int_equal(job->result.reason, REASON_CANCELED);
        assert_int_equal(onlooker.last, REASON_CANCELED);
        assert_int_equal(job->result.loss_evaluations, 11);
        assert_int_equal(onlooker.shown, 11);
        job_free(job);
    }
}

/* A loose tolerance of the loss ends what the tightest of x lets go on; with
 * that alone it is rounding or the run's own rules, and nothing hangs. */
static void tolerances_end_a_search(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < METHODS; k++) {
        struct job *job = job_new(methods[k].name);

        job_bowl(job);
        job->low = low;
        job->high = high;
        job_set(job, "xtol_rel", job->optimizer->parameters[0].low);
        job_set(job, "ftol_rel", 1e-2);
        job_run(job, start);
        if (strcmp(methods[k].name, "esch") != 0 /* it has no such stop */
            && job->result.reason != REASON_LOSS_TOLERANCE)
            fail_msg("%s ends with %s", methods[k].name,
                     reason_texts[job->result.reason].name);
        job_set(job, "ftol_rel", 0);
        job_run(job, start);
        assert_int_not_equal(job->result.reason, REASON_LOSS_TOLERANCE);
        assert_int_not_equal(job->result.reason, REASON_NONFINITE);
        job_free(job);
    }
}

static double undefined_from_one(void *data, const double *x, size_t n,
                                 double *g)
{
    const struct objective *plain = data;
    double loss = plain->evaluate(plain->data, x, n, g);

    return x[0] > 1 ? NAN : loss;
}

static void a_start_that_is_no_number_ends_the_run(void **unused)
{
    static const double beyond_the_edge[] = {1.1, 0.8};
    (void)unused;

    for (size_t k = 0; k < METHODS; k++) {
        struct job *job = job_of(k, "sum_squares", 2000);
        struct objective plain = job->objective;

        job->objective.data = &plain;
        job->objective.evaluate = undefined_from_one;
        job_run(job, beyond_the_edge);
        assert_int_equal(job->result.reason, REASON_NONFINITE);
        assert_int_equal(job->count, 1);
        job_free(job);
    }
}

static void a_box_is_asked_for(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < METHODS; k++) {
        struct job *job = job_of(k, "rosenbrock", 10);
        struct run run = job_as_run(job, start);
        bool global = methods[k].family == GLOBAL;

        assert_int_equal(job->optimizer->needs_bounds, global);
        run.low = run.high = NULL;
        assert_int_equal(run_minimize(&run, &job->arena, &job->result),
                         global ? ERR_INVALID : OK);
        job_free(job);
    }
}

/* ---- their own parameters ---------------------------------------------- */

/* The second point is the start, one step along the first axis. */
static void the_initial_step_is_taken(void **unused)
{
    static const char *const names[] = {"nelder_mead", "sbplx", "bobyqa",
                                        "cobyla"};
    static const double x0[] = {0.5, 0.25};
    (void)unused;

    for (size_t i = 0; i < 4; i++) {
        struct job *job = job_new(names[i]);
        double dx, dy;

        job_function(job, "rosenbrock");
        job_set(job, "initial_step", 0.125);
        job_run(job, x0);
        dx = job->records[1].x[0] - x0[0];
        dy = job->records[1].x[1] - x0[1];
        assert_true(hypot(dx, dy) == 0.125);
        job->low = low;
        job->high = high;
        job_set(job, "initial_step", 1e6); /* cut to a quarter of the box */
        job_run(job, x0);
        dx = fabs(job->records[1].x[0] - x0[0]);
        dy = fabs(job->records[1].x[1] - x0[1]);
        assert_true(dx <= 2.25 + 1e-15 && dy <= 2.375 + 1e-15);
        assert_true(dx + dy > 2);
        job_free(job);
    }
}

static void the_population_is_obeyed(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < METHODS; k++) {
        struct job *one, *two;

        if (!methods[k].draws)
            continue;
        one = job_of(k, "rastrigin", 400);
        two = job_of(k, "rastrigin", 400);
        job_set(one, "population", 2); /* 3 is the least in two variables */
        job_set(two, "population", 3);
        job_run(one, start);
        job_run(two, start);
        assert_true(same_trace(one, two));
        job_set(two, "population", 50);
        job_run(two, start);
        assert_false(same_trace(one, two));
        job_free(one);
        job_free(two);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_methods_descend_into_a_valley),
        cmocka_unit_test(global_methods_find_the_deepest_valley),
        cmocka_unit_test(every_method_maximizes),
        cmocka_unit_test(no_method_leaves_its_bounds),
        cmocka_unit_test(variables_may_be_fixed_by_their_bounds),
        cmocka_unit_test(every_evaluation_is_an_iteration),
        cmocka_unit_test(the_seed_makes_the_trace),
        cmocka_unit_test(max_evaluations_is_exact),
        cmocka_unit_test(whoever_looks_on_can_end_it),
        cmocka_unit_test(a_canceled_run_ends_at_the_next_evaluation),
        cmocka_unit_test(tolerances_end_a_search),
        cmocka_unit_test(a_start_that_is_no_number_ends_the_run),
        cmocka_unit_test(a_box_is_asked_for),
        cmocka_unit_test(the_initial_step_is_taken),
        cmocka_unit_test(the_population_is_obeyed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
