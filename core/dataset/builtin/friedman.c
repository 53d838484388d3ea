/* friedman.c - Friedman's first function: five features matter, the rest do
 * not. */
#include "core/dataset/builtin/columns.h"
#include "core/kernel/math.h"

enum { FEATURES = GENERATED_OWN, FEATURES_MIN = 5 };

static const double pi = 3.141592653589793;

static const struct parameter parameters[] = {
    GENERATED_PARAMETERS(200, 1, "Deviation of what is added to y."),
    [FEATURES] = {"features", 10, FEATURES_MIN, 1000,
                  "How many features; y depends on the first five.", CLOSED,
                  PARAMETER_INTEGER, NULL},
    {0},
};

static enum error make(struct arena *arena, const double *p,
                       struct inline_column **ret_columns,
                       size_t *ret_column_count)
{
    struct random_numbers numbers = generated_numbers(p);
    size_t rows = (size_t)p[GENERATED_ROWS], features = (size_t)p[FEATURES];
    struct inline_column *columns;

    TRY(columns_new(arena, features + 1, rows, NULL, &columns));
    columns[features].name = "y";
    for (size_t i = 0; i < rows; i++) {
        double x[FEATURES_MIN];

        for (size_t f = 0; f < features; f++) {
            double value = random_uniform(&numbers, 0, 1);

            columns_numbers(columns, f)[i] = value;
            if (f < FEATURES_MIN)
                x[f] = value;
        }
        columns_numbers(columns, features)[i] =
            10 * math_sin(pi * x[0] * x[1])
            + 20 * (x[2] - 0.5) * (x[2] - 0.5) + 10 * x[3] + 5 * x[4]
            + p[GENERATED_NOISE] * random_normal(&numbers);
    }
    *ret_columns = columns;
    *ret_column_count = features + 1;
    return OK;
}

const struct builtin builtin_friedman = {
    .name = "friedman", .target = "y", .classes = false,
    .sentence = "y = 10 sin(pi x1 x2) + 20 (x3 - 0.5)^2 + 10 x4 + 5 x5 with "
                "noise; the other features do not matter.",
    .source = "generated after J. H. Friedman 1991, Multivariate adaptive "
              "regression splines, equation 61",
    .parameters = parameters, .make = make,
};
