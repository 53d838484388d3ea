/* window.c - the candidates of a window are all its rows. */
#include "server/jobs/window.h"

#include <assert.h>

struct window {
    const struct trace *trace;
    uint64_t row, end;
    const struct chunk **chunks;   /* from the one that holds `row` on */
};

static uint64_t chunk_of(uint64_t row)
{
    return row / STORE_CHUNK_ROWS;
}

enum error window_open(const struct trace *trace, uint64_t row, uint64_t end,
                       size_t points, struct arena *arena,
                       struct window **ret)
{
    struct window *window = ARENA_NEW(arena, struct window);
    size_t count = row < end ? chunk_of(end - 1) - chunk_of(row) + 1 : 0;

    (void)points;
    if (!window)
        return ERR_MEMORY;
    *window = (struct window){
        .trace = trace, .row = row, .end = end,
        .chunks = arena_array(arena, count + 1, sizeof *window->chunks)};
    if (!window->chunks)
        return ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        TRY(trace_chunk(trace, (chunk_of(row) + i) * STORE_CHUNK_ROWS, arena,
                        &window->chunks[i]));
    *ret = window;
    return OK;
}

size_t window_count(const struct window *window)
{
    return window->end - window->row;
}

bool window_is_exact(const struct window *window)
{
    (void)window;
    return true;
}

uint64_t window_row(const struct window *window, size_t place)
{
    return window->row + place;
}

static double cell(const struct window *window, size_t place,
                   const struct trace_column *column)
{
    uint64_t row = window_row(window, place);
    size_t chunk = chunk_of(row) - chunk_of(window->row);

    return trace_cell(window->chunks[chunk], row % STORE_CHUNK_ROWS, column);
}

void window_column(const struct window *window,
                   const struct trace_column *column, double *ret)
{
    for (size_t i = 0; i < window_count(window); i++)
        ret[i] = cell(window, i, column);
}

void window_pick(const struct window *window, const size_t *picks,
                 size_t count, const struct trace_column *columns,
                 size_t column_count, double *ret)
{
    for (size_t c = 0; c < column_count; c++)
        for (size_t i = 0; i < count; i++)
            ret[c * count + i] = cell(window, picks[i], &columns[c]);
}

/* The mean of a column over candidates [begin, end). */
static double mean_of(const struct window *window, size_t begin, size_t end,
                      const struct trace_column *column)
{
    double sum = 0, count = 0;

    for (size_t i = begin; i < end; i++) {
        double value = cell(window, i, column);

        if (chunk_is_absent(value))
            continue;
        sum += value;
        count++;
    }
    return count > 0 ? sum / count : chunk_absent();
}

enum error window_means(const struct window *window, const size_t *begins,
                        size_t count, const struct trace_column *columns,
                        size_t column_count, double *ret)
{
    for (size_t c = 0; c < column_count; c++)
        for (size_t b = 0; b < count; b++) {
            size_t end = b + 1 < count ? begins[b + 1] : window_count(window);

            assert(begins[b] < end);
            ret[c * count + b] = mean_of(window, begins[b], end, &columns[c]);
        }
    return OK;
}
