/* circles.c - a circle inside another one. */
#include "core/dataset/builtin/columns.h"
#include "core/kernel/math.h"

enum { FACTOR = GENERATED_OWN };

static const double two_pi = 6.283185307179586;

static const struct parameter parameters[] = {
    GENERATED_PARAMETERS(200, 0.05, "Deviation around the circles."),
    [FACTOR] = {"factor", 0.5, 0, 1, "Radius of the inner circle; that of the "
                "outer one is 1.", OPEN, PARAMETER_NUMBER, NULL},
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
        double t = two_pi * (double)(i / 2) / (double)steps;
        bool inner = i % 2 == 1;
        double radius = inner ? p[FACTOR] : 1;

        columns_numbers(columns, 0)[i] =
            radius * math_cos(t) + p[GENERATED_NOISE] * random_normal(&numbers);
        columns_numbers(columns, 1)[i] =
            radius * math_sin(t) + p[GENERATED_NOISE] * random_normal(&numbers);
        columns_numbers(columns, 2)[i] = inner;
    }
    *ret_columns = columns;
    *ret_column_count = 3;
    return OK;
}

const struct builtin builtin_circles = {
    .name = "circles", .target = "label", .classes = true,
    .sentence = "A circle inside another one: their squares tell them apart.",
    .source = "generated", .parameters = parameters, .make = make,
};
