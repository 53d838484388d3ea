/*
 * landscape.c - the loss on a grid of 200 by 200: grid_evaluate() beside two
 * loops written by hand in C, for the CPU that builds it (see the Makefile).
 *
 * Prints a line for each objective and way: "bowl grid 1.23 ms" of CPU time,
 * the median of interleaved runs.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/kernel/math.h"
#include "core/landscape/grid.h"
#include "core/objective/objective.h"

enum { RUNS = 31, SIDE = 200, BLOCK = 1000 };

static double bowl(double x, double y)
{
    return 6 * x * x + 9 * y * y - 12 * x - 14 * y + 3;
}

static double rosenbrock(double x, double y)
{
    double bend = y - x * x, rest = 1 - x;

    return 100 * bend * bend + rest * rest;
}

/* The same sine and cosine, so that what is compared are the loops. */
static double waves(double x, double y)
{
    return math_sin(3 * x) * math_cos(2 * y) + 0.1 * (x * x + y * y);
}

static const struct problem {
    const char *name;
    const char *kind;
    const char *text;              /* of an expression, or a function's name */
    double (*by_hand)(double x, double y);
} problems[] = {
    {"bowl", "expression", "6*x^2 + 9*y^2 - 12*x - 14*y + 3", bowl},
    {"rosenbrock", "expression", "100*(y - x^2)^2 + (1 - x)^2", rosenbrock},
    {"waves", "expression", "sin(3*x)*cos(2*y) + 0.1*(x^2 + y^2)", waves},
    {"catalogue", "function", "rosenbrock", rosenbrock},
};

static struct objective objective_of(const struct problem *problem,
                                     struct arena *arena)
{
    static const struct symbol names[] = {{.name = "x"}, {.name = "y"}};
    struct value values[MEMBERS_MAX] = {
        {.given = true, .text = problem->text}};
    struct objective objective;
    struct faults faults;

    if (problem->kind[0] == 'e')
        values[1] = (struct value){.given = true, .symbols = names, .rows = 2};
    faults_init(&faults, arena);
    if (objective_kind_find(problem->kind)->build(arena, values, "", &faults,
                                                  &objective) != OK) {
        fprintf(stderr, "%s: no objective\n", problem->name);
        exit(EXIT_FAILURE);
    }
    return objective;
}

static double cpu_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static double time_grid(const struct objective *objective, double *ret_least)
{
    static const double at[2];
    const struct plane plane = {PLANE_COORDINATES, 2, 2, at, {0, 1}, {0}};
    const struct box box = {{-2, -1}, {2, 3}};
    struct arena arena;
    struct grid grid;
    double begin;

    arena_init(&arena, 0);
    begin = cpu_ms();
    if (grid_init(&grid, &arena, &plane, &box, SIDE, SIDE) != OK)
        exit(EXIT_FAILURE);
    while (grid_evaluate(&grid, objective, BLOCK))
        ;
    begin = cpu_ms() - begin;
    *ret_least = grid.least;
    arena_fini(&arena);
    return begin;
}

static double time_hand(double (*loss)(double x, double y), double *ret_least)
{
    double *grid = malloc(SIDE * SIDE * sizeof *grid), begin = cpu_ms();

    if (grid == NULL)
        exit(EXIT_FAILURE);
    *ret_least = 1e300;
    for (int j = 0; j < SIDE; j++)
        for (int i = 0; i < SIDE; i++) {
            double f = loss(-2 + 4.0 * i / (SIDE - 1),
                            -1 + 4.0 * j / (SIDE - 1));

            grid[j * SIDE + i] = f;
            *ret_least = f < *ret_least ? f : *ret_least;
        }
    begin = cpu_ms() - begin;
    free(grid);
    return begin;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double ms[RUNS])
{
    qsort(ms, RUNS, sizeof *ms, compare);
    return ms[RUNS / 2];
}

int main(void)
{
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        const struct problem *problem = &problems[i];
        double grid[RUNS], hand[RUNS], least, least_by_hand;
        struct objective objective;
        struct arena arena;

        arena_init(&arena, 0);
        objective = objective_of(problem, &arena);
        for (int run = 0; run < RUNS; run++) {
            grid[run] = time_grid(&objective, &least);
            hand[run] = time_hand(problem->by_hand, &least_by_hand);
            if (!(fabs(least - least_by_hand) < 1e-9)) {
                fprintf(stderr, "%s: %g is not %g\n", problem->name, least,
                        least_by_hand);
                return EXIT_FAILURE;
            }
        }
        printf("%s grid %.4f ms\n", problem->name, median(grid));
        printf("%s C %.4f ms\n", problem->name, median(hand));
        arena_fini(&arena);
    }
    return EXIT_SUCCESS;
}
