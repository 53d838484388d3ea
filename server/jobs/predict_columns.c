/* predict_columns.c - which column of the data is which of the model. */
#include "server/jobs/predict_columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/suggest.h"
#include "server/json/number.h"

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct model_column *)a)->name,
                  ((const struct model_column *)b)->name);
}

/* c1, c2, … of a sparse dataset. */
static size_t sparse_place(const struct predict_input *input,
                           const char *name)
{
    size_t index;
    char *end;

    if (name[0] != 'c' || name[1] < '1' || name[1] > '9')
        return NO_INPUT;
    index = strtoul(name + 1, &end, 10);
    return *end || index > input->inputs ? NO_INPUT : index - 1;
}

size_t predict_place(const struct predict_input *input, const char *name)
{
    const struct model_column *found;

    if (!input->sorted)
        return sparse_place(input, name);
    found = bsearch(&(struct model_column){.name = name}, input->sorted,
                    input->inputs, sizeof *input->sorted, by_name);
    return found ? found->place : NO_INPUT;
}

bool predict_columns_init(struct predict_input *input)
{
    const struct transform *transform = &input->transform;
    const struct transform_feature *features = transform->features;
    bool *worded = arena_array(input->arena, transform->feature_count,
                               sizeof *worded);
    size_t count = 0;

    input->cells = arena_array(input->arena, transform->feature_count,
                               sizeof *input->cells);
    input->worded = worded;
    input->inputs = transform->feature_count;
    if (!features || !input->cells || !worded)
        return input->cells && worded;
    input->sorted = arena_array(input->arena, transform->feature_count,
                                sizeof *input->sorted);
    if (!input->sorted)
        return false;
    for (size_t i = 0; i < transform->feature_count; i++) {
        if (i > 0 && !strcmp(features[i].column, features[i - 1].column))
            continue;
        worded[count] = features[i].word != NULL;
        input->cells[count].column = features[i].column;
        input->sorted[count] = (struct model_column){features[i].column,
                                                     count};
        count++;
    }
    input->inputs = count;
    qsort(input->sorted, count, sizeof *input->sorted, by_name);
    return true;
}

bool predict_put(struct predict_input *input, size_t place, const char *name,
                 struct cell cell)
{
    char text[NUMBER_TEXT_BYTES];

    if (place == NO_INPUT)
        return true;
    if (!input->sorted) {
        input->cells[input->cell_count++] = (struct named_cell){name, cell};
        return true;
    }
    if (input->worded[place] && cell.state == CELL_NUMBER) {
        cell.word = arena_text(input->arena, text,
                               number_write(cell.number, text));
        cell.state = CELL_WORD;
        if (!cell.word)
            return input->faults->out_of_memory = true, false;
    }
    input->cells[place].cell = cell;
    return true;
}

/* ---- columns ----------------------------------------------------------- */

void predict_ignore(struct predict_input *input, const char *name,
                    const char *pointer)
{
    if (!strcmp(name, input->transform.target))
        return; /* known, and not looked at */
    if (!input->sorted) {
        fault_add(input->faults, pointer, FAULT_UNKNOWN_NAME, NULL,
                  "\"%.64s\" is no column of the model: they are c1 … c%zu",
                  name, input->inputs);
        return;
    }
    for (size_t i = 0; i < input->ignored_count; i++)
        if (!strcmp(input->ignored[i], name))
            return;
    if (input->ignored_count < PREDICT_IGNORED_MAX)
        input->ignored[input->ignored_count++] = name;
}

/* A column is missing: say so once, and be quiet about it in each row. */
static void miss(struct predict_input *input, const char *column,
                 const char *pointer)
{
    struct suggestion near = {.word = column};

    for (size_t i = 0; i < input->column_count; i++)
        if (input->columns[i].place == NO_INPUT)
            suggest_offer(&near, input->columns[i].name);
    fault_add(input->faults, pointer, FAULT_REQUIRED, near.best,
              "there is no column \"%s\", which the model looks at%s", column,
              near.best ? ": is it called otherwise here?" : "");
}

void predict_match(struct predict_input *input, const char *pointer)
{
    size_t count = input->transform.feature_count;
    struct transform_feature *features;
    bool *here;

    for (size_t i = 0; i < input->column_count; i++) {
        struct data_column *column = &input->columns[i];

        column->place = predict_place(input, column->name);
        if (column->place == NO_INPUT)
            predict_ignore(input, column->name,
                           pointer_member(input->faults, pointer,
                                          column->name));
    }
    if (!input->sorted)
        return;
    here = arena_array(input->arena, input->inputs, sizeof *here);
    features = arena_array(input->arena, count, sizeof *features);
    if (!here || !features) {
        input->faults->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < input->column_count; i++)
        if (input->columns[i].place != NO_INPUT)
            here[input->columns[i].place] = true;
    memcpy(features, input->transform.features, count * sizeof *features);
    for (size_t i = 0, place = 0; i < count; i++) {
        bool is_first = i == 0 || strcmp(features[i].column,
                                         features[i - 1].column);

        place += i > 0 && is_first;
        if (here[place] || !isnan(features[i].fill))
            continue;
        if (is_first)
            miss(input, features[i].column, pointer);
        features[i].fill = 0;
    }
    input->transform.features = features;
}
