/* two_moons.c - two half circles that reach into one another. */
#include "core/dataset/builtin/columns.h"
#include "core/kernel/math.h"

static const double pi = 3.141592653589793;

static const struct parameter parameters[] = {
    GENERATED_PARAMETERS(200, 0.1, "Deviation around the half circles."),
    {0},
};

static enum error make(struct arena *arena, const double *p,
                       struct inline_column **ret_columns,
                       size_t *ret_column_count)
{
    struct random_numbers numbers = generated_numbers(p);
    size_t rows = (size_t)p[GENERATED_ROWS], steps = (rows + 1) / 2;
    struct inline_column *columns;

    TRY(columns_new(arena, 3, rows, NULL, &columns));
    for (size_t i = 0; i < rows; i++) {
        double t = steps > 1 ? pi * (double)(i / 2) / (double)(steps - 1) : 0;
        double x = math_cos(t), y = math_sin(t);
        bool second = i % 2 == 1;

        columns_numbers(columns, 0)[i] =
            (second ? 1 - x : x) + p[GENERATED_NOISE] * random_normal(&numbers);
        columns_numbers(columns, 1)[i] =
            (second ? 0.5 - y : y)
            + p[GENERATED_NOISE] * random_normal(&numbers);
        columns_numbers(columns, 2)[i] = second;
    }
    *ret_columns = columns;
    *ret_column_count = 3;
    return OK;
}

const struct builtin builtin_two_moons = {
    .name = "two_moons", .target = "label", .classes = true,
    .sentence = "Two half circles that reach into one another: no line tells "
                "them apart.",
    .source = "generated", .parameters = parameters, .make = make,
};
