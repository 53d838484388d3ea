/* job_document.c - a job's row and its progress as JSON. */
#include "server/api/job_document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "server/api/tag.h"
#include "server/base/clock.h"
#include "server/jobs/live.h"
#include "server/json/number.h"

enum { PATH_BYTES = 256 };     /* a base path (at most 128) and the rest */

static void write_time(struct json_writer *writer, const char *name,
                       int64_t wall_ms)
{
    char text[TIME_TEXT_BYTES];

    if (wall_ms)
        time_format(wall_ms, text);
    json_member_text(writer, name, wall_ms ? text : NULL);
}

/* How far a job is, wherever that is known from. */
struct position {
    bool known;
    double iteration, loss, gradient_norm, best_iteration, best_loss;
    double per_s, eta_s, epoch;
};

static struct position live_position(const struct store_job *job,
                                     const struct progress *progress)
{
    double per_s = progress->elapsed_s > 0
                 ? (double)progress->iteration / progress->elapsed_s : NAN;

    return (struct position){
        .known = true,
        .iteration = (double)progress->iteration,
        .loss = progress->loss,
        .gradient_norm = progress->gradient_norm,
        .best_iteration = (double)progress->best_iteration,
        .best_loss = progress->best_loss,
        .per_s = per_s,
        .eta_s = per_s > 0 ? ((double)job->max_iterations
                              - (double)progress->iteration) / per_s : NAN,
    };
}

static struct position position_of(struct pool *pool,
                                   const struct store_job *job)
{
    struct position position = {.known = false};
    struct progress progress;
    struct live *live;

    if (job->state == JOB_COMPLETED || job->state == JOB_CANCELED)
        return (struct position){
            .known = job->started_ms != 0 || job->iterations > 0,
            .iteration = (double)job->iterations,
            .loss = job->loss,
            .gradient_norm = job->gradient_norm,
            .best_iteration = job->trace_sha256
                                  ? (double)job->best_iteration : NAN,
            .best_loss = job->best_loss,
            .per_s = NAN,
            .eta_s = NAN,
            .epoch = job->epoch,
        };
    if (job->state == JOB_RUNNING && (live = pool_find(pool, job->number))) {
        recorder_progress(&live->recorder, &progress, NULL, NULL);
        position = live_position(job, &progress);
        position.epoch = live->recorder.metric_count > 0
                             ? position.iteration
                                   / (double)live->recorder.an_epoch : NAN;
        live_release(live);
    }
    return position;
}

/* How much of the way is done: all of it once the job has ended. */
static double fraction_of(const struct store_job *job,
                          const struct position *at)
{
    if (job->state == JOB_COMPLETED || job->state == JOB_FAILED
        || job->state == JOB_CANCELED || job->max_iterations <= 0)
        return 1;
    return at->iteration / (double)job->max_iterations;
}

static void write_position(struct json_writer *writer,
                           const struct store_job *job,
                           const struct position *at)
{
    if (!at->known) {
        json_member_null(writer, "progress");
        json_member_null(writer, "current");
        json_member_null(writer, "best");
        return;
    }
    json_key(writer, "progress");
    json_object_begin(writer);
    json_member_number(writer, "iteration", at->iteration);
    json_member_integer(writer, "max_iterations", job->max_iterations);
    json_member_number(writer, "fraction", fraction_of(job, at));
    json_member_number(writer, "epoch", at->epoch);
    json_member_number(writer, "iterations_per_s", at->per_s);
    json_member_number(writer, "eta_s", at->eta_s);
    json_object_end(writer);
    json_key(writer, "current");
    json_object_begin(writer);
    json_member_number(writer, "loss", at->loss);
    json_member_number(writer, "gradient_norm", at->gradient_norm);
    json_object_end(writer);
    json_key(writer, "best");
    json_object_begin(writer);
    json_member_number(writer, "iteration", at->best_iteration);
    json_member_number(writer, "loss", at->best_loss);
    json_object_end(writer);
}

static void write_outcome(struct json_writer *writer,
                          const struct store_job *job)
{
    json_key(writer, "outcome");
    if (!job->outcome_class) {
        json_null(writer);
    } else {
        json_object_begin(writer);
        json_member_text(writer, "class", job->outcome_class);
        json_member_text(writer, "reason", job->outcome_reason);
        json_object_end(writer);
    }
    json_key(writer, "error");
    if (job->error)
        json_raw(writer, job->error, strlen(job->error));
    else
        json_null(writer);
}

