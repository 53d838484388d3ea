/*
 * sparse.c - linear classifiers of sparse rows, beside LIBLINEAR's train().
 *
 * Both have the same rows in memory, in the form each wants, and go to a loss
 * that is at most 1e-6 of the least one above it; the least one is the lower
 * bound of a much longer run. The peer gets the loosest of its tolerances
 * that leads there. What is counted is the processor's time of the solver, in
 * turn, without reading or making the rows.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* It has a struct parameter, and so have we. */
#define parameter linear_parameter
#include <linear.h>
#undef parameter

#include "core/base/random.h"
#include "core/model/model.h"
#include "core/run/run.h"
#include "server/base/pages.h"

enum { ROWS = 100000, FEATURES = 50000, ENTRIES = 80, RUNS = 3 };

#define GAP 1e-6
#define GAP_LEAST 1e-11

static const struct contest {
    const char *name, *model, *loss;
    int solver;
} contests[] = {
    {"logistic -s 0", "logistic", "log", L2R_LR},
    {"logistic -s 7", "logistic", "log", L2R_LR_DUAL},
    {"L2-SVM -s 1", "svm", "squared_hinge", L2R_L2LOSS_SVC_DUAL},
};

/* The rows as ours and as theirs. */
static uint64_t offsets[ROWS + 1];
static uint32_t *indices;
static double *values, target[ROWS], sides[ROWS];
static struct feature_node *nodes, *node_rows[ROWS];
static struct arena arena;

