/*
 * jobs_list.c - GET /jobs: filters, order, pages; or the jobs that are named.
 *
 *     read the query ──► the page's jobs ──► their sparklines ──► the answer
 *
 * Jobs and sparklines are read for a moment at a time, and the loop serves
 * others in between.
 */
#include "server/api/jobs.h"

#include <string.h>

#include "core/base/reason.h"
#include "server/api/job_document.h"
#include "server/api/jobs_named.h"
#include "server/api/page.h"
#include "server/api/sparkline.h"
#include "server/base/clock.h"
#include "server/store/listing.h"

enum { SLICE_NS = 2000000 }; /* of the loop, at a time */

/* Each sort, and the other way round. */
#define SORT_NAMES(value, name, ...) \
    [2 * value] = name, [2 * value + 1] = "-" name,

static const char *const sort_names[2 * STORE_SORTS + 1] = {
    STORE_SORT_TABLE(SORT_NAMES)
};

#define TYPE_OF_FILTER(type)                                                  \
    ((type) == FILTER_STATES || (type) == FILTER_CLASSES ? HTTP_LIST          \
     : (type) == FILTER_TIME ? HTTP_TIME : HTTP_TEXT)

/* As store_filter_words(), which is no constant. */
#define WORDS_OF_FILTER(type)                                                 \
    ((type) == FILTER_STATES ? job_state_names                                \
     : (type) == FILTER_CLASSES ? outcome_class_names : NULL)

const struct http_parameter jobs_list_queries[] = {
#define ROW(name, type, member, sql, sentence)                                \
    {name, sentence, TYPE_OF_FILTER(type), .initial = HTTP_NONE,              \
     .items = HTTP_CHOICE,                                                    \
     .choices = WORDS_OF_FILTER(type)},
    STORE_FILTER_TABLE(ROW)
#undef ROW
    {"sort", "The order; with - before it the greatest first.", HTTP_CHOICE,
     .initial = 2 * SORT_CREATED + 1, .choices = sort_names},
    {"limit", "Jobs in a page.", HTTP_INTEGER, 1, STORE_LIST_MAX,
     API_LIST_DEFAULT},
    {"cursor", "`next` of the page before.", HTTP_TEXT},
    {"ids", "Ids of jobs: just these, in this order.", HTTP_LIST,
     .items = HTTP_ID, .items_max = JOBS_NAMED_MAX, .prefix = "job"},
    {"sparkline", "Each job's loss in so many points.", HTTP_INTEGER,
     SPARKLINE_POINTS_MIN, SPARKLINE_POINTS_MAX, HTTP_NONE},
    {0},
};

/* A list that is being made, in its request's arena. */
struct listing {
    struct store_query query;
    struct store_page page;
    const struct jobs_named *named; /* of ?ids=; NULL: it was not given */
    size_t points;                  /* of a sparkline; 0: there are none */
    struct sparkline *sparklines;   /* [page.count] */
    size_t read;                    /* of them, so far */
    bool is_begun;                  /* page was read, as far as its walk */
};

/* A set of words, by their bits. */
static unsigned read_words(const struct http_value *value)
{
    unsigned set = 0;

    for (size_t i = 0; i < value->count; i++)
        if (value->choices[i] >= 0)
            set |= 1u << value->choices[i];
    return set;
}

static void read_filter(struct http_request *request,
                        const struct store_filter *filter,
                        struct store_query *query)
{
    struct http_value value = http_value(request, filter->name);
    void *place = (char *)query + filter->place;
    const char **text = place;
    unsigned *set = place;
    int64_t *wall_ms = place;

    switch (filter->type) {
    case FILTER_STATES:
    case FILTER_CLASSES:
        *set = read_words(&value);
        break;
    case FILTER_TEXT:
    case FILTER_PART:
        *text = value.text;
        break;
    case FILTER_TIME:
        *wall_ms = value.integer;
        break;
    }
}

static void write_items(struct http_request *request,
                        const struct listing *listing,
                        struct json_writer *writer)
{
    for (size_t i = 0; i < listing->page.count; i++) {
        job_document_begin(writer, api_of(request)->pool,
                           http_base_path(request), &listing->page.jobs[i]);
        if (listing->points > 0)
            sparkline_write(writer, &listing->sparklines[i]);
        json_object_end(writer);
    }
}

static void write_missing(struct json_writer *writer,
                          const struct jobs_named *named)
{
    json_key(writer, "missing");
    json_array_begin(writer);
    for (size_t i = 0; i < named->missing_count; i++)
        json_text(writer, named->missing[i]);
    json_array_end(writer);
}

