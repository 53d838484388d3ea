/* test_methods.c - the methods with a line search: where they end, in how many
 * steps, what they do when told to stop. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/method_bench.h"

/* ---- where they end ---------------------------------------------------- */

static void rosenbrocks_valley_is_followed_to_its_end(void **unused)
{
    static const struct {
        const char *optimizer;
        size_t n_max;
    } cases[] = {
        {"lbfgs", 1000}, {"lbfgsb", 1000}, {"bfgs", 200},
        {"conjugate_gradient", 1000}, {"newton_cg", 1000},
    };
    static const size_t sizes[] = {2, 3, 10, 200, 1000};
    const struct function *rosenbrock = function_find("rosenbrock");
    double start[BENCH_DIMENSION];
    (void)unused;

    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            struct bench *b = bench_new(cases[c].optimizer);
            size_t n = sizes[s];

            if (n > cases[c].n_max) {
                bench_free(b);
                continue;
            }
            bench_take_function(b, &rosenbrock, n);
            function_start(rosenbrock, n, start);
            b->stop[STOP_GRADIENT_TOLERANCE] = 1e-8;
            b->stop[STOP_MAX_ITERATIONS] = 30000;
            bench_run(b, start);
            if (b->result.reason != REASON_GRADIENT_TOLERANCE
                || b->result.gradient_norm > 1e-8)
                fail_msg("%s, n = %zu: %s at %g after %d", b->kind->name, n,
                         reason_texts[b->result.reason].name,
                         b->result.gradient_norm, (int)b->result.iterations);
            assert_true(b->worst_rise <= 0);
            bench_free(b);
        }
    }
}

/* Hestenes & Stiefel 1952: n steps, with exact searches. An almost exact one
 * is as good up to rounding. */
static void conjugate_gradients_end_in_n_steps(void **unused)
{
    static const char *const formulas[] = {
        "fletcher_reeves", "polak_ribiere_plus", "hestenes_stiefel",
        "hager_zhang",
    };
    static const char *const searches[] = {"exact", "strong_wolfe"};
    const double start[10] = {3, -2, 5, 0, 2, 4, -1, 7, 2, -3};
    (void)unused;

    for (size_t f = 0; f < sizeof formulas / sizeof *formulas; f++) {
        for (size_t s = 0; s < sizeof searches / sizeof *searches; s++) {
            struct bench *b = bench_new("conjugate_gradient");

            b->objective = (struct objective){.n = 10,
                                              .evaluate = bench_bowl};
            bench_choose(b, "formula", formulas[f]);
            bench_choose(b, "line_search", searches[s]);
            method_set(b, "curvature", 1e-10);
            b->stop[STOP_GRADIENT_TOLERANCE] = 1e-8;
            bench_run(b, start);
            assert_int_equal(b->result.reason, REASON_GRADIENT_TOLERANCE);
            assert_in_range(b->result.iterations, 9, 10);
            bench_free(b);
        }
    }
}

/* Nocedal & Wright 2006, theorem 6.4: on a quadratic with exact searches BFGS
 * takes the iterates of conjugate gradients; and so does L-BFGS with as much
 * memory. */
static void quasi_newton_ends_in_n_steps_too(void **unused)
{
    static const char *const methods[] = {"bfgs", "lbfgs", "lbfgsb"};
    const double start[10] = {3, -2, 5, 0, 2, 4, -1, 7, 2, -3};
    (void)unused;

    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        struct bench *b = bench_new(methods[i]);

        b->objective = (struct objective){.n = 10, .evaluate = bench_bowl};
        method_set(b, "curvature", 1e-10);
        if (strcmp(methods[i], "bfgs") != 0)
            method_set(b, "memory", 10);
        b->stop[STOP_GRADIENT_TOLERANCE] = 1e-7;
        bench_run(b, start);
        assert_int_equal(b->result.reason, REASON_GRADIENT_TOLERANCE);
        assert_in_range(b->result.iterations, 9, 11);
        bench_free(b);
    }
}

static void gradient_descent_descends_by_every_line_search(void **unused)
{
    static const char *const searches[] = {
        "fixed", "backtracking", "strong_wolfe", "exact", "barzilai_borwein",
    };
    const double start[10] = {3, -2, 5, 0, 2, 4, -1, 7, 2, -3};
    (void)unused;

    for (size_t s = 0; s < sizeof searches / sizeof *searches; s++) {
        struct bench *b = bench_new("gradient_descent");

        b->objective = (struct objective){.n = 10, .evaluate = bench_bowl};
        bench_choose(b, "line_search", searches[s]);
        b->stop[STOP_GRADIENT_TOLERANCE] = 1e-10;
        bench_run(b, start);
        assert_int_equal(b->result.reason, REASON_GRADIENT_TOLERANCE);
        /* The rates' condition is 10: the error falls by 9/11 a step at
         * worst where steps are exact. */
        if (strcmp(searches[s], "exact") == 0)
            assert_true(b->result.iterations <= 150);
        if (strcmp(searches[s], "barzilai_borwein") == 0)
            assert_true(b->result.iterations <= 100);
        else
            assert_true(b->worst_rise <= 0);
        bench_free(b);
    }
}

