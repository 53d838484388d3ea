/*
 * traces.c - GET /traces?jobs=a,b,…: the traces of several jobs in one answer.
 *
 *     {"items":[{"job":"job_…",…}, …]}, each as GET /jobs/{id}/trace has it
 *
 * Every id and column is looked at before the first byte, and the first page
 * read. The others are read one after the other as the client takes them: one
 * is in memory. A job that was deleted before its turn came stands there as
 * {"job":"job_…","deleted":true}.
 */
#include <stdlib.h>
#include <string.h>

#include "server/api/jobs.h"
#include "server/api/jobs_named.h"
#include "server/api/trace_request.h"
#include "server/base/magic.h"

#define TRACES_MAGIC MAGIC('t', 'r', 'c', 's')

struct traces {
    uint32_t magic;
    struct store_reader *reader;
    struct arena arena;               /* of what the items point to */
    struct trace_request items[JOBS_NAMED_MAX];
    size_t count;
    size_t next;                      /* the item to read next */
    struct trace_page *page;          /* being written, or NULL */
    bool has_begun;
};

/* ---- pages -------------------------------------------------------------- */

/* Whether rows are missing because their job is. */
static bool is_deleted(struct traces *traces, const struct trace_request *item)
{
    struct store_job job;
    struct arena arena;
    enum error error;

    arena_init(&arena, 0);
    error = store_get_number(traces->reader, item->selection.trace.number,
                             STORE_ROW, &arena, &job);
    arena_fini(&arena);
    return error == ERR_MISSING;
}

/* Read the next page; none of a job that is deleted. */
static enum error read_page(struct traces *traces, bool *ret_deleted)
{
    const struct trace_request *item = &traces->items[traces->next];
    enum error error =
        trace_page_new(&item->selection, &item->about, &traces->page);

    *ret_deleted = error == ERR_MISSING && is_deleted(traces, item);
    if (error != OK && !*ret_deleted)
        return error;
    traces->next++;
    return OK;
}

/* ---- the answer --------------------------------------------------------- */

/* What separates two items, or ends the last. */
static enum http_more end_item(struct traces *traces, struct buffer *out)
{
    if (traces->next < traces->count) {
        buffer_text(out, ",");
        return HTTP_MORE;
    }
    buffer_text(out, "]}");
    return HTTP_END;
}

static enum http_more next_block(void *self, struct buffer *out)
{
    struct traces *traces = MAGIC_CAST(self, struct traces, TRACES_MAGIC);
    const struct trace_request *item = &traces->items[traces->next];
    bool is_deleted = false, more;

    if (!traces->has_begun)
        buffer_text(out, "{\"items\":[");
    traces->has_begun = true;
    if (!traces->page && read_page(traces, &is_deleted) != OK)
        return HTTP_CUT;
    if (is_deleted) {
        buffer_format(out, "{\"job\":\"%s\",\"deleted\":true}",
                      item->about.job);
        return end_item(traces, out);
    }
    if (trace_page_write(traces->page, out, &more) != OK)
        return HTTP_CUT;
    if (more)
        return HTTP_MORE;
    trace_page_free(traces->page);
    traces->page = NULL;
    return end_item(traces, out);
}

static void close_traces(void *self)
{
    struct traces *traces = MAGIC_CAST(self, struct traces, TRACES_MAGIC);

    trace_page_free(traces->page);
    arena_fini(&traces->arena);
    MAGIC_CLEAR(traces);
    free(traces);
}

/* ---- what is asked for -------------------------------------------------- */

static enum error read_jobs(struct http_request *request,
                            const struct trace_query *query,
                            struct faults *faults, struct traces *traces)
{
    struct jobs_named *named = ARENA_NEW(http_arena(request),
                                         struct jobs_named);

    if (!named)
        return ERR_MEMORY;
    TRY(jobs_named_read(request, faults, named));
    for (size_t i = 0; i < named->count; i++) {
        enum error error = trace_request_open(
            request, query, &named->items[i].job, named->items[i].prefix,
            faults, &traces->items[i]);

        if (error == ERR_MISSING) /* deleted since it was named */
            jobs_named_refuse(faults, named->items[i].prefix);
        else if (error != OK)
            return error;
    }
    traces->count = named->count;
    return OK;
}

static enum error keep_items(struct traces *traces)
{
    for (size_t i = 0; i < traces->count; i++)
        TRY(trace_keep(&traces->arena, &traces->items[i].selection,
                       &traces->items[i].about));
    return OK;
}

/* The first page, while an error still has a status: of a job that is deleted
 * that of an unknown one. */
static enum error read_first(struct http_request *request,
                             struct faults *faults, struct traces *traces)
{
    const char *prefix;
    bool is_deleted;

    TRY(keep_items(traces));
    TRY(read_page(traces, &is_deleted));
    if (!is_deleted)
        return OK;
    prefix = arena_format(http_arena(request), "%s: ",
                          traces->items[0].about.job);
    if (!prefix)
        return ERR_MEMORY;
    jobs_named_refuse(faults, prefix);
    return OK;
}

enum http_next traces_show(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    struct traces *traces = calloc(1, sizeof *traces);
    struct trace_query query;
    enum error error = faults && traces ? OK : ERR_MEMORY;

    if (traces)
        traces->magic = TRACES_MAGIC;
    if (error == OK) {
        traces->reader = api_of(request)->reader;
        arena_init(&traces->arena, 0);
        trace_query_read(request, faults, FORMAT_JSON, &query);
        error = read_jobs(request, &query, faults, traces);
    }
    if (error == OK && faults->total == 0)
        error = read_first(request, faults, traces);
    http_reply_header(request, "Vary", "Accept-Encoding");
    if (error == OK && faults->total == 0)
        return trace_reply_stream(request, TYPE_JSON,
                                  &(struct http_stream){
                                      .next = next_block,
                                      .close = close_traces,
                                      .self = traces,
                                      .held_bytes = sizeof *traces
                                          + traces->arena.used_bytes,
                                  });
    if (traces)
        close_traces(traces);
    return error != OK
         ? problem_reply_error(request, error)
         : problem_reply_faults(request, PROBLEM_INVALID_PARAMETER, faults);
}
