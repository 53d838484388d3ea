/*
 * job_trace.c - GET /jobs/{id}/trace, and /jobs/{id}/trace.csv and the like:
 * what was asked for, and in which form.
 */
#include "server/api/jobs.h"

#include <stdio.h>
#include <string.h>

#include "core/base/suggest.h"
#include "server/api/trace_formats.h"
#include "server/jobs/live.h"

enum {
    LIMIT_DEFAULT = 1000,
    LIMIT_MAX = 50000,
    COLUMNS_MAX = COLUMNS + 1000,   /* in one answer */
};

#define ITERATION_MAX 1000000000000LL

const struct http_query_parameter job_trace_queries[] = {
    {"from", "First iteration. Default 0."},
    {"to", "Iteration to stop before. Default: the end."},
    {"after", "Only iterations after this one, instead of from."},
    {"limit", "Rows, 1 to 50000. Default 1000 in JSON, all in CSV, NDJSON."},
    {"every", "Only iterations that this number divides. Default 1."},
    {"axis", "iteration, or epoch: only the rows where one ends, and the "
             "first and the last."},
    {"fields", "Columns, separated by commas. Default: all."},
    {"dims", "Coordinates of x, separated by commas, from 0. Default: the "
             "first 64."},
    {0},
};

/* Columns in the making. */
struct asked {
    struct trace_column *items;    /* [COLUMNS_MAX], in the request's arena */
    size_t count;
    bool is_full;                  /* the fault of it has been added */
};

static bool has_column(const struct asked *asked, enum column scalar,
                       size_t dimension)
{
    for (size_t i = 0; i < asked->count; i++)
        if (asked->items[i].scalar == scalar
            && asked->items[i].dimension == dimension)
            return true;
    return false;
}

/* The same column twice is the same column: an object's members differ. */
static void add_column(struct asked *asked, struct faults *faults,
                       enum column scalar, size_t dimension)
{
    if (has_column(asked, scalar, dimension))
        return;
    if (asked->count < COLUMNS_MAX)
        asked->items[asked->count++] =
            (struct trace_column){scalar, dimension};
    else if (!asked->is_full) {
        asked->is_full = true;
        fault_add(faults, "?dims", FAULT_TOO_LARGE, NULL,
                  "at most %d columns in one answer", COLUMNS_MAX);
    }
}

/* x.0, x.1, … as far as `dims` or the default says. */
static void add_x(struct http_request *request, struct faults *faults,
                  size_t n, struct asked *asked)
{
    const char *rest = http_query(request, "dims"), *item;

    if (!rest) {
        for (size_t i = 0; i < n && i < RECORDED_DIMENSION_MAX; i++)
            add_column(asked, faults, COLUMNS, i);
        return;
    }
    while (query_next_item(request, &rest, &item)) {
        size_t dimension = 0, digits = strspn(item, "0123456789");

        for (size_t i = 0; i < digits && i < 9; i++)
            dimension = 10 * dimension + (size_t)(item[i] - '0');
        if (digits == 0 || digits > 9 || item[digits] || dimension >= n)
            fault_add(faults, "?dims", FAULT_OUT_OF_RANGE, NULL,
                      "\"%s\" is not a coordinate in [0, %zu]", item, n - 1);
        else
            add_column(asked, faults, COLUMNS, dimension);
    }
}

/* What the trace holds: of one without rows that is not known. */
struct holdings {
    bool x;
    column_set scalars, scalars_possible;
    size_t n;
};

static struct holdings holdings_of(const struct trace *trace, size_t n)
{
    bool is_empty = trace->rows == 0;

    return (struct holdings){
        .x = is_empty || trace->form.x != CHUNK_X_NONE,
        .scalars = is_empty ? COLUMN_SET_ALWAYS : trace->form.columns,
        .scalars_possible = is_empty ? ~(column_set)0 : trace->form.columns,
        .n = n,
    };
}

static void add_field(struct http_request *request, struct faults *faults,
                      const char *name, const struct holdings *holds,
                      struct asked *asked)
{
    struct suggestion near = {.word = name};

