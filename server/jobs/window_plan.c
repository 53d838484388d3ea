/*
 * window_plan.c - which chunks of which levels a window is made of.
 *
 * The coarsest level that has enough whole units covers the middle, finer ones
 * what is beside it, at most PYRAMID_RATIO - 1 units of each, and rows the
 * rest. Chunks of a level are stored in order: after one that is not there
 * (its units are not all recorded yet) the finer level goes on.
 *
 * A job that was put back keeps the chunks of its last attempt until the next
 * one has replaced them. Their rows are the same but for the time, which must
 * not go back and forth within a window. So of a running job only chunks count
 * whose rows are all stored in this attempt; of another only those that hold
 * as many units as its rows make.
 */
#include <assert.h>

#include "server/jobs/live.h"
#include "server/jobs/window_parts.h"

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* ---- stretches --------------------------------------------------------- */

/* Chunks whose heads are to be read. */
struct heads {
    struct store_piece *pieces;  /* [count] */
    size_t bytes, count;         /* bytes of each */
    struct chunk_form form;
};

static enum error stretch_new(struct window *window, struct stretch **ret)
{
    struct stretch *more;
    size_t capacity = window->capacity ? 2 * window->capacity : 64;

    if (window->count == window->capacity) {
        more = arena_array(window->arena, capacity, sizeof *more);
        if (!more)
            return ERR_MEMORY;
        if (window->count > 0)
            memcpy(more, window->stretches, window->count * sizeof *more);
        window->stretches = more;
        window->capacity = capacity;
    }
    *ret = &window->stretches[window->count++];
    return OK;
}

static enum error heads_init(struct heads *heads, const struct window *window,
                             unsigned level, size_t count)
{
    const struct trace *trace = window->trace;
    char *bytes;

    heads->form = level ? pyramid_form(trace->form) : trace->form;
    heads->bytes = chunk_head_bytes(heads->form);
    heads->count = 0;
    heads->pieces = arena_array(window->arena, count, sizeof *heads->pieces);
    bytes = arena_array(window->arena, count, heads->bytes);
    if (!heads->pieces || !bytes)
        return ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        heads->pieces[i] = (struct store_piece){
            .level = level, .bytes = heads->bytes,
            .to = bytes + i * heads->bytes};
    return OK;
}

static enum error heads_read(struct heads *heads, const struct window *window)
{
    const struct trace *trace = window->trace;

    return store_read_pieces(trace->reader, trace->number, heads->pieces,
                             heads->count);
}

/* What is no such head may be of an older version: trace_chunk() knows. */
static void heads_take(const struct heads *heads, size_t i,
                       struct stretch *ret)
{
    const struct store_piece *piece = &heads->pieces[i];
    const struct chunk_form *form = &ret->head.form;

    ret->level = piece->level;
    ret->chunk = piece->chunk;
    ret->is_found =
        piece->ret_found
        && chunk_head_read(piece->to, piece->ret_bytes, &ret->head) == OK
        && form->columns == heads->form.columns && form->n == heads->form.n
        && form->x == heads->form.x;
}

/*
 * Read the heads of chunks of a level that follow one another.
 *
 *   ret      [count]  out  is_found says which there are
 */
static enum error read_heads(struct window *window, unsigned level,
                             int64_t chunk, size_t count,
                             struct stretch *ret)
{
    struct heads heads;

    TRY(heads_init(&heads, window, level, count));
    for (; heads.count < count; heads.count++)
        heads.pieces[heads.count].chunk = chunk + (int64_t)heads.count;
    TRY(heads_read(&heads, window));
    for (size_t i = 0; i < count; i++)
        heads_take(&heads, i, &ret[i]);
    return OK;
}

/* ---- rows -------------------------------------------------------------- */

/* What the recorder does not have any more is stored. */
static uint64_t find_stored_rows(const struct trace *trace)
{
    struct live *live =
        trace->pool ? pool_find(trace->pool, trace->number) : NULL;
    uint64_t rows = UINT64_MAX;

    if (live)
        rows = (uint64_t)recorder_first_chunk(&live->recorder)
             * STORE_CHUNK_ROWS;
    live_release(live);
    return rows;
}

