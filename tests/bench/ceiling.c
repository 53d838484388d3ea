/*
 * ceiling.c - whole runs beside the same loop written by hand in C.
 *
 * What a loop written for one objective and one rule can do on this CPU: it
 * has no stop rules, no schedule, no cancel, and rounds as it likes. This file
 * is compiled for the CPU that builds it, with fused products and sums in any
 * order where the loop says so (see the Makefile); ours is what is released.
 *
 * Prints a line for each: "descent-2 ours 1.2e+08 C 2.4e+08 share 0.50", in
 * iterations a second of CPU time, medians of interleaved rounds. It fails
 * where both do not come to the same loss.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/run/run.h"

enum { ROUNDS = 15, LARGE = 1000 };

#define SAME_LOSS 1e-6 /* relative: products are fused on one side only */

/* ---- by hand ----------------------------------------------------------- */

/* 1/2 x'Ax + b'x, as in quadratic.json. */
static double bowl(const double *x, double *g)
{
    double Ax = 12 * x[0] + x[1], Ay = x[0] + 18 * x[1];

    g[0] = Ax - 12;
    g[1] = Ay - 14;
    return 0.5 * (x[0] * Ax + x[1] * Ay) - 12 * x[0] - 14 * x[1];
}

static double valley(const double *x, double *g)
{
    double above = x[1] - x[0] * x[0], rest = 1 - x[0];

    g[0] = -400 * above * x[0] - 2 * rest;
    g[1] = 200 * above;
    return 100 * above * above + rest * rest;
}

static double beale(const double *x, double *g)
{
    double y = x[1], y2 = y * y, y3 = y2 * y;
    double a = 1.5 - x[0] + x[0] * y, b = 2.25 - x[0] + x[0] * y2;
    double c = 2.625 - x[0] + x[0] * y3;

    g[0] = 2 * (a * (y - 1) + b * (y2 - 1) + c * (y3 - 1));
    g[1] = 2 * x[0] * (a + 2 * b * y + 3 * c * y2);
    return a * a + b * b + c * c;
}

/* Gradient descent; the objective is part of the loop. */
#define DESCENT(objective)                                                    \
    static double descend_##objective(const double *start, double rate,       \
                                      size_t iterations)                      \
    {                                                                         \
        double x[2] = {start[0], start[1]}, g[2];                             \
        double loss = objective(x, g), best = loss;                           \
                                                                              \
        for (size_t t = 0; t < iterations; t++) {                             \
            x[0] -= rate * g[0];                                              \
            x[1] -= rate * g[1];                                              \
            loss = objective(x, g);                                           \
            best = loss < best ? loss : best;                                 \
        }                                                                     \
        return best;                                                          \
    }
DESCENT(bowl)
DESCENT(valley)
DESCENT(beale)

static double valley_large(const double *restrict x, double *restrict g)
{
    double f = 0;

    g[0] = -400 * (x[1] - x[0] * x[0]) * x[0] - 2 * (1 - x[0]);
#pragma omp simd reduction(+ : f)
    for (size_t i = 1; i < LARGE - 1; i++) {
        double before = x[i] - x[i - 1] * x[i - 1];
        double above = x[i + 1] - x[i] * x[i], rest = 1 - x[i];

        f += 100 * above * above + rest * rest;
        g[i] = 200 * before - 400 * above * x[i] - 2 * rest;
    }
    g[LARGE - 1] = 200 * (x[LARGE - 1] - x[LARGE - 2] * x[LARGE - 2]);
    return f + 100 * (x[1] - x[0] * x[0]) * (x[1] - x[0] * x[0])
             + (1 - x[0]) * (1 - x[0]);
}

/* Kingma & Ba 2015, Algorithm 1, with their defaults. */
static double adam_valley(const double *start, double rate, size_t iterations)
{
    static double x[LARGE], g[LARGE], m[LARGE], v[LARGE];
    double beta1 = 1, beta2 = 1, loss, best;

    memcpy(x, start, sizeof x);
    memset(m, 0, sizeof m);
    memset(v, 0, sizeof v);
    loss = best = valley_large(x, g);
    for (size_t t = 0; t < iterations; t++) {
        double step, root;

        beta1 *= 0.9;
        beta2 *= 0.999;
        step = rate / (1 - beta1);
        root = 1 / sqrt(1 - beta2);
        for (size_t i = 0; i < LARGE; i++) {
            m[i] = 0.9 * m[i] + 0.1 * g[i];
            v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
            x[i] -= step * m[i] / (sqrt(v[i]) * root + 1e-8);
        }
        loss = valley_large(x, g);
        best = loss < best ? loss : best;
    }
    return best;
}

/* ---- what is measured -------------------------------------------------- */

