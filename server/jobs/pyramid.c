/* pyramid.c - rows into units, units into larger ones, full chunks out. */
#include "server/jobs/pyramid.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct level {
    struct chunk *rows;              /* that its units keep; NULL: no units
                                        yet */
    struct tally *tallies;           /* [PYRAMID_UNITS_MAX][columns] */
    size_t begins[PYRAMID_UNITS_MAX + 1]; /* where each unit's rows do */
    size_t units;
    int64_t chunk;
};

struct pyramid {
    struct chunk_form form;
    size_t columns;                  /* scalars, then coordinates of x */
    size_t units_max;
    uint64_t rows;                   /* taken so far */
    bool is_worth_it;                /* a chunk of level 1 was full */
    struct level levels[PYRAMID_LEVELS];
};

/* Rows to keep: a bit for each row of a chunk. */
struct rows {
    uint64_t bits[STORE_CHUNK_ROWS / 64];
};

/* ---- layout ------------------------------------------------------------ */

uint64_t pyramid_stride(unsigned level)
{
    uint64_t stride = PYRAMID_STRIDE;

    if (level == 0)
        return 1;
    for (unsigned i = 1; i < level; i++)
        stride *= PYRAMID_RATIO;
    return stride;
}

static bool is_picked(struct chunk_form form, enum column c)
{
    return column_is_in(form.columns, c) && !column_texts[c].only_rises;
}

/* The most rows that a unit keeps. */
static size_t unit_rows_max(struct chunk_form form)
{
    size_t rows = 2;

    for (enum column c = 0; c < COLUMNS; c++)
        rows += is_picked(form, c) ? 3 : 0;
    return rows;
}

size_t pyramid_units(struct chunk_form form)
{
    size_t units = PYRAMID_UNITS_MAX;

    while (units * unit_rows_max(form) > STORE_CHUNK_ROWS)
        units /= 2;
    return units;
}

struct chunk_form pyramid_form(struct chunk_form form)
{
    if (form.x == CHUNK_X_FIRST)
        form.x = CHUNK_X_NONE;
    return form;
}

static size_t coordinates(struct chunk_form form)
{
    return form.x == CHUNK_X_ROWS ? form.n : 0;
}

size_t pyramid_arrays(struct chunk_form form)
{
    return column_count(form.columns) * PYRAMID_SCALAR_NUMBERS
         + coordinates(form) * PYRAMID_NUMBERS;
}

size_t pyramid_array(struct chunk_form form, enum column scalar,
                     size_t dimension, enum pyramid_number number)
{
    if (scalar < COLUMNS)
        return column_count(form.columns & (column_bit(scalar) - 1))
                   * PYRAMID_SCALAR_NUMBERS + number;
    return column_count(form.columns) * PYRAMID_SCALAR_NUMBERS
         + dimension * PYRAMID_NUMBERS + number;
}

double pyramid_bytes_max(struct chunk_form form, double rows)
{
    struct chunk_form kept = pyramid_form(form);
    size_t columns = column_count(kept.columns) + coordinates(kept);
    double arrays = (double)pyramid_arrays(kept), bytes = 0;
    double units_max = (double)pyramid_units(form);

    if (rows < units_max * PYRAMID_STRIDE)
        return 0;
    for (unsigned level = 1; level < PYRAMID_LEVELS; level++) {
        double units = floor(rows / (double)pyramid_stride(level));

        bytes += ceil(units / units_max)
                     * ((double)chunk_head_bytes(kept)
                        + arrays * (double)sizeof(struct packing))
               + units * (arrays + (double)(unit_rows_max(form) * columns))
                     * (double)sizeof(double);
    }
    return bytes;
}

/* ---- units ------------------------------------------------------------- */

static void keep(struct rows *rows, size_t row)
{
    rows->bits[row / 64] |= UINT64_C(1) << row % 64;
}

/* The rows of a tally whose rows are those of a chunk from `zero` on. */
static void keep_extremes(struct rows *rows, const struct tally *tally,
                          double zero)
{
    if (tally->present > tally->nonfinite) {
        keep(rows, (size_t)(tally->least_row - zero));
        keep(rows, (size_t)(tally->greatest_row - zero));
    }
    if (tally->nonfinite > 0)
        keep(rows, (size_t)(tally->nonfinite_row - zero));
}

static void copy_row(struct chunk *to, const struct chunk *from, size_t row)
{
    size_t at = to->rows++;

    assert(at < STORE_CHUNK_ROWS);
    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(from->form.columns, c))
            chunk_column(to, c)[at] = chunk_column_of(from, c)[row];
    for (size_t i = 0; i < coordinates(to->form); i++)
        to->x[i * STORE_CHUNK_ROWS + at] = from->x[i * STORE_CHUNK_ROWS + row];
}

