/* blobs.c - a round cloud of points for each class. */
#include "core/dataset/builtin/columns.h"

enum { CLASSES = GENERATED_OWN, FEATURES };

static const double box = 10; /* of the centres, to both sides of zero */

static const struct parameter parameters[] = {
    GENERATED_PARAMETERS(300, 1, "Deviation of a cloud."),
    [CLASSES] = {"classes", 3, 2, 100, "How many clouds.", CLOSED,
                 PARAMETER_INTEGER, NULL},
    [FEATURES] = {"features", 2, 1, 1000, "Dimension of the points.", CLOSED,
                  PARAMETER_INTEGER, NULL},
    {0},
};

static enum error make(struct arena *arena, const double *p,
                       struct inline_column **ret_columns,
                       size_t *ret_column_count)
{
    struct random_numbers numbers = generated_numbers(p);
    size_t rows = (size_t)p[GENERATED_ROWS], classes = (size_t)p[CLASSES];
    size_t features = (size_t)p[FEATURES];
    double *centres = arena_array(arena, classes * features, sizeof *centres);
    struct inline_column *columns;

    if (centres == NULL)
        return ERR_MEMORY;
    TRY(columns_new(arena, features + 1, rows, NULL, &columns));
    for (size_t i = 0; i < classes * features; i++)
        centres[i] = random_uniform(&numbers, -box, box);
    for (size_t i = 0; i < rows; i++) {
        size_t class = i % classes;

        for (size_t f = 0; f < features; f++)
            columns_numbers(columns, f)[i] =
                centres[class * features + f]
                + p[GENERATED_NOISE] * random_normal(&numbers);
        columns_numbers(columns, features)[i] = (double)class;
    }
    *ret_columns = columns;
    *ret_column_count = features + 1;
    return OK;
}

const struct builtin builtin_blobs = {
    .name = "blobs", .target = "label", .classes = true,
    .sentence = "Round clouds of points, one for each class: lines can tell "
                "them apart where they do not overlap.",
    .source = "generated", .parameters = parameters, .make = make,
};
