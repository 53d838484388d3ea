/* sparkline.c - the loss of a job in a few numbers. */
#include "server/api/sparkline.h"

#include "server/base/log.h"
#include "server/jobs/window.h"
#include "server/thin/thin.h"

static const struct trace_column loss_column = {COLUMN_LOSS, 0};

/* Pick among the candidates of all rows. */
static enum error pick(const struct trace *trace, size_t points,
                       struct arena *scratch, struct arena *arena,
                       struct sparkline *ret)
{
    struct window *window;
    struct thin_curve curve = {0};
    double *axis, *loss, *kept = arena_array(arena, points, sizeof *kept);
    size_t picks[SPARKLINE_POINTS_MAX], count;

    TRY(window_open(trace, 0, trace->rows, points, WINDOW_ROWS, scratch,
                    &window));
    count = window_count(window);
    axis = arena_array(scratch, count, sizeof *axis);
    loss = arena_array(scratch, count, sizeof *loss);
    if (!kept || !axis || !loss)
        return ERR_MEMORY;
    TRY(window_columns(window, &loss_column, 1, loss));
    for (size_t i = 0; i < count; i++)
        axis[i] = (double)window_row(window, i);
    curve.axis = axis;
    curve.value = loss;
    curve.count = count;
    TRY(thin_pick(thin_method_find("minmax"), &curve, points, scratch, picks,
                  &count));
    for (size_t i = 0; i < count; i++)
        kept[i] = loss[picks[i]];
    *ret = (struct sparkline){kept, count};
    return OK;
}

static void log_damage(int64_t number)
{
    struct log_line line;

    log_begin(&line, LOG_ERROR, "trace_damaged");
    log_integer(&line, "job_number", number);
    log_end(&line);
}

/* Deleted, or begun anew; long and of a time before levels; or damaged, which
 * must not take the whole list with it: there is no sparkline then. */
static enum error without(enum error error, int64_t number)
{
    if (error == ERR_CORRUPT)
        log_damage(number);
    return error == ERR_MISSING || error == ERR_TOO_BIG || error == ERR_CORRUPT
               ? OK : error;
}

enum error sparkline_read(struct pool *pool, struct store_reader *reader,
                          int64_t number, size_t points, struct arena *arena,
                          struct sparkline *ret)
{
    struct sparkline none = {0};
    struct arena scratch;
    struct trace trace;
    enum error error = trace_open(pool, reader, number, &trace);

    *ret = none;
    if (error != OK || trace.rows == 0)
        return without(error, number);
    arena_init(&scratch, 0);
    error = pick(&trace, points, &scratch, arena, ret);
    arena_fini(&scratch);
    return without(error, number);
}

void sparkline_write(struct json_writer *writer,
                     const struct sparkline *sparkline)
{
    json_key(writer, "sparkline");
    if (sparkline->count == 0) {
        json_null(writer);
        return;
    }
    json_object_begin(writer);
    json_key(writer, "loss");
    json_numbers(writer, sparkline->loss, sparkline->count);
    json_object_end(writer);
}
