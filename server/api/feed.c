/* feed.c - what followers of a job share. */
#include "server/api/feed.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/api/job_document.h"
#include "server/api/trace_formats.h"
#include "server/api/variable_names.h"
#include "server/base/clock.h"
#include "server/base/magic.h"
#include "server/jobs/live.h"
#include "server/jobs/window.h"

/* Followers are in step but for those who came since the last news, and those
 * who read slowly: a few places are enough. */
enum { FRAMES_KEPT = 4 };

/* Rows of the iterations (after, last], as text. */
struct frame {
    int64_t after;
    uint64_t last;
    struct buffer text;           /* empty: the place is free */
};

/* A choice that one or more followers made. */
struct feed_view {
    struct feed_view *next;       /* of the feed */
    size_t followers;
    struct frame frames[FRAMES_KEPT];
    size_t oldest;                /* of the frames */
    size_t points, column_count;
    struct trace_column columns[];
};

/* ---- looking at the job ------------------------------------------------- */

static void look_at_job(struct feed *feed)
{
    arena_reset(&feed->arena);
    feed->error = store_get_number(feed->api->reader, feed->watch.number,
                                   STORE_ROW, &feed->arena, &feed->job);
    feed->is_gone = feed->error == ERR_MISSING;
    if (feed->is_gone)
        feed->error = OK;
}

static void look_at_best(struct feed *feed)
{
    struct live *live = pool_find(feed->api->pool, feed->watch.number);
    struct progress progress;

    if (live != NULL) {
        recorder_progress(&live->recorder, &progress, NULL, NULL);
        feed->has_best = progress.best_loss == progress.best_loss;
        feed->best_iteration = progress.best_iteration;
        feed->best_loss = progress.best_loss;
    } else if (job_has_ended(feed->job.state)) {
        feed->has_best = feed->job.best_loss == feed->job.best_loss;
        feed->best_iteration = (uint64_t)feed->job.best_iteration;
        feed->best_loss = feed->job.best_loss;
    }
    live_release(live);
}

static void look(struct feed *feed, bool at_state)
{
    feed->looked_ns = clock_monotonic_ns();
    buffer_clear(&feed->document);
    if (at_state || feed->error != OK)
        look_at_job(feed);
    if (feed->error != OK || feed->is_gone)
        return;
    feed->error = trace_open(feed->api->pool, feed->api->reader,
                             feed->watch.number, &feed->trace);
    look_at_best(feed);
}

/* Whether there can be news. An ended job can still be deleted. */
static enum error watch_on(struct feed *feed)
{
    if (feed->is_gone)
        return OK;
    feed->watch.wants_rows = !job_has_ended(feed->job.state);
    return watch_add(&feed->api->watches, &feed->watch);
}

static void has_news(struct watch *watch)
{
    struct feed *feed = MAGIC_CAST(watch->context, struct feed, FEED_MAGIC);
    struct follower *next;
    enum error error;

    look(feed, watch->is_of_state);
    error = watch_on(feed);
    if (feed->error == OK)
        feed->error = error;
    for (struct follower *f = feed->followers; f != NULL; f = next) {
        next = f->next;
        f->told(f);
    }
}

/* ---- feeds of the program ----------------------------------------------- */

static struct feed **bucket_of(struct api *api, int64_t number)
{
    return &api->feeds[(uint64_t)number % FEED_BUCKETS];
}

static struct feed *find(struct api *api, int64_t number)
{
    struct feed *feed = *bucket_of(api, number);

    while (feed != NULL && feed->watch.number != number)
        feed = feed->next;
    return feed;
}

static void feed_free(struct feed *feed)
{
    struct feed **at = bucket_of(feed->api, feed->watch.number);

    while (*at != feed)
        at = &(*at)->next;
    *at = feed->next;
    watch_remove(&feed->api->watches, &feed->watch);
    buffer_fini(&feed->document);
    arena_fini(&feed->arena);
    MAGIC_CLEAR(feed);
    free(feed);
}

/* Watches first, then looks: no change can come between. */
static enum error feed_new(struct http_request *request, int64_t number,
                           struct feed **ret)
{
    struct api *api = api_of(request);
    struct feed *feed = calloc(1, sizeof *feed), **bucket;
    enum error error;

    if (feed == NULL)
        return ERR_MEMORY;
    bucket = bucket_of(api, number);
    feed->magic = FEED_MAGIC;
    feed->api = api;
    feed->base_path = http_base_path(request);
    feed->watch = (struct watch){
        .number = number, .wants_rows = true, .call = has_news,
        .context = feed};
    arena_init(&feed->arena, 0);
    buffer_init(&feed->document);
    feed->next = *bucket;
    *bucket = feed;
    error = watch_add(&api->watches, &feed->watch);
    if (error == OK) {
        look(feed, true);
        error = feed->is_gone ? ERR_MISSING : feed->error;
    }
    if (error == OK)
        identifier_format(&feed->job.id, "job", feed->id);
    if (error == OK)
        *ret = feed;
    else
        feed_free(feed);
    return error;
}

