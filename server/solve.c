/*
 * solve.c - `descentd solve`: one job, no server, no database.
 *
 * The same spec reader, run and recorder as a worker's; the chunks stay in
 * memory. The result goes to stdout, or the trace, and then the result to
 * stderr.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/api/trace_formats.h"
#include "server/base/pages.h"
#include "server/command.h"
#include "server/jobs/digest.h"
#include "server/jobs/recorder.h"
#include "server/jobs/result.h"

#define TRACE "--" SOLVE_TRACE /* its size is that of "--trace=" */

enum { FLUSH_BYTES = 1 << 16 };

struct solution {
    const char *file;              /* "-" is stdin */
    const char *trace;             /* NULL, "csv" or "ndjson" */
    const char *unknown;           /* an option, or NULL */
    bool residuals;                /* of a fit: with the result */
    struct arena arena;
    struct faults *faults;
    struct spec spec;
    struct recorder recorder;
    struct run_result result;
    char sha256[DIGEST_TEXT_BYTES];
};

/* ---- the command line and the file ------------------------------------- */

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

/* ERR_SYSTEM: errno says why. */
static enum error read_file(const char *name, struct buffer *text)
{
    bool is_stdin = !strcmp(name, "-");
    FILE *file = is_stdin ? stdin : fopen(name, "rb");
    enum error error = OK;
    char *to;

    if (!file)
        return ERR_SYSTEM;
    while (error == OK && !feof(file)) {
        to = buffer_reserve(text, FLUSH_BYTES);
        if (!to)
            error = ERR_MEMORY;
        else
            text->count += fread(to, 1, FLUSH_BYTES, file);
        if (ferror(file))
            error = ERR_SYSTEM;
        if (text->count > SPEC_BYTES_MAX)
            error = ERR_TOO_BIG;
    }
    if (!is_stdin) {
        int kept = errno;

        fclose(file);
        errno = kept;
    }
    return error;
}

/* Every fault, in one sentence. */
static int fail_spec(const struct solution *solution,
                     const struct json_flaw *flaw)
{
    const struct faults *faults = solution->faults;

    fprintf(stderr, "descentd: %s: ", solution->file);
    if (flaw->line > 0) {
        fprintf(stderr, "line %zu, column %zu: %s\n", flaw->line,
                flaw->column, flaw->detail);
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < faults_kept(faults); i++) {
        const struct fault *fault = &faults->items[i];

        fputs(i ? "; " : "", stderr);
        if (fault->line > 0)
            fprintf(stderr, "line %zu, column %zu of the dataset: ",
                    fault->line, fault->column);
        fprintf(stderr, "%s%s%s", fault->pointer,
                *fault->pointer ? ": " : "", fault->detail);
        if (fault->suggestion)
            fprintf(stderr, " (did you mean %s?)", fault->suggestion);
    }
    if (faults->total > faults_kept(faults))
        fprintf(stderr, "; and %zu more",
                faults->total - faults_kept(faults));
    fputc('\n', stderr);
    return EXIT_USAGE;
}

static int fail(const struct solution *solution, enum error error)
{
    fprintf(stderr, "descentd: %s: %s\n", solution->file,
            error_sentence(error));
    return error == ERR_TOO_BIG ? EXIT_USAGE : 1;
}

/* The system refused to read or write; errno says why. */
static int fail_system(const char *what, int status)
{
    fprintf(stderr, "descentd: %s: %s\n", what, strerrordesc_np(errno));
    return status;
}

/* ---- the run ----------------------------------------------------------- */

static enum error hash_trace(struct solution *solution)
{
    struct recorded_chunk *open = solution->recorder.open;
    struct digest *digest;
    enum error error;

    TRY(digest_new(&digest));
    open->chunk->rows = atomic_load(&open->rows);
    error = OK;
    for (struct recorded_chunk *c = solution->recorder.first;
         c && error == OK; c = c->next)
        error = digest_add(digest, c->chunk);
    if (error == OK)
        error = digest_text(digest, solution->sha256);
    digest_free(digest);
    return error;
}

static enum error run(struct solution *solution)
{
    struct run job = spec_run(&solution->spec);

    TRY(recorder_init(&solution->recorder, &solution->spec, NULL, NULL));
    job.observe = recorder_observe;
    job.observer = &solution->recorder;
    job.show_at = &solution->recorder.show_at;
    TRY(run_minimize(&job, &solution->arena, &solution->result));
    if (solution->result.reason == REASON_FAILED)
        return solution->recorder.error;
    return hash_trace(solution);
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
    struct chunk_form form = solution->recorder.form;
    size_t n = form.n < RECORDED_DIMENSION_MAX ? form.n
                                               : RECORDED_DIMENSION_MAX;
    size_t x_columns = form.x == CHUNK_X_NONE ? 0 : n;
    size_t count = 0;
    struct trace_column *shown = arena_array(
        &solution->arena, COLUMNS + x_columns, sizeof *shown);
    double *values = arena_array(&solution->arena, COLUMNS + x_columns,
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
    for (const struct recorded_chunk *c = solution->recorder.first; c;
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
    result_write(&solution->spec, &solution->result,
                 solution->recorder.time_s, solution->sha256, &out);
    if (solution->residuals)
        result_add_residuals(&solution->spec.objective, solution->result.x,
                             &solution->arena, &out);
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
    const struct spec_source source = {.takes_files = true};
    struct json_flaw flaw;
    struct buffer text;
    enum error error;

    buffer_init(&text);
    error = read_file(solution->file, &text);
    if (error == ERR_SYSTEM) {
        buffer_fini(&text);
        return fail_system(solution->file, EXIT_USAGE);
    }
    if (error == OK) {
        error = spec_read_from(&solution->arena,
                               text.bytes ? text.bytes : "", text.count,
                               &source, solution->faults, &flaw,
                               &solution->spec);
        if (error == ERR_INVALID) {
            buffer_fini(&text);
            return fail_spec(solution, &flaw);
        }
    }
    buffer_fini(&text);
    if (error == OK)
        error = run(solution);
    if (error != OK)
        return fail(solution, error);
    error = print(solution);
    if (error == ERR_SYSTEM)
        return fail_system("the output cannot be written", 1);
    return error == OK ? 0 : fail(solution, error);
}

int command_solve(int count, char *arguments[])
{
    struct solution solution = {.file = NULL};
    int status;

    if (!read_arguments(count, arguments, &solution))
        return fail_arguments(&solution);
    arena_init_from(&solution.arena, 0, &pages_huge);
    solution.faults = ARENA_NEW(&solution.arena, struct faults);
    if (solution.faults) {
        faults_init(solution.faults, &solution.arena);
        status = solve(&solution);
    } else {
        status = fail(&solution, ERR_MEMORY);
    }
    recorder_fini(&solution.recorder);
    arena_fini(&solution.arena);
    return status;
}
