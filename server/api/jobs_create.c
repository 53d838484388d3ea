/* jobs_create.c - POST /jobs: a spec becomes a job, durably. */
#include "server/api/jobs.h"

#include <math.h>
#include <string.h>

#include "server/api/errand_request.h"
#include "server/api/job_document.h"
#include "server/api/poll.h"
#include "server/base/clock.h"
#include "server/base/magic.h"
#include "server/jobs/preview.h"
#include "server/jobs/spec.h"
#include "server/jobs/trace_point.h"
#include "server/jobs/spec_batching.h"
#include "server/json/writer.h"

#define CREATION_MAGIC MAGIC('c', 'r', 'e', 'a')

/* A longer body is read as an errand: a KiB takes some 50 µs. */
enum { QUICK_BYTES_MAX = 8 * 1024, QUICK_DIMENSION_DIGITS = 4 };

enum { READING_BYTES_MAX = 64 << 20 }; /* that a spec being read may take */

#define PREVIEW_S 0.2             /* that a preview may take */
#define PREVIEW_LOOK_S 0.05       /* between two looks whether it took that */

/* A job on its way into the store, in its request's arena. */
struct creation {
    uint32_t magic;
    struct store_write write;
    struct store_job job;
    struct http_request *request;
    struct pool *pool;
    struct poll *poll;              /* NULL: it does not wait for the end */
};

/* `preview`: NULL where none was asked for. */
static void write_dry_run(const struct spec *spec,
                          const struct preview *preview, struct buffer *body)
{
    struct spec_needs needs = spec_predict(spec);
    struct json_writer writer;

    json_writer_init(&writer, body);
    json_object_begin(&writer);
    json_member_flag(&writer, "valid", true);
    json_key(&writer, "prediction");
    json_object_begin(&writer);
    json_member_integer(&writer, "dimension", (int64_t)spec->objective.n);
    json_member_number(&writer, "memory_bytes", needs.memory_bytes);
    json_member_number(&writer, "trace_rows_max", needs.trace_rows);
    json_member_number(&writer, "trace_bytes_max", needs.trace_bytes);
    json_object_end(&writer);
    json_key(&writer, "spec");
    spec_write(spec, &writer);
    if (preview) {
        json_key(&writer, "preview");
        preview_write(preview, spec, &writer);
    }
    json_object_end(&writer);
}

/* The job is in the store, and is run: whatever else there is no memory for,
 * nobody shall post it again. */
static enum http_next reply_accepted(struct http_request *request,
                                     struct creation *creation)
{
    struct store_job *job = &creation->job;

    job->number = creation->write.ret_number;
    job->revision = creation->write.ret_revision;
    job_document_locate(request, job);
    return job_document_reply(request, 202, job);
}

/* ---- waiting for the end (Prefer: wait) -------------------------------- */

static enum http_next waited(struct http_request *request);

/* Reply with the job as it is, or wait on. */
static enum http_next reply_or_wait(struct http_request *request,
                                    struct creation *creation)
{
    enum error error = poll_watch(creation->poll);
    struct store_job job;

    if (error == OK)
        error = store_get_number(api_of(request)->reader,
                                 creation->write.ret_number, STORE_ROW,
                                 http_arena(request), &job);
    if (error == OK && !job_has_ended(job.state)
        && poll_may_wait(creation->poll))
        return poll_wait(creation->poll, waited, creation);
    poll_end(creation->poll);
    if (error != OK)
        return reply_accepted(request, creation);
    job_document_locate(request, &job);
    return job_document_reply(request, job_has_ended(job.state) ? 201 : 202,
                              &job);
}

static enum http_next waited(struct http_request *request)
{
    return reply_or_wait(request, http_state(request));
}

/* ---- the job is in the store ------------------------------------------- */

static enum http_next created(struct http_request *request)
{
    struct creation *creation = http_state(request);
    enum error error = creation->write.error;

    if (error == ERR_MISSING)
        return problem_reply(request, PROBLEM_INVALID_SPEC,
                             "a dataset that the spec names has been deleted "
                             "meanwhile");
    if (error != OK)
        return problem_reply_error(request, error);
    error = poll_begin(request, creation->write.ret_number, false,
                       &creation->poll);
    if (error == OK && creation->poll)
        return reply_or_wait(request, creation);
    return reply_accepted(request, creation);
}

static void submitted(struct store_write *write)
{
    struct creation *creation =
        MAGIC_CAST(write->context, struct creation, CREATION_MAGIC);

    if (write->error == OK)
        pool_add(creation->pool, write->ret_number, creation->job.priority);
    http_wake(creation->request);
}

/* The words of the job: a copy, as the spec goes before the row is written. */
static enum error copy_words(struct arena *arena, struct store_job *job,
                             const struct spec *spec)
{
    if (spec->name) {
        job->name = arena_text(arena, spec->name, strlen(spec->name));
        if (!job->name)
            return ERR_MEMORY;
    }
    for (size_t i = 0; i < spec->tag_count; i++) {
        job->tags[i] = arena_text(arena, spec->tags[i],
                                  strlen(spec->tags[i]));
        if (!job->tags[i])
            return ERR_MEMORY;
    }
    job->tag_count = spec->tag_count;
    return OK;
}