    for (enum column c = 0; c < COLUMNS; c++) {
        if (!column_is_in(holds->scalars_possible, c))
            continue;
        if (!strcmp(name, column_texts[c].name)) {
            add_column(asked, faults, c, 0);
            return;
        }
        suggest_offer(&near, column_texts[c].name);
    }
    if (!strcmp(name, "x") && holds->x)
        add_x(request, faults, holds->n, asked);
    else
        fault_add(faults, "?fields", FAULT_UNKNOWN_NAME, near.best,
                  "this trace has no column \"%s\"", name);
}

static void read_columns(struct http_request *request, struct faults *faults,
                         const struct holdings *holds,
                         struct asked *asked)
{
    const char *rest = http_query(request, "fields"), *item;
    size_t faults_before = faults->total;
    bool names_x = false;

    if (rest) {
        while (query_next_item(request, &rest, &item)) {
            add_field(request, faults, item, holds, asked);
            names_x |= !strcmp(item, "x");
        }
        if (!names_x && http_query(request, "dims")
            && faults->total == faults_before)
            fault_add(faults, "?dims", FAULT_CONFLICT, NULL,
                      "fields does not name x");
        return;
    }
    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(holds->scalars, c))
            add_column(asked, faults, c, 0);
    if (holds->x)
        add_x(request, faults, holds->n, asked);
    else if (http_query(request, "dims"))
        fault_add(faults, "?dims", FAULT_CONFLICT, NULL,
                  "this trace holds no x");
}

static void read_range(struct http_request *request, struct faults *faults,
                       struct trace_selection *selection,
                       struct trace_about *about)
{
    const struct trace *trace = &selection->trace;
    int64_t after = query_integer(request, faults, "after", -1, ITERATION_MAX,
                                  -2);
    int64_t end = trace->rows > 0 ? (int64_t)trace->last + 1 : 0;

    about->from = (uint64_t)query_integer(request, faults, "from", 0,
                                          ITERATION_MAX, 0);
    about->to = (uint64_t)query_integer(request, faults, "to", 0,
                                        ITERATION_MAX, end);
    if (after > -2 && http_query(request, "from"))
        fault_add(faults, "?after", FAULT_CONFLICT, NULL,
                  "give either from or after");
    else if (after > -2)
        about->from = (uint64_t)(after + 1);
    selection->row = trace_row_of(trace, about->from);
    selection->end = trace_row_of(trace, about->to);
    if (selection->end < selection->row)
        selection->end = selection->row;
    selection->every = (uint64_t)query_integer(request, faults, "every", 1,
                                               ITERATION_MAX, 1);
}

/* `axis`: which rows there are. Epochs are told where they end. */
static enum error read_axis(struct http_request *request,
                            struct faults *faults,
                            struct trace_selection *selection)
{
    const char *axis = http_query(request, "axis");
    const struct trace *trace = &selection->trace;

    if (!axis || !strcmp(axis, "iteration"))
        return OK;
    if (strcmp(axis, "epoch"))
        fault_add(faults, "?axis", FAULT_OUT_OF_RANGE, NULL,
                  "must be iteration or epoch");
    else if (trace->rows > 0
             && !column_is_in(trace->form.columns, COLUMN_EPOCH))
        fault_add(faults, "?axis", FAULT_CONFLICT, NULL,
                  "this trace has no epochs: its job has no rows");
    else if (trace->rows > 0)
        return trace_epoch(trace, http_arena(request), &selection->an_epoch);
    return OK;
}

static uint64_t read_limit(struct http_request *request,
                           struct faults *faults, bool json)
{
    if (json)
        return (uint64_t)query_integer(request, faults, "limit", 1, LIMIT_MAX,
                                       LIMIT_DEFAULT);
    return http_query(request, "limit")
         ? (uint64_t)query_integer(request, faults, "limit", 1, ITERATION_MAX,
                                   1)
         : UINT64_MAX;
}

