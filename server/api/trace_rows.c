/* trace_rows.c - the cursor over the rows of a selection. */
#include "server/api/trace_rows.h"

void trace_cursor_init(struct trace_cursor *cursor,
                       const struct trace_selection *selection)
{
    *cursor = (struct trace_cursor){
        .selection = selection, .row = selection->row};
    arena_init(&cursor->arena, 0);
}

void trace_cursor_fini(struct trace_cursor *cursor)
{
    arena_fini(&cursor->arena);
}

static uint64_t greatest_common_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* The first selected row from `row` on; `end` if there is none. */
static uint64_t skip_to_selected(const struct trace_selection *selection,
                                 uint64_t row)
{
    const struct trace *trace = &selection->trace;
    uint64_t every = selection->every, epoch = selection->an_epoch, step;
    bool takes_last = trace->last % every == 0;

    if (epoch > 0)
        every = every / greatest_common_divisor(every, epoch) * epoch;
    /* Iterations r * trace->every that `every` divides are step rows apart. */
    step = every / greatest_common_divisor(every, trace->every);
    if (row >= selection->end)
        return selection->end;
    row = (row + step - 1) / step * step;
    if (row + 1 < trace->rows)
        return row < selection->end ? row : selection->end;
    /* The last row may be out of step. */
    row = trace->rows - 1;
    return row < selection->end && takes_last ? row : selection->end;
}

static enum error load_chunk(struct trace_cursor *cursor, uint64_t row)
{
    uint64_t index = row / STORE_CHUNK_ROWS;

    if (cursor->chunk && cursor->chunk_index == index)
        return OK;
    cursor->chunk = NULL;
    arena_fini(&cursor->arena);
    TRY(trace_chunk(&cursor->selection->trace, row, &cursor->arena,
                    &cursor->chunk));
    cursor->chunk_index = index;
    cursor->bytes_loaded += chunk_bytes(cursor->chunk->form);
    return OK;
}

enum error trace_cursor_next(struct trace_cursor *cursor, double *values,
                             bool *ret_row)
{
    const struct trace_selection *selection = cursor->selection;
    uint64_t row = skip_to_selected(selection, cursor->row);

    *ret_row = row < selection->end && cursor->given < selection->limit;
    if (!*ret_row)
        return OK;
    TRY(load_chunk(cursor, row));
    for (size_t c = 0; c < selection->column_count; c++)
        values[c] = trace_cell(cursor->chunk, row % STORE_CHUNK_ROWS,
                               &selection->columns[c]);
    cursor->row = row + 1;
    cursor->given++;
    return OK;
}

bool trace_cursor_rest(const struct trace_cursor *cursor,
                       uint64_t *ret_iteration)
{
    const struct trace_selection *selection = cursor->selection;
    uint64_t row = skip_to_selected(selection, cursor->row);

    if (row >= selection->end)
        return false;
    *ret_iteration = trace_iteration_of(&selection->trace, row);
    return true;
}
