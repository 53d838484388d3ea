/* preview.c - the first iterations of a spec, as columns. */
#include "server/jobs/preview.h"

#include <math.h>
#include <stdio.h>

#include "server/base/clock.h"
#include "server/jobs/chunk.h"
#include "server/jobs/result.h"
#include "server/json/number.h"

static const char *const names[PREVIEW_X] = {
    [PREVIEW_ITERATION] = "iteration",
    [PREVIEW_LOSS] = "loss",
    [PREVIEW_GRADIENT_NORM] = "gradient_norm",
    [PREVIEW_LEARNING_RATE] = "learning_rate",
};

/* ---- the run ------------------------------------------------------------ */

/* Who looks at the run. */
struct viewer {
    struct preview *preview;
    size_t rows_max;
    int64_t until_ns;
    enum reason reason;          /* the run's own */
};

static void take_row(struct preview *preview, size_t row,
                     const struct iteration *it)
{
    double **columns = preview->columns;

    columns[PREVIEW_ITERATION][row] = (double)it->iteration;
    columns[PREVIEW_LOSS][row] = it->loss;
    columns[PREVIEW_GRADIENT_NORM][row] =
        it->has_gradient ? it->gradient_norm : chunk_absent();
    columns[PREVIEW_LEARNING_RATE][row] = it->learning_rate;
    for (size_t i = 0; i < PREVIEW_DIMENSIONS_MAX; i++)
        if (columns[PREVIEW_X + i])
            columns[PREVIEW_X + i][row] = it->x[i];
}

/* The last iteration may be shown twice: once more with its reason. With that
 * of a cancel, which may be ours, it is no new one, and of an evaluation that
 * was cut short it has no numbers. */
static enum reason look(void *self, const struct iteration *it,
                        enum reason reason)
{
    struct viewer *viewer = self;
    struct preview *preview = viewer->preview;
    size_t row = preview->rows;

    if (reason == REASON_CANCELED)
        return reason;
    if (row > 0
        && preview->columns[PREVIEW_ITERATION][row - 1]
               == (double)it->iteration)
        row--;
    take_row(preview, row, it);
    preview->rows = row + 1;
    viewer->reason = reason;
    if (reason != REASON_NONE)
        return reason;
    if (preview->rows == viewer->rows_max
        || clock_monotonic_ns() >= viewer->until_ns)
        return REASON_CANCELED;
    return REASON_NONE;
}

static enum error make_room(struct preview *preview, size_t rows, size_t n,
                            struct arena *arena)
{
    for (size_t c = 0; c < PREVIEW_COLUMNS; c++) {
        if (c >= PREVIEW_X + n)
            break;
        preview->columns[c] = arena_array(arena, rows, sizeof(double));
        if (!preview->columns[c])
            return ERR_MEMORY;
    }
    return OK;
}

enum error preview_run(const struct spec *spec, size_t iterations,
                       double time_s, const atomic_bool *cancel,
                       struct arena *arena, struct preview *ret)
{
    struct run how = spec_run(spec);
    struct viewer viewer = {
        .preview = ret, .rows_max = iterations + 1,
        .until_ns = clock_monotonic_ns() + (int64_t)(time_s * 1e9),
    };

    *ret = (struct preview){.rows = 0};
    TRY(make_room(ret, viewer.rows_max, spec->objective.n, arena));
    how.observe = look;
    how.observer = &viewer;
    how.cancel = cancel;
    TRY(run_minimize(&how, arena, &ret->result));
    ret->is_complete = ret->result.reason != REASON_CANCELED
                    || ret->rows == viewer.rows_max;
    ret->result.reason = viewer.reason;
    return OK;
}

/* ---- as JSON ------------------------------------------------------------ */

static const char *name_of(size_t column, char text[16])
{
    if (column < PREVIEW_X)
        return names[column];
    snprintf(text, 16, "x.%zu", column - PREVIEW_X);
    return text;
}

static void write_columns(const struct preview *preview,
                          struct json_writer *writer)
{
    char text[16];

    json_key(writer, "columns");
    json_object_begin(writer);
    for (size_t c = 0; c < PREVIEW_COLUMNS; c++) {
        if (!preview->columns[c])
            continue;
        json_key(writer, name_of(c, text));
        json_numbers(writer, preview->columns[c], preview->rows);
    }
    json_object_end(writer);
}

/* What stands as null in the columns and is a number that is not finite. */
static void write_nonfinite(const struct preview *preview,
                            struct json_writer *writer)
{
    char text[16];

    json_key(writer, "nonfinite");
    json_array_begin(writer);
    for (size_t c = 0; c < PREVIEW_COLUMNS; c++)
        for (size_t r = 0; preview->columns[c] && r < preview->rows; r++) {
            double value = preview->columns[c][r];

            if (isfinite(value) || chunk_is_absent(value))
                continue;
            json_object_begin(writer);
            json_member_integer(writer, "iteration", (int64_t)r);
            json_member_text(writer, "field", name_of(c, text));
            json_member_text(writer, "value", number_nonfinite_word(value));
            json_object_end(writer);
        }
    json_array_end(writer);
}

void preview_write(const struct preview *preview, const struct spec *spec,
                   struct json_writer *writer)
{
    json_object_begin(writer);
    json_member_integer(writer, "iterations",
                        (int64_t)preview->result.iterations);
    json_member_flag(writer, "complete", preview->is_complete);
    write_columns(preview, writer);
    write_nonfinite(preview, writer);
    json_key(writer, "outcome");
    if (preview->result.reason == REASON_NONE)
        json_null(writer);
    else
        result_outcome_write(spec, &preview->result, writer);
    json_object_end(writer);
}
