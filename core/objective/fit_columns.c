/* fit_columns.c - the columns of a fit: vectors of them, target, weights. */
#include <math.h>
#include <string.h>

#include "core/base/suggest.h"
#include "core/objective/fit_internal.h"
#include "core/objective/names.h"

enum { SHOWN_MAX = 60 }; /* bytes of a formula, in a fault */

/* ---- what a formula may name ------------------------------------------- */

/* Columns of equal length, not empty. */
static void check_lengths(const struct fit_builder *b)
{
    const struct value *dataset = &b->values[FIT_DATASET];
    const char *columns = pointer_member(b->faults, fit_place(b, FIT_DATASET),
                                         "columns");

    if (dataset->rows == 0 || dataset->symbols[0].rows == 0)
        fault_add(b->faults, columns, FAULT_WRONG_SIZE, NULL,
                  "at least one column with one number is needed");
    for (size_t k = 1; k < dataset->rows; k++) {
        const struct symbol *first = dataset->symbols, *column = first + k;

        if (column->rows != first->rows)
            fault_add(b->faults, pointer_member(b->faults, columns,
                                                column->name),
                      FAULT_WRONG_SIZE, NULL,
                      "the length of %s is %zu and that of %s is %zu: columns "
                      "must be equally long", column->name, column->rows,
                      first->name, first->rows);
    }
}

/* How many numbers of a row the column has. */
static size_t width_of(const struct symbol *column)
{
    return column->columns > 0 ? column->columns : 1;
}

const struct symbol *fit_find_column(const struct fit_builder *b,
                                     const char *name,
                                     struct suggestion *near)
{
    const struct value *dataset = &b->values[FIT_DATASET];

    for (size_t k = 0; k < dataset->rows; k++) {
        if (strcmp(dataset->symbols[k].name, name) == 0)
            return &dataset->symbols[k];
        suggest_offer(near, dataset->symbols[k].name);
    }
    return NULL;
}

/* The columns of a vector; returns how many numbers they have in a row. */
static size_t check_group(const struct fit_builder *b,
                          const struct column_group *group)
{
    const char *place = pointer_member(b->faults, fit_place(b, FIT_FEATURES),
                                       group->name);
    size_t width = 0;

    for (size_t i = 0; i < group->count; i++) {
        struct suggestion near = {.word = group->columns[i]};
        const struct symbol *column =
            fit_find_column(b, group->columns[i], &near);

        if (column != NULL)
            width += width_of(column);
        else
            fault_add(b->faults, pointer_index(b->faults, place, i),
                      FAULT_UNKNOWN_NAME, near.best, "there is no column %s",
                      group->columns[i]);
    }
    if (group->count == 0)
        fault_add(b->faults, place, FAULT_WRONG_SIZE, NULL,
                  "a vector has at least one column");
    return width;
}

void fit_check_columns(const struct fit_builder *b)
{
    const struct value *features = &b->values[FIT_FEATURES];
    const struct value *dataset = &b->values[FIT_DATASET];
    double numbers = 0;

    if (!dataset->given)
        return;
    check_lengths(b);
    for (size_t k = 0; k < features->rows; k++)
        numbers += (double)check_group(b, &features->groups[k])
                 * (double)(dataset->rows > 0 ? dataset->symbols[0].rows : 0);
    if (numbers > FIT_FEATURES_MAX)
        fault_add(b->faults, fit_place(b, FIT_FEATURES), FAULT_TOO_LARGE, NULL,
                  "the vectors of all rows have %.0f numbers; at most %d are "
                  "possible", numbers, FIT_FEATURES_MAX);
}

/* The vectors [rows][width] of a group. */
static enum error make_group(const struct fit_builder *b,
                             const struct column_group *group,
                             struct symbol *ret)
{
    size_t rows = b->fit->rows, width = check_group(b, group), at = 0;
    double *numbers = arena_array(b->arena, rows * width, sizeof *numbers);

    if (numbers == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < group->count; i++) {
        struct suggestion unused = {.word = group->columns[i]};
        const struct symbol *column =
            fit_find_column(b, group->columns[i], &unused);
        size_t part = width_of(column);

        for (size_t row = 0; row < rows; row++)
            memcpy(numbers + row * width + at, column->numbers + row * part,
                   part * sizeof *numbers);
        at += part;
    }
    *ret = (struct symbol){.name = group->name, .type = SYMBOL_COLUMN,
                           .rows = width, .numbers = numbers};
    return OK;
}

/* The columns as formulas want them: what stands in one row. */
static enum error make_columns(struct fit_builder *b, struct value *columns,
                               struct value *vectors)
{
    const struct value *features = &b->values[FIT_FEATURES];
    struct symbol *items = arena_array(b->arena, columns->rows, sizeof *items);
    struct symbol *made = arena_array(b->arena, features->rows, sizeof *made);

    if (items == NULL || made == NULL)
        return ERR_MEMORY;
    for (size_t k = 0; k < columns->rows; k++) {
        items[k] = columns->symbols[k];
        items[k].rows = items[k].columns;
        items[k].columns = 0;
    }
    columns->symbols = items;
    for (size_t k = 0; k < features->rows; k++)
        TRY(make_group(b, &features->groups[k], &made[k]));
    *vectors = (struct value){.symbols = made, .rows = features->rows};
    return OK;
}

