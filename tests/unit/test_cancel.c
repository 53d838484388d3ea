/* test_cancel.c - methods that work long between two evaluations look at the
 * cancel flag on the way, and come back from there as they were: counted, not
 * timed. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/method_bench.h"

/* A method by itself, that counts how often it looks at the flag. */
struct watched {
    struct method method;
    const struct optimizer_kind *kind;
    double *memory;
    double p[PARAMETERS_MAX];
    uint64_t looks, canceled_at;   /* the look that finds the flag set */
};

static double evaluate(struct method *m, const double *at, double *slope,
                       bool *ret_stop)
{
    *ret_stop = false;
    return bench_bowl(NULL, at, m->n, slope);
}

static bool is_canceled(struct method *m)
{
    struct watched *w = m->run;

    return ++w->looks >= w->canceled_at;
}

/* At a start of the bowl, with its loss and gradient. */
static struct watched *watched_new(const char *optimizer, size_t n,
                                   double memory)
{
    struct watched *w = calloc(1, sizeof *w);
    struct method *m;

    assert_non_null(w);
    m = &w->method;
    w->kind = optimizer_kind_find(optimizer, NULL);
    assert_non_null(w->kind);
    parameter_defaults(w->kind->parameters, w->p);
    if (memory > 0)
        w->p[0] = memory;
    w->canceled_at = UINT64_MAX;
    w->memory = calloc(2 * n + optimizer_memory(w->kind, w->p, n),
                       sizeof *w->memory);
    assert_non_null(w->memory);
    *m = (struct method){
        .x = w->memory, .g = w->memory + n, .state = w->memory + 2 * n,
        .n = n, .p = w->p, .evaluations_left = INFINITY, .run = w,
        .evaluate = evaluate, .is_canceled = is_canceled,
    };
    for (size_t i = 0; i < n; i++)
        m->x[i] = 2 + (double)(i % 5);
    m->loss = bench_bowl(NULL, m->x, n, m->g);
    return w;
}

static void watched_free(struct watched *w)
{
    free(w->memory);
    free(w);
}

static enum reason advance(struct watched *w)
{
    w->method.t++;
    return w->kind->advance(&w->method);
}

static const struct {
    const char *optimizer;
    size_t n;
    double memory;
    unsigned iterations;
    double work;        /* of the last one, in numbers passed over at least */
} cases[] = {
    /* H y, and H anew: two passes over n^2 numbers. */
    {"bfgs", 6000, 0, 2, 2.0 * 6000 * 6000},
    /* Two passes over the pairs, each with two vectors. */
    {"lbfgs", 50000, 40, 41, 4.0 * 40 * 50000},
    /* Half of the products of 2k columns with each other. */
    {"lbfgsb", 20000, 40, 41, 0.5 * 80 * 80 * 20000},
};

enum { CASES = sizeof cases / sizeof *cases };

static void long_work_looks_at_the_flag(void **unused)
{
    (void)unused;
    for (size_t c = 0; c < CASES; c++) {
        struct watched *w = watched_new(cases[c].optimizer, cases[c].n,
                                        cases[c].memory);

        for (unsigned i = 0; i < cases[c].iterations; i++) {
            w->looks = 0;
            assert_int_equal(advance(w), REASON_NONE);
        }
        assert_true((double)w->looks * METHOD_WORK >= cases[c].work);
        watched_free(w);
    }
}

/* Whichever look finds the flag set: x, g and the loss are what they were. */
static void a_flag_that_is_found_changes_nothing(void **unused)
{
    (void)unused;
    for (size_t c = 0; c < CASES; c++) {
        struct watched *w = watched_new(cases[c].optimizer, cases[c].n,
                                        cases[c].memory);
        size_t bytes = 2 * cases[c].n * sizeof(double);
        double *before = malloc(bytes), loss;
        uint64_t looks;

        assert_non_null(before);
        for (unsigned i = 0; i + 1 < cases[c].iterations; i++)
            assert_int_equal(advance(w), REASON_NONE);
        looks = w->looks / w->method.t;
        assert_true(looks > 0);
        memcpy(before, w->method.x, bytes);
        loss = w->method.loss;
        w->looks = 0;
        w->canceled_at = 1 + looks / 2;
        assert_int_equal(advance(w), REASON_CANCELED);
        assert_memory_equal(before, w->method.x, bytes);
        assert_true(w->method.loss == loss);
        free(before);
        watched_free(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_work_looks_at_the_flag),
        cmocka_unit_test(a_flag_that_is_found_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
