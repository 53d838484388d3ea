/* jobs_list.c - GET /jobs: filters, order, pages. */
#include "server/api/jobs.h"

#include <string.h>

#include "core/base/suggest.h"
#include "server/api/job_document.h"
#include "server/base/clock.h"

const struct http_query_parameter jobs_list_queries[] = {
    {"state", "Only jobs in these states, separated by commas."},
    {"tag", "Only jobs with this tag."},
    {"optimizer", "Only jobs with this optimizer."},
    {"objective", "Only jobs with this kind of objective."},
    {"q", "Only jobs whose name contains this, whatever the case."},
    {"created_after", "Only jobs created after this RFC 3339 time."},
    {"created_before", "Only jobs created before this RFC 3339 time."},
    {"sort", "created_at, name, priority, iterations or loss; - before it "
             "turns the order. Default -created_at."},
    {"limit", "Jobs in a page, 1 to 500. Default 50."},
    {"cursor", "`next` of the page before."},
    {0},
};

static unsigned read_states(struct http_request *request,
                            struct faults *faults)
{
    const char *rest = http_query(request, "state"), *name;
    struct suggestion near;
    unsigned states = 0;

    while (query_next_item(request, &rest, &name)) {
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
              "\"%s\" is none of created_at, name, priority, iterations, loss",
              text);
}

static int64_t read_time(struct http_request *request, struct faults *faults,
                         const char *name, const char *place)
{
    const char *text = http_query(request, name);
    int64_t wall_ms = 0;

    if (text && !time_parse(text, &wall_ms))
        fault_add(faults, place, FAULT_SYNTAX, NULL,
                  "\"%s\" is no RFC 3339 time, as 2026-01-31T12:00:00Z", text);
    return wall_ms;
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

enum http_next jobs_list(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    struct store_query query = {0};
    struct store_page page;
    enum error error;

    if (!faults)
        return problem_reply_error(request, ERR_MEMORY);
    query.states = read_states(request, faults);
    query.tag = http_query(request, "tag");
    query.optimizer = http_query(request, "optimizer");
    query.objective = http_query(request, "objective");
    query.text = http_query(request, "q");
    query.created_after_ms =
        read_time(request, faults, "created_after", "?created_after");
    query.created_before_ms =
        read_time(request, faults, "created_before", "?created_before");
    read_sort(request, faults, &query);
    query.limit = (size_t)query_integer(request, faults, "limit", 1,
                                        STORE_LIST_MAX, API_LIST_DEFAULT);
    query.cursor = http_query(request, "cursor");
    if (faults->total > 0)
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    error = store_list(api_of(request)->reader, &query, http_arena(request),
                       &page);
    if (error == ERR_INVALID) {
        fault_add(faults, "?cursor", FAULT_SYNTAX, NULL,
                  "this is no cursor of a page in this order");
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    }
    if (error != OK)
        return problem_reply_error(request, error);
    return reply_page(request, &page);
}