enum error fit_collect_names(struct fit_builder *b)
{
    struct value columns = b->values[FIT_DATASET], vectors;
    const struct name_group groups[] = {
        {"parameters", &b->values[FIT_PARAMETERS], NULL},
        {"constants", &b->values[FIT_CONSTANTS], NULL},
        {"dataset", &columns, "columns"},
        {"features", &vectors, NULL},
    };

    b->fit->rows = columns.symbols[0].rows;
    TRY(make_columns(b, &columns, &vectors));
    TRY(names_collect(b->arena, groups, 4, b->pointer, b->faults,
                      b->symbols));
    b->symbols->dataset_rows = b->fit->rows;
    b->fit->n = b->symbols->n;
    b->parameters = b->values[FIT_PARAMETERS].rows;
    b->columns = columns.rows + vectors.rows;
    return OK;
}

/* ---- target and weights ------------------------------------------------ */

/* A formula of these symbols, which are all but the parameters. */
static enum error compile_column(const struct fit_builder *b, unsigned member,
                                 const struct symbols *symbols,
                                 struct expression **ret)
{
    size_t before = b->faults->total;
    const char *text = b->values[member].text, *at = fit_place(b, member);
    struct faults *unseen;
    struct expression *ignored;
    enum error error = expression_compile_rows(b->arena, text, symbols, at,
                                               b->faults, ret);

    if (error != ERR_INVALID)
        return error;
    unseen = ARENA_NEW(b->arena, struct faults);
    if (unseen == NULL)
        return ERR_MEMORY;
    faults_init(unseen, b->arena);
    if (expression_compile_rows(b->arena, text, b->symbols, at, unseen,
                                &ignored) != OK)
        return error;
    b->faults->total = before; /* told better: */
    fault_add(b->faults, at, FAULT_UNKNOWN_NAME, NULL,
              "%s made of columns and constants, not of parameters",
              member == FIT_TARGET ? "a target is" : "weights are");
    return error;
}

/* The numbers [rows] of a formula without parameters. */
static enum error evaluate_column(const struct fit_builder *b, unsigned member,
                                  double **ret)
{
    struct symbols *symbols = ARENA_NEW(b->arena, struct symbols);
    double *numbers = arena_array(b->arena, b->fit->rows, sizeof *numbers);
    struct expression *expression;

    if (symbols == NULL || numbers == NULL)
        return ERR_MEMORY;
    *symbols = (struct symbols){
        .items = b->symbols->items + b->parameters,
        .count = b->symbols->count - b->parameters,
        .dataset_rows = b->fit->rows,
    };
    TRY(compile_column(b, member, symbols, &expression));
    expression_evaluate_rows(expression, NULL, numbers, NULL);
    for (size_t i = 0; i < b->fit->rows; i++) {
        bool negative = member == FIT_WEIGHTS && numbers[i] < 0;

        if (isfinite(numbers[i]) && !negative)
            continue;
        fault_add(b->faults, fit_place(b, member), FAULT_OUT_OF_RANGE, NULL,
                  "%.*s is %.17g in row %zu (counted from 1): %s", SHOWN_MAX,
                  b->values[member].text, /* NAN: without its sign */
                  isnan(numbers[i]) ? NAN : numbers[i], i + 1,
                  negative ? "weights must not be negative"
                           : "finite numbers are needed");
        return ERR_INVALID;
    }
    *ret = numbers;
    return OK;
}

static void check_weights(const struct fit_builder *b, const double *weights)
{
    for (size_t i = 0; i < b->fit->rows; i++)
        if (weights[i] > 0)
            return;
    fault_add(b->faults, fit_place(b, FIT_WEIGHTS), FAULT_OUT_OF_RANGE, NULL,
              "they are 0 in every row: at least one must be above 0");
}

/* Classes, or what lies between them. */
static void check_classes(const struct fit_builder *b, const double *target)
{
    for (size_t i = 0; i < b->fit->rows; i++) {
        if (target[i] >= 0 && target[i] <= 1)
            continue;
        fault_add(b->faults, fit_place(b, FIT_TARGET), FAULT_OUT_OF_RANGE,
                  NULL, "%.*s is %.17g in row %zu (counted from 1): the loss "
                  "\"log\" needs 0 or 1, or a share between them", SHOWN_MAX,
                  b->values[FIT_TARGET].text, target[i], i + 1);
        return;
    }
}

static enum error set_target(const struct fit_builder *b)
{
    double *target;

    if (b->fit->loss == FIT_SUM)
        return OK;
    TRY(evaluate_column(b, FIT_TARGET, &target));
    if (b->fit->loss == FIT_LOG)
        check_classes(b, target);
    b->fit->target = target;
    return OK;
}

static enum error set_weights(const struct fit_builder *b)
{
    double *weights, *root;

    if (!b->values[FIT_WEIGHTS].given)
        return OK;
    root = arena_array(b->arena, b->fit->rows, sizeof *root);
    if (root == NULL)
        return ERR_MEMORY;
    TRY(evaluate_column(b, FIT_WEIGHTS, &weights));
    check_weights(b, weights);
    for (size_t i = 0; i < b->fit->rows; i++)
        root[i] = sqrt(weights[i]);
    b->fit->weights = weights;
    b->fit->root = root;
    return OK;
}

enum error fit_set_columns(const struct fit_builder *b)
{
    size_t before = b->faults->total;

    if (set_target(b) == ERR_MEMORY || set_weights(b) == ERR_MEMORY)
        return ERR_MEMORY;
    return b->faults->total > before ? ERR_INVALID : OK;
}
