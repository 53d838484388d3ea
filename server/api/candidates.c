/* candidates.c - a window's candidates, and rows of units that stand out. */
#include "server/api/candidates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    UNITS_MAX = 32,          /* read row by row, of each measure */
    UNIT_ROWS_MAX = 4096,    /* of those of one measure together */
};

#define STANDS_OUT 2.0       /* times the mean of all units' heights */

/* The window, and the rows of the units of it that are read. */
enum { WINDOW, ROWS, WINDOWS };

/* So many candidates of a window from a place on. */
struct piece {
    struct window *window;
    size_t place, count;
};

struct candidates {
    struct window *windows[WINDOWS];
    struct piece *pieces;    /* in the order of their rows */
    size_t piece_count, count;
    double *axis, *value;
};

/* ---- which units stand out ---------------------------------------------- */

struct unit {
    struct window_unit at;
    double least, greatest;  /* finite; least > greatest: there is none */
    double height;           /* as drawn */
    bool is_read;            /* row by row */
};

/* The least and the greatest of the values that a window has of each unit. */
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
    struct unit *chosen[UNITS_MAX];
    size_t n = 0;
    uint64_t rows = 0;
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += units[i].height = height(&units[i], is_log);
    for (size_t i = 0; i < count; i++) {
        double h = units[i].height;
        size_t at = n < UNITS_MAX ? n : UNITS_MAX - 1;

        if (!(h > STANDS_OUT * sum / (double)count)
            || (n == UNITS_MAX && h <= chosen[at]->height))
            continue;
        n = at + 1;
        for (; at > 0 && chosen[at - 1]->height < h; at--)
            chosen[at] = chosen[at - 1];
        chosen[at] = &units[i];
    }
    for (size_t i = 0; i < n; i++) {
        rows += chosen[i]->at.rows.end - chosen[i]->at.rows.row;
        if (rows <= UNIT_ROWS_MAX)
            chosen[i]->is_read = true;
    }
}

static enum error find_units(const struct window *window, const double *value,
                             struct arena *arena, struct unit **ret_units,
                             size_t *ret_count)
{
    size_t n = window_count(window);
    struct window_unit *places = arena_array(arena, n, sizeof *places);
    struct unit *units;

    if (!places)
        return ERR_MEMORY;
    n = window_units(window, places);
    units = arena_array(arena, n, sizeof *units);
    if (!units)
        return ERR_MEMORY;
    for (size_t i = 0; i < n; i++)
        units[i].at = places[i];
    find_extremes(units, n, value);
    choose_units(units, n, false);
    if (all_positive(units, n))
        choose_units(units, n, true);
    *ret_units = units;
    *ret_count = n;
    return OK;
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
static enum error cut(const struct trace *trace, const struct unit *units,
                      size_t count, struct arena *arena,
                      struct candidates *made)
{
    struct window *window = made->windows[WINDOW], *rows;
    struct window_range ranges[2 * UNITS_MAX] = {{0}};
    size_t range_count = 0, place = 0, row = 0;

    for (size_t i = 0; i < count; i++)
        if (units[i].is_read)
            ranges[range_count++] = units[i].at.rows;
    TRY(window_open_rows(trace, ranges, range_count, arena, &rows));
    made->windows[ROWS] = rows;
    for (size_t i = 0; i < count; i++) {
        const struct window_unit *unit = &units[i].at;
        size_t unit_rows = (size_t)(unit->rows.end - unit->rows.row);

        if (!units[i].is_read)
            continue;
        add_piece(made, window, place, unit->place);
        add_piece(made, rows, row, row + unit_rows);
        place = unit->place + unit->count;
        row += unit_rows;
    }
    add_piece(made, window, place, window_count(window));
    return OK;
}

/*
 * Two columns of all candidates: axis and value.
 *
 *   numbers  [2][window_count()]  in   those of each window
 *   ret      [2][count]           out
 */
static void join(const struct candidates *candidates,
                 const double *const numbers[WINDOWS], double *ret)
{
    for (size_t c = 0; c < 2; c++)
        for (size_t i = 0; i < candidates->piece_count; i++) {
            const struct piece *piece = &candidates->pieces[i];
            bool is_rows = piece->window == candidates->windows[ROWS];

            memcpy(ret, numbers[is_rows ? ROWS : WINDOW]
                            + c * window_count(piece->window) + piece->place,
                   piece->count * sizeof *ret);
            ret += piece->count;
        }
}

/*
 * The units that stand out, read row by row; the rest of the window as it is.
 * axis and value are the window's at first.
 *
 *   drawn  [2]  in  the columns of the two
 */
static enum error look_closer(const struct trace *trace,
                              const struct trace_column *drawn,
                              struct arena *arena, struct candidates *made)
{
    double *rows, *all, *window = made->axis;
    struct unit *units;
    size_t count;

    TRY(find_units(made->windows[WINDOW], made->value, arena, &units,
                   &count));
    TRY(cut(trace, units, count, arena, made));
    rows = arena_array(arena, 2 * window_count(made->windows[ROWS]) + 1,
                       sizeof *rows);
    all = arena_array(arena, 2 * made->count, sizeof *all);
    if (!rows || !all)
        return ERR_MEMORY;
    TRY(window_columns(made->windows[ROWS], drawn, 2, rows));
    join(made, (const double *const[]){window, rows}, all);
    made->axis = all;
    made->value = all + made->count;
    return OK;
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
    made->windows[WINDOW] = window;
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
        TRY(look_closer(trace, drawn, arena, made));
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

enum error candidates_pick(struct candidates *candidates, const size_t *picks,
                           size_t count, const struct trace_column *columns,
                           size_t column_count, double *ret)
{
    struct share share = {calloc(count + 1, sizeof(size_t)),
                          calloc(count + 1, sizeof(size_t)), 0};
    double *numbers = calloc(count * column_count + 1, sizeof *numbers);
    enum error error = share.places && share.at && numbers ? OK : ERR_MEMORY;

    for (size_t i = 0; i < WINDOWS && error == OK; i++) {
        struct window *window = candidates->windows[i];

        if (!window)
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