/* Their heads come later: find_row_heads(). */
static enum error plan_rows(struct window *window, uint64_t row, uint64_t end)
{
    struct stretch *stretch;

    while (row < end) {
        uint64_t begin = row / STORE_CHUNK_ROWS * STORE_CHUNK_ROWS;

        TRY(stretch_new(window, &stretch));
        *stretch = (struct stretch){
            .chunk = (int64_t)(row / STORE_CHUNK_ROWS), .row = row,
            .end = least(begin + STORE_CHUNK_ROWS, end),
            .first = (size_t)(row - begin)};
        stretch->count = (size_t)(stretch->end - row);
        row = stretch->end;
    }
    return OK;
}

/* Whether a stretch of rows may be in the store. */
static bool may_be_stored(const struct window *window,
                          const struct stretch *stretch)
{
    return stretch->level == 0
        && (uint64_t)stretch->chunk < window->stored_rows / STORE_CHUNK_ROWS;
}

/* The heads of all stretches of rows, read at once. */
static enum error find_row_heads(struct window *window)
{
    struct heads heads;
    size_t at = 0;

    if (window->count == 0)
        return OK;
    TRY(heads_init(&heads, window, 0, window->count));
    for (size_t i = 0; i < window->count; i++)
        if (may_be_stored(window, &window->stretches[i]))
            heads.pieces[heads.count++].chunk = window->stretches[i].chunk;
    TRY(heads_read(&heads, window));
    for (size_t i = 0; i < window->count; i++) {
        struct stretch *stretch = &window->stretches[i];

        if (!may_be_stored(window, stretch))
            continue;
        heads_take(&heads, at++, stretch);
        if (stretch->head.rows < stretch->first + stretch->count)
            stretch->is_found = false;
    }
    return OK;
}

/* ---- units ------------------------------------------------------------- */

static bool is_valid(const struct window *window, const struct stretch *found,
                     uint64_t chunk, uint64_t stride)
{
    uint64_t units = window->units;
    uint64_t all = window->trace->rows / stride - chunk * units;

    if (window->stored_rows < UINT64_MAX
        && (chunk + 1) * units * stride > window->stored_rows)
        return false;
    return found->is_found && found->head.units == least(units, all);
}

/* Units [unit, end) of a level, as far as they are stored; ret_end: the first
 * that is not. */
static enum error plan_units(struct window *window, unsigned level,
                             uint64_t unit, uint64_t end, uint64_t *ret_end)
{
    uint64_t stride = pyramid_stride(level);
    uint64_t units = window->units;
    uint64_t chunk = unit / units;
    size_t count = (size_t)((end - 1) / units - chunk + 1);
    struct stretch *found =
        arena_array(window->arena, count, sizeof *found), *stretch;

    if (!found)
        return ERR_MEMORY;
    TRY(read_heads(window, level, (int64_t)chunk, count, found));
    for (size_t i = 0; i < count && unit < end; i++, chunk++) {
        uint64_t up_to = least((chunk + 1) * units, end);

        if (!is_valid(window, &found[i], chunk, stride))
            break;
        TRY(stretch_new(window, &stretch));
        *stretch = found[i];
        stretch->row = unit * stride;
        stretch->end = up_to * stride;
        unit = up_to;
    }
    *ret_end = unit;
    return OK;
}

/* Depth: `level`. */
static enum error plan(struct window *window, unsigned level, uint64_t row,
                       uint64_t end)
{
    uint64_t stride = pyramid_stride(level), unit, unit_end;

    if (row >= end)
        return OK;
    if (level == 0)
        return plan_rows(window, row, end);
    unit = (row + stride - 1) / stride;
    unit_end = end / stride;
    if (unit >= unit_end)
        return plan(window, level - 1, row, end);
    TRY(plan(window, level - 1, row, unit * stride));
    TRY(plan_units(window, level, unit, unit_end, &unit_end));
    return plan(window, level - 1, unit_end * stride, end);
}

/* ---- which rows of a level --------------------------------------------- */

size_t stretch_unit(const struct window *window,
                    const struct stretch *stretch)
{
    return (size_t)(stretch->row / pyramid_stride(stretch->level)
                    % window->units);
}

struct setting {
    struct window *window;
    enum error error;
};

