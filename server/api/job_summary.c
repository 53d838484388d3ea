/* job_summary.c - GET /jobs/{id}/trace/summary: every column in a few numbers,
 * whatever the trace's length. */
#include "server/api/jobs.h"

#include <math.h>

#include "server/api/tag.h"
#include "server/jobs/summary.h"
#include "server/json/number.h"
#include "server/json/writer.h"

#define NO_LEVELS                                                             \
    "this trace was recorded before there were levels, and is too long to be "\
    "read for one answer: read the pages of GET /jobs/{id}/trace"

struct answer {
    struct json_writer writer;
    const struct trace *trace;
    struct trace_column *columns;
    struct summary *summaries;   /* [count] */
    size_t count;
};

/* How many coordinates of x stand in every row. */
static size_t coordinates_of(const struct trace *trace)
{
    return trace->form.x == CHUNK_X_ROWS ? trace->form.n : 0;
}

/* ret [COLUMNS + coordinates_of(trace)]; how many there are. */
static size_t columns_of(const struct trace *trace, struct trace_column *ret)
{
    size_t count = 0;

    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(trace->form.columns, c))
            ret[count++] = (struct trace_column){c, 0};
    for (size_t i = 0; i < coordinates_of(trace); i++)
        ret[count++] = (struct trace_column){COLUMNS, i};
    return count;
}

/* "KEY": the iteration of a row, or null where there is none. */
static void write_iteration(struct answer *answer, const char *key, double row)
{
    json_key(&answer->writer, key);
    if (chunk_is_absent(row))
        json_null(&answer->writer);
    else
        json_integer(&answer->writer, (int64_t)trace_iteration_of(
                                          answer->trace, (uint64_t)row));
}

static void write_column(struct answer *answer, size_t c)
{
    const struct summary *summary = &answer->summaries[c];
    const struct tally *tally = &summary->tally;
    struct json_writer *writer = &answer->writer;
    char name[COLUMN_NAME_BYTES];

    trace_column_name(&answer->columns[c], name);
    json_key(writer, name);
    json_object_begin(writer);
    json_member_integer(writer, "count", (int64_t)tally->present);
    json_member_number(writer, "first", summary->first);
    json_member_number(writer, "last", summary->last);
    json_member_number(writer, "min", tally->least);
    write_iteration(answer, "min_iteration", tally->least_row);
    json_member_number(writer, "max", tally->greatest);
    write_iteration(answer, "max_iteration", tally->greatest_row);
    json_member_number(writer, "mean", tally->mean);
    json_member_integer(writer, "nonfinite", (int64_t)tally->nonfinite);
    write_iteration(answer, "nonfinite_iteration", tally->nonfinite_row);
    json_object_end(writer);
}

static void write_nonfinite(struct answer *answer, size_t c, double value,
                            uint64_t iteration)
{
    struct json_writer *writer = &answer->writer;
    char name[COLUMN_NAME_BYTES];

    if (isfinite(value) || chunk_is_absent(value))
        return;
    trace_column_name(&answer->columns[c], name);
    json_object_begin(writer);
    json_member_integer(writer, "iteration", (int64_t)iteration);
    json_member_text(writer, "field", name);
    json_member_text(writer, "value", number_nonfinite_word(value));
    json_object_end(writer);
}

/* Which nulls of `first` and `last` are numbers that are not finite. */
static void write_nonfinites(struct answer *answer)
{
    json_key(&answer->writer, "nonfinite");
    json_array_begin(&answer->writer);
    for (size_t c = 0; c < answer->count; c++) {
        write_nonfinite(answer, c, answer->summaries[c].first, 0);
        if (answer->trace->rows > 1)
            write_nonfinite(answer, c, answer->summaries[c].last,
                            answer->trace->last);
    }
    json_array_end(&answer->writer);
}

static void write_answer(struct answer *answer, const struct store_job *job)
{
    struct json_writer *writer = &answer->writer;
    char id[IDENTIFIER_TEXT_BYTES];

    identifier_format(&job->id, "job", id);
    json_object_begin(writer);
    json_member_text(writer, "job", id);
    json_key(writer, "available");
    json_object_begin(writer);
    json_member_integer(writer, "count", (int64_t)answer->trace->rows);
    json_key(writer, "last");
    if (answer->trace->rows > 0)
        json_integer(writer, (int64_t)answer->trace->last);
    else
        json_null(writer);
    json_object_end(writer);
    json_member_flag(writer, "complete", job_has_ended(job->state));
    json_key(writer, "columns");
    json_object_begin(writer);
    for (size_t c = 0; c < answer->count; c++)
        write_column(answer, c);
    json_object_end(writer);
    write_nonfinites(answer);
    json_object_end(writer);
}

static enum error summarize(struct http_request *request,
                            struct answer *answer)
{
    struct arena *arena = http_arena(request);
    size_t room;

    if (answer->trace->rows == 0)
        return OK;
    room = COLUMNS + coordinates_of(answer->trace);
    answer->columns = arena_array(arena, room, sizeof *answer->columns);
    answer->summaries = arena_array(arena, room, sizeof *answer->summaries);
    if (!answer->columns || !answer->summaries)
        return ERR_MEMORY;
    answer->count = columns_of(answer->trace, answer->columns);
    return summary_read(answer->trace, answer->columns, answer->count, arena,
                        answer->summaries);
}

/* That of an ended job never changes: true after a 304. */
static bool replied_unchanged(struct http_request *request,
                              const struct store_job *job)
{
    if (!job_has_ended(job->state) || !job->trace_sha256)
        return false;
    http_reply_header(request, "Cache-Control",
                      "private, max-age=86400, immutable");
    return http_reply_unchanged(request, TAG(request, job->trace_sha256,
                                             "summary"));
}

enum http_next job_trace_summary(struct http_request *request)
{
    struct api *api = api_of(request);
    struct store_job job;
    struct trace trace;
    struct answer answer = {.trace = &trace};
    struct buffer body;
    enum error error;

    if (!api_find_job(request, STORE_ROW, &job))
        return HTTP_DONE;
    if (replied_unchanged(request, &job))
        return HTTP_DONE;
    error = trace_open(api->pool, api->reader, job.number, &trace);
    if (error == OK)
        error = summarize(request, &answer);
    if (error == ERR_TOO_BIG)
        return problem_reply(request, PROBLEM_TOO_COSTLY, NO_LEVELS);
    if (error != OK)
        return problem_reply_error(request, error);
    buffer_init(&body);
    json_writer_init(&answer.writer, &body);
    write_answer(&answer, &job);
    return http_reply(request, 200, TYPE_JSON, &body);
}
