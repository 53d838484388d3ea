/* method_bench.c - runs of the core, watched. */
#include "tests/unit/method_bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/cmocka_all.h"

struct bench *bench_new(const char *optimizer)
{
    struct bench *b = calloc(1, sizeof *b);

    assert_non_null(b);
    arena_init(&b->arena, 0);
    b->kind = optimizer_kind_find(optimizer, NULL);
    assert_non_null(b->kind);
    parameter_defaults(b->kind->parameters, b->p);
    parameter_defaults(wrap_parameters, b->wrap);
    parameter_defaults(stop_parameters, b->stop);
    b->schedule.kind = schedule_kind_find("constant");
    return b;
}

void bench_free(struct bench *b)
{
    arena_fini(&b->arena);
    free(b);
}

void method_set(struct bench *b, const char *name, double value)
{
    for (size_t i = 0; b->kind->parameters[i].name != NULL; i++) {
        if (strcmp(b->kind->parameters[i].name, name) == 0) {
            assert_true(parameter_accepts(&b->kind->parameters[i], value));
            b->p[i] = value;
            return;
        }
    }
    fail_msg("%s has no parameter %s", b->kind->name, name);
}

void bench_choose(struct bench *b, const char *name, const char *choice)
{
    for (size_t i = 0; b->kind->parameters[i].name != NULL; i++) {
        if (strcmp(b->kind->parameters[i].name, name) == 0) {
            int index = parameter_choice(&b->kind->parameters[i], choice);

            assert_true(index >= 0);
            method_set(b, name, index);
            return;
        }
    }
    fail_msg("%s has no parameter %s", b->kind->name, name);
}

static enum reason observe(void *self, const struct iteration *it,
                           enum reason reason)
{
    struct bench *b = self;
    size_t n = b->objective.n;

    if (b->shown > 0)
        b->worst_rise = fmax(b->worst_rise, it->loss - b->loss_before);
    b->loss_before = it->loss;
    memcpy(b->x, it->x, n * sizeof *b->x);
    for (size_t i = 0; i < n; i++)
        if ((b->low != NULL && it->x[i] < b->low[i])
            || (b->high != NULL && it->x[i] > b->high[i]))
            b->left_bounds = true;
    b->shown++;
    return reason;
}

void bench_run(struct bench *b, const double *start)
{
    const struct run run = {
        .objective = &b->objective, .optimizer = b->kind,
        .optimizer_parameters = b->p, .wrap_parameters = b->wrap,
        .constraints = b->constraints,
        .constraint_count = b->constraint_count,
        .low = b->low, .high = b->high, .schedule = &b->schedule,
        .stop = b->stop, .start = start, .cancel = &b->cancel,
        .observe = observe, .observer = b,
    };

    b->shown = 0;
    b->worst_rise = -INFINITY;
    assert_int_equal(run_minimize(&run, &b->arena, &b->result), OK);
}

static double evaluate_named(void *data, const double *x, size_t n, double *g)
{
    const struct function *const *function = data;

    return (*function)->evaluate(x, n, g);
}

void bench_take_function(struct bench *b, const struct function **function,
                         size_t n)
{
    b->objective = (struct objective){.n = n, .data = function,
                                      .evaluate = evaluate_named};
}

double bench_bowl(void *data, const double *x, size_t n, double *g)
{
    double f = 0;

    (void)data;
    for (size_t i = 0; i < n; i++) {
        double by = x[i] - 1, size = (double)(i + 1);

        f += size * by * by / 2;
        if (g != NULL)
            g[i] = size * by;
    }
    return f;
}
