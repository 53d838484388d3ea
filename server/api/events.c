/*
 * events.c - GET /jobs/{id}/events and GET /events?jobs=…: server-sent events.
 *
 *     job's feed ── told ──► bell ──► next: every job's due events, in the
 *                                     order of event_types, then wait
 *
 * Nothing is queued for a client. `next` is asked when the client has taken
 * what it was given last, and gives what is due then: a slow reader gets fewer
 * frames, each with the extremes of a longer range. What a client has been
 * given stands in the ids, so that it can go on after any break, of the server
 * too.
 */
#include "server/api/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/api/event_types.h"
#include "server/api/jobs_named.h"
#include "server/api/trace_request.h"
#include "server/base/clock.h"
#include "server/base/magic.h"

enum {
    BLOCK_BYTES = 2048,      /* enough for a turn */
    PLAIN_BYTES = 512,       /* of HTTP/1.0: little, as every stream holds it */
    POINTS_DEFAULT = 40,
    POINTS_MIN = 4,          /* the first, the last, the least, the greatest */
    POINTS_MAX = 1000,
    FRAME_VALUES_MAX = 10000, /* numbers in a frame */
};

/* A silent connection is closed by proxies, and a client that has gone is
 * noticed only when something is sent: that is looked for so often. */
#define PING_LOOK_S 1.0

/* Their x only where dims is given. */
static const char *const fields_default[] = {"iteration", "loss",
                                             "gradient_norm", "x"};

#define PARAMETERS                                                            \
    {"fields", "Columns of points: loss, x, x.3; left out: iteration, loss, " \
               "gradient_norm, and x where dims is given.", HTTP_LIST},       \
    {"dims", "Coordinates of x, from 0, or variables by name.", HTTP_LIST},   \
    {"points", "Rows in one event at most; more are thinned. Left out: 40, "  \
               "or fewer where there are many columns.", HTTP_INTEGER,        \
     POINTS_MIN, POINTS_MAX, HTTP_NONE},                                      \
    {"last_event_id", "Go on after the event of this id, as the header "      \
                      "Last-Event-ID says, which counts where both are "      \
                      "given. For one job also: after this iteration.",       \
     HTTP_TEXT}

const struct http_parameter job_events_queries[] = {
    PARAMETERS,
    {0},
};

const struct http_parameter events_queries[] = {
    {"jobs", "Ids of jobs.", HTTP_LIST, .items = HTTP_ID,
     .items_max = JOBS_NAMED_MAX, .prefix = "job", .is_required = true},
    PARAMETERS,
    {0},
};

#define EVENT_STREAM_MAGIC MAGIC('e', 'v', 'n', 't')

struct event_stream {
    uint32_t magic;
    struct http_server *server;
    struct event_streams *streams;
    struct event_stream *previous, *next;
    struct http_bell *bell;
    int64_t given_ns;             /* when something was given last */
    bool has_begun;
    char list[EVENT_LIST_BYTES];  /* of several jobs; empty: of one */
    size_t turn;                  /* whose events come next */
    size_t count;
    struct event_job jobs[];
};

/* ---- giving ------------------------------------------------------------- */

/* The id says how far the client is with all jobs. A stream of one job that
 * has given nothing yet has none: a new one is the same. */
static void write_id(const struct event_stream *stream, struct buffer *out)
{
    struct event_id_writer writer = {.out = out};

    if (stream->list[0] == '\0' && stream->jobs[0].position.after < 0
        && !stream->jobs[0].position.is_over)
        return;
    buffer_text(out, "id: ");
    if (stream->list[0] != '\0') {
        buffer_text(out, stream->list);
        buffer_text(out, ":");
    }
    for (size_t i = 0; i < stream->count; i++)
        event_id_add(&writer, &stream->jobs[i].position);
    buffer_text(out, "\n");
}

