/* jobs_list.c - GET /jobs: filters, order, pages. */
#include "server/api/jobs.h"

#include <string.h>

#include "core/base/suggest.h"
#include "server/api/job_document.h"
#include "server/base/clock.h"
#include "server/store/listing.h"

enum { SLICE_NS = 2000000 }; /* of the loop, at a time */

#define SORT_NAMES(value, name, ...) name ", "

const struct http_query_parameter jobs_list_queries[] = {
#define ROW(name, type, member, sql, sentence) {name, sentence},
    STORE_FILTER_TABLE(ROW)
#undef ROW
    {"sort", "By " STORE_SORT_TABLE(SORT_NAMES) "or, with - before it, the "
             "other way round. Default -created_at."},
    {"limit", "Jobs in a page, 1 to 500. Default 50."},
    {"cursor", "`next` of the page before."},
    {0},
};

/* A list that is being made, in its request's arena. */
struct listing {
    struct store_query query;
    struct store_page page;
};

static unsigned read_states(struct http_request *request,
                            struct faults *faults)
{
    const char *rest = http_query(request, "state"), *name;
    struct suggestion near;
    unsigned states = 0;

    while (query_next_item(request, faults, &rest, &name)) {
        enum job_state state = job_state_find(name);

        if (state < JOB_STATES) {
            states |= 1u << state;
            continue;
        }
        near = (struct suggestion){.word = name};
        for (int s = 0; s < JOB_STATES; s++)
            suggest_offer(&near, job_state_name((enum job_state)s));
        fault_add(faults, "?state", FAULT_UNKNOWN_NAME, near.best,
                  "\"%s\" is no state: queued, running, completed, failed, "
                  "canceled", name);
    }
    return states;
}

static void read_sort(struct http_request *request, struct faults *faults,
                      struct store_query *query)
{
    const char *text = http_query(request, "sort");
    struct suggestion near;

    query->sort = SORT_CREATED;
    query->descending = true;
    if (!text)
        return;
    query->descending = *text == '-';
    text += query->descending;
    near = (struct suggestion){.word = text};
    for (int sort = 0; sort < STORE_SORTS; sort++) {
        query->sort = (enum store_sort)sort;
        if (!strcmp(text, store_sort_name(query->sort)))
            return;
        suggest_offer(&near, store_sort_name(query->sort));
    }
    fault_add(faults, "?sort", FAULT_UNKNOWN_NAME, near.best,
              "\"%s\" is none of these: " STORE_SORT_TABLE(SORT_NAMES) "each "
              "also with - before it", text);
}

static int64_t read_time(struct http_request *request, struct faults *faults,
                         const char *name)
{
    const char *text = http_query(request, name);
    int64_t wall_ms = 0;

    if (text && !time_parse(text, &wall_ms))
        fault_add(faults, query_pointer(faults, name), FAULT_SYNTAX, NULL,
                  "\"%s\" is no RFC 3339 time, as 2026-01-31T12:00:00Z", text);
    return wall_ms;
}

static void read_filter(struct http_request *request, struct faults *faults,
                        const struct store_filter *filter,
                        struct store_query *query)
{
    void *place = (char *)query + filter->place;
    const char **text = place;
    unsigned *states = place;
    int64_t *wall_ms = place;

    switch (filter->type) {
    case FILTER_STATES:
        *states = read_states(request, faults);
        break;
    case FILTER_TEXT:
    case FILTER_PART:
        *text = http_query(request, filter->name);
        break;
    case FILTER_TIME:
        *wall_ms = read_time(request, faults, filter->name);
        break;
    }
}

static enum http_next reply_page(struct http_request *request,
                                 const struct store_page *page)
{
    struct json_writer writer;
    struct buffer body;
    char *link;

    buffer_init(&body);
    json_writer_init(&writer, &body);
    json_object_begin(&writer);
    json_key(&writer, "items");
    json_array_begin(&writer);
    for (size_t i = 0; i < page->count; i++)
        job_document_write(&writer, api_of(request)->pool,
                           http_base_path(request), &page->jobs[i]);
    json_array_end(&writer);
    json_member_text(&writer, "next", page->next);
    json_object_end(&writer);
    if (page->next) {
        link = arena_format(http_arena(request), "<%s>; rel=\"next\"",
                            http_target_with(request, "cursor", page->next));
        if (link)
            http_reply_header(request, "Link", link);
    }
    return http_reply(request, 200, TYPE_JSON, &body);
}

static enum http_next list_slice(struct http_request *request,
                                 struct listing *listing);

static enum http_next list_on(struct http_request *request)
{
    return list_slice(request, http_state(request));
}

/* Look at jobs for a moment; where that is not enough, go on after the loop
 * has served others. */
static enum http_next list_slice(struct http_request *request,
                                 struct listing *listing)
{
    struct faults *faults = http_query_faults(request);
    enum error error =
        store_list_slice(api_of(request)->reader, &listing->query,
                         clock_monotonic_ns() + SLICE_NS, http_arena(request),
                         &listing->page);

    if (error == ERR_INVALID) {
        fault_add(faults, "?cursor", FAULT_SYNTAX, NULL,
                  "this is no cursor of a page in this order");
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    }
    if (error != OK)
        return problem_reply_error(request, error);
    if (!listing->page.walk)
        return reply_page(request, &listing->page);
    http_wake(request);
    return http_later(request, list_on, listing, 0);
}

enum http_next jobs_list(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    struct listing *listing = ARENA_NEW(http_arena(request), struct listing);
    struct store_query *query;

    if (!faults || !listing)
        return problem_reply_error(request, ERR_MEMORY);
    query = &listing->query;
    for (const struct store_filter *at = store_filters; at->name; at++)
        read_filter(request, faults, at, query);
    read_sort(request, faults, query);
    query->limit = (size_t)query_integer(request, faults, "limit", 1,
                                         STORE_LIST_MAX, API_LIST_DEFAULT);
    query->cursor = http_query(request, "cursor");
    if (faults->total > 0)
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    return list_slice(request, listing);
}
