/* picture_stored.c - the pieces that make the picture of stored jobs. */
#include "server/jobs/picture_stored.h"

#include <math.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/jobs/trace.h"
#include "server/jobs/window.h"

enum {
    BLOCK_NS = 1000000,            /* what evaluating a block shall take */
    BLOCK_MAX = 1 << 14,
};

void picture_stored_init(struct picture_stored *picture,
                         const struct picture_source *source,
                         struct arena *arena, struct buffer *out)
{
    *picture = (struct picture_stored){
        .source = *source, .arena = arena, .out = out, .block = 1};
    picture->plot = (struct plot){.options = source->options,
                                  .runs = picture->runs,
                                  .run_count = source->count,
                                  .one_objective = true};
}

void picture_stored_fini(struct picture_stored *picture)
{
    for (size_t i = 0; i < picture->source.count; i++)
        spec_release(&picture->specs[i]);
    if (picture->reader)
        store_reader_close(picture->reader);
    picture->reader = NULL;
}

/* ---- rows --------------------------------------------------------------- */

/* The first rows of a trace, and a window of the others. */
enum { PARTS = 2 };

struct columns {
    const struct trace *trace;
    struct window *parts[PARTS];   /* NULL: no rows */
    size_t counts[PARTS];
    struct arena *arena;
};

static enum error open_parts(struct columns *from,
                             const struct picture_share *share)
{
    uint64_t rows = from->trace->rows, first = share->first;
    const uint64_t ends[PARTS] = {first < rows ? first : rows, rows};
    uint64_t begin = 0;

    for (int i = 0; i < PARTS; i++) {
        if (ends[i] > begin) {
            TRY(window_open(from->trace, begin, ends[i], share->rows,
                            WINDOW_ROWS, from->arena, &from->parts[i]));
            from->counts[i] = window_count(from->parts[i]);
        }
        begin = ends[i];
    }
    return OK;
}

static bool has_column(const struct chunk_form *form, enum column scalar,
                       size_t dimension)
{
    if (scalar < COLUMNS)
        return column_is_in(form->columns, scalar);
    return form->x == CHUNK_X_ROWS && dimension < form->n
        && form->n <= PLANE_DIMS_MAX;
}

/* Columns of both parts: ret [count][rows]. */
static enum error read_columns(struct columns *from,
                               const struct trace_column *columns,
                               size_t count, double *ret)
{
    size_t rows = from->counts[0] + from->counts[1];

    for (int i = 0; i < PARTS; i++) {
        size_t first = i > 0 ? from->counts[0] : 0;
        double *part = arena_array(from->arena, count * from->counts[i] + 1,
                                   sizeof *part);

        if (!part)
            return ERR_MEMORY;
        if (from->parts[i])
            TRY(window_columns(from->parts[i], columns, count, part));
        for (size_t c = 0; c < count && from->parts[i]; c++)
            memcpy(ret + c * rows + first, part + c * from->counts[i],
                   from->counts[i] * sizeof *ret);
    }
    return OK;
}

/* What a picture is drawn of, where it stands in the trace. */
enum { AT, LOSS, TRAINING, VALIDATION, X0, X1, SERIES };

static const struct trace_column series[SERIES] = {
    [AT] = {COLUMN_ITERATION, 0},
    [LOSS] = {COLUMN_LOSS, 0},
    [TRAINING] = {COLUMN_TRAINING_LOSS, 0},
    [VALIDATION] = {COLUMN_VALIDATION_LOSS, 0},
    [X0] = {COLUMNS, 0},
    [X1] = {COLUMNS, 1},
};

static enum error take_columns(struct plot_run *run, struct columns *from,
                               const struct picture_share *share)
{
    const double *of[SERIES] = {NULL};
    struct trace_column columns[SERIES];
    size_t rows = from->counts[0] + from->counts[1], count = 0;
    double *numbers = arena_array(from->arena, SERIES * rows + 1,
                                  sizeof *numbers);

    if (!numbers)
        return ERR_MEMORY;
    for (size_t i = 0; i < SERIES; i++)
        if (has_column(&from->trace->form, series[i].scalar,
                       series[i].dimension)) {
            of[i] = numbers + count * rows;
            columns[count++] = series[i];
        }
    TRY(read_columns(from, columns, count, numbers));
    return picture_take_rows(run,
                             &(struct picture_rows){
                                 .count = rows,
                                 .iteration = of[AT],
                                 .loss = of[LOSS],
                                 .training = of[TRAINING],
                                 .validation = of[VALIDATION],
                                 .x = {of[X0], of[X1]},
                             }, share, from->arena);
}

/* A job that was deleted or began anew meanwhile has no rows. */
static enum error read_rows(struct picture_stored *picture,
                            struct plot_run *run, int64_t number)
{
    struct picture_share share = picture_share_of(&picture->plot, run);
    struct trace trace;
    struct columns from = {.trace = &trace, .arena = picture->arena};
    enum error error;

    TRY(trace_open(picture->source.pool, picture->reader, number, &trace));
    if (trace.rows == 0)
        return OK;
    error = open_parts(&from, &share);
    if (error == OK)
        error = take_columns(run, &from, &share);
    picture->is_too_long |= error == ERR_TOO_BIG;
    return error == ERR_MISSING ? OK : error;
}

/* ---- jobs --------------------------------------------------------------- */

