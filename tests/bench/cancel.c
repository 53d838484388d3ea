/*
 * cancel.c - how long a cancel waits: every method that searches, at its
 * largest size, is canceled at some moments; the longest wait, in ms.
 *
 * The objective costs next to nothing: what is measured is the methods' own
 * work between two looks at the flag, in its thread's own time, so that what
 * else runs on the machine does not count. A cancel may wait for 100 ms.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/run/run.h"

enum { MOMENTS = 6 };

struct size {
    const char *optimizer;
    size_t n, constraints;
    double memory;          /* 0: the default */
    bool boxed;
};

/* Large enough that a job of them still fits the memory that one may have. */
static const struct size sizes[] = {
    {"lbfgs", 1000000, 0, 0, false}, {"lbfgs", 60000, 0, 1000, false},
    {"lbfgsb", 1000000, 0, 0, true}, {"lbfgsb", 100000, 0, 100, true},
    {"bfgs", 11000, 0, 0, false}, {"newton_cg", 1000000, 0, 0, false},
    {"conjugate_gradient", 1000000, 0, 0, false},
    {"augmented_lagrangian", 100000, 10, 0, true},
    {"slsqp", 200, 10, 0, true}, {"mma", 300000, 0, 0, true},
    {"mma", 2000, 100, 0, true}, {"nelder_mead", 1000, 0, 0, true},
    {"sbplx", 100000, 0, 0, true}, {"bobyqa", 200, 0, 0, true},
    {"cobyla", 100, 10, 0, true}, {"direct", 200, 0, 0, true},
    {"crs2", 200, 0, 0, true}, {"isres", 120, 0, 0, true},
    {"esch", 200, 0, 0, true}, {0},
};

/* A curved valley between neighbours. */
static double evaluate(void *data, const double *x, size_t n, double *g)
{
    double sum = 0;

    (void)data;
    for (size_t i = 0; g && i < n; i++)
        g[i] = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];

        sum += 10 * a * a + b * b;
        if (g) {
            g[i] -= 40 * a * x[i] + 2 * b;
            g[i + 1] += 20 * a;
        }
    }
    return sum;
}

/* The mean of every 16th coordinate, from some on, is at most 0.4. */
static double evaluate_constraint(void *data, const double *x, size_t n,
                                  double *g)
{
    size_t first = (size_t)(const char *)data % 16, count = 0;
    double sum = 0;

    for (size_t i = 0; g && i < n; i++)
        g[i] = 0;
    for (size_t i = first; i < n; i += 16, count++)
        sum += x[i];
    for (size_t i = first; g && i < n; i += 16)
        g[i] = 1 / (double)count;
    return sum / (double)count - 0.4;
}

struct canceled {
    struct run run;
    atomic_bool flag;
    double ended_ms;        /* of the thread's time */
    enum error error;
};

static double time_ms(clockid_t clock)
{
    struct timespec t = {0};

    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void *work(void *self)
{
    struct canceled *c = self;
    struct run_result result;
    struct arena arena;

    arena_init(&arena, 0);
    c->error = run_minimize(&c->run, &arena, &result);
    c->ended_ms = time_ms(CLOCK_THREAD_CPUTIME_ID);
    arena_fini(&arena);
    return NULL;
}

/* The wait of one run that is canceled after some ms; negative: it failed. */
static double wait_ms(struct canceled *c, long after_ms)
{
    struct timespec pause = {after_ms / 1000, after_ms % 1000 * 1000000};
    double asked_ms;
    clockid_t clock;
    pthread_t thread;

    atomic_store(&c->flag, false);
    if (pthread_create(&thread, NULL, work, c) != 0)
        return -1;
    nanosleep(&pause, NULL);
    if (pthread_getcpuclockid(thread, &clock) != 0)
        return -1;
    asked_ms = time_ms(clock);
    atomic_store(&c->flag, true);
    pthread_join(thread, NULL);
    return c->error != OK ? -1 : c->ended_ms - asked_ms;
}

static double *fill(size_t n, double value)
{
    double *x = malloc(n * sizeof *x);

    for (size_t i = 0; x && i < n; i++)
        x[i] = value + 0.1 * (double)(i % 7);
    return x;
}

/* The longest wait; negative where something failed. */
static double measure(const struct size *size)
{
    const struct optimizer_kind *kind =
        optimizer_kind_find(size->optimizer, NULL);
    const struct schedule constant = {.kind = schedule_kind_find("constant")};
    double p[PARAMETERS_MAX], wrap[WRAP_PARAMETERS], stop[STOP_RULES];
    double *start = fill(size->n, -0.5), *low = fill(size->n, -1);
    double *high = fill(size->n, 0.6), longest = 0;
    struct objective objective = {.n = size->n, .evaluate = evaluate};
    struct constraint constraints[CONSTRAINTS_MAX];
    struct canceled c;

    parameter_defaults(kind->parameters, p);
    parameter_defaults(wrap_parameters, wrap);
    parameter_defaults(stop_parameters, stop);
    stop[STOP_MAX_ITERATIONS] = 1e9;
    if (size->memory > 0)
        p[0] = size->memory;
    for (size_t i = 0; i < size->constraints; i++)
        constraints[i] = (struct constraint){
            CONSTRAINT_INEQUALITY, 1e-8, (char *)NULL + i,
            evaluate_constraint};
    c = (struct canceled){.run = {
        .objective = &objective, .constraints = constraints,
        .constraint_count = size->constraints, .optimizer = kind,
        .optimizer_parameters = p, .wrap_parameters = wrap,
        .low = size->boxed ? low : NULL, .high = size->boxed ? high : NULL,
        .schedule = &constant, .stop = stop, .start = start,
    }};
    c.run.cancel = &c.flag;
    for (long i = 0; i < MOMENTS && longest >= 0; i++) {
        double ms = wait_ms(&c, 37 + 260 * i);

        longest = ms < 0 ? ms : ms > longest ? ms : longest;
    }
    free(start);
    free(low);
    free(high);
    return longest;
}

int main(int count, char **arguments)
{
    bool failed = false;

    printf("%-22s %8s %6s %7s %10s\n", "canceled", "n", "memory", "limits",
           "waits, ms");
    for (const struct size *size = sizes; size->optimizer; size++) {
        double ms;

        if (count > 1 && strcmp(arguments[1], size->optimizer) != 0)
            continue;
        ms = measure(size);
        failed |= ms < 0;
        printf("%-22s %8zu %6.0f %7zu %10.1f\n", size->optimizer, size->n,
               size->memory, size->constraints, ms);
        fflush(stdout);
    }
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
