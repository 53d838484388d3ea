/* window.c - columns, picks, means and tallies of a window's candidates. */
#include "server/jobs/window.h"

#include <assert.h>
#include <stdlib.h>

#include "server/jobs/window_parts.h"

size_t window_count(const struct window *window)
{
    return window->candidates;
}

bool window_is_exact(const struct window *window)
{
    for (size_t i = 0; i < window->count; i++)
        if (window->stretches[i].level > 0)
            return false;
    return true;
}

/* The last stretch that begins at a place or before. */
static const struct stretch *stretch_of(const struct window *window,
                                        size_t place)
{
    size_t low = 0, high = window->count;

    assert(place < window->candidates);
    while (high - low > 1) {
        size_t middle = (low + high) / 2;

        if (window->stretches[middle].place <= place)
            low = middle;
        else
            high = middle;
    }
    return &window->stretches[low];
}

uint64_t window_row(const struct window *window, size_t place)
{
    const struct stretch *stretch = stretch_of(window, place);

    place -= stretch->place;
    if (stretch_is_of_units(window, stretch))
        return stretch->row + place * pyramid_stride(stretch->level);
    return stretch->level > 0 ? stretch->rows[place] : stretch->row + place;
}

/* The row of its chunk in which a candidate stands. */
static size_t row_of(const struct window *window,
                     const struct stretch *stretch, size_t place)
{
    place -= stretch->place;
    return stretch_is_of_units(window, stretch) ? stretch->unit_rows[place]
                                                : stretch->first + place;
}

/* ---- a column ---------------------------------------------------------- */

/* A number of every candidate. */
struct gathering {
    const struct window *window;
    bool of_units;               /* a number of units, not of their rows */
    double *ret;                 /* [window_count()] */
};

static void gather(void *self, const struct stretch *stretch,
                   const struct trace_column *column, const double *numbers)
{
    struct gathering *gathering = self;
    const struct window *window = gathering->window;
    double *to = gathering->ret + stretch->place;

    (void)column;
    if (gathering->of_units && stretch->level > 0)
        memcpy(to, numbers + stretch_unit(window, stretch),
               stretch->places * sizeof *to);
    else if (stretch_is_of_units(window, stretch))
        for (size_t i = 0; i < stretch->places; i++)
            to[i] = numbers[stretch->unit_rows[i] - stretch->first];
    else
        memcpy(to, numbers, stretch->places * sizeof *to);
}

/*
 * Of every candidate the column, or a number of those that are units.
 *
 *   number  in  PYRAMID_NUMBERS: of units too the column
 *   rows    in  false: of units alone; the others' places stay
 */
static enum error read_all(struct window *window,
                           const struct trace_column *column,
                           enum pyramid_number number, bool rows, double *ret)
{
    struct gathering gathering = {window, number != PYRAMID_NUMBERS, ret};
    struct window_batch *batch;
    enum error error = OK;

    TRY(window_batch_begin(window, gather, &gathering, &batch));
    for (size_t i = 0; i < window->count && error == OK; i++) {
        const struct stretch *stretch = &window->stretches[i];
        bool of_units = stretch_is_of_units(window, stretch);

        if (of_units && number != PYRAMID_NUMBERS)
            error = window_batch_add_units(batch, stretch, column, number);
        else if (rows)
            error = window_batch_add(batch, stretch, column);
    }
    return window_batch_end(batch, error);
}

enum error window_column(struct window *window,
                         const struct trace_column *column, double *ret)
{
    return read_all(window, column, PYRAMID_NUMBERS, true, ret);
}

/* ---- picks ------------------------------------------------------------- */

struct picking {
    struct window *window;
    const struct trace_column *columns;
    size_t column_count, count;
    double *ret;
    uint16_t *rows;              /* [count] of each pick, in its chunk */
    /* Of each stretch: the first pick that is in it or after; and the end. */
    size_t *firsts;
};

static void pick(void *self, const struct stretch *stretch,
                 const struct trace_column *column, const double *numbers)
{
    struct picking *picking = self;
    size_t at = (size_t)(stretch - picking->window->stretches);
    size_t first = picking->firsts[at];

    memcpy(picking->ret
               + (size_t)(column - picking->columns) * picking->count + first,
           numbers, (picking->firsts[at + 1] - first) * sizeof *numbers);
}

