/*
 * expression.c - value and gradient of formulas: the compiled program beside
 * the same written by hand in C, for the CPU that builds it (see the
 * Makefile).
 *
 * Prints a line for each formula and way: "rosenbrock-2 formula 0.052 us" of
 * CPU time, the median of interleaved runs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/expression/expression.h"

enum { RUNS = 31, LARGE = 1000 };

/* As one writes it; its gradient too. */
static double by_hand(const double *x, size_t n, double *g)
{
    double f = 0;

    memset(g, 0, n * sizeof *g);
    for (size_t i = 0; i + 1 < n; i++) {
        double bend = x[i + 1] - x[i] * x[i], rest = 1 - x[i];

        f += 100 * bend * bend + rest * rest;
        g[i] += -400 * bend * x[i] - 2 * rest;
        g[i + 1] += 200 * bend;
    }
    return f;
}

static const struct problem {
    const char *name, *text;
    size_t n;
    int evaluations;           /* in a run: some milliseconds */
} problems[] = {
    {"rosenbrock-2", "100*(x[2] - x[1]^2)^2 + (1 - x[1])^2", 2, 100000},
    {"rosenbrock-1000", "sum(i, 1, 999, 100*(x[i+1] - x[i]^2)^2"
                        " + (1 - x[i])^2)", LARGE, 2000},
};

static struct expression *compile(const struct problem *problem,
                                  struct arena *arena)
{
    struct symbol x = {.name = "x", .type = SYMBOL_VARIABLE,
                       .rows = problem->n};
    struct symbols symbols = {.items = &x, .count = 1, .n = problem->n};
    struct expression *expression;
    struct faults faults;

    faults_init(&faults, arena);
    if (expression_compile(arena, problem->text, &symbols, "", &faults,
                           &expression) != OK) {
        fprintf(stderr, "%s does not compile\n", problem->name);
        exit(EXIT_FAILURE);
    }
    return expression;
}

static double cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

/* Microseconds an evaluation. The point moves, so that none is skipped. */
static double time_one(const struct problem *problem,
                       struct expression *expression)
{
    static double x[LARGE], g[LARGE];
    static volatile double loss;
    double begin;

    for (size_t i = 0; i < problem->n; i++)
        x[i] = i % 2 ? 1 : -1.2;
    begin = cpu_us();
    for (int k = 0; k < problem->evaluations; k++) {
        x[0] += 1e-9;
        loss = expression ? expression_evaluate(expression, x, g)
                          : by_hand(x, problem->n, g);
    }
    (void)loss;
    return (cpu_us() - begin) / problem->evaluations;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double us[RUNS])
{
    qsort(us, RUNS, sizeof *us, compare);
    return us[RUNS / 2];
}

int main(void)
{
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        double formula[RUNS], c[RUNS];
        struct expression *expression;
        struct arena arena;

        arena_init(&arena, 0);
        expression = compile(&problems[i], &arena);
        for (int run = 0; run < RUNS; run++) {
            formula[run] = time_one(&problems[i], expression);
            c[run] = time_one(&problems[i], NULL);
        }
        printf("%s formula %.5f us\n", problems[i].name, median(formula));
        printf("%s C %.5f us\n", problems[i].name, median(c));
        arena_fini(&arena);
    }
    return EXIT_SUCCESS;
}
