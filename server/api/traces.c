/*
 * traces.c - GET /traces?jobs=a,b,…: the traces of several jobs in one answer.
 *
 *     {"items":[{"job":"job_…",…}, …]}, each as GET /jobs/{id}/trace has it
 *
 * Every id and column is looked at before the first byte. The pages are read
 * one after the other as the client takes them: one is in memory.
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
    struct arena arena;               /* of what the items point to */
    struct trace_request items[JOBS_NAMED_MAX];
    size_t count;
    size_t next;                      /* the item to read next */
    struct trace_page *page;          /* being written, or NULL */
};

/* ---- the answer --------------------------------------------------------- */

/* Write a piece of the current page; what separates them where it ends. */
static enum http_more write_piece(struct traces *traces, struct buffer *out)
{
    if (trace_page_write(traces->page, out))
        return HTTP_MORE;
    trace_page_free(traces->page);
    traces->page = NULL;
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
    struct trace_request *item = &traces->items[traces->next];

    if (!traces->page) {
        if (traces->next == 0)
            buffer_text(out, "{\"items\":[");
        if (trace_page_new(&item->selection, &item->about, &traces->page)
            != OK)
            return HTTP_CUT;
        traces->next++;
    }
    return write_piece(traces, out);
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
    for (size_t i = 0; i < named->count; i++)
        TRY(trace_request_open(request, query, &named->items[i].job,
                               named->items[i].prefix, faults,
                               &traces->items[i]));
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

enum http_next traces_show(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    struct traces *traces = calloc(1, sizeof *traces);
    struct trace_query query;
    enum error error = faults && traces ? OK : ERR_MEMORY;

    if (traces)
        traces->magic = TRACES_MAGIC;
    if (error == OK) {
        arena_init(&traces->arena, 0);
        trace_query_read(request, faults, FORMAT_JSON, &query);
        error = read_jobs(request, &query, faults, traces);
    }
    if (error == OK && faults->total == 0)
        error = keep_items(traces);
    http_reply_header(request, "Vary", "Accept-Encoding");
    if (error == OK && faults->total == 0)
        return trace_reply_stream(request, TYPE_JSON,
                                  &(struct http_stream){
                                      .next = next_block,
                                      .close = close_traces,
                                      .self = traces,
                                  });
    if (traces)
        close_traces(traces);
    return error != OK
         ? problem_reply_error(request, error)
         : problem_reply_faults(request, PROBLEM_INVALID_PARAMETER, faults);
}
