/* window.c - columns, picks, means and tallies of a window's candidates. */
#include "server/jobs/window.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "server/jobs/window_parts.h"

size_t window_count(const struct window *window)
{
    return window->candidates;
}

unsigned window_level(const struct window *window)
{
    unsigned level = 0;

    for (size_t i = 0; i < window->count; i++)
        if (window->stretches[i].level > level)
            level = window->stretches[i].level;
    return level;
}

bool window_is_exact(const struct window *window)
{
    return window_level(window) == 0;
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

static uint64_t row_in(const struct window *window,
                       const struct stretch *stretch, size_t place)
{
    place -= stretch->place;
    if (stretch_is_of_units(window, stretch))
        return stretch->row + place * pyramid_stride(stretch->level);
    return stretch->level > 0 ? stretch->rows[place] : stretch->row + place;
}

uint64_t window_row(const struct window *window, size_t place)
{
    return row_in(window, stretch_of(window, place), place);
}

static size_t find_units(const struct window *window,
                         const struct stretch *stretch, size_t count,
                         struct window_unit *ret)
{
    uint64_t stride = pyramid_stride(stretch->level), row, end = 0;

    for (size_t place = stretch->place;
         place < stretch->place + stretch->places; place++) {
        row = row_in(window, stretch, place);
        if (row >= end) {
            end = (row / stride + 1) * stride;
            ret[count++] = (struct window_unit){
                .rows = {end - stride, end}, .place = place};
        }
        ret[count - 1].count++;
    }
    return count;
}

size_t window_units(const struct window *window, struct window_unit *ret)
{
    size_t count = 0;

    for (size_t i = 0; i < window->count; i++)
        if (window->stretches[i].level > 0)
            count = find_units(window, &window->stretches[i], count, ret);
    return count;
}

/* ---- iterations -------------------------------------------------------- */

/* Which iteration a row is needs no reading, where the row is there. */
static bool is_known(const struct window *window,
                     const struct stretch *stretch,
                     const struct trace_column *column)
{
    return column->scalar == COLUMN_ITERATION && stretch->is_found
        && !stretch_is_of_units(window, stretch);
}

static double iteration_in(const struct window *window,
                           const struct stretch *stretch, size_t place)
{
    return (double)trace_iteration_of(window->trace,
                                      row_in(window, stretch, place));
}

/* ---- columns ----------------------------------------------------------- */

/* Numbers of every candidate. */
struct gathering {
    const struct window *window;
    const struct trace_column *columns;
    double *ret;                 /* [columns][window_count()] */
};

static void gather(void *self, const struct stretch *stretch,
                   const struct trace_column *column,
                   enum pyramid_number number, const double *numbers)
{
    struct gathering *gathering = self;
    const struct window *window = gathering->window;
    size_t row = (size_t)(column - gathering->columns);
    double *to = gathering->ret + row * window->candidates + stretch->place;

    (void)number;
    if (stretch_is_of_units(window, stretch))
        numbers += stretch_unit(window, stretch);
    memcpy(to, numbers, stretch->places * sizeof *to);
}

static enum error add_candidate_numbers(struct window_batch *batch,
                                        const struct window *window,
                                        const struct stretch *stretch,
                                        const struct trace_column *column)
{
    return stretch_is_of_units(window, stretch)
               ? window_batch_add_units(batch, stretch, column, PYRAMID_MEAN)
               : window_batch_add(batch, stretch, column);
}

static void fill_iterations(const struct window *window,
                            const struct stretch *stretch, double *ret)
{
    for (size_t i = 0; i < stretch->places; i++)
        ret[i] = iteration_in(window, stretch, stretch->place + i);
}

enum error window_columns(struct window *window,
                          const struct trace_column *columns,
                          size_t column_count, double *ret)
{
    struct gathering gathering = {window, columns, ret};
    struct window_batch *batch;
    enum error error = OK;

    TRY(window_batch_begin(window, gather, &gathering, &batch));
    for (size_t at = 0; at < window->count && error == OK; at++) {
        const struct stretch *stretch = &window->stretches[at];

        for (size_t c = 0; c < column_count && error == OK; c++)
            if (is_known(window, stretch, &columns[c]))
                fill_iterations(window, stretch,
                                ret + c * window->candidates + stretch->place);
            else
                error = add_candidate_numbers(batch, window, stretch,
                                              &columns[c]);
    }
    return window_batch_end(batch, error);
}

/* ---- picks ------------------------------------------------------------- */

struct picking {
    struct window *window;
    const size_t *picks;         /* [count] */
    const struct trace_column *columns;
    size_t column_count, count;
    double *ret;
    uint16_t *rows;              /* [count] of each pick, in its chunk */
    /* Of each stretch: the first pick that is in it or after; and the end. */
    size_t *firsts;
};

static void pick(void *self, const struct stretch *stretch,
                 const struct trace_column *column,
                 enum pyramid_number number, const double *numbers)
{
    struct picking *picking = self;
    size_t at = (size_t)(stretch - picking->window->stretches);
    size_t first = picking->firsts[at];

    (void)number;
    memcpy(picking->ret
               + (size_t)(column - picking->columns) * picking->count + first,
           numbers, (picking->firsts[at + 1] - first) * sizeof *numbers);
}

static void find_rows(struct picking *picking)
{
    const size_t *picks = picking->picks;
    const struct window *window = picking->window;
    size_t i = 0;

    for (size_t at = 0; at < window->count; at++) {
        const struct stretch *stretch = &window->stretches[at];

        picking->firsts[at] = i;
        for (; i < picking->count
               && picks[i] < stretch->place + stretch->places; i++)
            picking->rows[i] =
                (uint16_t)(stretch->first + picks[i] - stretch->place);
    }
    assert(i == picking->count);
    picking->firsts[window->count] = i;
}

/* Column c of picks [first, first + count), which lie in one stretch. */
static enum error pick_some(struct picking *picking,
                            struct window_batch *batch,
                            const struct stretch *stretch, size_t c,
                            size_t first, size_t count)
{
    const struct trace_column *column = &picking->columns[c];
    double *ret = picking->ret + c * picking->count;

    if (!is_known(picking->window, stretch, column))
        return window_batch_add_rows(batch, stretch, column,
                                     picking->rows + first, count);
    for (size_t i = first; i < first + count; i++)
        ret[i] = iteration_in(picking->window, stretch, picking->picks[i]);
    return OK;
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
            error = pick_some(picking, batch, &window->stretches[at], c,
                              first, count);
    }
    return window_batch_end(batch, error);
}