/* Quicker than a division where every iteration is a row, as mostly. */
static uint64_t row_of(const struct trace *trace, double iteration)
{
    if (!(iteration >= 0))
        return 0;
    if (trace->every == 1 && iteration < (double)trace->rows)
        return (uint64_t)iteration;
    return trace_row_of(trace, (uint64_t)iteration);
}

/* The iterations of all rows of a level's chunk tell which are wanted. */
static void set_rows(void *self, const struct stretch *at,
                     const struct trace_column *column,
                     enum pyramid_number number, const double *numbers)
{
    struct setting *setting = self;
    struct window *window = setting->window;
    struct stretch *stretch =
        &window->stretches[at - window->stretches];
    size_t first = 0, end = stretch->count;
    uint64_t row;

    (void)column;
    (void)number;
    stretch->rows = arena_array(window->arena, end, sizeof *stretch->rows);
    if (!stretch->rows) {
        setting->error = ERR_MEMORY;
        return;
    }
    for (size_t i = 0; i < end; i++) {
        row = row_of(window->trace, numbers[i]);
        first += row < stretch->row;
        if (row >= stretch->end)
            end = i;
        else
            stretch->rows[i] = row;
    }
    stretch->rows += first;
    stretch->first = first;
    stretch->count = end - first;
}

static enum error find_rows(struct window *window)
{
    static const struct trace_column iteration = {COLUMN_ITERATION, 0};
    struct setting setting = {window, OK};
    struct window_batch *batch;
    enum error error = OK;

    TRY(window_batch_begin(window, set_rows, &setting, &batch));
    for (size_t i = 0; i < window->count && error == OK; i++)
        if (window->stretches[i].level > 0) {
            window->stretches[i].count = window->stretches[i].head.rows;
            error = window_batch_add(batch, &window->stretches[i],
                                     &iteration);
        }
    TRY(window_batch_end(batch, error));
    return setting.error;
}

/* Where in each chunk of a level the tallies of its units are. */
static enum error find_tallies(struct window *window)
{
    struct chunk_form form = pyramid_form(window->trace->form);
    size_t arrays = pyramid_arrays(form), count = 0;
    size_t bytes = arrays * sizeof(struct packing);
    struct store_piece *pieces =
        arena_array(window->arena, window->count + 1, sizeof *pieces);

    if (!pieces)
        return ERR_MEMORY;
    for (size_t i = 0; i < window->count; i++) {
        struct stretch *stretch = &window->stretches[i];
        struct packing *tallies;

        if (stretch->level == 0)
            continue;
        tallies = arena_array(window->arena, 1, bytes);
        if (!tallies)
            return ERR_MEMORY;
        stretch->tallies = tallies;
        pieces[count++] = (struct store_piece){
            .level = stretch->level, .chunk = stretch->chunk,
            .offset = stretch->head.end, .bytes = bytes, .to = tallies};
    }
    TRY(store_read_pieces(window->trace->reader, window->trace->number,
                          pieces, count));
    for (size_t i = 0; i < count; i++) {
        const struct packing *tallies = pieces[i].to;

        if (!pieces[i].ret_found)
            return ERR_MISSING;
        if (pieces[i].ret_bytes < bytes)
            return ERR_CORRUPT;
        for (size_t a = 0; a < arrays; a++)
            if (!packing_is_sane(&tallies[a], PYRAMID_UNITS_MAX))
                return ERR_CORRUPT;
    }
    return OK;
}

/* ---- opening ----------------------------------------------------------- */

static enum error has_levels(struct window *window, bool *ret)
{
    struct stretch first = {0};

    *ret = false;
    if (window->trace->rows < window->units * PYRAMID_STRIDE)
        return OK;
    TRY(read_heads(window, 1, 0, 1, &first));
    *ret = first.is_found;
    return OK;
}

/* The coarsest level that has as many units as are wanted. */
static unsigned choose_level(uint64_t rows, size_t units)
{
    unsigned level = PYRAMID_LEVELS - 1;

    while (level > 1 && rows / pyramid_stride(level) < units)
        level--;
    while (level + 1 < PYRAMID_LEVELS
           && rows / pyramid_stride(level) > WINDOW_UNITS_MAX)
        level++;
    return level;
}

