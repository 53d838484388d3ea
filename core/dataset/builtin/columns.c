/* columns.c - columns of a built-in dataset, and random numbers for them. */
#include "core/dataset/builtin/columns.h"

#include <math.h>

#include "core/base/random.h"
#include "core/kernel/math.h"

static const double two_pi = 6.283185307179586;

enum error columns_new(struct arena *arena, size_t count, size_t rows,
                       const char *const *names, struct inline_column **ret)
{
    struct inline_column *columns;

    if (rows > BUILTIN_CELLS_MAX / count)
        return ERR_TOO_BIG;
    columns = arena_array(arena, count, sizeof *columns);
    if (columns == NULL)
        return ERR_MEMORY;
    for (size_t c = 0; c < count; c++) {
        columns[c] = (struct inline_column){
            .name = names != NULL    ? names[c]
                    : c + 1 == count ? "label"
                                     : arena_format(arena, "x%zu", c + 1),
            .count = rows,
            .numbers = arena_array(arena, rows, sizeof(double)),
        };
        if (columns[c].name == NULL || columns[c].numbers == NULL)
            return ERR_MEMORY;
    }
    *ret = columns;
    return OK;
}

enum error columns_words(struct arena *arena, struct inline_column *column)
{
    column->words = arena_array(arena, column->count, sizeof *column->words);
    return column->words != NULL ? OK : ERR_MEMORY;
}

double random_uniform(struct random_numbers *numbers, double low, double high)
{
    return low + (high - low) * random_unit(numbers->seed, RANDOM_GENERATE,
                                            numbers->index++);
}

double random_normal(struct random_numbers *numbers)
{
    double u = 1 - random_uniform(numbers, 0, 1); /* in (0, 1] */
    double angle = two_pi * random_uniform(numbers, 0, 1);

    return sqrt(-2 * math_log(u)) * math_cos(angle);
}
