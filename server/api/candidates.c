/* candidates.c - a window's candidates, and rows of units that stand out. */
#include "server/api/candidates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    UNITS_MAX = 32,          /* read row by row, of each measure */
    UNIT_ROWS_MAX = 4096,    /* of them together */
};

#define STANDS_OUT 2.0       /* times the mean of all units' heights */

/* So many candidates of a window from a place on. */
struct piece {
    struct window *window;
    size_t place, count;
};

struct candidates {
    struct piece *pieces;    /* in the order of their rows */
    size_t piece_count, count;
    double *axis, *value;
};

/* ---- which units stand out ---------------------------------------------- */

struct unit {
    uint64_t row, rows;
    size_t place, count;     /* its candidates in the window */
    double least, greatest;  /* finite; least > greatest: there is none */
    bool is_read;            /* row by row */
};

/* The units of the window that are not rows themselves. */
static size_t find_units(const struct window *window, const double *value,
                         struct unit *ret)
{
    size_t count = 0;

    for (size_t i = 0; i < window_count(window); i++) {
        struct unit *unit = &ret[count];
        uint64_t row, rows;

        window_unit(window, i, &row, &rows);
        if (rows == 1)
            continue;
        if (count > 0 && unit[-1].row == row && unit[-1].rows == rows)
            unit--;
        else {
            *unit = (struct unit){row, rows, i, 0, INFINITY, -INFINITY, false};
            count++;
        }
        unit->count++;
        if (isfinite(value[i])) {
            unit->least = fmin(unit->least, value[i]);
            unit->greatest = fmax(unit->greatest, value[i]);
        }
    }
    return count;
}

/* How high a unit is drawn, on a linear or a logarithmic axis. */
static double height(const struct unit *unit, bool is_log)
{
    if (unit->least > unit->greatest)
        return 0;
    return is_log ? log(unit->greatest / unit->least)
                  : unit->greatest - unit->least;
}

static bool all_positive(const struct unit *units, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (units[i].least <= 0)
            return false;
    return true;
}

/* Mark the units that stand out, the highest first. */
static void choose_units(struct unit *units, size_t count, bool is_log)
{
    double sum = 0, heights[UNITS_MAX];
    struct unit *chosen[UNITS_MAX];
    size_t n = 0;
    uint64_t rows = 0;

    for (size_t i = 0; i < count; i++)
        sum += height(&units[i], is_log);
    for (size_t i = 0; i < count; i++) {
        double h = height(&units[i], is_log);
        size_t at = n < UNITS_MAX ? n : UNITS_MAX - 1;

        if (!(h > STANDS_OUT * sum / (double)count)
            || (n == UNITS_MAX && h <= heights[at]))
            continue;
        n = at + 1;
        for (; at > 0 && heights[at - 1] < h; at--) {
            heights[at] = heights[at - 1];
            chosen[at] = chosen[at - 1];
        }
        heights[at] = h;
        chosen[at] = &units[i];
    }
    for (size_t i = 0; i < n; i++) {
        rows += chosen[i]->rows;
        if (rows <= UNIT_ROWS_MAX)
            chosen[i]->is_read = true;
    }
}

/* ---- pieces ------------------------------------------------------------- */

static void add_piece(struct candidates *candidates, struct window *window,
                      size_t place, size_t end)
{
    if (place == end)
        return;
    candidates->pieces[candidates->piece_count++] =
        (struct piece){window, place, end - place};
    candidates->count += end - place;
}

/* The window's candidates, but for units that are read: those row by row. */
static enum error cut(const struct trace *trace, struct window *window,
                      const struct unit *units, size_t count,
                      struct arena *arena, struct candidates *ret)
{
    size_t place = 0;

    for (size_t i = 0; i < count; i++) {
        const struct unit *unit = &units[i];
        struct window *rows;

        if (!unit->is_read)
            continue;
        TRY(window_open(trace, unit->row, unit->row + unit->rows, unit->rows,
                        WINDOW_ROWS, arena, &rows));
        add_piece(ret, window, place, unit->place);
        add_piece(ret, rows, 0, window_count(rows));
        place = unit->place + unit->count;
    }
    add_piece(ret, window, place, window_count(window));
    return OK;
}

/*
 * A column of all candidates.
 *
 *   numbers  [window_count(window)]  in  those of the window
 */