/* ---- views -------------------------------------------------------------- */

static bool is_chosen(const struct feed_view *view,
                      const struct feed_choice *choice)
{
    if (view->points != choice->points
        || view->column_count != choice->column_count)
        return false;
    for (size_t i = 0; i < view->column_count; i++)
        if (view->columns[i].scalar != choice->columns[i].scalar
            || view->columns[i].dimension != choice->columns[i].dimension)
            return false;
    return true;
}

static enum error view_new(struct feed *feed, const struct feed_choice *choice,
                           struct feed_view **ret)
{
    size_t bytes = choice->column_count * sizeof *choice->columns;
    struct feed_view *view = calloc(1, sizeof *view + bytes);

    if (view == NULL)
        return ERR_MEMORY;
    view->points = choice->points;
    view->column_count = choice->column_count;
    memcpy(view->columns, choice->columns, bytes);
    for (size_t i = 0; i < FRAMES_KEPT; i++)
        buffer_init(&view->frames[i].text);
    view->next = feed->views;
    feed->views = view;
    *ret = view;
    return OK;
}

static enum error view_of(struct feed *feed, const struct feed_choice *choice,
                          struct feed_view **ret)
{
    struct feed_view *view = feed->views;
    size_t count = 0;

    for (; view != NULL && !is_chosen(view, choice); count++)
        view = view->next;
    if (view != NULL) {
        *ret = view;
        return OK;
    }
    return count < FEED_VIEWS_MAX ? view_new(feed, choice, ret) : ERR_FULL;
}

static void view_leave(struct feed *feed, struct feed_view *view)
{
    struct feed_view **at = &feed->views;

    if (--view->followers > 0)
        return;
    while (*at != view)
        at = &(*at)->next;
    *at = view->next;
    for (size_t i = 0; i < FRAMES_KEPT; i++)
        buffer_fini(&view->frames[i].text);
    free(view);
}

/* ---- followers ---------------------------------------------------------- */

/* Who comes between two rounds sees what the others saw last, and is in step
 * with them from then on. */
static bool is_stale(const struct feed *feed)
{
    return (double)(clock_monotonic_ns() - feed->looked_ns) / 1e9
           > WATCH_ROWS_INTERVAL_S;
}

enum error feed_follow(struct http_request *request, int64_t number,
                       const struct feed_choice *choice,
                       struct follower *follower)
{
    struct feed *feed = find(api_of(request), number);
    struct feed_view *view = NULL;
    enum error error;

    if (feed == NULL)
        TRY(feed_new(request, number, &feed));
    else if (is_stale(feed))
        look(feed, false);
    error = view_of(feed, choice, &view);
    if (error != OK) {
        if (feed->followers == NULL)
            feed_free(feed);
        return error;
    }
    view->followers++;
    follower->feed = feed;
    follower->view = view;
    follower->previous = NULL;
    follower->next = feed->followers;
    if (feed->followers != NULL)
        feed->followers->previous = follower;
    feed->followers = follower;
    return OK;
}

void feed_leave(struct follower *follower)
{
    struct feed *feed = follower->feed;

    if (feed == NULL)
        return;
    if (follower->next != NULL)
        follower->next->previous = follower->previous;
    if (follower->previous != NULL)
        follower->previous->next = follower->next;
    else
        feed->followers = follower->next;
    view_leave(feed, follower->view);
    follower->feed = NULL;
    if (feed->followers == NULL)
        feed_free(feed);
}

/* ---- what they are given ------------------------------------------------ */

static void make_document(struct feed *feed)
{
    struct json_writer writer;
    struct buffer text;

    buffer_init(&text);
    json_writer_init(&writer, &text);
    job_document_write(&writer, feed->api->pool, feed->base_path, &feed->job);
    /* An object: "job" goes before its first member. */
    buffer_format(&feed->document, "{\"job\":\"%s\",", feed->id);
    if (!text.failed)
        buffer_append(&feed->document, text.bytes + 1, text.count - 1);
    feed->document.failed |= text.failed;
    buffer_fini(&text);
}

void feed_write_document(struct feed *feed, struct buffer *out)
{
    if (feed->document.count == 0)
        make_document(feed);
    buffer_append(out, feed->document.bytes, feed->document.count);
    out->failed |= feed->document.failed;
    if (feed->document.failed)
        buffer_fini(&feed->document);
}