static void die(const char *why)
{
    fprintf(stderr, "sparse: %s\n", why);
    exit(EXIT_FAILURE);
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int compare_columns(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* As words in texts: few are frequent, most are rare. A row has length 1. */
static size_t make_row(size_t row, uint32_t *column, double *value)
{
    double square = 0;
    size_t count = 0;

    for (size_t k = 0; k < ENTRIES; k++) {
        double u = random_unit(1, RANDOM_START, row * ENTRIES + k);

        column[k] = (uint32_t)(u * u * FEATURES);
    }
    qsort(column, ENTRIES, sizeof *column, compare_columns);
    for (size_t k = 0; k < ENTRIES; k++) {
        if (count > 0 && column[k] == column[count - 1])
            continue;
        column[count] = column[k];
        value[count] = 0.1 + random_unit(2, RANDOM_START, row * ENTRIES + k);
        square += value[count] * value[count];
        count++;
    }
    for (size_t k = 0; k < count; k++)
        value[k] /= sqrt(square);
    return count;
}

/* A side by a plane; one row of ten is on the other one. */
static double side_of(size_t row, size_t begin, size_t end)
{
    double f = 0;

    for (size_t k = begin; k < end; k++)
        f += values[k] * (random_unit(3, RANDOM_START, indices[k]) - 0.5);
    return (f > 0) == (random_unit(4, RANDOM_START, row) < 0.9) ? 1 : -1;
}

static void make_rows(void)
{
    size_t most = (size_t)ROWS * ENTRIES;

    indices = arena_array(&arena, most, sizeof *indices);
    values = arena_array(&arena, most, sizeof *values);
    nodes = arena_array(&arena, most + ROWS, sizeof *nodes);
    if (indices == NULL || values == NULL || nodes == NULL)
        die("no memory");
    for (size_t i = 0; i < ROWS; i++) {
        size_t begin = offsets[i];
        struct feature_node *node = nodes + begin + i;

        offsets[i + 1] = begin + make_row(i, indices + begin, values + begin);
        sides[i] = side_of(i, begin, offsets[i + 1]);
        target[i] = sides[i] > 0;
        node_rows[i] = node;
        for (size_t k = begin; k < offsets[i + 1]; k++)
            *node++ = (struct feature_node){(int)indices[k] + 1, values[k]};
        node->index = -1;
    }
}

static void attach(const struct contest *c, struct objective *objective)
{
    struct model_design design = {
        .choice = {.kind = model_kind_find(c->model)}, .features = FEATURES,
        .rows = ROWS, .target_deviation = 1, .classes = 2, .l2 = 1,
        .is_sum = true, .loss = loss_find(c->loss),
    };
    struct rows rows = {
        .layout = ROWS_SPARSE64, .count = ROWS, .features = FEATURES,
        .offsets = offsets, .indices = indices, .values64 = values,
        .target = target,
    };

    design.head = design.choice.kind->head(design.choice.parameters);
    if (model_build(&design, &arena, objective) != OK
        || model_attach(objective, &rows, NULL, 0, NULL, &arena) != OK)
        die("no model");
    objective->load = NULL; /* the rows are there */
}

/* Train by dual_cd; returns its seconds. */
static double train_ours(const struct objective *objective, double gap,
                         struct run_result *ret)
{
    const struct optimizer_kind *kind = optimizer_kind_find("dual_cd", NULL);
    double parameters[PARAMETERS_MAX], wraps[WRAP_PARAMETERS];
    double stop[STOP_RULES], begin;
    struct schedule schedule;
    struct run run = {
        .objective = objective, .optimizer = kind,
        .optimizer_parameters = parameters, .wrap_parameters = wraps,
        .schedule = &schedule, .stop = stop, .start = objective->start,
    };

    parameter_defaults(kind->parameters, parameters);
    for (size_t i = 0; kind->parameters[i].name != NULL; i++)
        if (strcmp(kind->parameters[i].name, "gap_tolerance") == 0)
            parameters[i] = gap;
    parameter_defaults(wrap_parameters, wraps);
    parameter_defaults(stop_parameters, stop);
    schedule_default(&schedule);
    begin = seconds();
    if (run_minimize(&run, &arena, ret) != OK)
        die("no memory");
    return seconds() - begin;
}

static void say_nothing(const char *text)
{
    (void)text;
}

/* Train by LIBLINEAR; returns its seconds. */
static double train_theirs(const struct objective *objective, int solver,
                           double tolerance, double *ret_loss)
{
    static double x[FEATURES];
    struct problem problem = {.l = ROWS, .n = FEATURES, .y = sides,
                              .x = node_rows, .bias = -1};
    struct linear_parameter how = {.solver_type = solver, .eps = tolerance,
                                   .C = 1};
    struct model *model;
    double begin, turn, took;

    srand(1);
    begin = seconds();
    model = train(&problem, &how);
    took = seconds() - begin;
    turn = model->label[0] == 1 ? 1 : -1;
    for (size_t j = 0; j < FEATURES; j++)
        x[j] = turn * model->w[j];
    *ret_loss = objective->evaluate(objective->data, x, FEATURES, NULL);
    free_and_destroy_model(&model);
    return took;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double runs[RUNS])
{
    qsort(runs, RUNS, sizeof *runs, compare);
    return runs[RUNS / 2];
}

static void hold(const struct contest *c)
{
    double ours[RUNS], theirs[RUNS], least, loss = INFINITY, tolerance = 0.1;
    struct objective objective;
    struct run_result result;

    attach(c, &objective);
    train_ours(&objective, GAP_LEAST, &result);
    least = result.loss * (1 - GAP_LEAST);
    for (;; tolerance /= 2) {
        theirs[0] = train_theirs(&objective, c->solver, tolerance, &loss);
        if (loss - least <= GAP * least)
            break;
        if (tolerance < 1e-9)
            die("the peer does not get there");
    }
    for (int run = 0; run < RUNS; run++) {
        ours[run] = train_ours(&objective, GAP, &result);
        if (run > 0)
            theirs[run] = train_theirs(&objective, c->solver, tolerance,
                                       &loss);
    }
    fprintf(stderr, "%s: loss %.12g, least %.12g, peer %.12g at %.3g\n",
            c->name, result.loss, least, loss, tolerance);
    printf("%s ours %.3f liblinear %.3f s\n", c->name, median(ours),
           median(theirs));
    fflush(stdout);
}

int main(int argc, char **argv)
{
    arena_init_from(&arena, 0, &pages_huge);
    set_print_string_function(say_nothing);
    make_rows();
    for (size_t i = 0; i < sizeof contests / sizeof *contests; i++)
        if (argc < 2 || strcmp(argv[1], contests[i].name) == 0)
            hold(&contests[i]);
    arena_fini(&arena);
    return EXIT_SUCCESS;
}
