/*
 * landscape.c - GET /jobs/{id}/landscape and POST /landscape: the loss on a
 * grid. It is made as an errand, and written as the client takes it; here is
 * what was asked for, and what is replied.
 */
#include "server/api/landscape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/api/errand_request.h"
#include "server/api/landscape_answer.h"
#include "server/api/tag.h"
#include "server/base/build_id.h"
#include "server/base/pages.h"
#include "server/jobs/safetensors.h"

#define ITERATION_MAX 1000000000000LL

enum {
    BLOCK_BYTES = 64 * 1024,
    BOUNDS_MAX = 2 * PLANE_DIMS_MAX,
};

/* Of its time may be used up before it is told that all of it will not do. */
#define TRIED 0.02

static const char *const automatic[] = {"auto", NULL};

/* Places by name; a number is an iteration. */
static const char *const places[] = {
    [LANDSCAPE_BEST] = "best", [LANDSCAPE_LAST] = "last",
    [LANDSCAPE_START] = "start", NULL,
};

#define COMMON_QUERIES                                                        \
    {"dims", "One or two variables, by name or by number from 0; left out: "  \
             "the first two.", HTTP_LIST},                                    \
    {"nx", "Cells along x; nx times ny is at most 250000. Left out: 200.",    \
     HTTP_INTEGER, GRID_SIDE_MIN, GRID_CELLS_MAX, HTTP_NONE},                 \
    {"ny", "Cells along y, likewise; none along a line.",                     \
     HTTP_INTEGER, GRID_SIDE_MIN, GRID_CELLS_MAX, HTTP_NONE},                 \
    {"bounds", "x0,x1,y0,y1, or x0,x1 of a line; left out, or auto: what "    \
               "holds path, start and known minima.", HTTP_LIST,              \
     -LANDSCAPE_BOUND_MAX, LANDSCAPE_BOUND_MAX, HTTP_NONE,                    \
     .items = HTTP_NUMBER, .choices = automatic}

const struct http_parameter landscape_queries[] = {
    COMMON_QUERIES,
    {"at", "start: the point that stays where it is in all other variables.",
     HTTP_INTEGER, 0, ITERATION_MAX, HTTP_NONE, .choices = places},
    {"plane", "coordinates: along variables.", HTTP_CHOICE,
     .initial = PLANE_COORDINATES, .choices = plane_kind_names},
    {0},
};

const struct http_parameter job_landscape_queries[] = {
    COMMON_QUERIES,
    {"at", "The point that the plane goes through: a place, or a recorded "
           "iteration; left out: best.", HTTP_INTEGER, 0, ITERATION_MAX,
     HTTP_NONE, .choices = places},
    {"plane", "coordinates: along two variables; path: along the two "
              "directions in which the path moves most.", HTTP_CHOICE,
     .initial = PLANE_COORDINATES, .choices = plane_kind_names},
    {0},
};

enum { JSON, OCTETS };

static const char *const types[] = {TYPE_JSON, TYPE_OCTETS, NULL};

/* What is made: it outlives the request, whose client takes it slowly. */
struct made {
    struct landscape landscape;
    struct landscape_answer answer;
    struct arena arena;
    char job[IDENTIFIER_TEXT_BYTES]; /* its id; "": there is none */
    struct buffer first;           /* the answer's beginning */
    size_t octets;                 /* numbers that went out */
};

/* One request's landscape; in its arena. */
struct work {
    struct errand_request request; /* first: it is cast to this struct */
    struct api *api;
    struct made *made;             /* NULL: it is the answer's */
    struct faults *faults;
    struct json_flaw flaw;
    const char *tag;               /* NULL: it may still change */
    int type;
    double ready_s;                /* spent when the grid began */
    char layout[LANDSCAPE_LAYOUT_BYTES];
    enum error error;
    const char *detail;            /* of ERR_TOO_BIG */
};

/* ---- what was asked for -------------------------------------------------- */

/* Those beyond LANDSCAPE_DIMS_GIVEN_MAX are too many in any case. */
static void read_dims(struct http_request *request,
                      struct landscape_wish *wish)
{
    struct http_value dims = http_value(request, "dims");