/* Append an event. Its id, which comes behind, is that after it. */
static enum error give(struct event_stream *stream, struct event_job *job,
                       const struct event_type *type, struct buffer *out)
{
    size_t before = out->count;
    enum error error;

    buffer_text(out, "event: ");
    buffer_text(out, type->name);
    buffer_text(out, "\ndata: ");
    error = type->write(job, out);
    if (error != OK) {
        out->count = before;
        return error;
    }
    buffer_text(out, "\n");
    write_id(stream, out);
    buffer_text(out, "\n");
    return OK;
}

/*
 * Append what is due of a job. A job that runs may begin anew, or be deleted,
 * while its rows are read: then its feed will be told of that.
 */
static enum error give_due(struct event_stream *stream, struct event_job *job,
                           struct buffer *out)
{
    const struct feed *feed = job->follower.feed;
    enum error error = OK;

    TRY(feed->error);
    for (size_t i = 0; event_types[i] != NULL && error == OK; i++)
        if (event_types[i]->is_due(job))
            error = give(stream, job, event_types[i], out);
    if (error == ERR_MISSING && !job_has_ended(feed->job.state))
        return OK;
    return error;
}

static bool is_over(const struct event_stream *stream)
{
    for (size_t i = 0; i < stream->count; i++)
        if (!stream->jobs[i].position.is_over)
            return false;
    return true;
}

static bool is_silent(const struct event_stream *stream, int64_t now_ns)
{
    return (double)(now_ns - stream->given_ns) / 1e9
           >= stream->streams->ping_s;
}

static enum http_more next(void *self, struct buffer *out)
{
    struct event_stream *stream =
        MAGIC_CAST(self, struct event_stream, EVENT_STREAM_MAGIC);
    int64_t now_ns = clock_monotonic_ns();

    /* The server stops: a client comes again with its last id. */
    if (http_is_stopping(stream->server))
        return HTTP_END;
    if (!stream->has_begun)
        buffer_text(out, "retry: 2000\n\n");
    stream->has_begun = true;
    for (size_t i = 0; i < stream->count && out->count < BLOCK_BYTES; i++) {
        if (give_due(stream, &stream->jobs[stream->turn], out) != OK)
            return HTTP_CUT;
        stream->turn = (stream->turn + 1) % stream->count;
    }
    if (is_over(stream))
        return HTTP_END;
    if (out->count == 0 && is_silent(stream, now_ns))
        buffer_text(out, ": ping\n\n");
    if (out->count == 0)
        return HTTP_WAIT;
    stream->given_ns = now_ns;
    return HTTP_MORE;
}

static void told(struct follower *follower)
{
    struct event_stream *stream =
        MAGIC_CAST(follower->context, struct event_stream, EVENT_STREAM_MAGIC);

    http_bell_ring(stream->bell);
}

/* ---- pings -------------------------------------------------------------- */

static void ring_silent(void *self)
{
    struct event_streams *streams = self;
    int64_t now_ns = clock_monotonic_ns();

    for (struct event_stream *s = streams->first; s != NULL; s = s->next)
        if (is_silent(s, now_ns))
            http_bell_ring(s->bell);
    if (streams->first != NULL)
        http_timer_set(streams->first->server, &streams->timer, PING_LOOK_S);
}

static void list_stream(struct event_stream *stream)
{
    struct event_streams *streams = stream->streams;

    stream->next = streams->first;
    if (streams->first != NULL)
        streams->first->previous = stream;
    streams->first = stream;
    streams->timer.call = ring_silent;
    streams->timer.argument = streams;
    if (!streams->timer.is_set)
        http_timer_set(stream->server, &streams->timer, PING_LOOK_S);
}

static void unlist_stream(struct event_stream *stream)
{
    if (stream->next != NULL)
        stream->next->previous = stream->previous;
    if (stream->previous != NULL)
        stream->previous->next = stream->next;
    else
        stream->streams->first = stream->next;
}

/* ---- begin and end ------------------------------------------------------ */

