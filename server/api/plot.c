/*
 * plot.c - GET /jobs/{id}/plot.svg and GET /plot.svg?jobs=a,b,c: the picture
 * that server/plot draws, made as an errand.
 */
#include "server/api/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "server/api/errand_request.h"
#include "server/api/tag.h"
#include "server/base/build_id.h"
#include "server/jobs/picture_stored.h"

/* So much of its time may be used up before it is told that it will not do. */
#define TRIED 0.02

#define TYPE_SVG "image/svg+xml; charset=utf-8"

/* Styles of the picture itself, and nothing else: no script, nothing that is
 * fetched, as a page of its own as well. */
#define POLICY "default-src 'none'; style-src 'unsafe-inline'; sandbox"

static const char *const themes[PLOT_THEMES + 1] = {
    [PLOT_AUTO] = "auto", [PLOT_LIGHT] = "light", [PLOT_DARK] = "dark",
};

/* From PLOT_LOG on. */
static const char *const scales[] = {"log", "linear", NULL};

/* plot_options, in its order; a unit test compares their names. */
#define OPTION_QUERIES                                                        \
    {"width", "Pixels.", HTTP_INTEGER, PLOT_SIDE_MIN, PLOT_SIDE_MAX,          \
     PLOT_WIDTH},                                                             \
    {"height", "Pixels.", HTTP_INTEGER, PLOT_SIDE_MIN, PLOT_SIDE_MAX,         \
     PLOT_HEIGHT},                                                            \
    {"theme", "The colours; auto: as the reader's system says.", HTTP_CHOICE, \
     .initial = PLOT_AUTO, .choices = themes},                                \
    {"scale", "Of the loss, or of the contours' levels; left out: log where " \
              "it can be.", HTTP_CHOICE, .initial = HTTP_NONE,                \
     .choices = scales},                                                      \
    {"animate", "A picture that moves by itself.", HTTP_BOOLEAN}

const struct http_parameter job_plot_queries[] = {
    OPTION_QUERIES,
    {0},
};

const struct http_parameter jobs_plot_queries[] = {
    OPTION_QUERIES,
    {"jobs", "Ids of jobs.", HTTP_LIST, .items = HTTP_ID,
     .items_max = PLOT_RUNS_MAX, .prefix = "job", .is_required = true},
    {0},
};

/* One request's picture; in its arena. */
struct work {
    struct errand_request request; /* first: it is cast to this struct */
    struct api *api;
    struct picture_stored picture;
    struct plot_options options;
    int64_t numbers[PLOT_RUNS_MAX];
    size_t count;
    bool all_ended;
    struct buffer revisions;       /* what an ended picture follows from */
    const char *etag;              /* NULL: it may still change */
    double ready_s;                /* spent when the grid began */
    struct arena arena;
    struct buffer body;
    enum error error;
};

/* ---- what is asked for -------------------------------------------------- */

static void read_options(struct http_request *request,
                         struct plot_options *options)
{
    *options = (struct plot_options){
        .width = (unsigned)http_value(request, "width").integer,
        .height = (unsigned)http_value(request, "height").integer,
        .theme = (enum plot_theme)http_value(request, "theme").choice,
        .scale = (enum plot_scale)(http_value(request, "scale").choice
                                   + PLOT_LOG),
        .animate = http_value(request, "animate").flag,
    };
}

static void add_job(struct work *work, const struct store_job *job)
{
    work->numbers[work->count++] = job->number;
    work->all_ended &= job_has_ended(job->state);
    buffer_format(&work->revisions, " %lld.%lld", (long long)job->number,
                  (long long)job->revision);
}

static bool is_there(const struct work *work, int64_t number)
{
    for (size_t i = 0; i < work->count; i++)
        if (work->numbers[i] == number)
            return true;
    return false;
}

static enum error add_by_id(struct http_request *request, const char *text,
                            struct faults *faults, struct work *work)
{
    enum error error = ERR_MISSING;
    struct identifier id;
    struct store_job job;

    if (identifier_parse(text, "job", &id))
        error = store_get(work->api->reader, &id, STORE_ROW,
                          http_arena(request), &job);
    if (error == ERR_MISSING)
        fault_add(faults, "?jobs", FAULT_UNKNOWN_NAME, NULL,
                  "%s: there is no such job", text);
    else if (error != OK)
        return error;
    else if (is_there(work, job.number))
        fault_add(faults, "?jobs", FAULT_DUPLICATE, NULL,
                  "%s: it may stand only once", text);
    else if (work->count < PLOT_RUNS_MAX)
        add_job(work, &job);
    return OK;
}

static enum error read_jobs(struct http_request *request,
                            struct faults *faults, struct work *work)
{
    struct http_value jobs = http_value(request, "jobs");

    for (size_t i = 0; i < jobs.count; i++)
        TRY(add_by_id(request, jobs.items[i], faults, work));
    return OK;
}

/* ---- on the errands' thread --------------------------------------------- */

/* Whether more is spent than may be, or will be once all cells are evaluated:
 * that is told early. */