static enum error describe_job(struct arena *arena, struct store_job *job,
                               const struct spec *spec)
{
    struct json_writer writer;
    struct buffer text;

    buffer_init(&text);
    json_writer_init(&writer, &text);
    spec_write(spec, &writer);
    job->spec = arena_text(arena, text.bytes, text.count);
    if (text.failed)
        job->spec = NULL;
    buffer_fini(&text);
    if (!job->spec)
        return ERR_MEMORY;
    TRY(copy_words(arena, job, spec));
    job->priority = spec->priority;
    job->retention_ms = isnan(spec->retention_s)
                            ? STORE_RETENTION_DEFAULT
                            : (int64_t)ceil(spec->retention_s * 1000);
    job->attempt = 1;
    job->objective = spec->objective.kind->name;
    job->optimizer = spec->optimizer->name;
    job->dimension = (int64_t)spec->objective.n;
    job->max_iterations = (int64_t)spec_iterations_max(spec);
    job->created_ms = clock_wall_ms();
    for (size_t i = 0; i < spec->hold_count; i++) {
        int64_t number = dataset_held_number(spec->holds[i]);

        if (number != 0 && job->dataset_count < STORE_JOB_DATASETS_MAX)
            job->datasets[job->dataset_count++] = number;
    }
    return OK;
}

static enum http_next submit(struct http_request *request,
                             struct creation *creation)
{
    struct api *api = api_of(request);
    char id[IDENTIFIER_TEXT_BYTES];
    enum error error = identifier_next(&api->last_job);

    if (error == OK) {
        creation->job.id = api->last_job;
        identifier_format(&api->last_job, "job", id);
        http_log_pair(request, "job", id);
        creation->magic = CREATION_MAGIC;
        creation->request = request;
        creation->pool = api->pool;
        creation->write = (struct store_write){
            .verb = STORE_SUBMIT, .submit = &creation->job,
            .done = submitted, .context = creation,
        };
        error = store_write(api->store, &creation->write, false);
    }
    if (error != OK)
        return problem_reply_error(request, error);
    return http_later(request, created, creation, 0);
}

/* ---- the spec ---------------------------------------------------------- */

/* A spec being read, in its request's arena. What it is made of has an arena of
 * its own: a million numbers shall not be kept until the job is stored. */
struct reading {
    struct errand_request work;     /* first: it is cast to this struct */
    struct arena arena;             /* of `spec` */
    struct http_request *request;
    struct api *api;
    struct faults *faults;
    struct json_flaw flaw;
    struct spec spec;
    bool dry_run;
    struct creation creation;       /* the job that it describes */
    struct buffer body;             /* the answer of a dry run */
    size_t preview_iterations;      /* 0: none is asked for */
    struct arena preview_arena;     /* of the run, and its columns */
    struct http_timer look;         /* at the time, while it runs */
    _Atomic int64_t preview_end_ns; /* 0: it does not run yet */
    atomic_bool is_late;            /* it ends now, within an evaluation too */
    struct preview preview;
    bool is_too_large;              /* the spec, for a preview */
    enum error error;
};

static void read_spec(struct reading *reading, struct store_reader *reader)
{
    const struct spec_source source = {
        .datasets = reading->api->datasets, .reader = reader,
        .find_point = trace_find_point,
        .trace_bytes_max = reading->api->trace_bytes_max,
        .draws_later = reading->preview_iterations == 0,
    };
    size_t bytes;
    const char *body = http_body(reading->request, &bytes);

    reading->error = spec_read_from(&reading->arena,
                                    body ? body : "", bytes, &source,
                                    reading->faults, &reading->flaw,
                                    &reading->spec);
}

/* Write what was read: the job's row, or the answer of a dry run. */
static void write_read(struct reading *reading)
{
    if (reading->error != OK || reading->is_too_large)
        return;
    if (reading->dry_run)
        write_dry_run(&reading->spec,
                      reading->preview_iterations > 0 ? &reading->preview
                                                      : NULL,
                      &reading->body);
    else
        reading->error = describe_job(http_arena(reading->request),
                                      &reading->creation.job,
                                      &reading->spec);
}

/* Run its first iterations, if they are asked for and their memory is not too
 * much. */
static void preview(struct reading *reading)
{
    double bytes = spec_predict(&reading->spec).memory_bytes;

    if (reading->preview_iterations == 0
        || atomic_load(&reading->work.errand.is_canceled))
        return;
    reading->is_too_large = bytes > reading->api->errand_bytes;
    if (reading->is_too_large)
        return;
    atomic_store(&reading->preview_end_ns,
                 clock_monotonic_ns() + (int64_t)(PREVIEW_S * 1e9));
    reading->error = preview_run(
        &reading->spec, reading->preview_iterations, PREVIEW_S,
        &reading->is_late, &reading->preview_arena, &reading->preview);
}

