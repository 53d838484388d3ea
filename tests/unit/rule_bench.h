/* rule_bench.h - an update rule without a run: slopes in, iterates out. */
#ifndef TESTS_UNIT_RULE_BENCH_H
#define TESTS_UNIT_RULE_BENCH_H

#include <stddef.h>
#include <stdint.h>

#include "core/optimizer/optimizer.h"

enum { BENCH_N = 3, BENCH_STATES = 4, BENCH_SCALARS = 3 };

struct bench {
    const struct optimizer_kind *kind;
    double p[PARAMETERS_MAX], x[BENCH_N];
    double state[BENCH_STATES * BENCH_N + BENCH_SCALARS];
    size_t n;
    uint64_t t;              /* steps made */
    bool uphill;
};

/* A rule at its defaults, before its first step from x[n]; `dialect` NULL:
 * the default one. */
struct bench bench_at(const char *name, const char *dialect, const double *x,
                      size_t n);

/* The same for one coordinate, in the default dialect. */
struct bench bench_one(const char *name, double x);

/* A parameter's value; a NULL name ends a list of them. */
struct setting {
    const char *name;
    double value;
};

/* Set a parameter, which must be legal; set a list, and say how many. */
void bench_set(struct bench *b, const char *name, double value);
size_t bench_set_all(struct bench *b, const struct setting *settings);

/* One step against g[n] at a point with that loss. */
void bench_step_at(struct bench *b, const double *g, double loss);

/* One step of one coordinate; where it is then. */
double bench_step(struct bench *b, double g);

/* Fails unless |value - expected| <= tolerance * (1 + |expected|). */
void bench_near(double value, double expected, double tolerance);

#endif
