/*
 * train.c - seconds an epoch takes, through the core alone: no HTTP, no trace.
 *
 *   train CASE [EPOCHS]
 *
 * Prints the CPU seconds of one epoch with its measurement at the end, the
 * median of EPOCHS of them (5 unless said), and on stderr the training loss.
 * Rows are made up: normal-like numbers, a class by a random plane.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/random.h"
#include "core/model/model.h"
#include "core/run/run.h"
#include "server/base/pages.h"

enum { EPOCHS_MAX = 100 };

static const struct bench_case {
    const char *name, *model;
    size_t rows, features, batch;
    enum shuffle shuffle;
    bool is_float;
    double hidden;               /* 0: none */
    size_t classes;
} cases[] = {
    {"dense_1", "logistic", 1000000, 32, 1, SHUFFLE_ROWS, false, 0, 2},
    {"dense_64", "logistic", 1000000, 32, 64, SHUFFLE_ROWS, false, 0, 2},
    {"blocks_64", "logistic", 1000000, 32, 64, SHUFFLE_BLOCKS, false, 0, 2},
    {"wide_64", "logistic", 100000, 1000, 64, SHUFFLE_ROWS, false, 0, 2},
    {"mlp_128", "mlp", 20000, 784, 128, SHUFFLE_ROWS, true, 128, 10},
    {0},
};

/* About normal: the sum of four of the words of one block. */
static void fill(double *to, size_t count, unsigned seed)
{
    uint32_t key[2] = {seed, 7}, block[4];

    for (size_t i = 0; i < count; i += 4) {
        uint32_t counter[4] = {(uint32_t)i, (uint32_t)(i >> 32), 1, 2};

        random_philox(counter, key, block);
        for (size_t k = 0; k < 4 && i + k < count; k++)
            to[i + k] = ((double)(block[k] & 0xffff)
                         + (double)(block[k] >> 16)) / 32768 * 1.2 - 2.4;
    }
}

static void fill_targets(const struct bench_case *c, const double *dense,
                         double *target)
{
    double plane[1024];

    fill(plane, c->features, 99);
    for (size_t i = 0; i < c->rows; i++) {
        double f = vector_dot(plane, dense + i * c->features, c->features);

        target[i] = c->classes == 2 ? f > 0
                  : fmod(fabs(f), (double)c->classes);
        target[i] = floor(target[i]);
    }
}

struct watch {
    clock_t last;
    double seconds[EPOCHS_MAX], loss;
    size_t epochs;
    uint64_t show_at;
};

static enum reason look(void *self, const struct iteration *it,
                        enum reason reason)
{
    struct watch *watch = self;
    clock_t now = clock();

    watch->show_at = UINT64_MAX;
    if (it->metrics == NULL)
        return reason;
    if (it->iteration > 0 && watch->epochs < EPOCHS_MAX)
        watch->seconds[watch->epochs++] = (double)(now - watch->last)
                                        / CLOCKS_PER_SEC;
    watch->last = now;
    watch->loss = it->metrics[0];
    return reason;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void die(const char *why)
{
    fprintf(stderr, "train: %s\n", why);
    exit(1);
}

static void attach(const struct bench_case *c, struct arena *arena,
                   struct objective *objective)
{
    struct model_design design = {
        .choice = {.kind = model_kind_find(c->model), .hidden = &c->hidden,
                   .hidden_count = c->hidden > 0},
        .intercept = true, .features = c->features, .rows = c->rows,
        .target_deviation = 1, .classes = c->classes, .l2 = 1e-4,
    };
    struct rows rows = {.layout = c->is_float ? ROWS_DENSE32 : ROWS_DENSE64,
                        .count = c->rows, .features = c->features};
    size_t cells = c->rows * c->features;
    double *dense = arena_array(arena, cells, sizeof *dense);
    double *target = arena_array(arena, c->rows, sizeof *target);
    float *narrow;

    if (dense == NULL || target == NULL)
        die("no memory");
    fill(dense, cells, 1);
    fill_targets(c, dense, target);
    rows.dense64 = dense;
    rows.target = target;
    if (c->is_float) {
        narrow = arena_array(arena, cells, sizeof *narrow);
        if (narrow == NULL)
            die("no memory");
        for (size_t i = 0; i < cells; i++)
            narrow[i] = (float)dense[i];
        rows.dense32 = narrow;
    }
    if (design.choice.kind->parameters != NULL)
        parameter_defaults(design.choice.kind->parameters,
                           design.choice.parameters);
    design.head = design.choice.kind->head(design.choice.parameters);
    if (design.head == HEADS)
        design.head = HEAD_SOFTMAX;
    design.loss = heads[design.head].losses[0];
    if (model_build(&design, arena, objective) != OK
        || model_attach(objective, &rows, NULL, 0, NULL, arena) != OK)
        die("no model");
}

int main(int argc, char **argv)
{
    const struct bench_case *c = cases;
    const struct optimizer_kind *sgd = optimizer_kind_find("sgd", NULL);
    double parameters[PARAMETERS_MAX], wraps[WRAP_PARAMETERS];
    double stop[STOP_RULES];
    struct schedule schedule;
    struct objective objective;
    struct run_result result;
    struct watch watch = {.epochs = 0};
    struct arena arena;
    struct run run;

    while (argc > 1 && c->name != NULL && strcmp(c->name, argv[1]) != 0)
        c++;
    if (argc < 2 || c->name == NULL)
        die("usage: train CASE [EPOCHS]");
    arena_init_from(&arena, 0, &pages_huge); /* as jobs do */
    attach(c, &arena, &objective);
    parameter_defaults(sgd->parameters, parameters);
    parameters[LEARNING_RATE] = 0.01;
    parameter_defaults(wrap_parameters, wraps);
    parameter_defaults(stop_parameters, stop);
    stop[STOP_MAX_ITERATIONS] = NAN;
    stop[STOP_MAX_EPOCHS] = argc > 2 ? atoi(argv[2]) : 5;
    schedule_default(&schedule);
    objective.load = NULL; /* the rows are there */
    run = (struct run){
        .objective = &objective, .optimizer = sgd,
        .optimizer_parameters = parameters, .wrap_parameters = wraps,
        .schedule = &schedule, .stop = stop,
        .batching = {.batch_rows = c->batch, .shuffle = c->shuffle},
        .observe = look, .observer = &watch, .show_at = &watch.show_at,
    };
    if (objective.start != NULL)
        run.start = objective.start;
    if (run_minimize(&run, &arena, &result) != OK)
        die("no memory");
    fprintf(stderr, "loss %.17g\n", watch.loss);
    qsort(watch.seconds, watch.epochs, sizeof *watch.seconds, compare);
    printf("%.6f\n", watch.seconds[watch.epochs / 2]);
    arena_fini(&arena);
    return 0;
}
