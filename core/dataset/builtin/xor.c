/* xor.c - the four quarters of a square, two and two of a class. */
#include "core/dataset/builtin/columns.h"

static const struct parameter parameters[] = {
    GENERATED_PARAMETERS(200, 0, "Deviation that is added to the points once "
                         "they have their class."),
    {0},
};

static enum error make(struct arena *arena, const double *p,
                       struct inline_column **ret_columns,
                       size_t *ret_column_count)
{
    struct random_numbers numbers = generated_numbers(p);
    size_t rows = (size_t)p[GENERATED_ROWS];
    struct inline_column *columns;

    TRY(columns_new(arena, 3, rows, NULL, &columns));
    for (size_t i = 0; i < rows; i++) {
        double x = random_uniform(&numbers, 0, 1) * (i & 1 ? -1 : 1);
        double y = random_uniform(&numbers, 0, 1) * (i & 2 ? -1 : 1);

        columns_numbers(columns, 0)[i] =
            x + p[GENERATED_NOISE] * random_normal(&numbers);
        columns_numbers(columns, 1)[i] =
            y + p[GENERATED_NOISE] * random_normal(&numbers);
        columns_numbers(columns, 2)[i] = (i & 1) != (i >> 1 & 1);
    }
    *ret_columns = columns;
    *ret_column_count = 3;
    return OK;
}

const struct builtin builtin_xor = {
    .name = "xor", .target = "label", .classes = true,
    .sentence = "A square whose quarters are two and two of a class: the sign "
                "of a product, which no line finds.",
    .source = "generated", .parameters = parameters, .make = make,
};
