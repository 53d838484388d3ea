/*
 * candidates.c - a window's candidates, and finer ones of units that stand out.
 *
 * Layer 0 is the window. Of each layer's units those that stand out are read
 * at the next finer level, which is the next layer, and in the end row by row.
 * So two spikes in one unit of 512 rows or of 100 000 are told apart: coarse
 * units have only a few finer ones that stand out, and only those are read on.
 */
#include "server/api/candidates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "server/jobs/pyramid.h"

enum {
    UNITS_MAX = 32,          /* read at the next level, of each measure */
    UNIT_ROWS_MAX = 4096,    /* row by row, of those of one measure together */
};

#define STANDS_OUT 2.0       /* times the mean height of the window's units */

/* A window, and its two columns. */
struct layer {
    struct window *window;
    double *numbers;         /* [2][window_count()] axis, value */
};

/* So many candidates of a layer from a place on. */
struct piece {
    size_t layer, place, count;
};

struct candidates {
    struct layer layers[PYRAMID_LEVELS];
    size_t layer_count;
    struct piece *pieces;    /* in the order of their rows */
    size_t piece_count, count;
    double *axis, *value;
};

/* ---- which units stand out ---------------------------------------------- */

struct unit {
    struct window_unit at;
    double least, greatest;  /* finite; least > greatest: there is none */
    double height;           /* as drawn */
    bool is_read;            /* at the next finer level */
};

/* How units are drawn: on a linear or a logarithmic axis. */
struct measure {
    bool is_log;
    double height;           /* from there on a unit stands out */
};

struct measures {
    struct measure items[2];
    size_t count;
};

/* The least and the greatest of the values that a layer has of each unit. */
static void find_extremes(struct unit *units, size_t count,
                          const double *value)
{
    for (size_t u = 0; u < count; u++) {
        struct unit *unit = &units[u];

        unit->least = INFINITY;
        unit->greatest = -INFINITY;
        for (size_t i = unit->at.place; i < unit->at.place + unit->at.count;
             i++) {
            if (!isfinite(value[i]))
                continue;
            if (value[i] < unit->least)
                unit->least = value[i];
            if (value[i] > unit->greatest)
                unit->greatest = value[i];
        }
    }
}

static double height(const struct unit *unit, bool is_log)
{
    if (unit->least > unit->greatest)
        return 0;
    return is_log ? log(unit->greatest / unit->least)
                  : unit->greatest - unit->least;
}

/* The window's units say what stands out, in finer layers too: those have few
 * units, most of which do. */
static struct measures measure(const struct unit *units, size_t count)
{
    struct measures ret = {{{false, 0}, {true, 0}}, 2};

    for (size_t i = 0; i < count; i++)
        if (units[i].least <= 0)
            ret.count = 1;
    for (size_t m = 0; m < ret.count; m++) {
        double sum = 0;

        for (size_t i = 0; i < count; i++)
            sum += height(&units[i], ret.items[m].is_log);
        ret.items[m].height = STANDS_OUT * sum / (double)count;
    }
    return ret;
}

/* Mark the units that stand out, the highest first, so many and of so many
 * rows at most. */
static void choose_units(struct unit *units, size_t count,
                         const struct measure *measure, uint64_t rows_max)
{
    struct unit *chosen[UNITS_MAX];
    size_t n = 0;
    uint64_t rows = 0;

    for (size_t i = 0; i < count; i++) {
        double h = units[i].height = height(&units[i], measure->is_log);
        size_t at = n < UNITS_MAX ? n : UNITS_MAX - 1;

        if (!(h > measure->height)
            || (n == UNITS_MAX && h <= chosen[at]->height))
            continue;
        n = at + 1;
        for (; at > 0 && chosen[at - 1]->height < h; at--)
            chosen[at] = chosen[at - 1];
        chosen[at] = &units[i];
    }
    for (size_t i = 0; i < n; i++) {
        rows += chosen[i]->at.rows.end - chosen[i]->at.rows.row;
        if (rows <= rows_max)
            chosen[i]->is_read = true;
    }
}