static void close_stream(void *self)
{
    struct event_stream *stream =
        MAGIC_CAST(self, struct event_stream, EVENT_STREAM_MAGIC);

    unlist_stream(stream);
    for (size_t i = 0; i < stream->count; i++)
        feed_leave(&stream->jobs[i].follower);
    http_bell_release(stream->bell);
    MAGIC_CLEAR(stream);
    free(stream);
}

static struct event_stream *stream_new(struct http_request *request,
                                       size_t count)
{
    struct event_stream *stream =
        calloc(1, sizeof *stream + count * sizeof *stream->jobs);

    if (stream == NULL)
        return NULL;
    stream->magic = EVENT_STREAM_MAGIC;
    stream->server = http_server_of(request);
    stream->streams = &api_of(request)->event_streams;
    stream->bell = http_bell_new(stream->server);
    stream->given_ns = clock_monotonic_ns();
    if (stream->bell == NULL) {
        free(stream);
        return NULL;
    }
    list_stream(stream);
    return stream;
}

/* What is asked for: jobs, in the request's arena. */
struct wish {
    struct store_job job;
    const struct trace_column *columns;
    size_t column_count, points;
    struct event_position position;
};

static enum error follow(struct http_request *request,
                         const struct wish *wish, struct event_stream *stream)
{
    struct event_job *job = &stream->jobs[stream->count];
    const struct feed_choice choice = {
        .columns = wish->columns, .column_count = wish->column_count,
        .points = wish->points,
    };

    job->follower.told = told;
    job->follower.context = stream;
    job->position = wish->position;
    TRY(feed_follow(request, wish->job.number, &choice, &job->follower));
    stream->count++;
    return OK;
}

static enum http_next reply_error(struct http_request *request,
                                  enum error error)
{
    char detail[128];

    if (error == ERR_MISSING)
        return problem_reply(request, PROBLEM_NOT_FOUND, "a job was deleted "
                             "at this moment");
    if (error != ERR_FULL)
        return problem_reply_error(request, error);
    snprintf(detail, sizeof detail, "the streams of one job may differ in "
             "fields, dims and points in %d ways at once", FEED_VIEWS_MAX);
    return problem_reply(request, PROBLEM_VIEWS, detail);
}

static enum http_next reply(struct http_request *request,
                            const struct wish *wishes, size_t count,
                            const char *list)
{
    struct event_stream *stream = stream_new(request, count);
    enum error error = stream != NULL ? OK : ERR_MEMORY;

    if (error == OK && list != NULL)
        memcpy(stream->list, list, EVENT_LIST_BYTES);
    for (size_t i = 0; i < count && error == OK; i++)
        error = follow(request, &wishes[i], stream);
    if (error != OK) {
        if (stream != NULL)
            close_stream(stream);
        return reply_error(request, error);
    }
    http_reply_header(request, "X-Accel-Buffering", "no"); /* nginx's */
    return http_reply_stream(request, 200, "text/event-stream",
                             &(struct http_stream){
                                 .next = next, .close = close_stream,
                                 .self = stream, .bell = stream->bell,
                                 .block_bytes = PLAIN_BYTES,
                             });
}

/* ---- what is asked for -------------------------------------------------- */

/* The columns of a job's points, and how many of them. */
static enum error choose(struct http_request *request, const char *prefix,
                         struct faults *faults, struct wish *wish)
{
    struct trace_query query = {
        .to = UINT64_MAX, .every = 1, .limit = UINT64_MAX,
        .fields = http_value(request, "fields"),
        .dims = http_value(request, "dims"),
    };
    int64_t points = http_value(request, "points").integer;
    size_t points_max;
    struct trace_request asked;

    if (!query.fields.is_given)
        query.fields = (struct http_value){
            .is_given = true, .items = fields_default,
            .count = query.dims.is_given ? 4 : 3,
        };
    TRY(trace_request_open(request, &query, &wish->job, prefix, faults,
                           &asked));
    wish->columns = asked.selection.columns;
    wish->column_count = asked.selection.column_count;
    points_max = FRAME_VALUES_MAX / (wish->column_count + 1);
    if (points > (int64_t)points_max)
        fault_add(faults, "?points", FAULT_TOO_LARGE, NULL,
                  "%sat most %zu points of %zu columns: %d numbers in one "
                  "event; name fields, or fewer points", prefix, points_max,
                  wish->column_count, FRAME_VALUES_MAX);
    wish->points = points > 0 ? (size_t)points : POINTS_DEFAULT;
    if (wish->points > points_max)
        wish->points = points_max;
    return OK;
}

