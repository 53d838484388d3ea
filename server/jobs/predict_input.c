/* predict_input.c - what all forms of rows share. */
#include "server/jobs/predict_input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/suggest.h"
#include "server/jobs/predict_parts.h"
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

/* The columns of the transformation, each once. */
static bool set_columns(struct predict_input *input)
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

/* ---- cells of a row ---------------------------------------------------- */

static void begin_row(struct predict_input *input)
{
    input->cell_count = input->sorted ? input->inputs : 0;
    for (size_t i = 0; i < input->cell_count; i++)
        input->cells[i].cell = (struct cell){.state = CELL_MISSING};
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

/* ---- the interface ----------------------------------------------------- */

enum error predict_input_open(const struct transform *transform,
                              enum predict_format format, const char *text,
                              size_t bytes, struct arena *arena,
                              struct faults *faults, struct json_flaw *flaw,
                              struct predict_input **ret)
{
    struct predict_input *input = ARENA_NEW(arena, struct predict_input);
    bool opened;

    *flaw = (struct json_flaw){0};
    if (!input)
        return ERR_MEMORY;
    input->transform = *transform;
    input->arena = arena;
    input->faults = faults;
    input->text = text;
    input->bytes = bytes;
    if (!set_columns(input))
        return ERR_MEMORY;
    opened = format == PREDICT_JSON ? predict_json_open(input, flaw)
                                    : predict_csv_open(input);
    if (opened && input->rows > PREDICT_ROWS_MAX) {
        fault_add(faults, "", FAULT_TOO_LARGE, NULL,
                  "at most %d rows at a time, not %zu", PREDICT_ROWS_MAX,
                  input->rows);
        opened = false;
    }
    if (opened && !faults->out_of_memory) {
        *ret = input;
        return OK;
    }
    predict_input_close(input);
    return faults->out_of_memory ? ERR_MEMORY : ERR_INVALID;
}

void predict_input_close(struct predict_input *input)
{
    if (input->has_reader)
        json_reader_fini(&input->reader);
    input->has_reader = false;
}

size_t predict_input_rows(const struct predict_input *input)
{
    return input->rows;
}

const char *const *predict_input_ignored(const struct predict_input *input,
                                         size_t *ret_count)
{
    *ret_count = input->ignored_count;
    return input->ignored;
}

enum error predict_input_next(struct predict_input *input, double *ret)
{
    size_t before = input->faults->total;
    enum error error = OK;
    bool taken;

    begin_row(input);
    taken = input->form->take(input);
    if (taken) {
        error = transform_row(&input->transform, input->cells,
                              input->cell_count, "", input->faults, ret);
        input->form->locate(input, before);
    }
    input->row++;
    if (input->faults->out_of_memory)
        return ERR_MEMORY;
    return taken ? error : ERR_INVALID;
}
