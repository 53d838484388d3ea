/* summary.c - a whole trace in a few numbers a column. */
#include "server/jobs/summary.h"

#include <assert.h>

#include "server/jobs/window.h"

/* All columns of one row: ret[count]. */
static enum error read_row(const struct trace *trace, uint64_t row,
                           const struct trace_column *columns, size_t count,
                           struct arena *arena, double *ret)
{
    struct window *window;
    const size_t only = 0;

    TRY(window_open(trace, row, row + 1, 1, WINDOW_ROWS, arena, &window));
    return window_pick(window, &only, 1, columns, count, ret);
}

/* A column that only rises has its extremes at the ends. */
static void set_ends(struct summary *summary, uint64_t rows)
{
    summary->tally.least = summary->first;
    summary->tally.least_row = 0;
    summary->tally.greatest = summary->last;
    summary->tally.greatest_row = (double)(rows - 1);
}

enum error summary_read(const struct trace *trace,
                        const struct trace_column *columns, size_t count,
                        struct arena *arena, struct summary *ret)
{
    struct window *window;
    struct tally *tallies = arena_array(arena, count, sizeof *tallies);
    double *first = arena_array(arena, 2 * count, sizeof *first);
    double *last = first + count;

    assert(trace->rows > 0);
    if (!tallies || !first)
        return ERR_MEMORY;
    TRY(window_open(trace, 0, trace->rows, 1, WINDOW_TALLY, arena, &window));
    TRY(window_tally(window, columns, count, tallies));
    TRY(read_row(trace, 0, columns, count, arena, first));
    TRY(read_row(trace, trace->rows - 1, columns, count, arena, last));
    for (size_t c = 0; c < count; c++) {
        ret[c] = (struct summary){tallies[c], first[c], last[c]};
        if (columns[c].scalar == COLUMNS)
            ret[c].tally.nonfinite_row = chunk_absent();
        else if (column_texts[columns[c].scalar].only_rises)
            set_ends(&ret[c], trace->rows);
    }
    return OK;
}