/* The units of the last layer. */
static enum error find_units(const struct candidates *made,
                             struct arena *arena, struct unit **ret_units,
                             size_t *ret_count)
{
    const struct layer *layer = &made->layers[made->layer_count - 1];
    size_t n = window_count(layer->window);
    struct window_unit *places = arena_array(arena, n, sizeof *places);
    struct unit *units;

    if (!places)
        return ERR_MEMORY;
    *ret_count = window_units(layer->window, places);
    units = arena_array(arena, *ret_count + 1, sizeof *units);
    if (!units)
        return ERR_MEMORY;
    for (size_t i = 0; i < *ret_count; i++)
        units[i] = (struct unit){.at = places[i]};
    find_extremes(units, *ret_count, layer->numbers + n);
    *ret_units = units;
    return OK;
}

/* ---- layers and their pieces -------------------------------------------- */

/* Read the two columns of a window: the last layer. */
static enum error add_layer(struct candidates *made, struct window *window,
                            const struct trace_column *drawn,
                            struct arena *arena)
{
    struct layer *layer = &made->layers[made->layer_count];

    layer->window = window;
    layer->numbers = arena_array(arena, 2 * window_count(window) + 1,
                                 sizeof *layer->numbers);
    if (!layer->numbers)
        return ERR_MEMORY;
    made->layer_count++;
    return window_columns(window, drawn, 2, layer->numbers);
}

static void add_piece(struct candidates *made, size_t layer, size_t place,
                      size_t end)
{
    if (place == end)
        return;
    made->pieces[made->piece_count++] =
        (struct piece){layer, place, end - place};
    made->count += end - place;
}

/* The first candidate from `place` on that is no row before this one. */
static size_t place_of(const struct window *window, size_t place, uint64_t row)
{
    size_t end = window_count(window);

    while (place < end) {
        size_t middle = (place + end) / 2;

        if (window_row(window, middle) < row)
            place = middle + 1;
        else
            end = middle;
    }
    return place;
}

/* A piece of the layer before the last without the units that are read, for
 * which the last one stands. unit, place: the next of each. */
static void cut_piece(struct candidates *made, const struct piece *piece,
                      const struct unit *units, size_t count, size_t *unit,
                      size_t *place)
{
    size_t last = made->layer_count - 1, from = piece->place;
    size_t end = piece->place + piece->count;

    for (; *unit < count && units[*unit].at.place < end; ++*unit) {
        const struct window_unit *at = &units[*unit].at;
        size_t begin = *place;

        if (!units[*unit].is_read)
            continue;
        *place = place_of(made->layers[last].window, begin, at->rows.end);
        add_piece(made, piece->layer, from, at->place);
        add_piece(made, last, begin, *place);
        from = at->place + at->count;
    }
    add_piece(made, piece->layer, from, end);
}

static enum error cut(struct candidates *made, const struct unit *units,
                      size_t count, struct arena *arena)
{
    const struct piece *pieces = made->pieces;
    size_t piece_count = made->piece_count, unit = 0, place = 0;

    made->pieces = arena_array(arena, piece_count + 4 * UNITS_MAX,
                               sizeof *made->pieces);
    if (!made->pieces)
        return ERR_MEMORY;
    made->piece_count = made->count = 0;
    for (size_t i = 0; i < piece_count; i++) {
        const struct piece *piece = &pieces[i];

        if (piece->layer + 2 == made->layer_count)
            cut_piece(made, piece, units, count, &unit, &place);
        else
            add_piece(made, piece->layer, piece->place,
                      piece->place + piece->count);
    }
    return OK;
}

/* The axes and then the values of all candidates. */
static enum error join(struct candidates *made, struct arena *arena)
{
    double *to = made->axis = arena_array(arena, 2 * made->count + 1,
                                          sizeof *to);

    if (!to)
        return ERR_MEMORY;
    made->value = made->axis + made->count;
    for (size_t c = 0; c < 2; c++)
        for (size_t i = 0; i < made->piece_count; i++) {
            const struct piece *piece = &made->pieces[i];
            const struct layer *layer = &made->layers[piece->layer];

            memcpy(to, layer->numbers + c * window_count(layer->window)
                           + piece->place, piece->count * sizeof *to);
            to += piece->count;
        }
    return OK;
}

/* ---- opening ------------------------------------------------------------ */

