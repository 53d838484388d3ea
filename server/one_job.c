/* one_job.c - read a spec from a file, run it, keep its rows. */
#include "server/one_job.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "server/base/pages.h"
#include "server/command.h"

enum { READ_BYTES = 1 << 16 };

/* ---- the file ----------------------------------------------------------- */

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
        to = buffer_reserve(text, READ_BYTES);
        if (!to)
            error = ERR_MEMORY;
        else
            text->count += fread(to, 1, READ_BYTES, file);
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

/* ---- what is wrong ------------------------------------------------------ */

/* Every fault, in one sentence. */
static int fail_spec(const struct one_job *job, const struct json_flaw *flaw)
{
    const struct faults *faults = job->faults;

    fprintf(stderr, "descentd: %s: ", job->file);
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

int one_job_fail(const struct one_job *job, enum error error)
{
    fprintf(stderr, "descentd: %s: %s\n", job->file, error_sentence(error));
    return error == ERR_TOO_BIG ? EXIT_USAGE : 1;
}

int one_job_fail_system(const char *what, int status)
{
    fprintf(stderr, "descentd: %s: %s\n", what, strerrordesc_np(errno));
    return status;
}

/* ---- the run ------------------------------------------------------------ */

static enum error hash_trace(struct one_job *job)
{
    struct recorded_chunk *open = job->recorder.open;
    struct digest *digest;
    enum error error;

    TRY(digest_new(&digest));
    open->chunk->rows = atomic_load(&open->rows);
    error = OK;
    for (struct recorded_chunk *c = job->recorder.first;
         c && error == OK; c = c->next)
        error = digest_add(digest, c->chunk);
    if (error == OK)
        error = digest_text(digest, job->sha256);
    digest_free(digest);
    return error;
}

static enum error run(struct one_job *job)
{
    struct run how = spec_run(&job->spec);

    TRY(recorder_init(&job->recorder, &job->spec, NULL, NULL));
    how.observe = recorder_observe;
    how.observer = &job->recorder;
    how.show_at = &job->recorder.show_at;
    TRY(run_minimize(&how, &job->arena, &job->result));
    if (job->result.reason == REASON_FAILED)
        return job->recorder.error;
    return hash_trace(job);
}

static int read_and_run(struct one_job *job)
{
    const struct spec_source source = {.takes_files = true};
    struct json_flaw flaw;
    struct buffer text;
    enum error error;

    buffer_init(&text);
    error = read_file(job->file, &text);
    if (error == ERR_SYSTEM) {
        buffer_fini(&text);
        return one_job_fail_system(job->file, EXIT_USAGE);
    }
    if (error == OK) {
        error = spec_read_from(&job->arena, text.bytes ? text.bytes : "",
                               text.count, &source, job->faults, &flaw,
                               &job->spec);
        if (error == ERR_INVALID) {
            buffer_fini(&text);
            return fail_spec(job, &flaw);
        }
    }
    buffer_fini(&text);
    if (error == OK)
        error = run(job);
    return error == OK ? 0 : one_job_fail(job, error);
}

int one_job_run(struct one_job *job, const char *file)
{
    *job = (struct one_job){.file = file};
    arena_init_from(&job->arena, 0, &pages_huge);
    job->faults = ARENA_NEW(&job->arena, struct faults);
    if (!job->faults)
        return one_job_fail(job, ERR_MEMORY);
    faults_init(job->faults, &job->arena);
    return read_and_run(job);
}

void one_job_fini(struct one_job *job)
{
    recorder_fini(&job->recorder);
    arena_fini(&job->arena);
}
