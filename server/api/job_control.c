/* job_control.c - cancel and delete: wishes that the store decides. */
#include "server/api/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "server/api/job_document.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/json/number.h"

const struct http_query_parameter job_delete_queries[] = {
    {"force", "true: a job that has not ended is canceled first."},
    {0},
};

/* A wish on its way through the store, in its request's arena. */
struct wish {
    struct store_write write;
    struct http_request *request;
    struct store_job before;        /* the job as it was read */
    bool force;
};

static void written(struct store_write *write)
{
    struct wish *wish = write->context;

    http_wake(wish->request);
}

static enum http_turn send_wish(struct http_request *request,
                                enum store_verb verb, http_handler *resume,
                                bool force)
{
    struct wish *wish = ARENA_NEW(http_arena(request), struct wish);
    char etag[NUMBER_TEXT_BYTES];
    enum error error;

    if (!wish)
        return problem_reply_error(request, ERR_MEMORY);
    if (!api_find_job(request, STORE_ROW, &wish->before))
        return HTTP_DONE;
    etag[number_write_integer(wish->before.revision, etag)] = '\0';
    if (!http_match(request, etag))
        return problem_reply(request, PROBLEM_PRECONDITION,
                             "the job has changed since; read it again");
    wish->request = request;
    wish->force = force;
    wish->write.verb = verb;
    wish->write.job.number = wish->before.number;
    wish->write.now_ms = clock_wall_ms();
    wish->write.done = written;
    wish->write.context = wish;
    error = store_write(api_of(request)->store, &wish->write, false);
    if (error != OK)
        return problem_reply_error(request, error);
    return http_later(request, resume, wish, 0);
}

/* ---- answers ----------------------------------------------------------- */

struct refusal {
    enum job_state state;
    const char *allowed[4];    /* what may be asked of it instead */
};

static void write_refusal(struct json_writer *writer, void *self)
{
    const struct refusal *refusal = self;

    json_member_text(writer, "state", job_state_name(refusal->state));
    json_key(writer, "allowed");
    json_array_begin(writer);
    for (size_t i = 0; refusal->allowed[i]; i++)
        json_text(writer, refusal->allowed[i]);
    json_array_end(writer);
}

static enum http_turn refuse(struct http_request *request,
                             enum job_state state)
{
    struct refusal refusal = {.state = state};
    char *detail;

    refusal.allowed[0] = job_has_ended(state) ? "delete" : "cancel";
    detail = arena_format(http_arena(request), "the job is %s%s",
                          job_state_name(state),
                          job_has_ended(state) ? "" : ": cancel it first, or "
                          "use ?force=true");
    return problem_reply_extended(request, PROBLEM_TRANSITION,
                                  detail ? detail : "", write_refusal,
                                  &refusal);
}

static enum http_turn reply_failed(struct http_request *request,
                                   const struct store_write *write)
{
    if (write->error == ERR_MISSING)
        return problem_reply(request, PROBLEM_NOT_FOUND,
                             "there is no such job");
    if (write->error == ERR_CONFLICT)
        return refuse(request, write->ret_state);
    return problem_reply_error(request, write->error);
}

/* ---- cancel ------------------------------------------------------------ */

/* The store knows of the wish: tell the worker, and who waits. */
static void carry_out_cancel(struct api *api, const struct store_write *write)
{
    if (write->ret_state == JOB_RUNNING)
        pool_cancel(api->pool, write->job.number);
    watch_announce(&api->watches, write->job.number);
}

static enum http_turn canceled(struct http_request *request)
{
    struct wish *wish = http_state(request);
    bool already = wish->before.state == JOB_CANCELED
                || wish->before.requested == WISH_CANCEL;
    struct store_job job;

    if (wish->write.error != OK)
        return reply_failed(request, &wish->write);
    carry_out_cancel(api_of(request), &wish->write);
    if (!api_find_job(request, STORE_ROW, &job))
        return HTTP_DONE;
    return job_document_reply(request, already ? 200 : 202, &job);
}

enum http_turn job_cancel(struct http_request *request)
{
    return send_wish(request, STORE_CANCEL, canceled, false);
}

/* ---- delete ------------------------------------------------------------ */

/* A running job that is to be deleted when it has ended; on the heap, because
 * its request is answered before. */
struct late_delete {
    struct api *api;
    struct identifier id;
    struct http_message message;
    struct watch watch;
    struct store_write write;
};

/* On the loop: nobody shall see the document any more. */
static void late_delete_forget(void *self)
{
    struct late_delete *late = self;

    document_cache_forget(&late->api->documents, &late->id);
    free(late);
}

/* It was promised, and the job is still there. */
static void late_delete_failed(enum error error)
{
    log_event(LOG_WARNING, "late_delete_failed", "error", error_name(error));
}

static void late_delete_done(struct store_write *write)
{
    struct late_delete *late = write->context;

    if (write->error != OK && write->error != ERR_MISSING)
        late_delete_failed(write->error);
    late->message = (struct http_message){.call = late_delete_forget,
                                          .argument = late};
    http_post(late->api->watches.http, &late->message);
}

/* The job has changed: delete it if it has ended, else wait on. */
static void delete_if_ended(struct watch *watch)
{
    struct late_delete *late = watch->context;
    struct store_job job;
    struct arena arena;
    enum error error;

    arena_init(&arena, 0);
    watch_add(&late->api->watches, watch);
    error = store_get_number(late->api->reader, watch->number, STORE_ROW,
                             &arena, &job);
    arena_fini(&arena);
    if (error == OK && !job_has_ended(job.state))
        return;
    watch_remove(&late->api->watches, watch);
    if (error == OK)
        error = store_write(late->api->store, &late->write, true);
    if (error == OK)
        return;
    if (error != ERR_MISSING)
        late_delete_failed(error);
    free(late);
}

/* The server stops first: the job stays, canceled. */
static void drop_late_delete(struct watch *watch)
{
    free(watch->context);
}

static enum http_turn delete_later(struct http_request *request,
                                   const struct store_job *job)
{
    struct late_delete *late = calloc(1, sizeof *late);

    if (!late)
        return problem_reply_error(request, ERR_MEMORY);
    late->api = api_of(request);
    late->id = job->id;
    late->watch = (struct watch){
        .number = job->number, .call = delete_if_ended,
        .drop = drop_late_delete, .context = late};
    late->write.verb = STORE_DELETE;
    late->write.job.number = job->number;
    late->write.done = late_delete_done;
    late->write.context = late;
    delete_if_ended(&late->watch);
    return http_reply_empty(request, 202);
}

static enum http_turn deleted(struct http_request *request)
{
    struct wish *wish = http_state(request);

    if (wish->write.verb == STORE_DELETE && wish->force
        && wish->write.error == ERR_CONFLICT)
        return send_wish(request, STORE_CANCEL, deleted, true);
    /* Canceled, or ended by itself since: either way it can go now or soon. */
    if (wish->write.verb == STORE_CANCEL
        && (wish->write.error == OK || wish->write.error == ERR_CONFLICT)) {
        if (wish->write.error == OK)
            carry_out_cancel(api_of(request), &wish->write);
        return delete_later(request, &wish->before);
    }
    if (wish->write.error != OK)
        return reply_failed(request, &wish->write);
    document_cache_forget(&api_of(request)->documents, &wish->before.id);
    return http_reply_empty(request, 204);
}

enum http_turn job_delete(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    bool force;

    if (!faults)
        return problem_reply_error(request, ERR_MEMORY);
    force = query_flag(request, faults, "force");
    if (faults->total > 0)
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    return send_wish(request, STORE_DELETE, deleted, force);
}