/* On the loop: the errand itself is in an evaluation, which may be long. */
static void look_at_time(void *self)
{
    struct reading *reading = (struct reading *)MAGIC_CAST(
        self, struct errand_request, ERRAND_REQUEST_MAGIC);
    struct http_server *server = http_server_of(reading->request);
    int64_t end_ns = atomic_load(&reading->preview_end_ns);

    if (http_is_stopping(server)
        || (end_ns != 0 && clock_monotonic_ns() >= end_ns))
        atomic_store(&reading->is_late, true);
    else
        http_timer_set(server, &reading->look, PREVIEW_LOOK_S);
}

static void look_later(struct reading *reading)
{
    reading->look.call = look_at_time;
    reading->look.argument = &reading->work;
    http_timer_set(http_server_of(reading->request), &reading->look,
                   PREVIEW_LOOK_S);
}

/* On the errands' thread, while the request is put aside. */
static bool read_apart(struct errand_request *work)
{
    struct reading *reading = (struct reading *)work;
    struct store_reader *reader;

    reading->error = store_reader_open(reading->api->store, &reader);
    if (reading->error == OK) {
        read_spec(reading, reader);
        store_reader_close(reader);
    }
    if (reading->error == OK)
        preview(reading);
    write_read(reading);
    return false;
}

static void release_spec(struct reading *reading)
{
    spec_release(&reading->spec);
    arena_fini(&reading->arena);
}

static void release(struct errand_request *work)
{
    struct reading *reading = (struct reading *)work;

    http_timer_clear(http_server_of(reading->request), &reading->look);
    release_spec(reading);
    buffer_fini(&reading->body);
    arena_fini(&reading->preview_arena);
}

static enum http_next refuse_preview(struct http_request *request,
                                     const struct reading *reading)
{
    double bytes = spec_predict(&reading->spec).memory_bytes;
    double most = reading->api->errand_bytes;

    return problem_reply(
        request, PROBLEM_TOO_COSTLY,
        arena_format(http_arena(request), "the run takes about %.0f MiB of "
                     "memory, and a preview may use %.0f MiB "
                     "(--errand-bytes)", ceil(bytes / (1 << 20)),
                     floor(most / (1 << 20))));
}

/* Its datasets are let go of after the write was handed over: from there on
 * they are the job's, and the row has all that was read. */
static enum http_next reply_read(struct http_request *request,
                                 struct reading *reading)
{
    enum http_next next;

    http_drop_body(request);
    if (reading->error != OK)
        next = api_reply_invalid(request, PROBLEM_INVALID_SPEC,
                                 reading->error, reading->faults,
                                 &reading->flaw);
    else if (reading->is_too_large)
        next = refuse_preview(request, reading);
    else if (reading->dry_run)
        next = http_reply(request, 200, TYPE_JSON, &reading->body);
    else
        next = submit(request, &reading->creation);
    release_spec(reading);
    return next;
}

static enum http_next was_read(struct http_request *request)
{
    return reply_read(request, http_state(request));
}

/* Whether a member of this name is a whole number of many digits. */
static bool is_many(const char *body, size_t bytes, const char *quoted)
{
    const char *end = body + bytes, *at = memmem(body, bytes, quoted,
                                                 strlen(quoted));
    size_t digits = 0;

    if (!at)
        return false;
    for (at += strlen(quoted); at < end && strchr(": \t\r\n", *at); at++)
        ;
    for (; at < end && *at >= '0' && *at <= '9'; at++)
        digits++;
    return digits > QUICK_DIMENSION_DIGITS;
}

/* Whether the spec is long, or may lead to data, to another job's result or to
 * very many variables: reading those takes its time. */
static bool may_take_time(struct http_request *request)
{
    size_t bytes;
    const char *body = http_body(request, &bytes);

    return body && (bytes > QUICK_BYTES_MAX
                    || memmem(body, bytes, "\"dataset\"", 9)
                    || memmem(body, bytes, "\"job\"", 5)
                    || is_many(body, bytes, "\"dimension\""));
}

enum http_next jobs_create(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    struct reading *reading = ARENA_NEW(http_arena(request), struct reading);
    struct api *api = api_of(request);

    if (!faults || !reading)
        return problem_reply_error(request, ERR_MEMORY);
    reading->request = request;
    reading->api = api;
    reading->faults = faults;
    reading->dry_run = http_value(request, "dry_run").flag;
    buffer_init(&reading->body);
    reading->preview_iterations = (size_t)http_value(request,
                                                       "preview").integer;
    if (http_value(request, "preview").is_given && !reading->dry_run)
        fault_add(faults, "?preview", FAULT_CONFLICT, NULL,
                  "a preview goes with dry_run=true");
    if (faults->total > 0)
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    arena_init(&reading->arena, READING_BYTES_MAX);
    arena_init(&reading->preview_arena, (size_t)api->errand_bytes);
    if (reading->preview_iterations > 0 || may_take_time(request)) {
        reading->work.step = read_apart;
        reading->work.reply = was_read;
        reading->work.end = release;
        if (reading->preview_iterations > 0)
            look_later(reading);
        return errand_request_begin(request, &reading->work);
    }
    read_spec(reading, api->reader);
    write_read(reading);
    return reply_read(request, reading);
}