    while (wish->dim_count < LANDSCAPE_DIMS_GIVEN_MAX
           && wish->dim_count < dims.count) {
        wish->dims[wish->dim_count] = dims.items[wish->dim_count];
        wish->dim_count++;
    }
}

static void read_bounds(struct http_request *request, struct faults *faults,
                        struct landscape_wish *wish)
{
    struct http_value bounds = http_value(request, "bounds");

    wish->bound_count = bounds.count;
    for (size_t i = 0; i < bounds.count && i < BOUNDS_MAX; i++)
        wish->bounds[i] = bounds.numbers[i];
    for (size_t k = 0; 2 * k + 1 < bounds.count && 2 * k < BOUNDS_MAX
                       && !bounds.is_wrong;
         k++)
        if (!(wish->bounds[2 * k] < wish->bounds[2 * k + 1]))
            fault_add(faults, "?bounds", FAULT_OUT_OF_RANGE, NULL,
                      "%g is not less than %g", wish->bounds[2 * k],
                      wish->bounds[2 * k + 1]);
}

static void read_wish(struct http_request *request, struct faults *faults,
                      struct landscape_wish *wish)
{
    struct http_value at = http_value(request, "at");

    *wish = (struct landscape_wish){
        .nx = (size_t)http_value(request, "nx").integer,
        .ny = (size_t)http_value(request, "ny").integer,
        .at = at.choice >= 0 ? (enum landscape_at)at.choice
              : at.is_given ? LANDSCAPE_ITERATION : LANDSCAPE_DEFAULT,
        .iteration = (uint64_t)at.integer,
        .plane = (enum plane_kind)http_value(request, "plane").choice,
    };
    read_dims(request, wish);
    read_bounds(request, faults, wish);
}

/* ---- on the errands' thread ---------------------------------------------- */

/* So many cells in a square would cost what may be spent. */
static size_t affordable_side(const struct work *work, double cell_s)
{
    double left_s = work->api->errand_s - work->ready_s;

    return (size_t)fmax(GRID_SIDE_MIN, floor(0.9 * sqrt(left_s / cell_s)));
}

/* Whether what is left costs more than may be spent, or too much is spent. */
static bool costs_too_much(struct work *work, double spent_s)
{
    double may_s = work->api->errand_s, cell_s = 0;
    size_t done, cells;

    landscape_progress(&work->made->landscape, &done, &cells);
    if (done == 0)
        work->ready_s = spent_s;
    else
        cell_s = (spent_s - work->ready_s) / (double)done;
    if (spent_s < TRIED * may_s
        || work->ready_s + cell_s * (double)cells <= may_s)
        return false;
    work->detail = done == 0
        ? arena_format(work->faults->arena,
                       "reading the job's data takes more than the %g s of "
                       "processor time that may be used (--errand-s)", may_s)
        : arena_format(work->faults->arena,
                       "a cell takes %.2g s: %zu of them would take %.2g s of "
                       "processor time, and %g s may be used (--errand-s): "
                       "ask for fewer, as nx=%zu&ny=%zu", cell_s, cells,
                       cell_s * (double)cells, may_s,
                       affordable_side(work, cell_s),
                       affordable_side(work, cell_s));
    return true;
}

static void refuse_data(struct work *work)
{
    double bytes = (double)work->made->landscape.spec.objective.load_bytes;

    work->detail = arena_format(
        work->faults->arena,
        "the job's data take %.0f MiB of memory, and %.0f MiB may be used "
        "(--errand-bytes)",
        ceil(bytes / (1 << 20)), floor(work->api->errand_bytes / (1 << 20)));
}

/* The next piece; false: it is over, one way or the other. */
static bool make(struct errand_request *request)
{
    struct work *work = (struct work *)request;
    struct made *made = work->made;
    bool more = true;

    work->error = landscape_step(&made->landscape, &more);
    if (work->error == ERR_TOO_BIG)
        refuse_data(work);
    if (work->error != OK)
        return false;
    if (more && costs_too_much(work, errand_spent_s(&work->request.errand))) {
        work->error = ERR_TOO_BIG;
        return false;
    }
    if (more)
        return true;
    landscape_layout(&made->landscape, work->layout);
    if (work->type == JSON) /* as long as its data is there */
        landscape_answer_begin(&made->answer, &made->landscape,
                               *made->job ? made->job : NULL, &made->first);
    return false;
}