static const double A[] = {12, 1, 1, 18}, b[] = {-12, -14};
static const double dimension = LARGE;
static const struct symbol names[] = {{.name = "x"}, {.name = "y"}};

static const struct problem {
    const char *name, *objective, *optimizer;
    struct value values[3];
    double rate;
    size_t n, iterations;
    double start[2];           /* repeated */
    double (*by_hand)(const double *start, double rate, size_t iterations);
} problems[] = {
    {"descent-2", "quadratic", "gradient_descent",
     {{.given = true, .numbers = A, .rows = 2, .columns = 2},
      {.given = true, .numbers = b, .rows = 2}},
     1e-7, 2, 1000000, {4, 4}, descend_bowl},
    {"formula-2", "expression", "gradient_descent",
     {{.given = true, .text = "100*(y - x^2)^2 + (1 - x)^2"},
      {.given = true, .symbols = names, .rows = 2}},
     1e-4, 2, 1000000, {-1.2, 1}, descend_valley},
    {"formula-beale", "expression", "gradient_descent",
     {{.given = true, .text = "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2"
                              " + (2.625 - x + x*y^3)^2"},
      {.given = true, .symbols = names, .rows = 2}},
     1e-6, 2, 500000, {1, 0.5}, descend_beale},
    {"Adam-1000", "function", "adam",
     {{.given = true, .text = "rosenbrock"},
      {.given = true, .number = dimension}},
     1e-3, LARGE, 5000, {-1.2, 1}, adam_valley},
};

static void fail(const struct problem *problem, const char *what)
{
    fprintf(stderr, "ceiling: %s: %s\n", problem->name, what);
    exit(EXIT_FAILURE);
}

static double cpu_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The least loss of our run; nobody looks at it. */
static double run_ours(const struct problem *problem,
                       const struct objective *objective, const double *start,
                       struct arena *arena)
{
    const struct optimizer_kind *kind =
        optimizer_kind_find(problem->optimizer, NULL);
    double p[PARAMETERS_MAX], wrap[WRAP_PARAMETERS], stop[STOP_RULES];
    struct schedule schedule;
    struct run_result result;
    struct run run = {
        .objective = objective, .optimizer = kind, .optimizer_parameters = p,
        .wrap_parameters = wrap, .schedule = &schedule, .stop = stop,
        .start = start,
    };

    schedule_default(&schedule);
    parameter_defaults(kind->parameters, p);
    parameter_defaults(wrap_parameters, wrap);
    parameter_defaults(stop_parameters, stop);
    p[0] = problem->rate;
    stop[STOP_MAX_ITERATIONS] = (double)problem->iterations;
    if (run_minimize(&run, arena, &result) != OK
        || result.reason != REASON_MAX_ITERATIONS)
        fail(problem, "our run ended early");
    return result.best.loss;
}

/* ---- beside one another ------------------------------------------------ */

static int compare(const void *a_, const void *b_)
{
    double x = *(const double *)a_, y = *(const double *)b_;

    return (x > y) - (x < y);
}

static double median(double values[ROUNDS])
{
    qsort(values, ROUNDS, sizeof *values, compare);
    return values[ROUNDS / 2];
}

static void measure(const struct problem *problem,
                    const struct objective *objective)
{
    double ours[ROUNDS], hand[ROUNDS], start[LARGE], share;
    double count = (double)problem->iterations;

    for (size_t i = 0; i < problem->n; i++)
        start[i] = problem->start[i % 2];
    for (int round = 0; round < ROUNDS; round++) {
        double from = cpu_seconds(), loss, peer;
        struct arena arena;

        arena_init(&arena, 0);
        loss = run_ours(problem, objective, start, &arena);
        ours[round] = count / (cpu_seconds() - from);
        arena_fini(&arena);
        from = cpu_seconds();
        peer = problem->by_hand(start, problem->rate, problem->iterations);
        hand[round] = count / (cpu_seconds() - from);
        if (!(fabs(loss - peer) <= SAME_LOSS * (1 + fabs(loss))))
            fail(problem, "the losses differ");
    }
    share = median(ours) / median(hand);
    printf("%s ours %.4g C %.4g share %.2f\n", problem->name, median(ours),
           median(hand), share);
}

int main(void)
{
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        const struct objective_kind *kind =
            objective_kind_find(problems[i].objective);
        struct value values[MEMBERS_MAX] = {0};
        struct objective objective;
        struct faults faults;
        struct arena arena;

        arena_init(&arena, 0);
        faults_init(&faults, &arena);
        memcpy(values, problems[i].values, sizeof problems[i].values);
        if (kind->build(&arena, values, "", &faults, &objective) != OK)
            fail(&problems[i], "the objective is not built");
        measure(&problems[i], &objective);
        arena_fini(&arena);
    }
    return EXIT_SUCCESS;
}