/* Read the units of the last layer that stand out at a finer level. */
static enum error refine(const struct trace *trace, unsigned level,
                         const struct trace_column *drawn,
                         struct measures *measures, struct arena *arena,
                         struct candidates *made)
{
    struct window_range ranges[2 * UNITS_MAX];
    struct window *window;
    struct unit *units;
    size_t count, range_count = 0;

    TRY(find_units(made, arena, &units, &count));
    if (made->layer_count == 1)
        *measures = measure(units, count);
    for (size_t m = 0; m < measures->count; m++)
        choose_units(units, count, &measures->items[m],
                     level > 0 ? UINT64_MAX : UNIT_ROWS_MAX);
    for (size_t i = 0; i < count; i++)
        if (units[i].is_read)
            ranges[range_count++] = units[i].at.rows;
    TRY(window_open_ranges(trace, level, ranges, range_count, arena,
                           &window));
    TRY(add_layer(made, window, drawn, arena));
    return cut(made, units, count, arena);
}

enum error candidates_open(const struct trace *trace, uint64_t row,
                           uint64_t end, size_t points,
                           const struct trace_column *axis,
                           const struct trace_column *by, struct arena *arena,
                           struct candidates **ret)
{
    struct candidates *made = ARENA_NEW(arena, struct candidates);
    const struct trace_column drawn[] = {*axis, *by};
    struct measures measures = {{{0}}, 0};
    struct window *window;

    if (!made)
        return ERR_MEMORY;
    TRY(window_open(trace, row, end, points, WINDOW_ROWS, arena, &window));
    TRY(add_layer(made, window, drawn, arena));
    made->pieces = ARENA_NEW(arena, struct piece);
    if (!made->pieces)
        return ERR_MEMORY;
    add_piece(made, 0, 0, window_count(window));
    for (unsigned level = window_level(window); level > 0; level--)
        TRY(refine(trace, level - 1, drawn, &measures, arena, made));
    TRY(join(made, arena));
    *ret = made;
    return OK;
}

size_t candidates_count(const struct candidates *candidates)
{
    return candidates->count;
}

double *candidates_axis(const struct candidates *candidates)
{
    return candidates->axis;
}

const double *candidates_value(const struct candidates *candidates)
{
    return candidates->value;
}

/* ---- picks -------------------------------------------------------------- */

/* The picks that lie in one layer. */
struct share {
    size_t *places;              /* [count] in the window */
    size_t *at;                  /* [count] among all picks */
    size_t count;
};

static void find_share(const struct candidates *candidates, size_t layer,
                       const size_t *picks, size_t count,
                       struct share *share)
{
    size_t begin = 0, k = 0;

    share->count = 0;
    for (size_t i = 0; i < candidates->piece_count; i++) {
        const struct piece *piece = &candidates->pieces[i];

        for (; k < count && picks[k] < begin + piece->count; k++)
            if (piece->layer == layer) {
                share->places[share->count] = piece->place + picks[k] - begin;
                share->at[share->count++] = k;
            }
        begin += piece->count;
    }
}

/*
 * Read one layer's share and put it where it belongs.
 *
 *   numbers  [column_count][count]  out  scratch
 */
static enum error pick_share(struct window *window, const struct share *share,
                             size_t count, const struct trace_column *columns,
                             size_t column_count, double *numbers, double *ret)
{
    if (share->count == 0)
        return OK;
    TRY(window_pick(window, share->places, share->count, columns,
                    column_count, numbers));
    for (size_t c = 0; c < column_count; c++)
        for (size_t k = 0; k < share->count; k++)
            ret[c * count + share->at[k]] = numbers[c * share->count + k];
    return OK;
}

enum error candidates_pick(struct candidates *candidates, const size_t *picks,
                           size_t count, const struct trace_column *columns,
                           size_t column_count, double *ret)
{
    struct share share = {calloc(count + 1, sizeof(size_t)),
                          calloc(count + 1, sizeof(size_t)), 0};
    double *numbers = calloc(count * column_count + 1, sizeof *numbers);
    enum error error = share.places && share.at && numbers ? OK : ERR_MEMORY;

    for (size_t i = 0; i < candidates->layer_count && error == OK; i++) {
        find_share(candidates, i, picks, count, &share);
        error = pick_share(candidates->layers[i].window, &share, count,
                           columns, column_count, numbers, ret);
    }
    free(share.places);
    free(share.at);
    free(numbers);
    return error;
}