static void write_names(struct json_writer *writer, size_t n,
                        const char *const *names)
{
    json_object_begin(writer);
    json_key(writer, "variables");
    if (names == NULL) {
        json_null(writer);
        return;
    }
    json_array_begin(writer);
    for (size_t i = 0; i < n; i++)
        json_text(writer, names[i]);
    json_array_end(writer);
}

enum error feed_write_snapshot(struct feed *feed, struct buffer *out)
{
    size_t before = out->count, end;
    const char *const *names;
    struct json_writer writer;
    struct arena arena;
    enum error error;

    feed_write_document(feed, out);
    if (out->failed)
        return ERR_MEMORY;
    out->count = end = out->count - 1; /* its last brace goes behind */
    assert(out->bytes[end] == '}' && end > before);
    arena_init(&arena, 0);
    error = variable_names(feed->api, &feed->job, &arena, &names);
    json_writer_init(&writer, out);
    if (error == OK)
        write_names(&writer, (size_t)feed->job.dimension, names);
    arena_fini(&arena);
    if (error != OK || out->failed)
        return error != OK ? error : ERR_MEMORY;
    out->bytes[end] = ','; /* where write_names() has begun an object */
    buffer_append(out, "}", 1);
    return out->failed ? ERR_MEMORY : OK;
}

/* Where a frame ends that begins behind an iteration. */
static enum error find_last(const struct feed *feed, int64_t after,
                            uint64_t *ret_last)
{
    const struct trace *trace = &feed->trace;
    uint64_t row = trace_row_of(trace, (uint64_t)(after + 1)), rows_max;

    *ret_last = trace->last;
    if (trace->rows - row <= WINDOW_ROWS_MAX)
        return OK;
    TRY(window_rows_max(trace, &rows_max));
    if (rows_max < UINT64_MAX)
        *ret_last = trace_iteration_of(trace, row + WINDOW_ROWS_MAX - 1);
    return OK;
}

static enum error make_frame(const struct feed *feed,
                             const struct feed_view *view, int64_t after,
                             uint64_t last, struct buffer *out)
{
    const struct trace *trace = &feed->trace;
    const struct trace_selection selection = {
        .trace = *trace,
        .row = trace_row_of(trace, (uint64_t)(after + 1)),
        .end = trace_row_of(trace, last + 1),
        .every = 1,
        .limit = UINT64_MAX,
        .thinning = {
            .points = view->points, .method = thin_methods[0],
            .by = {COLUMN_LOSS, 0}, .axis = TRACE_AXIS_ITERATION,
            .an_epoch = 1,
        },
        .columns = view->columns,
        .column_count = view->column_count,
    };
    const struct trace_about about = {
        .job = feed->id, .from = (uint64_t)(after + 1),
        .to = last < trace->last ? last + 1 : UINT64_MAX,
        .complete = job_has_ended(feed->job.state),
        .n = (size_t)feed->job.dimension, .omits_names = true,
    };
    struct trace_page *page;
    struct buffer piece;
    bool has_more = true;
    enum error error = OK;

    TRY(trace_page_new(&selection, &about, &page));
    buffer_init(&piece);
    while (error == OK && has_more && !piece.failed) {
        buffer_clear(&piece); /* a page is written in blocks */
        error = trace_page_write(page, &piece, &has_more);
        buffer_append(out, piece.bytes, piece.count);
    }
    out->failed |= piece.failed;
    buffer_fini(&piece);
    trace_page_free(page);
    return error == OK && out->failed ? ERR_MEMORY : error;
}

static const struct frame *find_frame(const struct feed_view *view,
                                      int64_t after, uint64_t last)
{
    for (size_t i = 0; i < FRAMES_KEPT; i++)
        if (view->frames[i].text.count > 0
            && view->frames[i].after == after
            && view->frames[i].last == last)
            return &view->frames[i];
    return NULL;
}

enum error feed_write_points(struct follower *follower, int64_t after,
                             struct buffer *out, uint64_t *ret_last)
{
    struct feed_view *view = follower->view;
    const struct feed *feed = follower->feed;
    const struct frame *found;
    struct frame *made;
    enum error error;
    uint64_t last;

    TRY(find_last(feed, after, &last));
    found = find_frame(view, after, last);
    if (found == NULL) {
        made = &view->frames[view->oldest];
        view->oldest = (view->oldest + 1) % FRAMES_KEPT;
        buffer_clear(&made->text);
        made->after = after;
        made->last = last;
        error = make_frame(feed, view, after, last, &made->text);
        if (error != OK) {
            buffer_fini(&made->text);
            return error;
        }
        found = made;
    }
    buffer_append(out, found->text.bytes, found->text.count);
    *ret_last = last;
    return OK;
}