/* ---- all of them ------------------------------------------------------- */

static const struct {
    const char *optimizer, *line_search;
} all[] = {
    {"lbfgs", NULL},
    {"lbfgsb", NULL},
    {"bfgs", NULL},
    {"newton_cg", NULL},
    {"conjugate_gradient", NULL},
    {"conjugate_gradient", "exact"},
    {"gradient_descent", "backtracking"},
    {"gradient_descent", "strong_wolfe"},
    {"gradient_descent", "exact"},
    {"gradient_descent", "barzilai_borwein"},
    {"augmented_lagrangian", NULL},
};

enum { ALL = sizeof all / sizeof *all };

static struct bench *bench_of(size_t i)
{
    struct bench *b = bench_new(all[i].optimizer);

    if (all[i].line_search != NULL)
        bench_choose(b, "line_search", all[i].line_search);
    return b;
}

/* The bowl upside down. */
static double evaluate_dome(void *data, const double *x, size_t n, double *g)
{
    double f = -bench_bowl(data, x, n, g);

    for (size_t i = 0; i < n && g != NULL; i++)
        g[i] = -g[i];
    return f;
}

static void maximising_is_minimising_upside_down(void **unused)
{
    const double start[10] = {3, -2, 5, 0, 2, 4, -1, 7, 2, -3};
    (void)unused;

    for (size_t i = 0; i < ALL; i++) {
        struct bench *up = bench_of(i), *down = bench_of(i);

        up->objective = (struct objective){.n = 10,
                                           .evaluate = evaluate_dome};
        down->objective = (struct objective){.n = 10,
                                             .evaluate = bench_bowl};
        up->wrap[WRAP_MAXIMIZE] = 1;
        up->stop[STOP_GRADIENT_TOLERANCE] = 1e-6;
        down->stop[STOP_GRADIENT_TOLERANCE] = 1e-6;
        bench_run(up, start);
        bench_run(down, start);
        assert_int_equal(up->result.reason, REASON_GRADIENT_TOLERANCE);
        assert_true(up->result.iterations == down->result.iterations);
        assert_true(up->result.loss == -down->result.loss);
        assert_memory_equal(up->result.x, down->result.x, sizeof start);
        bench_free(up);
        bench_free(down);
    }
}

static void the_same_run_gives_the_same_bits(void **unused)
{
    const struct function *rosenbrock = function_find("rosenbrock");
    double start[10], first[10];
    (void)unused;

    function_start(rosenbrock, 10, start);
    for (size_t i = 0; i < ALL; i++) {
        for (int again = 0; again < 2; again++) {
            struct bench *b = bench_of(i);

            bench_take_function(b, &rosenbrock, 10);
            b->stop[STOP_MAX_ITERATIONS] = 30;
            bench_run(b, start);
            assert_int_equal(b->result.reason, REASON_MAX_ITERATIONS);
            if (again)
                assert_memory_equal(b->result.x, first, sizeof first);
            memcpy(first, b->result.x, sizeof first);
            bench_free(b);
        }
    }
}

static void the_budget_of_evaluations_is_never_exceeded(void **unused)
{
    const struct function *rosenbrock = function_find("rosenbrock");
    double start[10];
    (void)unused;

    function_start(rosenbrock, 10, start);
    for (size_t i = 0; i < ALL; i++) {
        for (unsigned limit = 1; limit <= 30; limit++) {
            struct bench *b = bench_of(i);

            bench_take_function(b, &rosenbrock, 10);
            b->stop[STOP_MAX_EVALUATIONS] = limit;
            bench_run(b, start);
            assert_int_equal(b->result.reason, REASON_MAX_EVALUATIONS);
            assert_true(b->result.loss_evaluations == limit);
            assert_memory_equal(b->x, b->result.x, sizeof start);
            bench_free(b);
        }
    }
}

/* Raises the flag at one of its evaluations. */
struct tripwire {
    const struct function *function;
    atomic_bool *cancel;
    int left;
};

static double evaluate_tripwire(void *data, const double *x, size_t n,
                                double *g)
{
    struct tripwire *wire = data;

    if (--wire->left == 0)
        atomic_store(wire->cancel, true);
    return wire->function->evaluate(x, n, g);
}

