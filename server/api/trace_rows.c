/* trace_rows.c - the cursor over the rows of a selection. */
#include "server/api/trace_rows.h"

#include <stdlib.h>

enum { BLOCK_VALUES = 4 * 1024 }; /* of a block, at most; a row at least */

static uint64_t greatest_common_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* How many rows apart those are that the selection takes; so far that a row
 * can be added where there would be none but the first. */
static uint64_t step_of(const struct trace_selection *selection)
{
    uint64_t every = selection->every, epoch = selection->an_epoch;

    if (epoch > 0) {
        every /= greatest_common_divisor(every, epoch);
        if (__builtin_mul_overflow(every, epoch, &every)
            || every > INT64_MAX)
            return INT64_MAX;
    }
    return every / greatest_common_divisor(every, selection->trace.every);
}

/* The first selected row from `row` on; `end` if there is none. */
static uint64_t skip_to_selected(const struct trace_selection *selection,
                                 uint64_t step, uint64_t row)
{
    const struct trace *trace = &selection->trace;

    if (row >= selection->end)
        return selection->end;
    row = (row + step - 1) / step * step;
    if (row + 1 < trace->rows)
        return row < selection->end ? row : selection->end;
    /* The last row may be out of step. */
    row = trace->rows - 1;
    return row < selection->end && trace->last % selection->every == 0
               ? row : selection->end;
}

/* How many selected rows there are from `first`, a selected one, on; the last
 * row of the trace, which may be out of step, is not counted. */
static uint64_t in_step(const struct trace_selection *selection,
                        uint64_t step, uint64_t first)
{
    uint64_t end = selection->end;

    if (selection->trace.rows > 0 && end >= selection->trace.rows)
        end = selection->trace.rows - 1;
    return first < end ? (end - 1 - first) / step + 1 : 0;
}

uint64_t trace_selected_count(const struct trace_selection *selection)
{
    const struct trace *trace = &selection->trace;
    uint64_t step = step_of(selection);
    uint64_t first = skip_to_selected(selection, step, selection->row);
    bool has_last = first < selection->end && selection->end == trace->rows
                    && trace->last % selection->every == 0;

    return in_step(selection, step, first) + has_last;
}

void trace_selected_rows(const struct trace_selection *selection,
                         uint64_t first, size_t count, uint64_t *ret)
{
    uint64_t step = step_of(selection);
    uint64_t begin = skip_to_selected(selection, step, selection->row);
    uint64_t steps = in_step(selection, step, begin);

    for (size_t i = 0; i < count; i++)
        ret[i] = first + i < steps ? begin + (first + i) * step
                                   : selection->trace.rows - 1;
}

static enum error load_chunk(struct trace_cursor *cursor, uint64_t row)
{
    uint64_t before = cursor->cache->loaded_bytes;

    TRY(chunk_cache_get(cursor->cache, &cursor->selection->trace, row,
                        &cursor->chunk));
    cursor->bytes_loaded += cursor->cache->loaded_bytes - before;
    return OK;
}

enum error trace_cursor_init(struct trace_cursor *cursor,
                             const struct trace_selection *selection)
{
    size_t rows = STORE_CHUNK_ROWS;
    uint64_t row;

    if (rows * selection->column_count > BLOCK_VALUES)
        rows = BLOCK_VALUES / selection->column_count + 1;
    *cursor = (struct trace_cursor){
        .selection = selection, .row = selection->row, .block_rows = rows,
        .values = calloc(rows * selection->column_count, sizeof(double)),
        .rows = calloc(rows, sizeof(uint64_t)),
    };
    chunk_cache_init(&cursor->own);
    cursor->cache = selection->trace.cache ? selection->trace.cache
                                           : &cursor->own;
    if (!cursor->values || !cursor->rows)
        return ERR_MEMORY;
    row = skip_to_selected(selection, step_of(selection), selection->row);
    return row < selection->end ? load_chunk(cursor, row) : OK;
}

void trace_cursor_fini(struct trace_cursor *cursor)
{
    free(cursor->values);
    free(cursor->rows);
    chunk_cache_fini(&cursor->own);
}

/* Take the selected rows of the chunk that holds `row`, which is selected. */
static size_t take_rows(struct trace_cursor *cursor, uint64_t row,
                        size_t rows_max)
{
    const struct trace_selection *selection = cursor->selection;
    uint64_t step = step_of(selection), left = selection->limit;
    uint64_t end = (row / STORE_CHUNK_ROWS + 1) * STORE_CHUNK_ROWS;
    size_t count = 0;

    left -= cursor->given;
    if (end > selection->end)
        end = selection->end;
    while (row < end && count < rows_max && count < left) {
        cursor->rows[count++] = row;
        row = skip_to_selected(selection, step, row + 1);
    }
    cursor->row = cursor->rows[count - 1] + 1;
    cursor->given += count;
    return count;
}

enum error trace_cursor_next(struct trace_cursor *cursor, size_t rows_max,
                             struct trace_block *ret)
{
    const struct trace_selection *selection = cursor->selection;
    uint64_t row = skip_to_selected(selection, step_of(selection),
                                    cursor->row);
    size_t count = 0, stride = cursor->block_rows;

    if (row < selection->end && cursor->given < selection->limit) {
        TRY(load_chunk(cursor, row));
        count = take_rows(cursor, row, rows_max < stride ? rows_max : stride);
    }
    for (size_t c = 0; c < selection->column_count; c++)
        for (size_t r = 0; r < count; r++)
            cursor->values[c * stride + r] =
                trace_cell(cursor->chunk,
                           cursor->rows[r] % STORE_CHUNK_ROWS,
                           &selection->columns[c]);
    *ret = (struct trace_block){cursor->values, stride, count};
    return OK;
}

bool trace_cursor_rest(const struct trace_cursor *cursor,
                       uint64_t *ret_iteration)
{
    const struct trace_selection *selection = cursor->selection;
    uint64_t row = skip_to_selected(selection, step_of(selection),
                                    cursor->row);

    if (row >= selection->end)
        return false;
    *ret_iteration = trace_iteration_of(&selection->trace, row);
    return true;
}