static void take_job(struct plot_run *run, const struct store_job *job)
{
    run->what = run->objective = job->objective;
    run->optimizer = job->optimizer;
    run->n = (size_t)job->dimension;
    run->name = job->name;
    run->state = job_state_name(job->state);
    run->outcome_class = job->outcome_class;
    run->outcome_reason = job->outcome_reason;
    run->has_ended = job_has_ended(job->state);
    if (!run->has_ended)
        return;
    run->iterations = (uint64_t)job->iterations;
    run->has_best = isfinite(job->best_loss);
    run->best_iteration = (uint64_t)job->best_iteration;
    run->best_loss = job->best_loss;
}

/* Where a running job is: as far as its rows say, which are of one moment. */
static void take_progress(struct plot_run *run)
{
    const struct plot_series *loss = &run->loss;

    if (!run->has_ended && loss->count > 0)
        run->iterations = (uint64_t)loss->at[loss->count - 1];
}

/* The spec was right once: what is wrong now is that its dataset is gone. */
static enum error read_spec(struct picture_stored *picture, size_t index,
                            const struct store_job *job)
{
    const struct spec_source source = {
        .datasets = picture->source.datasets, .reader = picture->reader};
    struct faults *faults = ARENA_NEW(picture->arena, struct faults);
    struct plot_run *run = &picture->runs[index];
    struct json_flaw flaw;
    enum error error;

    if (!faults)
        return ERR_MEMORY;
    faults_init(faults, picture->arena);
    error = spec_read_from(picture->arena, job->spec, strlen(job->spec),
                           &source, faults, &flaw, &picture->specs[index]);
    if (error == ERR_INVALID) {
        picture->plot.one_objective = false;
        return OK;
    }
    TRY(error);
    picture->has_spec[index] = true;
    picture_take_spec(run, &picture->specs[index]);
    run->name = job->name; /* as it is called now */
    return OK;
}

static enum error read_job(struct picture_stored *picture, bool *ret_again)
{
    const struct picture_source *source = &picture->source;
    size_t index = picture->next++;
    struct plot_run *run = &picture->runs[index];
    struct store_job job;

    if (!picture->reader)
        TRY(store_reader_open(source->store, &picture->reader));
    TRY(store_get_number(picture->reader, source->numbers[index],
                         STORE_ROW | STORE_SPEC, picture->arena, &job));
    take_job(run, &job);
    TRY(read_spec(picture, index, &job));
    *ret_again = picture->next < source->count;
    return OK;
}

/* Of which runs paths are drawn, follows from all their specs. */
static enum error compare(struct picture_stored *picture, bool *ret_again)
{
    struct plot *plot = &picture->plot;

    (void)ret_again;
    for (size_t i = 1; i < plot->run_count && plot->one_objective; i++)
        TRY(picture_compare(&picture->specs[0], &picture->specs[i],
                            &plot->one_objective));
    picture->next = 0;
    return OK;
}

static enum error read_trace(struct picture_stored *picture, bool *ret_again)
{
    size_t index = picture->next++;
    struct plot_run *run = &picture->runs[index];

    TRY(read_rows(picture, run, picture->source.numbers[index]));
    take_progress(run);
    *ret_again = picture->next < picture->source.count;
    return OK;
}

/* ---- the landscape ------------------------------------------------------ */

static bool needs_grid(const struct picture_stored *picture)
{
    return plot_choose(&picture->plot)->grid_dims > 0;
}

static enum error prepare(struct picture_stored *picture, bool *ret_again)
{
    const struct spec *spec = &picture->specs[0];

    (void)ret_again;
    if (!needs_grid(picture))
        return OK;
    TRY(picture_take_variables(&picture->plot, spec, picture->arena));
    return picture_prepare_grid(&picture->plot, spec, picture->arena,
                                &picture->grid);
}

static enum error load(struct picture_stored *picture, bool *ret_again)
{
    const struct spec *spec = &picture->specs[0];
    const struct loading how = {.seed = (uint64_t)spec->seed,
                                .float32 = spec->float32,
                                .cancel = picture->source.cancel};

    if (!needs_grid(picture) || !spec->objective.load)
        return OK;
    if ((double)spec->objective.load_bytes > picture->source.bytes_max)
        return ERR_TOO_BIG;
    return spec->objective.load(spec->objective.data, &how, picture->arena,
                                ret_again);
}

static enum error evaluate(struct picture_stored *picture, bool *ret_again)
{
    int64_t began_ns = clock_monotonic_ns();

    if (!needs_grid(picture))
        return OK;
    *ret_again = grid_evaluate(&picture->grid, &picture->specs[0].objective,
                               picture->block);
    if (clock_monotonic_ns() - began_ns < BLOCK_NS / 2
        && picture->block < BLOCK_MAX)
        picture->block *= 2;
    return OK;
}

static enum error constrain(struct picture_stored *picture, bool *ret_again)
{
    const struct spec *spec = &picture->specs[0];

    if (!needs_grid(picture)
        || !picture_shows_constraints(&picture->plot, picture->specs))
        return OK;
    TRY(picture_add_constraint(&picture->plot, spec, picture->constraint++,
                               &picture->grid, picture->arena));
    *ret_again = picture->constraint < spec->constraint_count;
    return OK;
}

static enum error draw(struct picture_stored *picture, bool *ret_again)
{
    (void)ret_again;
    picture->plot.grid = &picture->grid;
    plot_write(&picture->plot, picture->arena, picture->out);
    return picture->out->failed ? ERR_MEMORY : OK;
}

enum error picture_stored_step(struct picture_stored *picture, bool *ret_more)
{
    static enum error (*const stages[])(struct picture_stored *, bool *) = {
        read_job, compare, read_trace, prepare, load, evaluate, constrain,
        draw,
    };
    bool again = false;

    TRY(stages[picture->stage](picture, &again));
    picture->stage += !again;
    *ret_more = picture->stage < sizeof stages / sizeof *stages;
    return OK;
}