static void find_rows(struct picking *picking, const size_t *picks)
{
    const struct window *window = picking->window;
    size_t i = 0;

    for (size_t at = 0; at < window->count; at++) {
        const struct stretch *stretch = &window->stretches[at];

        picking->firsts[at] = i;
        for (; i < picking->count
               && picks[i] < stretch->place + stretch->places; i++)
            picking->rows[i] = (uint16_t)row_of(window, stretch, picks[i]);
    }
    assert(i == picking->count);
    picking->firsts[window->count] = i;
}

static enum error pick_all(struct picking *picking)
{
    const struct window *window = picking->window;
    struct window_batch *batch;
    enum error error = OK;

    TRY(window_batch_begin(picking->window, pick, picking, &batch));
    for (size_t at = 0; at < window->count && error == OK; at++) {
        size_t first = picking->firsts[at];
        size_t count = picking->firsts[at + 1] - first;

        for (size_t c = 0; c < picking->column_count && error == OK
                           && count > 0; c++)
            error = window_batch_add_rows(batch, &window->stretches[at],
                                          &picking->columns[c],
                                          picking->rows + first, count);
    }
    return window_batch_end(batch, error);
}

enum error window_pick(struct window *window, const size_t *picks,
                       size_t count, const struct trace_column *columns,
                       size_t column_count, double *ret)
{
    struct picking picking = {
        .window = window, .columns = columns, .column_count = column_count,
        .count = count, .ret = ret,
        .rows = calloc(count + 1, sizeof *picking.rows),
        .firsts = calloc(window->count + 1, sizeof *picking.firsts)};
    enum error error = ERR_MEMORY;

    if (picking.rows && picking.firsts) {
        find_rows(&picking, picks);
        error = pick_all(&picking);
    }
    free(picking.rows);
    free(picking.firsts);
    return error;
}

/* ---- means ------------------------------------------------------------- */

/* The mean over candidates [begin, end), each with its weight. */
static double mean_of(const double *means, const double *weights,
                      size_t begin, size_t end)
{
    double total = 0, mean = 0;

    for (size_t i = begin; i < end; i++)
        total += weights[i];
    if (total == 0)
        return chunk_absent();
    for (size_t i = begin; i < end; i++)
        if (weights[i] > 0)
            mean += means[i] * (weights[i] / total);
    return mean;
}

/* How many numbers each candidate stands for: rows gave the number itself. */
static void count_rows(const struct window *window, const double *numbers,
                       double *weights)
{
    for (size_t at = 0; at < window->count; at++) {
        const struct stretch *stretch = &window->stretches[at];
        size_t end = stretch->place + stretch->places;

        for (size_t i = stretch->place; stretch->level == 0 && i < end; i++)
            weights[i] = chunk_is_absent(numbers[i]) ? 0 : 1;
    }
}

static enum error column_means(struct window *window, const size_t *begins,
                               size_t count, const struct trace_column *column,
                               double *means, double *ret)
{
    double *weights = means + window->candidates;

    TRY(read_all(window, column, PYRAMID_PRESENT, false, weights));
    TRY(read_all(window, column, PYRAMID_MEAN, true, means));
    count_rows(window, means, weights);
    for (size_t b = 0; b < count; b++)
        ret[b] = mean_of(means, weights, begins[b],
                         b + 1 < count ? begins[b + 1] : window->candidates);
    return OK;
}

enum error window_means(struct window *window, const size_t *begins,
                        size_t count, const struct trace_column *columns,
                        size_t column_count, double *ret)
{
    double *means = calloc(2 * window->candidates + 1, sizeof *means);
    enum error error = means ? OK : ERR_MEMORY;

    assert(window->use == WINDOW_MEANS || window_is_exact(window));
    for (size_t c = 0; c < column_count && error == OK; c++)
        error = column_means(window, begins, count, &columns[c], means,
                             ret + c * count);
    free(means);
    return error;
}

/* ---- tallies ----------------------------------------------------------- */

struct tallying {
    const struct trace_column *columns;
    struct tally *ret;           /* [columns] */
};