static bool step(struct errand_request *request)
{
    struct work *work = (struct work *)request;

    if (errand_request_make(request, make))
        return true;
    landscape_fini(&work->made->landscape);
    return false;
}

/* ---- the answer ---------------------------------------------------------- */

/* Whether a fault is one of the body. */
static bool blames_body(const struct faults *faults)
{
    for (size_t i = 0; i < faults_kept(faults); i++)
        if (faults->items[i].pointer[0] != '?')
            return true;
    return false;
}

static enum http_next reply_error(struct http_request *request,
                                  struct work *work)
{
    switch (work->error) {
    case ERR_INVALID:
        return api_reply_invalid(request, blames_body(work->faults)
                                              ? PROBLEM_INVALID_SPEC
                                              : PROBLEM_INVALID_PARAMETER,
                                 ERR_INVALID, work->faults, &work->flaw);
    case ERR_CONFLICT:
        return problem_reply(request, PROBLEM_NOT_FOUND, "the job's dataset "
                             "has been deleted: without it there is no loss");
    case ERR_MISSING:
        return problem_reply(request, PROBLEM_NOT_FOUND,
                             "there is no such job");
    case ERR_TOO_BIG:
        return problem_reply(request, PROBLEM_TOO_COSTLY, work->detail);
    default:
        return problem_reply_error(request, work->error);
    }
}

static enum http_more next_of_json(void *self, struct buffer *out)
{
    struct made *made = self;

    buffer_append(out, made->first.bytes, made->first.count);
    buffer_fini(&made->first);
    made->answer.writer.out = out;
    while (out->count < BLOCK_BYTES && !out->failed)
        if (!landscape_answer_next(&made->answer))
            return HTTP_END;
    return HTTP_MORE;
}

static enum http_more next_of_octets(void *self, struct buffer *out)
{
    struct made *made = self;
    size_t numbers = landscape_numbers(&made->landscape);
    size_t count = numbers - made->octets;

    if (count > BLOCK_BYTES / sizeof(double))
        count = BLOCK_BYTES / sizeof(double);
    landscape_octets(&made->landscape, made->octets, count, out);
    made->octets += count;
    return made->octets < numbers ? HTTP_MORE : HTTP_END;
}

static void made_free(void *self)
{
    struct made *made = self;

    if (!made)
        return;
    buffer_fini(&made->first);
    arena_fini(&made->arena);
    free(made);
}

static enum http_next reply_made(struct http_request *request,
                                 const struct work *work, struct made *made)
{
    bool is_json = work->type == JSON;
    const struct http_stream stream = {
        .next = is_json ? next_of_json : next_of_octets,
        .close = made_free, .self = made,
        .held_bytes = sizeof *made + made->arena.used_bytes
            + made->first.capacity,
        .bytes = is_json ? 0 : landscape_numbers(&made->landscape)
                                   * sizeof(double),
    };

    if (made->first.failed) {
        made_free(made);
        return problem_reply_error(request, ERR_MEMORY);
    }
    if (!work->tag)
        return http_reply_stream(request, 200, types[work->type], &stream);
    http_reply_header(request, "Cache-Control", "no-cache");
    return http_reply_stream_tagged(request, 200, types[work->type],
                                    work->tag, &stream);
}

static enum http_next reply(struct http_request *request)
{
    struct work *work = http_state(request);
    struct made *made = work->made;

    if (work->error != OK)
        return reply_error(request, work);
    if (work->type == OCTETS)
        http_reply_header(request, "Grid-Layout", work->layout);
    work->made = NULL;
    return reply_made(request, work, made);
}

static void end(struct errand_request *request)
{
    made_free(((struct work *)request)->made);
}

/* ---- beginning ----------------------------------------------------------- */

/* A request's work, or NULL after a reply. */
static struct work *work_new(struct http_request *request)
{
    struct work *work = ARENA_NEW(http_arena(request), struct work);
    int type = http_accept(request, types);

