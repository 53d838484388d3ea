/* model_bench.c - models for tests, built by name over rows made up. */
#include "tests/unit/model_bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "tests/unit/cmocka_all.h"

enum { FEATURES = 11, ROWS = 300, VALIDATION_ROWS = 70, CLASSES = 3 };

double model_bench_number(unsigned series, size_t i)
{
    return 2 * random_unit(1000 + series, RANDOM_START, i) - 1;
}

struct model_design model_bench_design(const char *model, const char *loss)
{
    struct model_design design = {
        .choice = {.kind = model_kind_find(model)}, .intercept = true,
        .features = FEATURES, .rows = ROWS, .target_deviation = 1,
        .validation_rows = VALIDATION_ROWS,
    };

    assert_non_null(design.choice.kind);
    if (design.choice.kind->parameters != NULL)
        parameter_defaults(design.choice.kind->parameters,
                           design.choice.parameters);
    design.head = design.choice.kind->head(design.choice.parameters);
    if (design.head == HEADS)
        design.head = HEAD_SOFTMAX;
    design.loss = loss != NULL ? loss_find(loss)
                               : heads[design.head].losses[0];
    assert_non_null(design.loss);
    if (design.loss->parameters != NULL)
        parameter_defaults(design.loss->parameters, &design.loss_parameter);
    if (heads[design.head].of_classes)
        design.classes = heads[design.head].of_many ? CLASSES : 2;
    return design;
}

struct model_design model_bench_mlp(const char *head, const char *activation,
                                    const double *hidden, size_t count)
{
    struct model_design design = model_bench_design("mlp", NULL);
    const struct parameter *table = design.choice.kind->parameters;
    double *p = design.choice.parameters;

    p[MLP_HEAD] = parameter_choice(&table[MLP_HEAD], head);
    p[MLP_ACTIVATION] = parameter_choice(&table[MLP_ACTIVATION], activation);
    assert_true(p[MLP_HEAD] >= 0 && p[MLP_ACTIVATION] >= 0);
    design.head = design.choice.kind->head(p);
    design.loss = heads[design.head].losses[0];
    design.classes = heads[design.head].of_many ? CLASSES
                   : heads[design.head].of_classes ? 2 : 0;
    design.choice.hidden = hidden;
    design.choice.hidden_count = count;
    return design;
}

static double feature(size_t row, size_t column, bool validation)
{
    double u = model_bench_number(1 + validation, row * FEATURES + column);

    return fabs(u) < 0.33 ? 0 : round(64 * u) / 64;
}

static double target(const struct model_design *design, size_t row)
{
    double u = model_bench_number(3, row);

    if (design->classes > 0)
        return floor((u + 1) / 2 * (double)design->classes);
    return design->loss->target == LOSS_OF_COUNTS ? floor(4 * fabs(u)) : 3 * u;
}

static void make_dense(struct rows *rows, double *dense, struct arena *arena)
{
    size_t cells = rows->count * rows->features;
    float *narrow = arena_array(arena, cells, sizeof *narrow);

    for (size_t i = 0; i < cells; i++)
        narrow[i] = (float)dense[i];
    rows->dense64 = rows->layout == ROWS_DENSE64 ? dense : NULL;
    rows->dense32 = rows->layout == ROWS_DENSE32 ? narrow : NULL;
}

static void make_sparse(struct rows *rows, const double *dense,
                        struct arena *arena)
{
    size_t cells = rows->count * rows->features, count = 0;
    uint64_t *offsets = arena_array(arena, rows->count + 1, sizeof *offsets);
    uint32_t *indices = arena_array(arena, cells, sizeof *indices);
    double *wide = arena_array(arena, cells, sizeof *wide);
    float *narrow = arena_array(arena, cells, sizeof *narrow);

    for (size_t i = 0; i < cells; i++) {
        if (dense[i] != 0) {
            indices[count] = (uint32_t)(i % rows->features);
            wide[count] = dense[i];
            narrow[count++] = (float)dense[i];
        }
        offsets[i / rows->features + 1] = count;
    }
    rows->offsets = offsets;
    rows->indices = indices;
    rows->values64 = rows->layout == ROWS_SPARSE64 ? wide : NULL;
    rows->values32 = rows->layout == ROWS_SPARSE32 ? narrow : NULL;
}

static struct rows make_rows(struct model_bench *bench, size_t count,
                             enum rows_layout layout, bool weighted,
                             bool validation)
{
    size_t n = bench->design.features;
    struct rows rows = {.layout = layout, .count = count, .features = n};
    double *dense = arena_array(&bench->arena, count * n, sizeof *dense);
    double *targets = arena_array(&bench->arena, count, sizeof *targets);
    double *weights = arena_array(&bench->arena, count, sizeof *weights);

    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < n; j++)
            dense[i * n + j] = feature(i, j, validation);
        targets[i] = target(&bench->design, i + 1000 * validation);
        weights[i] = 1.5 + model_bench_number(4, i);
    }
    rows.target = targets;
    rows.weight = weighted ? weights : NULL;
    if (layout == ROWS_DENSE64 || layout == ROWS_DENSE32)
        make_dense(&rows, dense, &bench->arena);
    else
        make_sparse(&rows, dense, &bench->arena);
    return rows;
}

struct model_bench *model_bench_new(const struct model_design *design,
                                    enum rows_layout layout, bool weighted)
{
    struct model_bench *bench = calloc(1, sizeof *bench);

    assert_non_null(bench);
    arena_init(&bench->arena, 0);
    bench->design = *design;
    assert_int_equal(model_build(&bench->design, &bench->arena,
                                 &bench->objective), OK);
    bench->training = make_rows(bench, design->rows, layout, weighted, false);
    bench->validation = make_rows(bench, design->validation_rows, layout,
                                  false, true);
    assert_int_equal(model_attach(&bench->objective, &bench->training,
                                  &bench->validation, 7, NULL, &bench->arena),
                     OK);
    bench->x = arena_array(&bench->arena, bench->objective.n,
                           sizeof *bench->x);
    for (size_t i = 0; i < bench->objective.n; i++)
        bench->x[i] = 0.7 * model_bench_number(5, i);
    return bench;
}

void model_bench_free(struct model_bench *bench)
{
    arena_fini(&bench->arena);
    free(bench);
}