static bool costs_too_much(struct work *work)
{
    const struct grid *grid = &work->picture.grid;
    double spent_s = errand_spent_s(&work->request.errand);
    double may_s = work->api->errand_s, cells_s;

    if (grid->done == 0)
        work->ready_s = spent_s;
    if (grid->done == 0 || spent_s < TRIED * may_s)
        return spent_s > may_s;
    cells_s = (spent_s - work->ready_s) / (double)grid->done
            * (double)(grid->nx * grid->ny);
    return fmax(work->ready_s + cells_s, spent_s) > may_s;
}

/* The next piece; false: it is over, one way or the other. */
static bool make(struct errand_request *request)
{
    struct work *work = (struct work *)request;
    bool more = false;

    work->error = picture_stored_step(&work->picture, &more);
    if (work->error == OK && more && costs_too_much(work))
        work->error = ERR_TOO_BIG;
    return work->error == OK && more;
}

static bool step(struct errand_request *request)
{
    struct work *work = (struct work *)request;

    if (errand_request_make(request, make))
        return true;
    picture_stored_fini(&work->picture);
    return false;
}

/* ---- the answer --------------------------------------------------------- */

static enum http_next reply_error(struct http_request *request,
                                  const struct work *work)
{
    enum error error = work->error;

    if (error == ERR_MISSING)
        return problem_reply(request, PROBLEM_NOT_FOUND,
                             "the job has been deleted");
    if (error == ERR_TOO_BIG && work->picture.is_too_long)
        return problem_reply(request, PROBLEM_TOO_COSTLY,
                             "a trace was recorded before there were levels, "
                             "and is too long to be read for one picture: "
                             "draw the pages of GET /jobs/{id}/trace");
    if (error == ERR_TOO_BIG)
        return problem_reply(request, PROBLEM_TOO_COSTLY,
                             "the landscape of this job takes more processor "
                             "time or memory than a picture may use "
                             "(--errand-s, --errand-bytes)");
    return problem_reply_error(request, error);
}

static enum http_next reply(struct http_request *request)
{
    struct work *work = http_state(request);

    if (work->error != OK)
        return reply_error(request, work);
    http_reply_header(request, "Content-Security-Policy", POLICY);
    http_reply_header(request, "Cache-Control", "no-cache");
    return work->etag ? http_reply_tagged(request, 200, TYPE_SVG, work->etag,
                                           &work->body)
                       : http_reply(request, 200, TYPE_SVG, &work->body);
}

static void end(struct errand_request *request)
{
    struct work *work = (struct work *)request;

    buffer_fini(&work->body);
    arena_fini(&work->arena);
}

/* A picture of jobs that have ended never changes but with the program, of
 * which another build may draw otherwise. The parameters are part of the
 * address. */
static void set_etag(struct http_request *request, struct work *work)
{
    char build[BUILD_ID_BYTES];

    build_id(build);
    if (*build && work->all_ended && !work->revisions.failed)
        work->etag = TAG(request, tag_digest(request, &work->revisions),
                         "plot", build);
}

static enum http_next begin(struct http_request *request, struct work *work,
                            const struct faults *faults)
{
    struct picture_source source = {
        .store = work->api->store, .datasets = work->api->datasets,
        .pool = work->api->pool, .numbers = work->numbers,
        .count = work->count, .options = work->options,
        .bytes_max = work->api->errand_bytes,
        .cancel = &work->request.errand.is_canceled};

    set_etag(request, work);
    buffer_fini(&work->revisions);
    if (faults->total > 0)
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    if (work->etag && http_none_match(request, work->etag)) {
        http_reply_header(request, "Cache-Control", "no-cache");
        http_reply_unchanged(request, work->etag);
        return HTTP_DONE;
    }
    arena_init(&work->arena, 0);
    buffer_init(&work->body);
    picture_stored_init(&work->picture, &source, &work->arena, &work->body);
    work->request.step = step;
    work->request.reply = reply;
    work->request.end = end;
    return errand_request_begin(request, &work->request);
}

/* A request's work with its options read; NULL without memory. */
static struct work *work_new(struct http_request *request,
                             struct faults *faults)
{
    struct work *work = ARENA_NEW(http_arena(request), struct work);

    if (!work || !faults)
        return NULL;
    work->api = api_of(request);
    work->all_ended = true;
    buffer_init(&work->revisions);
    read_options(request, &work->options);
    return work;
}

enum http_next job_plot(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    struct work *work = work_new(request, faults);
    struct store_job job;

    if (!work)
        return problem_reply_error(request, ERR_MEMORY);
    if (!api_find_job(request, STORE_ROW, &job))
        return HTTP_DONE;
    add_job(work, &job);
    return begin(request, work, faults);
}

enum http_next jobs_plot(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    struct work *work = work_new(request, faults);
    enum error error;

    if (!work)
        return problem_reply_error(request, ERR_MEMORY);
    error = read_jobs(request, faults, work);
    if (error == OK)
        return begin(request, work, faults);
    buffer_fini(&work->revisions);
    return problem_reply_error(request, error);
}
