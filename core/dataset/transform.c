/* transform.c - sends one row through what was fitted. */
#include <math.h>
#include <string.h>

#include "core/base/decimal.h"
#include "core/base/suggest.h"
#include "core/dataset/prepare.h"

enum { NUMBER_BYTES_MAX = 400 };

/* Where cells stand in the order of the features, the next one is found at
 * once: at `*hint`. */
static const struct cell *find_cell(const struct named_cell *cells,
                                    size_t count, const char *column,
                                    size_t *hint)
{
    static const struct cell missing = {CELL_MISSING, 0, NULL};

    for (size_t i = 0; i < count; i++) {
        size_t at = *hint + i < count ? *hint + i : *hint + i - count;

        if (strcmp(cells[at].column, column) == 0) {
            *hint = at + 1 < count ? at + 1 : 0;
            return &cells[at].cell;
        }
    }
    return &missing;
}

/* A number, or a word that is the text of one; false when it is neither. */
static bool number_of(const struct cell *cell, double *ret)
{
    char text[NUMBER_BYTES_MAX + DECIMAL_PADDING] = "";
    struct decimal number;
    size_t bytes;

    *ret = cell->number;
    if (cell->state == CELL_NUMBER)
        return isfinite(cell->number);
    bytes = strlen(cell->word);
    if (bytes == 0 || bytes > NUMBER_BYTES_MAX)
        return false;
    memcpy(text, cell->word, bytes);
    if (decimal_read(text, '.', &number) != text + bytes)
        return false;
    *ret = number.value;
    return isfinite(*ret);
}

/* The features of one column: those from `first` to the last of its name. */
struct group {
    const struct transform_feature *features;
    size_t count;
};

static void unknown_word(const struct group *group, const struct cell *cell,
                         const char *pointer, struct faults *faults)
{
    const char *word = cell->state == CELL_WORD ? cell->word : "a number";
    struct suggestion near = {.word = word};

    for (size_t i = 0; i < group->count; i++)
        if (group->features[i].word != NULL)
            suggest_offer(&near, group->features[i].word);
    fault_add(faults, pointer, FAULT_UNKNOWN_NAME, near.best,
              "\"%.64s\" is none of the %zu values of the training data", word,
              group->count);
}

/* One-hot: 1 for the value that the cell has. */
static void hot_features(const struct group *group, const struct cell *cell,
                         const char *pointer, struct faults *faults,
                         double *ret)
{
    double number = NAN;
    bool is_number = number_of(cell, &number), found = false;

    for (size_t i = 0; i < group->count; i++) {
        const struct transform_feature *f = &group->features[i];
        bool same = f->word != NULL
                        ? cell->state == CELL_WORD
                              && strcmp(f->word, cell->word) == 0
                        : is_number && f->integer == number;

        ret[i] = same;
        found |= same;
    }
    if (!found)
        unknown_word(group, cell, pointer, faults);
}

static void make_group(const struct group *group, const struct cell *cell,
                       const char *row, struct faults *faults, double *ret)
{
    const struct transform_feature *first = group->features;
    const char *pointer = pointer_member(faults, row, first->column);

    if (cell->state == CELL_MISSING || cell->state == CELL_NOT_KEPT) {
        for (size_t i = 0; i < group->count; i++)
            ret[i] = group->features[i].fill;
        if (isnan(first->fill))
            fault_add(faults, pointer, FAULT_REQUIRED, NULL,
                      "the row has no value of \"%s\"", first->column);
    } else if (first->word != NULL || !isnan(first->integer)) {
        hot_features(group, cell, pointer, faults, ret);
    } else if (!number_of(cell, ret)) {
        fault_add(faults, pointer, FAULT_WRONG_TYPE, NULL,
                  "the value of \"%s\" must be a finite number",
                  first->column);
    }
}

/* c1, c2, … of a sparse dataset: what is not given is zero. */
static void sparse_features(const struct transform *transform,
                            const struct named_cell *cells, size_t count,
                            const char *row, struct faults *faults,
                            double *ret)
{
    memset(ret, 0, transform->feature_count * sizeof *ret);
    for (size_t i = 0; i < count; i++) {
        const char *name = cells[i].column;
        size_t index = 0;

        if (name[0] != 'c' || name[1] < '1' || name[1] > '9')
            continue;
        for (name++; *name >= '0' && *name <= '9' && index < 1000000000;
             name++)
            index = index * 10 + (size_t)(*name - '0');
        if (*name != '\0' || index > transform->feature_count
            || cells[i].cell.state == CELL_MISSING)
            continue;
        if (!number_of(&cells[i].cell, &ret[index - 1]))
            fault_add(faults, pointer_member(faults, row, cells[i].column),
                      FAULT_WRONG_TYPE, NULL,
                      "the value must be a finite number");
    }
}

enum error transform_row(const struct transform *transform,
                         const struct named_cell *cells, size_t count,
                         const char *pointer, struct faults *faults,
                         double *ret)
{
    size_t before = faults->total, first = 0, hint = 0;

    if (transform->features == NULL) {
        sparse_features(transform, cells, count, pointer, faults, ret);
        return faults->total == before ? OK : ERR_INVALID;
    }
    while (first < transform->feature_count) {
        struct group group = {&transform->features[first], 1};

        while (first + group.count < transform->feature_count
               && strcmp(group.features[group.count].column,
                         group.features[0].column) == 0)
            group.count++;
        make_group(&group, find_cell(cells, count, group.features[0].column,
                                     &hint),
                   pointer, faults, ret + first);
        for (size_t i = 0; i < group.count; i++)
            ret[first + i] = (ret[first + i] - group.features[i].mean)
                             / group.features[i].scale;
        first += group.count;
    }
    return faults->total == before ? OK : ERR_INVALID;
}
