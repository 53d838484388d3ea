/* trace_table.c - pages and thinned ranges are gathered by column. */
#include "server/api/trace_table.h"

#include <assert.h>
#include <string.h>

#include "server/api/candidates.h"

enum { LOADED_BYTES_MAX = 16 * 1024 * 1024 }; /* for a page: about 20 ms */

/* ---- pages -------------------------------------------------------------- */

static size_t page_rows_max(const struct trace_selection *selection)
{
    uint64_t rows = selection->end - selection->row;
    size_t columns = selection->column_count ? selection->column_count : 1;

    if (rows > selection->limit)
        rows = selection->limit;
    return rows < TABLE_VALUES_MAX / columns ? rows
                                             : TABLE_VALUES_MAX / columns;
}

struct page {
    double *values, *iterations;
    size_t rows, rows_max, columns;
};

static void add_block(struct page *page, const struct trace_cursor *cursor,
                      const struct trace_block *block)
{
    const struct trace *trace = &cursor->selection->trace;

    for (size_t c = 0; c < page->columns; c++)
        memcpy(page->values + c * page->rows_max + page->rows,
               block->values + c * block->stride,
               block->rows * sizeof(double));
    for (size_t r = 0; r < block->rows; r++)
        page->iterations[page->rows + r] =
            (double)trace_iteration_of(trace, cursor->rows[r]);
    page->rows += block->rows;
}

static enum error fill(struct page *page, struct trace_cursor *cursor)
{
    struct trace_block block = {.rows = 1};

    while (page->rows < page->rows_max && block.rows > 0
           && cursor->bytes_loaded < LOADED_BYTES_MAX) {
        TRY(trace_cursor_next(cursor, page->rows_max - page->rows, &block));
        add_block(page, cursor, &block);
    }
    return OK;
}

static enum error read_page(const struct trace_selection *selection,
                            struct arena *arena, struct trace_table *ret)
{
    struct page page = {.rows_max = page_rows_max(selection),
                        .columns = selection->column_count};
    struct trace_cursor cursor;
    enum error error = trace_cursor_init(&cursor, selection);

    page.values = arena_array(arena, page.rows_max * page.columns + 1,
                              sizeof(double));
    page.iterations = arena_array(arena, page.rows_max + 1, sizeof(double));
    if (!page.values || !page.iterations)
        error = ERR_MEMORY;
    if (error == OK)
        error = fill(&page, &cursor);
    *ret = (struct trace_table){
        .block = {page.values, page.rows_max, page.rows},
        .iterations = page.iterations,
        .is_exact = selection->every == 1 && selection->an_epoch == 0,
    };
    ret->has_more = trace_cursor_rest(&cursor, &ret->next);
    trace_cursor_fini(&cursor);
    return error;
}

/* ---- thinned ranges ----------------------------------------------------- */

static const enum column axis_columns[TRACE_AXES] = {
    [TRACE_AXIS_ITERATION] = COLUMN_ITERATION,
    [TRACE_AXIS_EPOCH] = COLUMN_ITERATION, /* which epochs are multiples of */
    [TRACE_AXIS_TIME] = COLUMN_TIME_S,
    [TRACE_AXIS_EVALUATIONS] = COLUMN_EVALUATIONS,
};

/* Room for the picked rows. */
static enum error make_room(const struct trace_selection *selection,
                            size_t count, struct arena *arena,
                            double **ret_values, double **ret_iterations)
{
    *ret_values = arena_array(arena, count * selection->column_count + 1,
                              sizeof **ret_values);
    *ret_iterations = arena_array(arena, count + 1, sizeof **ret_iterations);
    return *ret_values && *ret_iterations ? OK : ERR_MEMORY;
}

static const struct trace_column iteration_column = {COLUMN_ITERATION, 0};

/* What thinning divides, in its own unit. */
static void scale_axis(const struct trace_thinning *thinning, double *axis,
                       size_t count)
{
    if (thinning->axis == TRACE_AXIS_EPOCH)
        for (size_t i = 0; i < count; i++)
            axis[i] /= (double)thinning->an_epoch;
}

static enum error thin_rows(const struct trace_selection *selection,
                            struct arena *scratch, struct arena *arena,
                            struct trace_table *ret)
{
    const struct trace_thinning *thinning = &selection->thinning;
    const struct trace_column axis = {axis_columns[thinning->axis], 0};
    size_t *picks = arena_array(scratch, thinning->points, sizeof *picks);
    struct candidates *candidates;
    double *values, *iterations;
    size_t count;

    if (!picks)
        return ERR_MEMORY;
    TRY(candidates_open(&selection->trace, selection->row, selection->end,
                        thinning->points, &axis, &thinning->by, scratch,
                        &candidates));
    count = candidates_count(candidates);
    scale_axis(thinning, candidates_axis(candidates), count);
    TRY(thin_pick(thinning->method,
                  &(struct thin_curve){candidates_axis(candidates),
                                       candidates_value(candidates), count,
                                       thinning->is_log},
                  thinning->points, scratch, picks, &count));
    TRY(make_room(selection, count, arena, &values, &iterations));
    TRY(candidates_pick(candidates, picks, count, selection->columns,
                        selection->column_count, values));
    TRY(candidates_pick(candidates, picks, count, &iteration_column, 1,
                        iterations));
    *ret = (struct trace_table){
        .block = {values, count, count}, .iterations = iterations,
        .is_exact = count == selection->end - selection->row,
    };
    return OK;
}

static enum error thin_means(const struct trace_selection *selection,
                             struct arena *scratch, struct arena *arena,
                             struct trace_table *ret)
{
    const struct trace_thinning *thinning = &selection->thinning;
    const struct trace_column drawn[] = {{axis_columns[thinning->axis], 0},
                                         thinning->by};
    size_t *begins = arena_array(scratch, thinning->points, sizeof *begins);
    double *axis, *values, *iterations;
    struct window *window;
    size_t count;

    TRY(window_open(&selection->trace, selection->row, selection->end,
                    thinning->points, WINDOW_MEANS, scratch, &window));
    count = window_count(window);
    axis = arena_array(scratch, 2 * count + 1, sizeof *axis);
    if (!begins || !axis)
        return ERR_MEMORY;
    TRY(window_columns(window, drawn, 2, axis));
    scale_axis(thinning, axis, count);
    TRY(thin_pick(thinning->method,
                  &(struct thin_curve){axis, axis + count, count,
                                       thinning->is_log},
                  thinning->points, scratch, begins, &count));
    TRY(make_room(selection, count, arena, &values, &iterations));
    TRY(window_means(window, begins, count, selection->columns,
                     selection->column_count, values));
    TRY(window_means(window, begins, count, &iteration_column, 1,
                     iterations));
    *ret = (struct trace_table){
        .block = {values, count, count}, .iterations = iterations,
        .is_exact = count == selection->end - selection->row,
    };
    return OK;
}

enum error trace_table_read(const struct trace_selection *selection,
                            struct arena *arena, struct trace_table *ret)
{
    struct arena scratch;
    enum error error;

    if (selection->thinning.points == 0)
        return read_page(selection, arena, ret);
    arena_init(&scratch, 0);
    if (selection->thinning.method->averages)
        error = thin_means(selection, &scratch, arena, ret);
    else
        error = thin_rows(selection, &scratch, arena, ret);
    arena_fini(&scratch);
    return error;
}