    http_reply_header(request, "Vary", "Accept");
    if (type < 0) {
        problem_reply(request, PROBLEM_NOT_ACCEPTABLE,
                      "a landscape is application/json, or " TYPE_OCTETS);
        return NULL;
    }
    if (work)
        work->faults = http_query_faults(request);
    if (!work || !work->faults) {
        problem_reply_error(request, ERR_MEMORY);
        return NULL;
    }
    work->api = api_of(request);
    work->type = type;
    work->request.step = step;
    work->request.reply = reply;
    work->request.end = end;
    return work;
}

/* What the grid takes, as far as the wish tells. */
static size_t grid_bytes(const struct landscape_wish *wish)
{
    size_t nx = wish->nx > 0 ? wish->nx : LANDSCAPE_SIDE;
    size_t ny = wish->ny > 0 ? wish->ny : LANDSCAPE_SIDE;
    size_t cells = wish->dim_count == 1 ? nx : nx * ny;

    if (cells > GRID_CELLS_MAX) /* it will be refused */
        cells = GRID_CELLS_MAX;
    return sizeof(struct made) + cells * sizeof(double);
}

/* `job`: its id, "" without one. */
static enum http_next begin(struct http_request *request, struct work *work,
                            const char *job, struct landscape_source source)
{
    struct landscape_wish wish;
    struct made *made;

    read_wish(request, work->faults, &wish);
    if (!http_hold(request, grid_bytes(&wish)))
        return HTTP_DONE;
    made = work->made = calloc(1, sizeof *made);
    if (!made)
        return problem_reply_error(request, ERR_MEMORY);
    arena_init_from(&made->arena, 0, &pages_huge);
    buffer_init(&made->first);
    snprintf(made->job, sizeof made->job, "%s", job);
    source.store = work->api->store;
    source.datasets = work->api->datasets;
    source.pool = work->api->pool;
    source.bytes_max = work->api->errand_bytes;
    source.cancel = &work->request.errand.is_canceled;
    landscape_init(&made->landscape, &source, &wish, &made->arena,
                   work->faults, &work->flaw);
    return errand_request_begin(request, &work->request);
}

/* What an ended job's landscape with these parameters is tagged with; another
 * build of the program may draw otherwise. */
static const char *tag_of(struct http_request *request,
                          const struct store_job *job, int type)
{
    char build[BUILD_ID_BYTES];
    const char *digest;
    struct buffer parameters;

    build_id(build);
    if (!*build || !job_has_ended(job->state) || !job->trace_sha256)
        return NULL;
    buffer_init(&parameters);
    buffer_format(&parameters, "%s", types[type]);
    for (size_t i = 0; job_landscape_queries[i].name; i++) {
        const char *value = http_query(request,
                                       job_landscape_queries[i].name);

        buffer_format(&parameters, "&%s", value ? value : "");
    }
    digest = tag_digest(request, &parameters);
    if (parameters.failed)
        digest = NULL;
    buffer_fini(&parameters);
    return digest ? TAG(request, job->trace_sha256, "landscape", digest, build)
                  : NULL;
}

enum http_next job_landscape(struct http_request *request)
{
    struct work *work = work_new(request);
    char id[IDENTIFIER_TEXT_BYTES];
    struct store_job job;

    if (!work)
        return HTTP_DONE;
    if (!api_find_job(request, STORE_ROW, &job))
        return HTTP_DONE;
    identifier_format(&job.id, "job", id);
    work->tag = tag_of(request, &job, work->type);
    if (work->tag && http_none_match(request, work->tag)
        && work->faults->total == 0) {
        http_reply_header(request, "Cache-Control", "no-cache");
        http_reply_unchanged(request, work->tag);
        return HTTP_DONE;
    }
    return begin(request, work, id,
                 (struct landscape_source){.number = job.number});
}

enum http_next landscape_show(struct http_request *request)
{
    struct work *work = work_new(request);
    struct landscape_source source = {.number = 0};

    if (!work)
        return HTTP_DONE;
    source.text = http_body(request, &source.bytes);
    if (!source.text)
        source.text = "";
    return begin(request, work, "", source);
}
