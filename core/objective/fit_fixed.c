/* fit_fixed.c - parameters of a fit that are given, not found. */
#include "core/objective/fit_fixed.h"

#include <math.h>
#include <string.h>

#include "core/base/suggest.h"

static const struct symbol *find(const struct value *value, const char *name)
{
    for (size_t k = 0; k < value->rows; k++)
        if (strcmp(value->symbols[k].name, name) == 0)
            return &value->symbols[k];
    return NULL;
}

static void check(const struct value *parameters, const struct symbol *fixed,
                  const char *pointer, struct faults *faults)
{
    const struct symbol *parameter = find(parameters, fixed->name);
    struct suggestion near = {.word = fixed->name};

    for (size_t k = 0; k < parameters->rows; k++)
        suggest_offer(&near, parameters->symbols[k].name);
    if (parameter == NULL)
        fault_add(faults, pointer_member(faults, pointer, fixed->name),
                  FAULT_UNKNOWN_NAME, near.best,
                  "there is no parameter %s to be fixed", fixed->name);
    else if (parameter->rows != fixed->rows
             || parameter->columns != fixed->columns)
        fault_add(faults, pointer_member(faults, pointer, fixed->name),
                  FAULT_WRONG_SIZE, NULL,
                  "the parameter %s has %zu number%s; as many are needed, in "
                  "its shape", fixed->name, symbol_size(parameter),
                  symbol_size(parameter) == 1 ? "" : "s");
}

/* The constants, and behind them what is fixed. */
static enum error append(struct arena *arena, struct value *constants,
                         const struct value *fixed)
{
    size_t count = constants->rows + fixed->rows;
    struct symbol *all = arena_array(arena, count, sizeof *all);

    if (all == NULL)
        return ERR_MEMORY;
    for (size_t k = 0; k < count; k++)
        all[k] = k < constants->rows ? constants->symbols[k]
                                     : fixed->symbols[k - constants->rows];
    constants->symbols = all;
    constants->rows = count;
    constants->given = true;
    return OK;
}

/* Split the parameters: those that are free to `ret_free`, where all are in the
 * full vector to `ret`. */
static enum error split(struct arena *arena, const struct value *parameters,
                        const struct value *fixed, struct symbol *ret_free,
                        size_t *ret_count, struct fit_fixed *ret)
{
    size_t n = 0, count = 0, *index;
    struct symbol *named = arena_array(arena, parameters->rows,
                                       sizeof *named);
    double *numbers;

    if (named == NULL)
        return ERR_MEMORY;
    for (size_t k = 0; k < parameters->rows; k++) {
        named[k] = parameters->symbols[k];
        named[k].offset = count;
        count += symbol_size(&named[k]);
    }
    numbers = arena_array(arena, count, sizeof *numbers);
    index = arena_array(arena, count, sizeof *index);
    if (numbers == NULL || index == NULL)
        return ERR_MEMORY;
    *ret_count = 0;
    for (size_t k = 0; k < parameters->rows; k++) {
        const struct symbol *given = find(fixed, named[k].name);

        if (given == NULL)
            ret_free[(*ret_count)++] = parameters->symbols[k];
        for (size_t i = 0; i < symbol_size(&named[k]); i++) {
            numbers[named[k].offset + i] = given != NULL ? given->numbers[i]
                                                         : NAN;
            if (given == NULL)
                index[n++] = named[k].offset + i;
        }
    }
    *ret = (struct fit_fixed){
        .named = {.items = named, .count = parameters->rows, .n = count},
        .count = count, .index = index, .numbers = numbers,
    };
    return OK;
}

enum error fit_fix(struct arena *arena, struct value *parameters,
                   struct value *constants, const struct value *fixed,
                   const char *pointer, struct faults *faults,
                   struct fit_fixed **ret)
{
    size_t before = faults->total, count = 0;
    struct symbol *left = arena_array(arena, parameters->rows, sizeof *left);
    struct fit_fixed *made = ARENA_NEW(arena, struct fit_fixed);

    if (left == NULL || made == NULL)
        return ERR_MEMORY;
    for (size_t k = 0; k < fixed->rows; k++)
        check(parameters, &fixed->symbols[k], pointer, faults);
    if (faults->total > before)
        return ERR_INVALID;
    TRY(split(arena, parameters, fixed, left, &count, made));
    if (count == 0) {
        fault_add(faults, pointer, FAULT_CONFLICT, NULL,
                  "every parameter is fixed: at least one must be left to "
                  "find");
        return ERR_INVALID;
    }
    TRY(append(arena, constants, fixed));
    parameters->symbols = left;
    parameters->rows = count;
    *ret = made;
    return OK;
}

void fit_spread(const struct fit_fixed *fixed, const double *x, bool blank,
                double *ret)
{
    size_t n = 0;

    for (size_t i = 0; i < fixed->count; i++)
        ret[i] = isnan(fixed->numbers[i]) ? x[n++]
               : blank ? NAN : fixed->numbers[i];
}
