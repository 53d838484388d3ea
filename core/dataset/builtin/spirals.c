/* spirals.c - arms that wind around one another. */
#include "core/dataset/builtin/columns.h"
#include "core/kernel/math.h"

enum { CLASSES = GENERATED_OWN, TURNS };

static const double two_pi = 6.283185307179586;

static const struct parameter parameters[] = {
    GENERATED_PARAMETERS(300, 0.02, "Deviation around the arms, whose length "
                         "from the middle is 1."),
    [CLASSES] = {"classes", 2, 2, 20, "How many arms.", CLOSED,
                 PARAMETER_INTEGER, NULL},
    [TURNS] = {"turns", 1.5, 0, 20, "How often an arm goes round.", OPEN_LOW,
               PARAMETER_NUMBER, NULL},
    {0},
};

static enum error make(struct arena *arena, const double *p,
                       struct inline_column **ret_columns,
                       size_t *ret_column_count)
{
    struct random_numbers numbers = generated_numbers(p);
    size_t rows = (size_t)p[GENERATED_ROWS], classes = (size_t)p[CLASSES];
    size_t steps = (rows + classes - 1) / classes;
    struct inline_column *columns;

    TRY(columns_new(arena, 3, rows, NULL, &columns));
    for (size_t i = 0; i < rows; i++) {
        size_t class = i % classes;
        double radius = (double)(i / classes + 1) / (double)steps;
        double angle = two_pi * (p[TURNS] * radius
                                 + (double)class / (double)classes);

        columns_numbers(columns, 0)[i] =
            radius * math_cos(angle)
            + p[GENERATED_NOISE] * random_normal(&numbers);
        columns_numbers(columns, 1)[i] =
            radius * math_sin(angle)
            + p[GENERATED_NOISE] * random_normal(&numbers);
        columns_numbers(columns, 2)[i] = (double)class;
    }
    *ret_columns = columns;
    *ret_column_count = 3;
    return OK;
}

const struct builtin builtin_spirals = {
    .name = "spirals", .target = "label", .classes = true,
    .sentence = "Arms that wind around one another: a hard border for a "
                "network.",
    .source = "generated", .parameters = parameters, .make = make,
};
