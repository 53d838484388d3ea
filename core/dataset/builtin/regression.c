/* regression.c - a linear function of normal features, with noise. */
#include "core/dataset/builtin/columns.h"

enum { FEATURES = GENERATED_OWN };

static const double weight_max = 10;

static const struct parameter parameters[] = {
    GENERATED_PARAMETERS(200, 1, "Deviation of what is added to y."),
    [FEATURES] = {"features", 5, 1, 1000, "How many features.", CLOSED,
                  PARAMETER_INTEGER, NULL},
    {0},
};

static enum error make(struct arena *arena, const double *p,
                       struct inline_column **ret_columns,
                       size_t *ret_column_count)
{
    struct random_numbers numbers = generated_numbers(p);
    size_t rows = (size_t)p[GENERATED_ROWS], features = (size_t)p[FEATURES];
    double *w = arena_array(arena, features, sizeof *w), b;
    struct inline_column *columns;

    if (w == NULL)
        return ERR_MEMORY;
    TRY(columns_new(arena, features + 1, rows, NULL, &columns));
    columns[features].name = "y";
    for (size_t f = 0; f < features; f++)
        w[f] = random_uniform(&numbers, -weight_max, weight_max);
    b = random_uniform(&numbers, -weight_max, weight_max);
    for (size_t i = 0; i < rows; i++) {
        double y = b;

        for (size_t f = 0; f < features; f++) {
            double x = random_normal(&numbers);

            columns_numbers(columns, f)[i] = x;
            y += w[f] * x;
        }
        columns_numbers(columns, features)[i] =
            y + p[GENERATED_NOISE] * random_normal(&numbers);
    }
    *ret_columns = columns;
    *ret_column_count = features + 1;
    return OK;
}

const struct builtin builtin_regression = {
    .name = "regression", .target = "y", .classes = false,
    .sentence = "A linear function of normal features, with noise: what least "
                "squares is made for.",
    .source = "generated", .parameters = parameters, .make = make,
};