enum format { JSON, NDJSON, CSV, FORMATS };

/* What a format is called in Accept, in a tag, and at the end of a file. */
static const struct {
    const char *type, *tag_suffix, *extension;
} formats[FORMATS] = {
    [JSON] = {"application/json", "", "json"},
    [NDJSON] = {"application/x-ndjson", "-ndjson", "ndjson"},
    [CSV] = {"text/csv", "-csv", "csv"},
};

static enum http_next reply(struct http_request *request, enum format format,
                            const struct trace_selection *selection,
                            const struct trace_about *about)
{
    if (format == JSON)
        return trace_reply_json(request, selection, about);
    return trace_reply_lines(request, selection,
                             format == NDJSON ? TRACE_NDJSON : TRACE_CSV);
}

/* So that a link downloads: the file is called "job_….csv". */
static void name_file(struct http_request *request, const char *id,
                      enum format format)
{
    char text[96];

    snprintf(text, sizeof text, "attachment; filename=\"%s.%s\"", id,
             formats[format].extension);
    http_reply_header(request, "Content-Disposition", text);
}

/* An ended job's trace never changes: true after a 304. */
static bool replied_unchanged(struct http_request *request,
                              const struct store_job *job,
                              enum format format)
{
    char *etag;

    if (!job_has_ended(job->state) || !job->trace_sha256)
        return false;
    etag = arena_format(http_arena(request), "%s%s", job->trace_sha256,
                        formats[format].tag_suffix);
    if (!etag)
        return false;
    http_reply_header(request, "Cache-Control", "no-cache");
    return http_reply_unchanged(request, etag);
}

static enum http_next show(struct http_request *request, enum format format,
                           bool as_file)
{
    struct api *api = api_of(request);
    struct faults *faults = http_query_faults(request);
    struct trace_selection selection = {0};
    struct trace_about about = {0};
    struct asked asked = {0};
    struct store_job job;
    char id[IDENTIFIER_TEXT_BYTES];
    struct holdings holds;
    enum error error;

    asked.items = arena_array(http_arena(request), COLUMNS_MAX,
                                sizeof *asked.items);
    if (!faults || !asked.items)
        return problem_reply_error(request, ERR_MEMORY);
    if (!api_find_job(request, STORE_ROW, &job))
        return HTTP_DONE;
    error = trace_open(api->pool, api->reader, job.number, &selection.trace);
    if (error != OK)
        return problem_reply_error(request, error);
    holds = holdings_of(&selection.trace, (size_t)job.dimension);
    read_range(request, faults, &selection, &about);
    error = read_axis(request, faults, &selection);
    if (error != OK)
        return problem_reply_error(request, error);
    selection.limit = read_limit(request, faults, format == JSON);
    read_columns(request, faults, &holds, &asked);
    if (faults->total > 0)
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    identifier_format(&job.id, "job", id);
    if (as_file)
        name_file(request, id, format);
    if (replied_unchanged(request, &job, format))
        return HTTP_DONE;
    selection.columns = asked.items;
    selection.column_count = asked.count;
    about.job = id;
    about.complete = job_has_ended(job.state);
    return reply(request, format, &selection, &about);
}

enum http_next job_trace(struct http_request *request)
{
    const char *types[FORMATS + 1] = {NULL};
    int format;

    for (int i = 0; i < FORMATS; i++)
        types[i] = formats[i].type;
    format = http_accept(request, types);
    http_reply_header(request, "Vary", "Accept");
    if (format < 0)
        return problem_reply(request, PROBLEM_NOT_ACCEPTABLE,
                             "a trace is application/json, "
                             "application/x-ndjson or text/csv");
    return show(request, (enum format)format, false);
}

enum http_next job_trace_csv(struct http_request *request)
{
    return show(request, CSV, true);
}

enum http_next job_trace_ndjson(struct http_request *request)
{
    return show(request, NDJSON, true);
}

enum http_next job_trace_json(struct http_request *request)
{
    return show(request, JSON, true);
}