static void write_links(struct json_writer *writer, const char *base,
                        const char *id)
{
    static const char *const parts[] = {"spec", "trace", "result", "events"};
    char path[PATH_BYTES];

    json_key(writer, "links");
    json_object_begin(writer);
    snprintf(path, sizeof path, "%s/jobs/%s", base, id);
    json_member_text(writer, "self", path);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        snprintf(path, sizeof path, "%s/jobs/%s/%s", base, id, parts[i]);
        json_member_text(writer, parts[i], path);
    }
    json_object_end(writer);
}

void job_document_begin(struct json_writer *writer, struct pool *pool,
                        const char *base_path, const struct store_job *job)
{
    struct position position = position_of(pool, job);
    char id[IDENTIFIER_TEXT_BYTES];

    identifier_format(&job->id, "job", id);
    json_object_begin(writer);
    json_member_text(writer, "id", id);
    json_member_text(writer, "state", job_state_name(job->state));
    json_member_text(writer, "requested", job_wish_name(job->requested));
    json_member_text(writer, "name", job->name);
    json_key(writer, "tags");
    json_array_begin(writer);
    for (size_t i = 0; i < job->tag_count; i++)
        json_text(writer, job->tags[i]);
    json_array_end(writer);
    json_member_integer(writer, "priority", job->priority);
    json_member_integer(writer, "attempt", job->attempt);
    json_member_null(writer, "parent");
    json_member_null(writer, "sweep");
    json_member_text(writer, "objective", job->objective);
    json_member_text(writer, "optimizer", job->optimizer);
    json_member_integer(writer, "dimension", job->dimension);
    write_time(writer, "created_at", job->created_ms);
    write_time(writer, "started_at", job->started_ms);
    write_time(writer, "finished_at", job->finished_ms);
    write_time(writer, "expires_at", job->expires_ms);
    write_position(writer, job, &position);
    write_outcome(writer, job);
    json_key(writer, "warnings");
    json_array_begin(writer);
    json_array_end(writer);
    write_links(writer, base_path, id);
}

void job_document_write(struct json_writer *writer, struct pool *pool,
                        const char *base_path, const struct store_job *job)
{
    job_document_begin(writer, pool, base_path, job);
    json_object_end(writer);
}

static enum http_next reply_document(struct http_request *request,
                                     unsigned status, int64_t revision,
                                     bool moves, struct buffer *body)
{
    const char *etag = TAG(request, tag_revision(request, revision),
                           moves ? tag_digest(request, body) : "");

    http_reply_header(request, "Cache-Control", "no-cache");
    return http_reply_tagged(request, status, TYPE_JSON, etag, body);
}

enum http_next job_document_reply(struct http_request *request,
                                  unsigned status,
                                  const struct store_job *job)
{
    struct api *api = api_of(request);
    struct json_writer writer;
    struct buffer body;

    buffer_init(&body);
    json_writer_init(&writer, &body);
    job_document_write(&writer, api->pool, http_base_path(request), job);
    if (job_has_ended(job->state))
        document_cache_put(&api->documents, job, &body);
    return reply_document(request, status, job->revision,
                          job->state == JOB_RUNNING, &body);
}

bool job_document_reply_cached(struct http_request *request,
                               const struct identifier *id)
{
    const struct cached_document *found =
        document_cache_find(&api_of(request)->documents, id, clock_wall_ms());
    struct buffer body;

    if (!found)
        return false;
    buffer_init(&body);
    buffer_append(&body, found->bytes, found->count);
    reply_document(request, 200, found->revision, false, &body);
    return true;
}

void job_document_locate(struct http_request *request,
                         const struct store_job *job)
{
    char id[IDENTIFIER_TEXT_BYTES], path[PATH_BYTES];

    identifier_format(&job->id, "job", id);
    snprintf(path, sizeof path, "%s/jobs/%s", http_base_path(request), id);
    http_reply_header(request, "Location", path);
}

void job_counts_write(struct json_writer *writer,
                      const struct store_counts *counts)
{
    json_key(writer, "counts");
    json_object_begin(writer);
    for (enum job_state s = 0; s < JOB_STATES; s++)
        json_member_integer(writer, job_state_name(s), counts->states[s]);
    for (enum outcome_class c = 0; c < OUTCOME_CLASSES; c++)
        json_member_integer(writer, outcome_class_name(c),
                            counts->classes[c]);
    json_object_end(writer);
}