static enum error join(const struct candidates *candidates,
                       const struct window *window, const double *numbers,
                       const struct trace_column *column, double *ret)
{
    for (size_t i = 0; i < candidates->piece_count; i++) {
        const struct piece *piece = &candidates->pieces[i];

        if (piece->window == window)
            memcpy(ret, numbers + piece->place, piece->count * sizeof *ret);
        else
            TRY(window_columns(piece->window, column, 1, ret));
        ret += piece->count;
    }
    return OK;
}

/* The units that stand out, read row by row; the rest of the window as it is.
 * The columns are the window's at first. */
static enum error look_closer(const struct trace *trace,
                              struct window *window,
                              const struct trace_column *axis,
                              const struct trace_column *by,
                              struct arena *arena, struct candidates *made)
{
    size_t count = window_count(window);
    struct unit *units = arena_array(arena, count, sizeof *units);
    double *axes = made->axis, *values = made->value;

    if (!units)
        return ERR_MEMORY;
    count = find_units(window, values, units);
    choose_units(units, count, false);
    if (all_positive(units, count))
        choose_units(units, count, true);
    TRY(cut(trace, window, units, count, arena, made));
    made->axis = arena_array(arena, made->count, sizeof *axes);
    made->value = arena_array(arena, made->count, sizeof *values);
    if (!made->axis || !made->value)
        return ERR_MEMORY;
    TRY(join(made, window, axes, axis, made->axis));
    return join(made, window, values, by, made->value);
}

enum error candidates_open(const struct trace *trace, uint64_t row,
                           uint64_t end, size_t points,
                           const struct trace_column *axis,
                           const struct trace_column *by, struct arena *arena,
                           struct candidates **ret)
{
    struct candidates *made = ARENA_NEW(arena, struct candidates);
    const struct trace_column drawn[] = {*axis, *by};
    struct window *window;
    size_t count;

    if (!made)
        return ERR_MEMORY;
    TRY(window_open(trace, row, end, points, WINDOW_ROWS, arena, &window));
    count = window_count(window);
    made->pieces = arena_array(arena, 4 * UNITS_MAX + 1,
                               sizeof *made->pieces);
    made->axis = arena_array(arena, 2 * count + 1, sizeof *made->axis);
    if (!made->pieces || !made->axis)
        return ERR_MEMORY;
    made->value = made->axis + count;
    TRY(window_columns(window, drawn, 2, made->axis));
    if (window_is_exact(window))
        add_piece(made, window, 0, count);
    else
        TRY(look_closer(trace, window, axis, by, arena, made));
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

/* The picks that lie in one window. */
struct share {
    size_t *places;              /* [count] in the window */
    size_t *at;                  /* [count] among all picks */
    size_t count;
};

static void find_share(const struct candidates *candidates,
                       const struct window *window, const size_t *picks,
                       size_t count, struct share *share)
{
    size_t begin = 0, k = 0;

    share->count = 0;
    for (size_t i = 0; i < candidates->piece_count; i++) {
        const struct piece *piece = &candidates->pieces[i];

        for (; k < count && picks[k] < begin + piece->count; k++)
            if (piece->window == window) {
                share->places[share->count] = piece->place + picks[k] - begin;
                share->at[share->count++] = k;
            }
        begin += piece->count;
    }
}

/*
 * Read one window's share and put it where it belongs.
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

/* Whether a window has a piece before piece i. */
static bool is_before(const struct candidates *candidates, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (candidates->pieces[k].window == candidates->pieces[i].window)
            return true;
    return false;
}

enum error candidates_pick(struct candidates *candidates, const size_t *picks,
                           size_t count, const struct trace_column *columns,
                           size_t column_count, double *ret)
{
    struct share share = {calloc(count + 1, sizeof(size_t)),
                          calloc(count + 1, sizeof(size_t)), 0};
    double *numbers = calloc(count * column_count + 1, sizeof *numbers);
    enum error error = share.places && share.at && numbers ? OK : ERR_MEMORY;

    for (size_t i = 0; i < candidates->piece_count && error == OK; i++) {
        struct window *window = candidates->pieces[i].window;

        if (is_before(candidates, i))
            continue;
        find_share(candidates, window, picks, count, &share);
        error = pick_share(window, &share, count, columns, column_count,
                           numbers, ret);
    }
    free(share.places);
    free(share.at);
    free(numbers);
    return error;
}
