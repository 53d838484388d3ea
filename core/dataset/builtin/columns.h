/* columns.h - columns of a built-in dataset, and the random numbers that
 * generated ones are made of. */
#ifndef CORE_DATASET_BUILTIN_COLUMNS_H
#define CORE_DATASET_BUILTIN_COLUMNS_H

#include <stdint.h>

#include "core/dataset/builtin.h"

/* Columns of numbers; `names` [count], or NULL for x1, x2, …, label. Fails
 * ERR_TOO_BIG beyond BUILTIN_CELLS_MAX; ERR_MEMORY. */
MUST_CHECK enum error columns_new(struct arena *arena, size_t count,
                                  size_t rows, const char *const *names,
                                  struct inline_column **ret);

/* The numbers of a column that is being made. */
static inline double *columns_numbers(const struct inline_column *columns,
                                      size_t column)
{
    return (double *)(uintptr_t)columns[column].numbers;
}

/* Make a column one of words, all of them NULL so far. */
MUST_CHECK enum error columns_words(struct arena *arena,
                                    struct inline_column *column);

/* Random numbers of one seed, one after the other. */
struct random_numbers {
    uint64_t seed, index;
};

double random_uniform(struct random_numbers *numbers, double low, double high);
/* Mean 0, deviation 1. Source: Box & Muller 1958 */
double random_normal(struct random_numbers *numbers);

/* Rows of the parameters that several have; row 0, 1, 2 of every table. */
enum { GENERATED_ROWS, GENERATED_NOISE, GENERATED_SEED, GENERATED_OWN };

#define GENERATED_PARAMETERS(rows, noise, noise_sentence)                     \
    [GENERATED_ROWS] = {"rows", rows, 2, 1000000, "How many rows.", CLOSED,   \
                        PARAMETER_INTEGER, NULL},                             \
    [GENERATED_NOISE] = {"noise", noise, 0, 1000, noise_sentence, CLOSED,     \
                         PARAMETER_NUMBER, NULL},                             \
    [GENERATED_SEED] = {"seed", 0, 0, 9007199254740991,                       \
                        "The same seed gives the same rows.", CLOSED,         \
                        PARAMETER_INTEGER, NULL}

static inline struct random_numbers generated_numbers(const double *parameters)
{
    return (struct random_numbers){(uint64_t)parameters[GENERATED_SEED], 0};
}

#endif