/* Rows of a level are some of its rows; they have the extremes, and tell no
 * counts. */
static void tally_stretch(void *self, const struct stretch *stretch,
                          const struct trace_column *column,
                          const double *numbers)
{
    struct tallying *tallying = self;
    struct tally *to = &tallying->ret[column - tallying->columns];
    struct tally more;

    if (stretch->level == 0) {
        more = tally_of(numbers, stretch->count, (double)stretch->row);
        tally_add(to, &more);
        return;
    }
    more = tally_of(numbers, stretch->count, 0);
    if (more.present > more.nonfinite) {
        more.least_row = (double)stretch->rows[(size_t)more.least_row];
        more.greatest_row = (double)stretch->rows[(size_t)more.greatest_row];
    }
    if (more.nonfinite > 0)
        more.nonfinite_row =
            (double)stretch->rows[(size_t)more.nonfinite_row];
    tally_add_extremes(to, &more);
}

static enum error tally_rows(struct window *window,
                             struct tallying *tallying, size_t column_count)
{
    struct window_batch *batch;
    enum error error = OK;

    TRY(window_batch_begin(window, tally_stretch, tallying, &batch));
    for (size_t at = 0; at < window->count && error == OK; at++)
        for (size_t c = 0; c < column_count && error == OK; c++)
            error = window_batch_add(batch, &window->stretches[at],
                                     &tallying->columns[c]);
    return window_batch_end(batch, error);
}

/* What a unit's numbers say; of a scalar they have no extremes. */
static struct tally tally_of_unit(double *const numbers[PYRAMID_NUMBERS],
                                  size_t place, bool is_scalar)
{
    struct tally tally = tally_empty();

    tally.present = numbers[PYRAMID_PRESENT][place];
    tally.nonfinite = numbers[PYRAMID_NONFINITE][place];
    tally.mean = numbers[PYRAMID_MEAN][place];
    if (is_scalar)
        return tally;
    tally.least = numbers[PYRAMID_LEAST][place];
    tally.least_row = numbers[PYRAMID_LEAST_ROW][place];
    tally.greatest = numbers[PYRAMID_GREATEST][place];
    tally.greatest_row = numbers[PYRAMID_GREATEST_ROW][place];
    return tally;
}

/*
 * Add the units of a column.
 *
 *   numbers  [PYRAMID_NUMBERS][window_count()]  out  scratch
 */
static enum error tally_units(struct window *window,
                              const struct trace_column *column,
                              double *const numbers[PYRAMID_NUMBERS],
                              struct tally *ret)
{
    bool is_scalar = column->scalar < COLUMNS;
    size_t count = is_scalar ? (size_t)PYRAMID_SCALAR_NUMBERS
                             : (size_t)PYRAMID_NUMBERS;

    for (size_t i = 0; i < count; i++)
        TRY(read_all(window, column, (enum pyramid_number)i, false,
                     numbers[i]));
    for (size_t at = 0; at < window->count; at++) {
        const struct stretch *stretch = &window->stretches[at];

        for (size_t i = 0; stretch->level > 0 && i < stretch->places; i++) {
            struct tally unit =
                tally_of_unit(numbers, stretch->place + i, is_scalar);

            tally_add(ret, &unit);
        }
    }
    return OK;
}

enum error window_tally(struct window *window,
                        const struct trace_column *columns,
                        size_t column_count, struct tally *ret)
{
    struct tallying tallying = {columns, ret};
    double *scratch = calloc(PYRAMID_NUMBERS * window->candidates + 1,
                             sizeof *scratch);
    double *numbers[PYRAMID_NUMBERS];
    enum error error = scratch ? OK : ERR_MEMORY;

    assert(window->use == WINDOW_MEANS || window_is_exact(window));
    for (size_t i = 0; scratch && i < PYRAMID_NUMBERS; i++)
        numbers[i] = scratch + i * window->candidates;
    for (size_t c = 0; c < column_count; c++)
        ret[c] = tally_empty();
    if (error == OK)
        error = tally_rows(window, &tallying, column_count);
    for (size_t c = 0; c < column_count && error == OK; c++)
        if (!window_is_exact(window))
            error = tally_units(window, &columns[c], numbers, &ret[c]);
    free(scratch);
    return error;
}