static enum http_next reply_page(struct http_request *request,
                                 const struct listing *listing)
{
    struct page_answer answer;
    struct store_counts counts;
    enum error error = store_count(api_of(request)->reader, &counts);

    if (error != OK)
        return problem_reply_error(request, error);
    page_begin(&answer);
    write_items(request, listing, &answer.writer);
    page_items_end(&answer);
    if (listing->named)
        write_missing(&answer.writer, listing->named);
    job_counts_write(&answer.writer, &counts);
    return page_reply(request, &answer, listing->page.next);
}

/* ---- reading, a moment at a time --------------------------------------- */

/* Read sparklines until it is time; one in any case. */
static enum error read_sparklines(struct http_request *request,
                                  struct listing *listing, int64_t until_ns)
{
    struct api *api = api_of(request);
    struct store_page *page = &listing->page;

    if (!listing->sparklines)
        listing->sparklines = arena_array(http_arena(request), page->count,
                                          sizeof *listing->sparklines);
    if (!listing->sparklines)
        return ERR_MEMORY;
    do {
        size_t i = listing->read++;

        TRY(sparkline_read(api->pool, api->reader, page->jobs[i].number,
                           listing->points, http_arena(request),
                           &listing->sparklines[i]));
    } while (listing->read < page->count && clock_monotonic_ns() < until_ns);
    return OK;
}

static bool needs_sparklines(const struct listing *listing)
{
    return listing->points > 0 && listing->read < listing->page.count;
}

static enum http_next go_on(struct http_request *request,
                            struct listing *listing);

static enum http_next list_on(struct http_request *request)
{
    return go_on(request, http_state(request));
}

/* Reply, or go on after the loop has served others. */
static enum http_next reply_or_go_on(struct http_request *request,
                                     struct listing *listing)
{
    if (!listing->page.walk && !needs_sparklines(listing))
        return reply_page(request, listing);
    http_wake(request);
    return http_later(request, list_on, listing, 0);
}

static enum http_next go_on(struct http_request *request,
                            struct listing *listing)
{
    struct faults *faults = http_query_faults(request);
    int64_t until_ns = clock_monotonic_ns() + SLICE_NS;
    bool has_page = listing->named || listing->is_begun;
    enum error error = OK;

    if (!has_page || listing->page.walk)
        error = store_list_slice(api_of(request)->reader, &listing->query,
                                 until_ns, http_arena(request),
                                 &listing->page);
    listing->is_begun = true;
    if (error == ERR_INVALID) {
        fault_add(faults, "?cursor", FAULT_SYNTAX, NULL,
                  "this is no cursor of a page in this order");
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    }
    if (error == OK && !listing->page.walk && needs_sparklines(listing))
        error = read_sparklines(request, listing, until_ns);
    if (error != OK)
        return problem_reply_error(request, error);
    return reply_or_go_on(request, listing);
}

/* ---- the query ---------------------------------------------------------- */

/* Jobs by their ids go without what chooses others. */
static void refuse_others(struct http_request *request, struct faults *faults)
{
    const struct http_parameter *at = jobs_list_queries;

    for (; at->name; at++)
        if (strcmp(at->name, "ids") && strcmp(at->name, "sparkline")
            && http_query(request, at->name))
            fault_add(faults, query_pointer(faults, at->name), FAULT_CONFLICT,
                      NULL, "with `ids` nothing else chooses jobs");
}

static enum error read_ids(struct http_request *request,
                           struct faults *faults, struct listing *listing)
{
    struct arena *arena = http_arena(request);
    struct jobs_named *named = ARENA_NEW(arena, struct jobs_named);
    struct store_page *page = &listing->page;

    if (!http_query(request, "ids"))
        return OK;
    page->jobs = arena_array(arena, JOBS_NAMED_MAX, sizeof *page->jobs);
    if (!named || !page->jobs)
        return ERR_MEMORY;
    refuse_others(request, faults);
    TRY(jobs_named_find(request, "ids", faults, named));
    for (page->count = 0; page->count < named->count; page->count++)
        page->jobs[page->count] = named->items[page->count].job;
    listing->named = named;
    return OK;
}

enum http_next jobs_list(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    struct listing *listing = ARENA_NEW(http_arena(request), struct listing);
    struct store_query *query;
    enum error error;
    int sort;

    if (!faults || !listing)
        return problem_reply_error(request, ERR_MEMORY);
    query = &listing->query;
    for (const struct store_filter *at = store_filters; at->name; at++)
        read_filter(request, at, query);
    sort = http_value(request, "sort").choice;
    query->sort = (enum store_sort)(sort / 2);
    query->descending = sort % 2 == 1;
    query->limit = (size_t)http_value(request, "limit").integer;
    query->cursor = http_value(request, "cursor").text;
    listing->points = (size_t)http_value(request, "sparkline").integer;
    error = read_ids(request, faults, listing);
    if (error != OK)
        return problem_reply_error(request, error);
    if (faults->total > 0)
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    return go_on(request, listing);
}
