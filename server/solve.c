/*
 * solve.c - `descentd solve`: one job, no server, no database. The result goes
 * to stdout, or the trace, and then the result to stderr.
 */
#include <stdio.h>
#include <string.h>

#include "server/command.h"
#include "server/jobs/result.h"
#include "server/jobs/trace_text.h"
#include "server/one_job.h"

#define TRACE "--" SOLVE_TRACE /* its size is that of "--trace=" */

enum { FLUSH_BYTES = 1 << 16 };

struct solution {
    const char *file;
    const char *trace;             /* NULL, "csv" or "ndjson" */
    const char *unknown;           /* an option, or NULL */
    bool residuals;                /* of a fit: with the result */
    struct one_job job;
};

/* ---- the command line --------------------------------------------------- */

/* Remember an option that is unknown; the rest the usage will tell. */
static bool refuse_argument(const char *argument, struct solution *solution)
{
    if (*argument == '-' && argument[1] && strcmp(argument, TRACE))
        solution->unknown = argument;
    return false;
}

static bool read_arguments(int count, char *arguments[],
                           struct solution *solution)
{
    for (int i = 0; i < count; i++) {
        const char *argument = arguments[i];

        if (!strcmp(argument, TRACE) && i + 1 < count)
            solution->trace = arguments[++i];
        else if (!strncmp(argument, TRACE "=", sizeof TRACE))
            solution->trace = argument + sizeof TRACE;
        else if (!strcmp(argument, "--" SOLVE_RESIDUALS))
            solution->residuals = true;
        else if ((*argument != '-' || !argument[1]) && !solution->file)
            solution->file = argument;
        else
            return refuse_argument(argument, solution);
    }
    return solution->file
        && (!solution->trace || !strcmp(solution->trace, "csv")
            || !strcmp(solution->trace, "ndjson"));
}

static int fail_arguments(const struct solution *solution)
{
    char message[256];

    if (!solution->unknown)
        return command_fail("usage: descentd solve " SOLVE_ARGUMENTS);
    snprintf(message, sizeof message, "there is no option %.100s; usage: "
             "descentd solve " SOLVE_ARGUMENTS, solution->unknown);
    return command_fail(message);
}

/* ---- output ------------------------------------------------------------ */

static void flush(struct buffer *out)
{
    fwrite(out->bytes, 1, out->count, stdout);
    buffer_clear(out);
}

static enum error print_trace(struct solution *solution)
{
    enum trace_lines lines = !strcmp(solution->trace, "csv") ? TRACE_CSV
                                                             : TRACE_NDJSON;
    struct chunk_form form = solution->job.recorder.form;
    size_t n = form.n < RECORDED_DIMENSION_MAX ? form.n
                                               : RECORDED_DIMENSION_MAX;
    size_t x_columns = form.x == CHUNK_X_NONE ? 0 : n;
    size_t count = 0;
    struct trace_column *shown = arena_array(
        &solution->job.arena, COLUMNS + x_columns, sizeof *shown);
    double *values = arena_array(&solution->job.arena, COLUMNS + x_columns,
                                 sizeof *values);
    struct buffer out;

    if (!shown || !values)
        return ERR_MEMORY;
    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(form.columns, c))
            shown[count++] = (struct trace_column){c, 0};
    for (size_t i = 0; i < x_columns; i++)
        shown[count++] = (struct trace_column){COLUMNS, i};
    buffer_init(&out);
    trace_write_header(lines, shown, count, &out);
    for (const struct recorded_chunk *c = solution->job.recorder.first; c;
         c = c->next) {
        for (size_t row = 0; row < c->chunk->rows; row++) {
            for (size_t i = 0; i < count; i++)
                values[i] = trace_cell(c->chunk, row, &shown[i]);
            trace_write_row(lines, shown, count, values, &out);
            if (out.count >= FLUSH_BYTES)
                flush(&out);
        }
    }
    flush(&out);
    buffer_fini(&out);
    return out.failed ? ERR_MEMORY : OK;
}

static enum error print(struct solution *solution)
{
    FILE *result_to = solution->trace ? stderr : stdout;
    struct buffer out;
    enum error error = OK;

    if (solution->trace)
        error = print_trace(solution);
    buffer_init(&out);
    result_write(&solution->job.spec, &solution->job.result,
                 solution->job.recorder.time_s, solution->job.sha256, &out);
    if (solution->residuals)
        result_add_residuals(&solution->job.spec.objective,
                             solution->job.result.x, &solution->job.arena,
                             &out);
    buffer_append(&out, "\n", 1);
    if (out.failed)
        error = ERR_MEMORY;
    else
        fwrite(out.bytes, 1, out.count, result_to);
    buffer_fini(&out);
    if (fflush(stdout) || ferror(stdout) || ferror(stderr))
        error = ERR_SYSTEM;
    return error;
}

static int solve(struct solution *solution)
{
    int status = one_job_run(&solution->job, solution->file);
    enum error error;

    if (status != 0)
        return status;
    error = print(solution);
    if (error == ERR_SYSTEM)
        return one_job_fail_system("the output cannot be written", 1);
    return error == OK ? 0 : one_job_fail(&solution->job, error);
}

int command_solve(int count, char *arguments[])
{
    struct solution solution = {.file = NULL};
    int status;

    if (!read_arguments(count, arguments, &solution))
        return fail_arguments(&solution);
    status = solve(&solution);
    one_job_fini(&solution.job);
    return status;
}
