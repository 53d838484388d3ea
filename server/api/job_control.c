/* job_control.c - cancel and delete: wishes that the store decides. */
#include "server/api/jobs.h"

#include <string.h>

#include "server/api/job_document.h"
#include "server/api/tag.h"
#include "server/base/clock.h"
#include "server/base/magic.h"
#include "server/json/number.h"
#include "server/json/reader.h"

const struct http_parameter job_delete_queries[] = {
    {"force", "A job that has not ended is canceled first.", HTTP_BOOLEAN},
    {0},
};

#define WISH_MAGIC MAGIC('w', 'i', 's', 'h')

/* A wish on its way through the store, in its request's arena. */
struct wish {
    uint32_t magic;
    struct store_write write;
    struct http_request *request;
    struct store_job before;        /* the job as it was read */
};

static void written(struct store_write *write)
{
    struct wish *wish = MAGIC_CAST(write->context, struct wish, WISH_MAGIC);

    http_wake(wish->request);
}

static enum http_next reply_changed(struct http_request *request)
{
    return problem_reply(request, PROBLEM_PRECONDITION,
                         "the job has changed since; read it again");
}

static enum http_next send_wish(struct http_request *request,
                                enum store_verb verb, http_handler *resume)
{
    struct wish *wish = ARENA_NEW(http_arena(request), struct wish);
    enum revision_match match;
    enum error error;

    if (!wish)
        return problem_reply_error(request, ERR_MEMORY);
    if (!api_find_job(request, STORE_ROW, &wish->before))
        return HTTP_DONE;
    match = http_match(request,
                       tag_revision(request, wish->before.revision));
    if (match == REVISION_OTHER)
        return reply_changed(request);
    wish->magic = WISH_MAGIC;
    wish->request = request;
    wish->write = (struct store_write){
        .verb = verb,
        .wish = {
            .number = wish->before.number,
            .now_ms = clock_wall_ms(),
            .if_revision =
                match == REVISION_THIS ? wish->before.revision : 0,
        },
        .done = written,
        .context = wish,
    };
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

static enum http_next refuse(struct http_request *request,
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

static enum http_next reply_failed(struct http_request *request,
                                   const struct store_write *write)
{
    if (write->error == ERR_MISSING)
        return problem_reply(request, PROBLEM_NOT_FOUND,
                             "there is no such job");
    if (write->error == ERR_CONFLICT && write->ret_is_changed)
        return reply_changed(request);
    if (write->error == ERR_CONFLICT)
        return refuse(request, write->ret_state);
    return problem_reply_error(request, write->error);
}

/* The store knows of the wish: tell the worker, and who waits. */
static void carry_out(struct api *api, const struct store_write *write)
{
    if (write->ret_state == JOB_RUNNING)
        pool_cancel(api->pool, write->ret_number);
    else
        pool_remove(api->pool, write->ret_number);
    watch_announce(&api->watches, write->ret_number);
}

/* ---- cancel ------------------------------------------------------------ */

static enum http_next canceled(struct http_request *request)
{
    struct wish *wish = http_state(request);
    bool already = wish->before.state == JOB_CANCELED
                || wish->before.requested != WISH_NONE;
    struct store_job job;

    if (wish->write.error != OK)
        return reply_failed(request, &wish->write);
    carry_out(api_of(request), &wish->write);
    if (!api_find_job(request, STORE_ROW, &job))
        return HTTP_DONE;
    return job_document_reply(request, already ? 200 : 202, &job);
}

static bool is_blank(const char *text, size_t bytes)
{
    size_t at = 0;

    while (at < bytes && text[at] && strchr(" \t\r\n", text[at]))
        at++;
    return at == bytes;
}

/* Add a fault for every member: libraries that always send JSON send `{}`
 * where nothing is to be said, and more is not understood. */
static enum error read_nothing(struct http_request *request,
                               struct faults *faults, struct json_flaw *flaw)
{
    struct json_reader reader;
    struct json_object object;
    size_t bytes;
    const char *body = http_body(request, &bytes);

    if (is_blank(body, bytes))
        return OK;
    TRY(json_reader_init(&reader, body, bytes, faults, flaw));
    if (json_object_open(&reader, json_reader_root(&reader), &object))
        json_object_close(&object);
    json_reader_fini(&reader);
    return OK;
}

enum http_next job_cancel(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    struct json_flaw flaw = {0};
    enum error error;

    if (!faults)
        return problem_reply_error(request, ERR_MEMORY);
    error = read_nothing(request, faults, &flaw);
    if (error == OK && faults->total > 0)
        error = ERR_INVALID;
    if (error != OK)
        return api_reply_invalid(request, PROBLEM_INVALID_PARAMETER, error,
                                 faults, &flaw);
    return send_wish(request, STORE_CANCEL, canceled);
}

/* ---- delete ------------------------------------------------------------ */

static enum http_next deleted(struct http_request *request)
{
    struct wish *wish = http_state(request);
    bool later = wish->write.ret_state == JOB_RUNNING;

    if (wish->write.error != OK)
        return reply_failed(request, &wish->write);
    carry_out(api_of(request), &wish->write);
    document_cache_forget(&api_of(request)->documents, &wish->before.id);
    return http_reply_empty(request, later ? 202 : 204);
}

enum http_next job_delete(struct http_request *request)
{
    bool force = http_value(request, "force").flag;

    return send_wish(request, force ? STORE_DISCARD : STORE_DELETE, deleted);
}
