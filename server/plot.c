/*
 * plot.c - `descentd plot`: jobs that are run here, as one picture. Several
 * files are several runs in it.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/suggest.h"
#include "server/command.h"
#include "server/jobs/picture.h"
#include "server/one_job.h"
#include "server/store/life.h"

struct drawing {
    const char *files[PLOT_RUNS_MAX];
    size_t count;
    struct plot_options options;
    struct one_job jobs[PLOT_RUNS_MAX];
    size_t jobs_run;
    struct plot_run runs[PLOT_RUNS_MAX];
    struct plot plot;
    struct arena arena;
    struct grid grid;
};

/* ---- the command line --------------------------------------------------- */

/* Without the dashes, up to "=". */
static bool is_option(const char *argument, const char *name)
{
    size_t bytes = strlen(name);

    return !strncmp(argument + 2, name, bytes)
        && (argument[2 + bytes] == '\0' || argument[2 + bytes] == '=');
}

static int fail_option(const char *argument)
{
    struct suggestion near = {.word = argument + strspn(argument, "-")};
    char message[256];

    for (size_t i = 0; plot_options[i].name; i++)
        suggest_offer(&near, plot_options[i].name);
    if (near.best)
        snprintf(message, sizeof message, "there is no option %.100s; did you "
                 "mean --%s?", argument, near.best);
    else
        snprintf(message, sizeof message, "there is no option %.100s; usage: "
                 "descentd plot " PLOT_ARGUMENTS, argument);
    return command_fail(message);
}

static bool is_flag(const char *text)
{
    return !strcmp(text, "true") || !strcmp(text, "false");
}

/* "--theme dark", "--theme=dark"; "--animate" alone is true. */
static int read_option(struct drawing *drawing, int count, char *arguments[],
                       int *at)
{
    const char *argument = arguments[*at], *value, *wrong;
    size_t option = 0;
    char message[256];

    while (plot_options[option].name
           && !is_option(argument, plot_options[option].name))
        option++;
    if (!plot_options[option].name)
        return fail_option(argument);
    value = strchr(argument, '=');
    if (value)
        value++;
    else if (!strcmp(argument, "--animate")
             && (*at + 1 >= count || !is_flag(arguments[*at + 1])))
        value = "true";
    else if (*at + 1 < count)
        value = arguments[++*at];
    else
        value = "";
    wrong = plot_option_set(&drawing->options, option, value);
    if (!wrong)
        return 0;
    snprintf(message, sizeof message, "--%s: \"%.100s\" %s",
             plot_options[option].name, value, wrong);
    return command_fail(message);
}

static int read_arguments(struct drawing *drawing, int count,
                          char *arguments[])
{
    for (int i = 0; i < count; i++) {
        int status = 0;

        if (!strncmp(arguments[i], "--", 2))
            status = read_option(drawing, count, arguments, &i);
        else if (arguments[i][0] == '-' && arguments[i][1])
            status = fail_option(arguments[i]);
        else if (drawing->count == PLOT_RUNS_MAX)
            status = command_fail("at most 8 runs in one picture");
        else
            drawing->files[drawing->count++] = arguments[i];
        if (status != 0)
            return status;
    }
    if (drawing->count == 0)
        return command_fail("usage: descentd plot " PLOT_ARGUMENTS);
    return 0;
}

/* ---- rows --------------------------------------------------------------- */

/* A column of all chunks behind one another; NULL where the trace has none. */
struct gathered {
    const struct one_job *job;
    struct arena *arena;
    size_t rows;
    bool failed;
};

static const double *rows_of(const struct chunk *chunk, enum column scalar,
                             size_t dimension)
{
    return scalar < COLUMNS ? chunk_column_of(chunk, scalar)
                            : chunk->x + dimension * STORE_CHUNK_ROWS;
}

static const double *gather(struct gathered *from, enum column scalar,
                            size_t dimension)
{
    struct chunk_form form = from->job->recorder.form;
    double *column;
    size_t done = 0;

    if (scalar < COLUMNS ? !column_is_in(form.columns, scalar)
                         : form.x != CHUNK_X_ROWS || dimension >= form.n)
        return NULL;
    column = arena_array(from->arena, from->rows + 1, sizeof *column);
    if (!column) {
        from->failed = true;
        return NULL;
    }
    for (const struct recorded_chunk *c = from->job->recorder.first; c;
         c = c->next) {
        memcpy(column + done, rows_of(c->chunk, scalar, dimension),
               c->chunk->rows * sizeof *column);
        done += c->chunk->rows;
    }
    return column;
}

static enum error take_rows(struct drawing *drawing, size_t index)
{
    struct plot_run *run = &drawing->runs[index];
    struct picture_share share = picture_share_of(&drawing->plot, run);
    struct gathered from = {.job = &drawing->jobs[index],
                            .arena = &drawing->arena};
    struct picture_rows rows;

