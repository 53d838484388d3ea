/* rule_bench.c - an update rule without a run: slopes in, iterates out. */
#include "tests/unit/rule_bench.h"

#include <math.h>
#include <string.h>

#include "tests/unit/cmocka_all.h"

struct bench bench_at(const char *name, const char *dialect, const double *x,
                      size_t n)
{
    struct bench b = {.kind = optimizer_kind_find(name, dialect), .n = n};

    assert_non_null(b.kind);
    assert_true(n <= BENCH_N && b.kind->states <= BENCH_STATES
                && b.kind->scalars <= BENCH_SCALARS);
    parameter_defaults(b.kind->parameters, b.p);
    memcpy(b.x, x, n * sizeof *x);
    return b;
}

struct bench bench_one(const char *name, double x)
{
    return bench_at(name, NULL, &x, 1);
}

void bench_set(struct bench *b, const char *name, double value)
{
    const struct parameter *table = b->kind->parameters;

    for (size_t i = 0; table[i].name != NULL; i++) {
        if (strcmp(table[i].name, name) == 0) {
            assert_true(parameter_accepts(&table[i], value));
            b->p[i] = value;
            return;
        }
    }
    fail_msg("%s has no parameter %s", b->kind->name, name);
}

size_t bench_set_all(struct bench *b, const struct setting *settings)
{
    size_t count = 0;

    for (; settings[count].name != NULL; count++)
        bench_set(b, settings[count].name, settings[count].value);
    return count;
}

void bench_step_at(struct bench *b, const double *g, double loss)
{
    double slopes[BENCH_N];
    struct step s = {
        .x = b->x, .g = slopes, .state = b->state, .n = b->n, .p = b->p,
        .loss = NAN, .base_rate = b->p[LEARNING_RATE], .uphill = b->uphill,
    };

    if (b->t == 0 && b->kind->begin != NULL)
        b->kind->begin(&s);
    memcpy(slopes, g, b->n * sizeof *g);
    s.loss = loss;
    s.t = ++b->t;
    b->kind->step(&s);
}

double bench_step(struct bench *b, double g)
{
    bench_step_at(b, &g, NAN);
    return b->x[0];
}

void bench_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance * (1 + fabs(expected))))
        fail_msg("%.17g is not %.17g", value, expected);
}