static void copy_rows(struct chunk *to, const struct chunk *from,
                      const struct rows *rows)
{
    for (size_t word = 0; word < STORE_CHUNK_ROWS / 64; word++)
        for (uint64_t bits = rows->bits[word]; bits; bits &= bits - 1)
            copy_row(to, from, 64 * word + (size_t)__builtin_ctzll(bits));
}

static enum error level_begin(const struct pyramid *pyramid,
                              struct level *level)
{
    level->rows = calloc(1, chunk_bytes(pyramid->form));
    level->tallies = calloc(PYRAMID_UNITS_MAX * pyramid->columns,
                            sizeof *level->tallies);
    if (!level->rows || !level->tallies)
        return ERR_MEMORY;
    level->rows->form = pyramid->form;
    return OK;
}

static struct tally *unit_tallies(const struct pyramid *pyramid,
                                  const struct level *level, size_t unit)
{
    return level->tallies + unit * pyramid->columns;
}

static void level_add(struct level *level, const struct chunk *from,
                      const struct rows *rows)
{
    copy_rows(level->rows, from, rows);
    level->begins[++level->units] = level->rows->rows;
}

/* A unit of level 1: rows first … of a chunk of level 0, which begins with row
 * pyramid->rows of the trace. */
static void add_rows(struct pyramid *pyramid, const struct chunk *chunk,
                     size_t first)
{
    struct level *level = &pyramid->levels[1];
    struct tally *tally = unit_tallies(pyramid, level, level->units);
    double zero = (double)pyramid->rows, row = zero + (double)first;
    struct rows rows = {0};
    const double *numbers;

    keep(&rows, first);
    keep(&rows, first + PYRAMID_STRIDE - 1);
    for (enum column c = 0; c < COLUMNS; c++) {
        if (!column_is_in(pyramid->form.columns, c))
            continue;
        numbers = chunk_column_of(chunk, c) + first;
        *tally = is_picked(pyramid->form, c)
                     ? tally_of(numbers, PYRAMID_STRIDE, row)
                     : tally_means_of(numbers, PYRAMID_STRIDE);
        if (is_picked(pyramid->form, c))
            keep_extremes(&rows, tally, zero);
        tally++;
    }
    for (size_t i = 0; i < coordinates(pyramid->form); i++)
        *tally++ = tally_of(chunk->x + i * STORE_CHUNK_ROWS + first,
                            PYRAMID_STRIDE, row);
    level_add(level, chunk, &rows);
}

/* A unit of the last PYRAMID_RATIO ones of the level below. */
static void add_units(struct pyramid *pyramid, const struct level *below,
                      struct level *level)
{
    struct tally *tallies = unit_tallies(pyramid, level, level->units), tally;
    size_t unit = below->units - PYRAMID_RATIO;
    size_t first = below->begins[unit], last = below->rows->rows - 1;
    struct rows rows = {0};

    for (size_t c = 0; c < pyramid->columns; c++)
        tallies[c] = tally_empty();
    for (; unit < below->units; unit++)
        for (size_t c = 0; c < pyramid->columns; c++)
            tally_add(&tallies[c], &unit_tallies(pyramid, below, unit)[c]);
    keep(&rows, first);
    keep(&rows, last);
    for (enum column c = 0; c < COLUMNS; c++)
        if (is_picked(pyramid->form, c)) {
            tally = tally_of(chunk_column_of(below->rows, c) + first,
                             last - first + 1, (double)first);
            keep_extremes(&rows, &tally, 0);
        }
    level_add(level, below->rows, &rows);
}

/* ---- chunks of levels -------------------------------------------------- */

static double number_of(const struct tally *tally, enum pyramid_number number)
{
    switch (number) {
    case PYRAMID_PRESENT: return tally->present;
    case PYRAMID_NONFINITE: return tally->nonfinite;
    case PYRAMID_MEAN: return tally->mean;
    case PYRAMID_LEAST: return tally->least;
    case PYRAMID_LEAST_ROW: return tally->least_row;
    case PYRAMID_GREATEST: return tally->greatest;
    case PYRAMID_GREATEST_ROW: return tally->greatest_row;
    case PYRAMID_NUMBERS: break;
    }
    return chunk_absent();
}