static void a_canceled_method_leaves_the_last_iterate(void **unused)
{
    const struct function *rosenbrock = function_find("rosenbrock");
    double start[10];
    (void)unused;

    function_start(rosenbrock, 10, start);
    for (size_t i = 0; i < ALL; i++) {
        for (int at = 1; at <= 30; at++) {
            struct bench *b = bench_of(i);
            struct tripwire wire = {rosenbrock, &b->cancel, at};

            b->objective = (struct objective){.n = 10, .data = &wire,
                                              .evaluate = evaluate_tripwire};
            bench_run(b, start);
            assert_int_equal(b->result.reason, REASON_CANCELED);
            assert_true(b->result.loss_evaluations == (uint64_t)at);
            assert_memory_equal(b->x, b->result.x, sizeof start);
            assert_true(b->result.loss
                        == rosenbrock->evaluate(b->result.x, 10, NULL));
            bench_free(b);
        }
    }
}

/* Its slope is that of the bowl turned round: nothing ahead is better. */
static double evaluate_liar(void *data, const double *x, size_t n, double *g)
{
    double f = bench_bowl(data, x, n, g);

    for (size_t i = 0; i < n && g != NULL; i++)
        g[i] = -g[i];
    return f;
}

static void where_nothing_is_better_the_search_ends_the_run(void **unused)
{
    const double start[10] = {3, -2, 5, 0, 2, 4, -1, 7, 2, -3};
    (void)unused;

    for (size_t i = 0; i < ALL; i++) {
        struct bench *b = bench_of(i);

        b->objective = (struct objective){.n = 10, .evaluate = evaluate_liar};
        bench_run(b, start);
        if (b->result.reason != REASON_STALLED)
            fail_msg("%s %s: %s after %d", all[i].optimizer,
                     all[i].line_search ? all[i].line_search : "",
                     reason_texts[b->result.reason].name,
                     (int)b->result.iterations);
        assert_true(b->result.iterations == 0);
        assert_memory_equal(b->result.x, start, sizeof start);
        assert_int_equal(b->shown, 2); /* once more, with the reason */
        bench_free(b);
    }
}

/* f = x - log x has no value left of 0, and a first step along -g leads
 * there. */
static double evaluate_wall(void *data, const double *x, size_t n, double *g)
{
    double f = 0;

    (void)data;
    for (size_t i = 0; i < n; i++) {
        f += 100 * x[i] - log(x[i]);
        if (g != NULL)
            g[i] = 100 - 1 / x[i];
    }
    return f;
}

static void no_search_is_lost_beyond_a_wall(void **unused)
{
    const double start[2] = {0.5, 1};
    (void)unused;

    for (size_t i = 0; i < ALL; i++) {
        struct bench *b = bench_of(i);

        b->objective = (struct objective){.n = 2, .evaluate = evaluate_wall};
        b->stop[STOP_GRADIENT_TOLERANCE] = 1e-6;
        bench_run(b, start);
        if (b->result.reason != REASON_GRADIENT_TOLERANCE)
            fail_msg("%s %s: %s", all[i].optimizer,
                     all[i].line_search ? all[i].line_search : "",
                     reason_texts[b->result.reason].name);
        assert_true(fabs(b->result.x[0] - 0.01) < 1e-8);
        bench_free(b);
    }
}

/* At 1e10 a loss has two decimal places; the gradient knows x to sixteen. */
static double evaluate_high(void *data, const double *x, size_t n, double *g)
{
    return 1e10 + bench_bowl(data, x, n, g);
}

static void the_last_digits_are_reached_where_losses_are_level(void **unused)
{
    const double start[10] = {3, -2, 5, 0, 2, 4, -1, 7, 2, -3};
    (void)unused;

    for (size_t i = 0; i < ALL; i++) {
        struct bench *b = bench_of(i);

        b->objective = (struct objective){.n = 10, .evaluate = evaluate_high};
        b->stop[STOP_GRADIENT_TOLERANCE] = 1e-9;
        bench_run(b, start);
        if (b->result.reason != REASON_GRADIENT_TOLERANCE)
            fail_msg("%s %s: %s at %g", all[i].optimizer,
                     all[i].line_search ? all[i].line_search : "",
                     reason_texts[b->result.reason].name,
                     b->result.gradient_norm);
        bench_free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rosenbrocks_valley_is_followed_to_its_end),
        cmocka_unit_test(conjugate_gradients_end_in_n_steps),
        cmocka_unit_test(quasi_newton_ends_in_n_steps_too),
        cmocka_unit_test(gradient_descent_descends_by_every_line_search),
        cmocka_unit_test(maximising_is_minimising_upside_down),
        cmocka_unit_test(the_same_run_gives_the_same_bits),
        cmocka_unit_test(the_budget_of_evaluations_is_never_exceeded),
        cmocka_unit_test(a_canceled_method_leaves_the_last_iterate),
        cmocka_unit_test(where_nothing_is_better_the_search_ends_the_run),
        cmocka_unit_test(no_search_is_lost_beyond_a_wall),
        cmocka_unit_test(the_last_digits_are_reached_where_losses_are_level),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