/* A unit gives one mean, or two rows at least. */
static size_t units_wanted(const struct window *window, size_t points)
{
    size_t units = window->use == WINDOW_ROWS ? (points + 1) / 2 : points;

    return units > WINDOW_UNITS_MIN ? units : WINDOW_UNITS_MIN;
}

/* 0: as rows. */
static enum error find_level(struct window *window, uint64_t rows,
                             size_t points, unsigned *ret)
{
    bool has;

    *ret = 0;
    if (window->use != WINDOW_TALLY && rows <= WINDOW_ROWS_MAX)
        return OK;
    TRY(has_levels(window, &has));
    if (has)
        *ret = window->use == WINDOW_TALLY
                   ? PYRAMID_LEVELS - 1
                   : choose_level(rows, units_wanted(window, points));
    else if (rows > WINDOW_ROWS_WITHOUT_LEVELS)
        return ERR_TOO_BIG;
    return OK;
}

static enum error plan_all(struct window *window, uint64_t row, uint64_t end,
                           size_t points)
{
    unsigned level;

    TRY(find_level(window, end - row, points, &level));
    if (window->use != WINDOW_MEANS || level == 0 || end - row < 3)
        return plan(window, level, row, end);
    TRY(plan(window, 0, row, row + 1));
    TRY(plan(window, level, row + 1, end - 1));
    return plan(window, 0, end - 1, end);
}

enum error window_rows_max(const struct trace *trace, uint64_t *ret)
{
    struct window window = {.trace = trace};
    bool has = trace->rows <= WINDOW_ROWS_MAX;
    enum error error = OK;
    struct arena arena;

    if (!has) {
        arena_init(&arena, 0);
        window.arena = &arena;
        window.units = pyramid_units(trace->form);
        error = has_levels(&window, &has);
        arena_fini(&arena);
    }
    if (error == OK)
        *ret = has ? UINT64_MAX : WINDOW_ROWS_WITHOUT_LEVELS;
    return error;
}

static enum error window_new(const struct trace *trace, enum window_use use,
                             struct arena *arena, struct window **ret)
{
    struct window *window = ARENA_NEW(arena, struct window);

    if (!window)
        return ERR_MEMORY;
    window->trace = trace;
    window->use = use;
    window->arena = arena;
    if (trace->rows > 0) {
        window->units = pyramid_units(trace->form);
        window->stored_rows = find_stored_rows(trace);
    }
    *ret = window;
    return OK;
}

/* Once all stretches are there: what is known of each, and its place. */
static enum error finish(struct window *window)
{
    TRY(find_row_heads(window));
    TRY(find_rows(window));
    if (window->use != WINDOW_ROWS)
        TRY(find_tallies(window));
    for (size_t i = 0; i < window->count; i++) {
        struct stretch *stretch = &window->stretches[i];

        stretch->place = window->candidates;
        stretch->places = stretch->count;
        if (stretch_is_of_units(window, stretch))
            stretch->places = (size_t)((stretch->end - stretch->row)
                                       / pyramid_stride(stretch->level));
        window->candidates += stretch->places;
    }
    return OK;
}

enum error window_open(const struct trace *trace, uint64_t row, uint64_t end,
                       size_t points, enum window_use use,
                       struct arena *arena, struct window **ret)
{
    struct window *window;

    assert(row <= end && end <= trace->rows);
    TRY(window_new(trace, use, arena, &window));
    if (row < end)
        TRY(plan_all(window, row, end, points));
    TRY(finish(window));
    *ret = window;
    return OK;
}

enum error window_open_ranges(const struct trace *trace, unsigned level,
                              const struct window_range *ranges, size_t count,
                              struct arena *arena, struct window **ret)
{
    struct window *window;

    TRY(window_new(trace, WINDOW_ROWS, arena, &window));
    for (size_t i = 0; i < count; i++) {
        assert(ranges[i].row < ranges[i].end && ranges[i].end <= trace->rows);
        assert(i == 0 || ranges[i - 1].end <= ranges[i].row);
        TRY(plan(window, level, ranges[i].row, ranges[i].end));
    }
    TRY(finish(window));
    *ret = window;
    return OK;
}