    for (const struct recorded_chunk *c = from.job->recorder.first; c;
         c = c->next)
        from.rows += c->chunk->rows;
    rows = (struct picture_rows){
        .count = from.rows,
        .iteration = gather(&from, COLUMN_ITERATION, 0),
        .loss = gather(&from, COLUMN_LOSS, 0),
        .training = gather(&from, COLUMN_TRAINING_LOSS, 0),
        .validation = gather(&from, COLUMN_VALIDATION_LOSS, 0),
        .x = {gather(&from, COLUMNS, 0), gather(&from, COLUMNS, 1)},
    };
    return from.failed ? ERR_MEMORY
                       : picture_take_rows(run, &rows, &share,
                                           &drawing->arena);
}

/* ---- the picture -------------------------------------------------------- */

static void take_result(struct plot_run *run, const struct one_job *job)
{
    const struct run_result *result = &job->result;
    const struct reason_text *reason = &reason_texts[result->reason];

    run->state = job_state_name(JOB_COMPLETED);
    run->has_ended = true;
    run->outcome_class = outcome_class_name(reason->outcome);
    run->outcome_reason = reason->name;
    run->iterations = result->iterations;
    run->has_best = true;
    run->best_iteration = result->best.iteration;
    run->best_loss = result->best.loss;
}

static enum error take_runs(struct drawing *drawing)
{
    drawing->plot.one_objective = true;
    for (size_t i = 0; i < drawing->count; i++) {
        bool same;

        picture_take_spec(&drawing->runs[i], &drawing->jobs[i].spec);
        take_result(&drawing->runs[i], &drawing->jobs[i]);
        TRY(picture_compare(&drawing->jobs[0].spec, &drawing->jobs[i].spec,
                            &same));
        drawing->plot.one_objective &= same;
    }
    for (size_t i = 0; i < drawing->count; i++)
        TRY(take_rows(drawing, i));
    return OK;
}

static enum error add_constraints(struct drawing *drawing)
{
    struct spec specs[PLOT_RUNS_MAX];
    struct plot *plot = &drawing->plot;

    for (size_t i = 0; i < drawing->count; i++)
        specs[i] = drawing->jobs[i].spec;
    for (size_t k = 0; picture_shows_constraints(plot, specs)
         && k < specs[0].constraint_count; k++)
        TRY(picture_add_constraint(plot, &specs[0], k, &drawing->grid,
                                   &drawing->arena));
    return OK;
}

static enum error prepare(struct drawing *drawing)
{
    const struct spec *spec = &drawing->jobs[0].spec;
    struct plot *plot = &drawing->plot;

    *plot = (struct plot){.options = drawing->options,
                          .runs = drawing->runs,
                          .run_count = drawing->count};
    TRY(take_runs(drawing));
    TRY(picture_take_variables(plot, spec, &drawing->arena));
    if (plot_choose(plot)->grid_dims == 0)
        return OK;
    TRY(picture_prepare_grid(plot, spec, &drawing->arena, &drawing->grid));
    while (grid_evaluate(&drawing->grid, &spec->objective, GRID_CELLS_MAX))
        ;
    plot->grid = &drawing->grid;
    return add_constraints(drawing);
}

static int draw(struct drawing *drawing)
{
    struct buffer out;
    enum error error = prepare(drawing);

    if (error != OK)
        return one_job_fail(&drawing->jobs[0], error);
    buffer_init(&out);
    plot_write(&drawing->plot, &drawing->arena, &out);
    if (out.failed)
        error = ERR_MEMORY;
    else
        fwrite(out.bytes, 1, out.count, stdout);
    buffer_fini(&out);
    if (error != OK)
        return one_job_fail(&drawing->jobs[0], error);
    if (fflush(stdout) || ferror(stdout))
        return one_job_fail_system("the output cannot be written", 1);
    return 0;
}

static int run_and_draw(struct drawing *drawing)
{
    for (size_t i = 0; i < drawing->count; i++) {
        int status = one_job_run(&drawing->jobs[drawing->jobs_run++],
                                 drawing->files[i]);

        if (status != 0)
            return status;
    }
    return draw(drawing);
}

int command_plot(int count, char *arguments[])
{
    struct drawing drawing = {.options = plot_options_default};
    int status = read_arguments(&drawing, count, arguments);

    if (status != 0)
        return status;
    arena_init(&drawing.arena, 0);
    status = run_and_draw(&drawing);
    while (drawing.jobs_run > 0)
        one_job_fini(&drawing.jobs[--drawing.jobs_run]);
    arena_fini(&drawing.arena);
    return status;
}
