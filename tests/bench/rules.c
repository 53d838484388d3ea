/*
 * rules.c - microseconds a step of first-order rules on Rosenbrock's valley
 * in 1000 variables, loss and gradient with it: through a whole run, and of
 * Adam the same loop written by hand in C.
 *
 * Prints a line for each: "adam 0.85 us", the median of interleaved runs;
 * "adam-bounds" is inside a box, "adam-C" the loop by hand. This file is
 * compiled for the CPU at hand and with contracted products, so that what is
 * by hand is as quick as the compiler can make it. All count what the thread
 * has of the processor.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/function/function.h"
#include "core/run/run.h"

enum {
    RUNS = 15, N = 1000, STEPS = 4000,
    STEPS_MIN = 300            /* a rule may get there, or diverge, before */
};

/* Relative; the compiler's sums and products are rounded otherwise. */
#define SAME_LOSS 1e-9

/* What a run took, and came to. */
struct walk {
    double us, loss;
};

static double cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* ---- ours -------------------------------------------------------------- */

static double evaluate_ours(void *data, const double *x, size_t n, double *g)
{
    const struct function *function = data;

    return function->evaluate(x, n, g);
}

static struct walk walk_ours(const char *name, double bound)
{
    const struct optimizer_kind *kind = optimizer_kind_find(name, NULL);
    const struct schedule constant = {.kind = schedule_kind_find("constant")};
    struct function function = *function_find("rosenbrock");
    struct objective objective = {.n = N, .data = &function,
                                  .evaluate = evaluate_ours};
    double p[PARAMETERS_MAX], wrap[WRAP_PARAMETERS], stop[STOP_RULES];
    double start[N], low[N], high[N], begin = cpu_us();
    struct run_result result;
    struct arena arena;
    struct walk walk;
    struct run run = {
        .objective = &objective, .optimizer = kind, .optimizer_parameters = p,
        .wrap_parameters = wrap, .schedule = &constant, .stop = stop,
        .start = start, .low = isfinite(bound) ? low : NULL,
        .high = isfinite(bound) ? high : NULL,
    };

    for (size_t i = 0; i < N; i++) {
        low[i] = -bound;
        high[i] = bound;
    }
    parameter_defaults(kind->parameters, p);
    parameter_defaults(wrap_parameters, wrap);
    parameter_defaults(stop_parameters, stop);
    p[LEARNING_RATE] = 1e-4;
    stop[STOP_MAX_ITERATIONS] = STEPS;
    function_start(&function, N, start);
    arena_init(&arena, 0);
    if (run_minimize(&run, &arena, &result) != OK
        || result.iterations < STEPS_MIN) {
        fprintf(stderr, "%s: ended after %ju steps\n", name,
                (uintmax_t)result.iterations);
        exit(EXIT_FAILURE);
    }
    walk = (struct walk){(cpu_us() - begin) / (double)result.iterations,
                         result.loss};
    arena_fini(&arena);
    return walk;
}

/* ---- by hand ----------------------------------------------------------- */

static double rosenbrock(const double *restrict x, double *restrict g)
{
    double f = 0, behind = 0;

    for (size_t i = 0; i + 1 < N; i++) {
        double bend = x[i + 1] - x[i] * x[i], rest = 1 - x[i];

        f += 100 * bend * bend + rest * rest;
        g[i] = -400 * bend * x[i] - 2 * rest + behind;
        behind = 200 * bend;
    }
    g[N - 1] = behind;
    return f;
}

static struct walk walk_by_hand(const char *name, double bound)
{
    static double x[N], g[N], m[N], v[N];
    const double rate = 1e-4, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    double power1 = 1, power2 = 1, begin = cpu_us(), loss;

    (void)name, (void)bound;
    memset(m, 0, sizeof m);
    memset(v, 0, sizeof v);
    for (size_t i = 0; i < N; i++)
        x[i] = i % 2 ? 1 : -1.2;
    loss = rosenbrock(x, g);
    for (int t = 1; t <= STEPS; t++) {
        power1 *= beta1;
        power2 *= beta2;

        double by = rate / (1 - power1), root = 1 / sqrt(1 - power2);

        for (size_t i = 0; i < N; i++) {
            m[i] = beta1 * m[i] + (1 - beta1) * g[i];
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
            x[i] -= by * m[i] / (sqrt(v[i]) * root + epsilon);
        }
        loss = rosenbrock(x, g);
    }
    return (struct walk){(cpu_us() - begin) / STEPS, loss};
}

/* ---- beside one another ------------------------------------------------ */

static const struct row {
    const char *name, *rule;
    double bound;              /* every variable's, in size */
    struct walk (*walk)(const char *rule, double bound);
} rows[] = {
    {"adam", "adam", INFINITY, walk_ours},
    {"adam-C", NULL, INFINITY, walk_by_hand},
    {"adam-bounds", "adam", 3, walk_ours},
#define RULE(name) {name, name, INFINITY, walk_ours},
    RULE("sgd") RULE("adamw") RULE("nadam") RULE("adamax") RULE("rmsprop")
    RULE("adagrad") RULE("adadelta") RULE("adabelief") RULE("adabound")
    RULE("yogi") RULE("radam") RULE("qhadam") RULE("adan") RULE("adopt")
    RULE("lamb") RULE("novograd") RULE("padam") RULE("lion") RULE("ftrl")
    RULE("ademamix") RULE("adafactor") RULE("prodigy") RULE("rprop")
#undef RULE
};

enum { ROWS = sizeof rows / sizeof *rows };

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(void)
{
    double us[ROWS][RUNS], loss[ROWS];

    for (int run = 0; run < RUNS; run++) {
        for (int i = 0; i < ROWS; i++) {
            struct walk walk = rows[i].walk(rows[i].rule, rows[i].bound);

            us[i][run] = walk.us;
            loss[i] = walk.loss;
        }
    }
    if (!(fabs(loss[0] - loss[1]) <= SAME_LOSS * loss[0])) {
        fprintf(stderr, "adam ends at %.17g, by hand at %.17g\n", loss[0],
                loss[1]);
        return EXIT_FAILURE;
    }
    for (int i = 0; i < ROWS; i++) {
        qsort(us[i], RUNS, sizeof *us[i], compare);
        printf("%-12s %8.3f us\n", rows[i].name, us[i][RUNS / 2]);
    }
    return EXIT_SUCCESS;
}
