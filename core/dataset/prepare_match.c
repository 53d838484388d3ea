/* prepare_match.c - finds a plan's columns in the validation dataset. */
#include <math.h>
#include <string.h>

#include "core/dataset/prepare_parts.h"

const char *plan_member(struct plan *plan, const char *name)
{
    return pointer_member(plan->faults, plan->request->pointer, name);
}

void plan_check_missing(struct plan *plan, const struct column *column)
{
    if (column->missing == 0 || !isnan(column->fill))
        return;
    plan->ret->rows_may_drop |= plan->request->missing == MISSING_DROP;
    if (plan->request->missing == MISSING_ERROR
        || plan->request->missing == MISSING_KEEP)
        fault_add(plan->faults, plan_member(plan, "missing"), FAULT_REQUIRED,
                  "mean or drop", "column \"%s\" has %llu missing values: "
                  "say \"mean\" or \"drop\"", column->name,
                  (unsigned long long)column->missing);
}

uint32_t find_integer(const struct column *column, double value)
{
    size_t low = 0, high = column->integers != NULL ? column->distinct : 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (column->integers[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return column->integers != NULL && low < column->distinct
                   && column->integers[low] == value
               ? (uint32_t)low : NO_CLASS;
}

static uint32_t find_word(const struct column *column, const char *word)
{
    size_t low = 0, high = column->distinct;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(column->words[middle], word);

        if (order == 0)
            return (uint32_t)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NO_CLASS;
}

/* By code of the other dataset's column: which value of ours it is. */
static enum error match_words(struct plan *plan, size_t ours, size_t theirs,
                              const uint32_t **ret)
{
    const struct dataset *data = plan->request->data;
    const struct dataset *other = plan->request->validation;
    const struct column *a = &data->columns[ours];
    const struct column *b = &other->columns[theirs];
    uint32_t *values = arena_array(plan->arena, b->distinct + 1,
                                   sizeof *values);

    if (values == NULL)
        return ERR_MEMORY;
    for (size_t code = 0; code < b->distinct; code++) {
        const char *word = b->words[other->ranks[theirs][code]];

        values[code] = find_word(a, word);
        if (values[code] == NO_CLASS)
            fault_add(plan->faults, plan_member(plan, "validation"),
                      FAULT_UNKNOWN_NAME, NULL, "its column \"%s\" has the "
                      "word \"%s\", which the training data do not have",
                      a->name, word);
    }
    *ret = values;
    return OK;
}

/* Integers that stand for classes or one-hot features must be known. */
static void match_integers(struct plan *plan, size_t ours, size_t theirs)
{
    const struct column *a = &plan->request->data->columns[ours];
    const struct column *b = &plan->request->validation->columns[theirs];

    for (size_t i = 0; i < b->distinct && b->integers != NULL; i++)
        if (find_integer(a, b->integers[i]) == NO_CLASS)
            fault_add(plan->faults, plan_member(plan, "validation"),
                      FAULT_UNKNOWN_NAME, NULL, "its column \"%s\" has the "
                      "value %.0f, which the training data do not have",
                      a->name, b->integers[i]);
}

/* Find the column of ours in the other dataset. */
static enum error match(struct plan *plan, size_t ours, bool by_value,
                        size_t *ret_column, const uint32_t **ret_values)
{
    const struct column *a = &plan->request->data->columns[ours];
    const struct dataset *other = plan->request->validation;
    size_t theirs = dataset_column(other, a->name);
    const struct column *b = &other->columns[theirs];

    if (theirs == other->column_count
        || (b->kind >= COLUMN_CATEGORY) != (a->kind >= COLUMN_CATEGORY)
        || b->kind == COLUMN_TEXT) {
        fault_add(plan->faults, plan_member(plan, "validation"), FAULT_CONFLICT,
                  NULL, theirs == other->column_count
                            ? "it has no column \"%s\""
                            : "its column \"%s\" is of another kind", a->name);
        return OK;
    }
    *ret_column = theirs;
    plan_check_missing(plan, b);
    if (a->kind == COLUMN_CATEGORY)
        return match_words(plan, ours, theirs, ret_values);
    if (by_value)
        match_integers(plan, ours, theirs);
    return OK;
}

enum error plan_match_validation(struct plan *plan)
{
    const struct dataset *other = plan->request->validation;
    struct preparation_parts *parts = plan->parts;

    if (other == NULL)
        return OK;
    if (other->sparse != plan->request->data->sparse) {
        fault_add(plan->faults, plan_member(plan, "validation"), FAULT_CONFLICT,
                  NULL, "one of the datasets is sparse, the other is not");
        return OK;
    }
    if (plan->request->validation_fraction != 0)
        fault_add(plan->faults, plan_member(plan, "validation_fraction"),
                  FAULT_CONFLICT, NULL, "validation is another dataset: a "
                  "fraction cannot be given as well");
    TRY(match(plan, parts->target[0], parts->is_class, &parts->target[1],
              &parts->classes[1]));
    for (size_t s = 0; s < parts->source_count; s++) {
        struct source *source = &parts->sources[s];

        TRY(match(plan, source->column[0], source->hot, &source->column[1],
                  &source->values[1]));
    }
    if (other->features > plan->ret->features && other->sparse)
        plan->ret->features = other->features;
    return OK;
}
