/*
 * queue.c - GET /queue: what waits, what runs, and on what.
 *
 * One answer has all that a page needs which shows how the server is, so that
 * it asks once in a while and not for each figure.
 */
#include "server/api/queue.h"

#include "server/api/api.h"
#include "server/api/job_document.h"
#include "server/api/operations.h"

enum { RUNNING_MAX = 100 };  /* running jobs that are told of */

/* As a problem stands in an answer of its own, without the request's id. */
static void write_problem(struct http_request *request,
                          struct json_writer *writer)
{
    char sentence[STORE_MESSAGE_BYTES];
    const struct problem *problem = readiness(request, sentence);

    json_member_flag(writer, "ready", !problem);
    json_key(writer, "problem");
    if (problem)
        problem_write(writer, problem, sentence, NULL, NULL, NULL, NULL);
    else
        json_null(writer);
}

static void write_depths(struct json_writer *writer,
                         const struct pool_view *view)
{
    json_member_integer(writer, "depth", (int64_t)view->waiting);
    json_key(writer, "by_priority");
    json_array_begin(writer);
    for (size_t i = 0; i < view->depth_count; i++) {
        json_object_begin(writer);
        json_member_integer(writer, "priority", view->depths[i].priority);
        json_member_integer(writer, "jobs", (int64_t)view->depths[i].jobs);
        json_object_end(writer);
    }
    json_array_end(writer);
    json_member_integer(writer, "below", (int64_t)view->below);
    json_key(writer, "workers");
    json_object_begin(writer);
    json_member_integer(writer, "count", view->workers);
    json_member_integer(writer, "busy", view->busy);
    json_object_end(writer);
}

static void write_size(struct json_writer *writer,
                       const struct store_size *size)
{
    json_key(writer, "store");
    json_object_begin(writer);
    json_member_integer(writer, "bytes", size->bytes);
    json_member_integer(writer, "log_bytes", size->log_bytes);
    json_member_integer(writer, "disk_free_bytes", size->free_bytes);
    json_member_integer(writer, "disk_bytes", size->disk_bytes);
    json_object_end(writer);
}

static void write_running(struct http_request *request,
                          struct json_writer *writer,
                          const struct store_page *page)
{
    json_key(writer, "running");
    json_array_begin(writer);
    for (size_t i = 0; i < page->count; i++)
        job_document_write(writer, api_of(request)->pool,
                           http_base_path(request), &page->jobs[i]);
    json_array_end(writer);
}

enum http_next queue_show(struct http_request *request)
{
    static const struct store_query running = {
        .states = 1u << JOB_RUNNING, .limit = RUNNING_MAX,
    };
    struct api *api = api_of(request);
    struct store_counts counts;
    struct store_page page;
    struct store_size size;
    struct pool_view view;
    struct json_writer writer;
    struct buffer body;
    enum error error =
        store_list(api->reader, &running, http_arena(request), &page);

    if (error == OK)
        error = store_count(api->reader, &counts);
    if (error == OK)
        error = store_size(api->store, &size);
    if (error != OK)
        return problem_reply_error(request, error);
    pool_look(api->pool, &view);
    buffer_init(&body);
    json_writer_init(&writer, &body);
    json_object_begin(&writer);
    write_problem(request, &writer);
    write_depths(&writer, &view);
    job_counts_write(&writer, &counts);
    write_running(request, &writer, &page);
    write_size(&writer, &size);
    json_object_end(&writer);
    return http_reply(request, 200, TYPE_JSON, &body);
}