/* Arrays of a number of each unit; their packings' place is kept free. */
static void append_tallies(const struct pyramid *pyramid,
                           const struct level *level, struct buffer *out)
{
    size_t start = out->count;
    size_t head = pyramid_arrays(pyramid->form) * sizeof(struct packing);
    size_t scalars = column_count(pyramid->form.columns), array = 0;
    double numbers[PYRAMID_UNITS_MAX];

    if (!buffer_reserve(out, head))
        return;
    out->count += head;
    for (size_t c = 0; c < pyramid->columns; c++) {
        size_t count = c < scalars ? PYRAMID_SCALAR_NUMBERS : PYRAMID_NUMBERS;

        for (size_t number = 0; number < count; number++, array++) {
            struct packing packing;

            for (size_t unit = 0; unit < level->units; unit++)
                numbers[unit] =
                    number_of(&unit_tallies(pyramid, level, unit)[c],
                              (enum pyramid_number)number);
            packing = packing_append(numbers, level->units, start, out);
            if (!out->failed)
                memcpy(out->bytes + start + array * sizeof packing, &packing,
                       sizeof packing);
        }
    }
}

/* Append a level's chunk, and begin its next. */
static enum error level_end_chunk(struct pyramid *pyramid, unsigned number,
                                  struct buffer *out,
                                  struct pyramid_chunks *ret)
{
    struct level *level = &pyramid->levels[number];
    const double *iterations = level->rows->scalars[COLUMN_ITERATION];
    size_t offset = out->count;

    chunk_encode(level->rows, level->units, out);
    append_tallies(pyramid, level, out);
    if (out->failed)
        return ERR_MEMORY;
    assert(ret->count < sizeof ret->items / sizeof *ret->items);
    ret->items[ret->count].level = number;
    ret->items[ret->count].chunk = level->chunk++;
    ret->items[ret->count].first = (int64_t)iterations[0];
    ret->items[ret->count].last =
        (int64_t)iterations[level->rows->rows - 1];
    ret->items[ret->count].rows = level->rows->rows;
    ret->items[ret->count].offset = offset;
    ret->items[ret->count].bytes = out->count - offset;
    ret->count++;
    level->rows->rows = level->units = 0;
    return OK;
}

/* Level 1 has one unit more: what follows from that in the levels above. */
static enum error go_up(struct pyramid *pyramid, struct buffer *out,
                        struct pyramid_chunks *ret)
{
    for (unsigned number = 1; number < PYRAMID_LEVELS; number++) {
        struct level *level = &pyramid->levels[number];
        bool makes_one = level->units % PYRAMID_RATIO == 0;

        if (makes_one && number + 1 < PYRAMID_LEVELS) {
            if (!level[1].rows)
                TRY(level_begin(pyramid, &level[1]));
            add_units(pyramid, level, &level[1]);
        }
        if (level->units == pyramid->units_max) {
            TRY(level_end_chunk(pyramid, number, out, ret));
            pyramid->is_worth_it = true;
        }
        if (!makes_one)
            break;
    }
    return OK;
}

/* ---- building ---------------------------------------------------------- */

enum error pyramid_new(struct chunk_form form, struct pyramid **ret)
{
    struct pyramid *pyramid = calloc(1, sizeof *pyramid);

    if (!pyramid)
        return ERR_MEMORY;
    pyramid->form = pyramid_form(form);
    pyramid->columns = column_count(form.columns)
                     + coordinates(pyramid->form);
    pyramid->units_max = pyramid_units(form);
    *ret = pyramid;
    return OK;
}

void pyramid_free(struct pyramid *pyramid)
{
    if (!pyramid)
        return;
    for (size_t i = 0; i < PYRAMID_LEVELS; i++) {
        free(pyramid->levels[i].rows);
        free(pyramid->levels[i].tallies);
    }
    free(pyramid);
}

enum error pyramid_add(struct pyramid *pyramid, const struct chunk *chunk,
                       struct buffer *out, struct pyramid_chunks *ret)
{
    if (!pyramid->levels[1].rows)
        TRY(level_begin(pyramid, &pyramid->levels[1]));
    for (size_t first = 0; first + PYRAMID_STRIDE <= chunk->rows;
         first += PYRAMID_STRIDE) {
        add_rows(pyramid, chunk, first);
        TRY(go_up(pyramid, out, ret));
    }
    pyramid->rows += chunk->rows;
    return OK;
}

enum error pyramid_end(struct pyramid *pyramid, struct buffer *out,
                       struct pyramid_chunks *ret)
{
    for (unsigned number = 1;
         pyramid->is_worth_it && number < PYRAMID_LEVELS; number++)
        if (pyramid->levels[number].units > 0)
            TRY(level_end_chunk(pyramid, number, out, ret));
    return OK;
}
