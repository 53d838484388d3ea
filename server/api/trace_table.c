/* trace_table.c - pages and thinned ranges are gathered by column. */
#include "server/api/trace_table.h"

#include <assert.h>
#include <string.h>

#include "server/api/candidates.h"
#include "server/jobs/trace_column.h"

enum {
    KEPT_VALUES_MAX = 16 * 1024, /* of a page that is read at once */
    KEPT_CHUNKS_MAX = 32,        /* over which its rows may lie */
    READ_CHUNKS_MAX = 256,       /* of one column at a time: about a ms */
};

/* ---- pages -------------------------------------------------------------- */

static size_t page_rows_max(const struct trace_selection *selection)
{
    size_t columns = selection->column_count ? selection->column_count : 1;

    return selection->limit < TABLE_VALUES_MAX / columns
               ? selection->limit : TABLE_VALUES_MAX / columns;
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

    while (page->rows < page->rows_max && block.rows > 0) {
        TRY(trace_cursor_next(cursor, page->rows_max - page->rows, &block));
        add_block(page, cursor, &block);
    }
    return OK;
}

/* Put the values of a page into memory. */
static enum error keep_values(const struct trace_selection *selection,
                              struct arena *arena, struct trace_table *table)
{
    struct page page = {.rows_max = table->rows,
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
    trace_cursor_fini(&cursor);
    table->block = (struct trace_block){page.values, page.rows_max, page.rows};
    table->iterations = page.iterations;
    return error;
}

/* Over how many chunks rows lie, from one to another. */
static uint64_t chunks_over(uint64_t row, uint64_t last)
{
    return last / STORE_CHUNK_ROWS - row / STORE_CHUNK_ROWS + 1;
}

/* Whether a row can be read: the job may have been deleted meanwhile. */
static enum error probe(const struct trace_selection *selection, uint64_t row)
{
    double number;

    assert(selection->trace.cache);
    if (selection->column_count == 0)
        return OK;
    return trace_column_read(&selection->trace, selection->columns, &row, 1,
                             selection->trace.cache, &number);
}

static enum error read_page(const struct trace_selection *selection,
                            struct arena *arena, struct trace_table *ret)
{
    const struct trace *trace = &selection->trace;
    uint64_t count = trace_selected_count(selection), first, last, next;
    struct trace_table table = {
        .rows = page_rows_max(selection),
        .is_exact = selection->every == 1 && selection->an_epoch == 0,
    };

    if (table.rows < count) {
        trace_selected_rows(selection, table.rows, 1, &next);
        table.has_more = true;
        table.next = trace_iteration_of(trace, next);
    } else {
        table.rows = count;
    }
    *ret = table;
    if (table.rows == 0)
        return OK;
    trace_selected_rows(selection, 0, 1, &first);
    trace_selected_rows(selection, table.rows - 1, 1, &last);
    return table.rows * selection->column_count <= KEPT_VALUES_MAX
                   && chunks_over(first, last) <= KEPT_CHUNKS_MAX
               ? keep_values(selection, arena, ret)
               : probe(selection, first);
}

/* ---- columns of pages --------------------------------------------------- */

/* As many of the rows as lie in so many chunks. */
static size_t few_chunks(const uint64_t *rows, size_t count)
{
    while (count > 1
           && chunks_over(rows[0], rows[count - 1]) > READ_CHUNKS_MAX
           && count > READ_CHUNKS_MAX)
        count = count / 2 > READ_CHUNKS_MAX ? count / 2 : READ_CHUNKS_MAX;
    return count;
}

enum error trace_table_column(const struct trace_selection *selection,
                              const struct trace_table *table, size_t column,
                              size_t first, double scratch[TABLE_READ_MAX],
                              const double **ret, size_t *ret_count)
{
    size_t count = table->rows - first < TABLE_READ_MAX ? table->rows - first
                                                        : TABLE_READ_MAX;
    uint64_t rows[TABLE_READ_MAX];

    if (table->block.values) {
        *ret = table->block.values + column * table->block.stride + first;
        *ret_count = count;
        return OK;
    }
    assert(selection->trace.cache);
    trace_selected_rows(selection, first, count, rows);
    count = few_chunks(rows, count);
    TRY(trace_column_read(&selection->trace, &selection->columns[column],
                          rows, count, selection->trace.cache, scratch));
    *ret = scratch;
    *ret_count = count;
    return OK;
}

double trace_table_iteration(const struct trace_selection *selection,
                             const struct trace_table *table, size_t row)
{
    uint64_t found;

    if (table->iterations)
        return table->iterations[row];
    trace_selected_rows(selection, row, 1, &found);
    return (double)trace_iteration_of(&selection->trace, found);
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
        .rows = count,
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
        .rows = count,
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