enum error window_pick(struct window *window, const size_t *picks,
                       size_t count, const struct trace_column *columns,
                       size_t column_count, double *ret)
{
    struct picking picking = {
        .window = window, .picks = picks, .columns = columns,
        .column_count = column_count, .count = count, .ret = ret,
        .rows = calloc(count + 1, sizeof *picking.rows),
        .firsts = calloc(window->count + 1, sizeof *picking.firsts)};
    enum error error = ERR_MEMORY;

    assert(window->use == WINDOW_ROWS || window_is_exact(window));
    if (picking.rows && picking.firsts) {
        find_rows(&picking);
        error = pick_all(&picking);
    }
    free(picking.rows);
    free(picking.firsts);
    return error;
}

/* ---- means ------------------------------------------------------------- */

/* Means of all columns in the making. Stretches come in order, each with all
 * columns: so a chunk is gone to once. */
struct averaging {
    const struct window *window;
    const size_t *begins;
    const struct trace_column *columns;
    size_t count;                /* of buckets */
    double *ret;                 /* [columns][count] */
    double *weights;             /* [columns][count] numbers so far */
    double present[PYRAMID_UNITS_MAX]; /* of the units that come next */
};

static size_t bucket_of(const struct averaging *averaging, size_t place)
{
    size_t low = 0, high = averaging->count;

    while (high - low > 1) {
        size_t middle = (low + high) / 2;

        if (averaging->begins[middle] <= place)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void add_mean(double *mean, double *weight, double more, double count)
{
    if (count == 0)
        return;
    *mean = *weight > 0 ? tally_mean(*mean, *weight, more, count) : more;
    *weight += count;
}

/* Candidates [i, end) of a stretch, all in one bucket. */
static void add_candidates(struct averaging *averaging,
                           const struct stretch *stretch,
                           const double *numbers, size_t i, size_t end,
                           double *mean, double *weight)
{
    struct tally rows;
    size_t unit;

    if (stretch->level == 0) {
        rows = tally_of(numbers + i, end - i, 0);
        add_mean(mean, weight, rows.mean, rows.present);
        return;
    }
    unit = stretch_unit(averaging->window, stretch);
    for (; i < end; i++)
        add_mean(mean, weight, numbers[unit + i],
                 averaging->present[unit + i]);
}

static void average(void *self, const struct stretch *stretch,
                    const struct trace_column *column,
                    enum pyramid_number number, const double *numbers)
{
    struct averaging *averaging = self;
    size_t first = (size_t)(column - averaging->columns) * averaging->count;
    size_t bucket, end;

    if (number == PYRAMID_PRESENT) {
        memcpy(averaging->present, numbers,
               stretch->head.units * sizeof *numbers);
        return;
    }
    bucket = bucket_of(averaging, stretch->place);
    for (size_t i = 0; i < stretch->places; i = end, bucket++) {
        end = bucket + 1 < averaging->count
                  ? averaging->begins[bucket + 1] - stretch->place
                  : stretch->places;
        if (end > stretch->places)
            end = stretch->places;
        add_candidates(averaging, stretch, numbers, i, end,
                       &averaging->ret[first + bucket],
                       &averaging->weights[first + bucket]);
    }
}

static enum error add_means(struct window_batch *batch,
                            const struct window *window,
                            const struct stretch *stretch,
                            const struct trace_column *column)
{
    if (!stretch_is_of_units(window, stretch))
        return window_batch_add(batch, stretch, column);
    TRY(window_batch_add_units(batch, stretch, column, PYRAMID_PRESENT));
    return window_batch_add_units(batch, stretch, column, PYRAMID_MEAN);
}

static enum error average_all(struct window *window,
                              struct averaging *averaging,
                              size_t column_count)
{
    struct window_batch *batch;
    enum error error = OK;

    TRY(window_batch_begin(window, average, averaging, &batch));
    for (size_t at = 0; at < window->count && error == OK; at++)
        for (size_t c = 0; c < column_count && error == OK; c++)
            error = add_means(batch, window, &window->stretches[at],
                              &averaging->columns[c]);
    return window_batch_end(batch, error);
}

enum error window_means(struct window *window, const size_t *begins,
                        size_t count, const struct trace_column *columns,
                        size_t column_count, double *ret)
{
    struct averaging averaging = {
        .window = window, .begins = begins, .columns = columns,
        .count = count, .ret = ret,
        .weights = calloc(column_count * count + 1, sizeof(double))};
    enum error error;

    assert(window->use != WINDOW_ROWS || window_is_exact(window));
    assert(count == 0 || begins[0] == 0);
    if (!averaging.weights)
        return ERR_MEMORY;
    for (size_t i = 0; i < column_count * count; i++)
        ret[i] = chunk_absent();
    error = average_all(window, &averaging, column_count);
    free(averaging.weights);
    return error;
}

/* ---- tallies ----------------------------------------------------------- */

struct tallying {
    const struct window *window;
    const struct trace_column *columns;
    struct tally *ret;           /* [columns] */
    struct tally units[PYRAMID_UNITS_MAX]; /* of one stretch and column */
};

/* Rows of a level are some of its rows: they have the extremes of scalars, and
 * tell no counts. */
static void tally_rows(const struct stretch *stretch, const double *numbers,
                       struct tally *ret)
{
    struct tally more;

    if (stretch->level == 0) {
        more = tally_of(numbers, stretch->count, (double)stretch->row);
        tally_add(ret, &more);
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
    tally_add_extremes(ret, &more);
}

static double *number_in(struct tally *tally, enum pyramid_number number)
{
    switch (number) {
    case PYRAMID_PRESENT: return &tally->present;
    case PYRAMID_NONFINITE: return &tally->nonfinite;
    case PYRAMID_MEAN: return &tally->mean;
    case PYRAMID_LEAST: return &tally->least;
    case PYRAMID_LEAST_ROW: return &tally->least_row;
    case PYRAMID_GREATEST: return &tally->greatest;
    case PYRAMID_GREATEST_ROW: return &tally->greatest_row;
    case PYRAMID_NUMBERS: break;
    }
    return NULL;
}

/* How many numbers a unit has of a column. */
static enum pyramid_number numbers_of(const struct trace_column *column)
{
    return column->scalar < COLUMNS ? PYRAMID_SCALAR_NUMBERS : PYRAMID_NUMBERS;
}

/* The numbers of a stretch's units come one after the other. */
static void tally_units(struct tallying *tallying,
                        const struct stretch *stretch,
                        const struct trace_column *column,
                        enum pyramid_number number, const double *numbers)
{
    size_t unit = stretch_unit(tallying->window, stretch);

    for (size_t i = 0; i < stretch->places; i++) {
        if (number == 0)
            tallying->units[i] = tally_empty();
        *number_in(&tallying->units[i], number) = numbers[unit + i];
        if (number + 1 == numbers_of(column))
            tally_add(&tallying->ret[column - tallying->columns],
                      &tallying->units[i]);
    }
}

static void tally_stretch(void *self, const struct stretch *stretch,
                          const struct trace_column *column,
                          enum pyramid_number number, const double *numbers)
{
    struct tallying *tallying = self;

    if (number == PYRAMID_NUMBERS)
        tally_rows(stretch, numbers,
                   &tallying->ret[column - tallying->columns]);
    else
        tally_units(tallying, stretch, column, number, numbers);
}

static enum error add_tally(struct window_batch *batch,
                            const struct stretch *stretch,
                            const struct trace_column *column)
{
    TRY(window_batch_add(batch, stretch, column));
    for (enum pyramid_number number = 0;
         stretch->level > 0 && number < numbers_of(column); number++)
        TRY(window_batch_add_units(batch, stretch, column, number));
    return OK;
}

enum error window_tally(struct window *window,
                        const struct trace_column *columns,
                        size_t column_count, struct tally *ret)
{
    struct tallying tallying = {window, columns, ret, {{0}}};
    struct window_batch *batch;
    enum error error = OK;

    assert(window->use != WINDOW_ROWS || window_is_exact(window));
    for (size_t c = 0; c < column_count; c++)
        ret[c] = tally_empty();
    TRY(window_batch_begin(window, tally_stretch, &tallying, &batch));
    for (size_t at = 0; at < window->count && error == OK; at++)
        for (size_t c = 0; c < column_count && error == OK; c++)
            error = add_tally(batch, &window->stretches[at], &columns[c]);
    return window_batch_end(batch, error);
}