static const char *asked_id(struct http_request *request)
{
    const char *id = http_header(request, "Last-Event-ID");

    return id != NULL && *id != '\0' ? id
                                     : http_value(request,
                                                  "last_event_id").text;
}

/* Where the client is. True: it has all, and `end` too. */
static bool read_positions(struct http_request *request,
                           struct faults *faults, const char *list,
                           struct wish *wishes, size_t count)
{
    struct event_position positions[JOBS_NAMED_MAX];
    const char *id = asked_id(request);
    bool is_over = count > 0;

    for (size_t i = 0; i < count; i++)
        positions[i] = (struct event_position){.after = -1};
    if (id != NULL && !event_id_read(id, list, positions, count))
        fault_add(faults, "?last_event_id", FAULT_OUT_OF_RANGE, NULL,
                  list == NULL
                      ? "\"%s\" is not the id of an event of this stream: an "
                        "iteration, and .end after the last event"
                      : "\"%s\" is not the id of an event of a stream with "
                        "these jobs in this order", id);
    for (size_t i = 0; i < count; i++) {
        wishes[i].position = positions[i];
        is_over &= positions[i].is_over;
    }
    return is_over;
}

static enum http_next reply_wishes(struct http_request *request,
                                   struct faults *faults,
                                   struct wish *wishes, size_t count,
                                   const char *list)
{
    bool is_over = read_positions(request, faults, list, wishes, count);

    if (faults->total > 0)
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    if (is_over) /* EventSource comes no more after this */
        return http_reply_empty(request, 204);
    return reply(request, wishes, count, list);
}

/* ---- one job ------------------------------------------------------------ */

static bool is_acceptable(struct http_request *request)
{
    static const char *const types[] = {"text/event-stream", NULL};

    return http_accept(request, types) == 0;
}

enum http_next job_events(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    struct wish *wish = ARENA_NEW(http_arena(request), struct wish);
    enum error error;

    if (!is_acceptable(request))
        return problem_reply(request, PROBLEM_NOT_ACCEPTABLE,
                             "events are text/event-stream");
    if (faults == NULL || wish == NULL)
        return problem_reply_error(request, ERR_MEMORY);
    if (!api_find_job(request, STORE_ROW, &wish->job))
        return HTTP_DONE;
    error = choose(request, "", faults, wish);
    if (error != OK)
        return problem_reply_error(request, error);
    return reply_wishes(request, faults, wish, 1, NULL);
}

/* ---- several jobs ------------------------------------------------------- */

enum http_next events(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    struct arena *arena = http_arena(request);
    struct wish *wishes = arena_array(arena, JOBS_NAMED_MAX, sizeof *wishes);
    struct jobs_named *named = ARENA_NEW(arena, struct jobs_named);
    char list[EVENT_LIST_BYTES];
    enum error error;

    if (!is_acceptable(request))
        return problem_reply(request, PROBLEM_NOT_ACCEPTABLE,
                             "events are text/event-stream");
    error = faults && wishes && named ? jobs_named_read(request, faults, named)
                                      : ERR_MEMORY;
    for (size_t i = 0; error == OK && i < named->count; i++) {
        wishes[i].job = named->items[i].job;
        error = choose(request, named->items[i].prefix, faults, &wishes[i]);
    }
    if (error != OK)
        return problem_reply_error(request, error);
    if (faults->total > 0) /* which jobs, is not known for certain */
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    event_list_digest(http_query(request, "jobs"), list);
    return reply_wishes(request, faults, wishes, named->count, list);
}
