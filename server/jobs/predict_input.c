/* predict_input.c - rows that are to be predicted, whatever their form. */
#include "server/jobs/predict_input.h"

#include "server/jobs/predict_columns.h"
#include "server/jobs/predict_csv.h"
#include "server/jobs/predict_json.h"

static void begin_row(struct predict_input *input)
{
    input->cell_count = input->sorted ? input->inputs : 0;
    for (size_t i = 0; i < input->cell_count; i++)
        input->cells[i].cell = (struct cell){.state = CELL_MISSING};
}

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
    if (!predict_columns_init(input))
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
    enum error error = OK;
    size_t before;
    bool taken;

    begin_row(input);
    taken = input->form->take(input);
    before = input->faults->total;
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
