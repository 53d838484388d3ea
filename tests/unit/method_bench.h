/* method_bench.h - runs of the core for tests of methods: of any dimension,
 * watched but not recorded. */
#ifndef TESTS_UNIT_METHOD_BENCH_H
#define TESTS_UNIT_METHOD_BENCH_H

#include <stdbool.h>

#include "core/function/function.h"
#include "core/run/run.h"

enum { BENCH_DIMENSION = 1000 };

/* A run, and what an observer of it notes. */
struct bench {
    struct arena arena;
    struct objective objective;
    const struct optimizer_kind *kind;
    double p[PARAMETERS_MAX], wrap[WRAP_PARAMETERS], stop[STOP_RULES];
    const double *low, *high;
    const struct constraint *constraints;   /* none unless set */
    size_t constraint_count;
    struct schedule schedule;
    atomic_bool cancel;
    struct run_result result;

    double worst_rise;              /* of the loss, from one to the next */
    double loss_before, x[BENCH_DIMENSION];   /* of the latest shown */
    uint64_t shown;
    bool left_bounds;
};

/* With the optimizer's and the stop rules' defaults; bench_free() it. */
struct bench *bench_new(const char *optimizer);
void bench_free(struct bench *b);

/* Give a value to the optimizer's parameter, or the choice of that name. */
void method_set(struct bench *b, const char *name, double value);
void bench_choose(struct bench *b, const char *name, const char *choice);

/* Minimise one of the catalogue; *function must live as long as the bench. */
void bench_take_function(struct bench *b, const struct function **function,
                         size_t n);

/* Half the sum of i (x_i - 1)^2: n eigenvalues, all different. */
double bench_bowl(void *data, const double *x, size_t n, double *g);

void bench_run(struct bench *b, const double *start);

#endif
