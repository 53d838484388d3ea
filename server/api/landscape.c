/*
 * landscape.c - GET /jobs/{id}/landscape and POST /landscape: the loss on a
 * grid. It is made and written as an errand; here is what was asked for, and
 * what is replied.
 */
#include "server/api/landscape.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/decimal.h"
#include "core/base/suggest.h"
#include "server/api/errand_request.h"
#include "server/api/landscape_answer.h"
#include "server/base/pages.h"
#include "server/jobs/safetensors.h"

#define ITERATION_MAX 1000000000000LL

enum {
    NUMBER_BYTES_MAX = 64,
    BOUNDS_MAX = 2 * PLANE_DIMS_MAX,
};

/* Of its time may be used up before it is told that all of it will not do. */
#define TRIED 0.02

#define COMMON_QUERIES                                                        \
    {"dims", "One or two variables, by name or by number from 0, separated "  \
             "by a comma. Default: the first two."},                          \
    {"nx", "Cells along x, at least 2. Default 200; nx times ny is at most "  \
           "250000."},                                                        \
    {"ny", "Cells along y, likewise; none along a line."},                    \
    {"bounds", "x0,x1,y0,y1, or x0,x1 of a line; or auto: what holds path, "  \
               "start and known minima. Default auto."}

const struct http_query_parameter landscape_queries[] = {
    COMMON_QUERIES,
    {"at", "start: the point that stays where it is in all other variables."},
    {"plane", "coordinates: along variables."},
    {0},
};

const struct http_query_parameter job_landscape_queries[] = {
    COMMON_QUERIES,
    {"at", "best, last, start or a recorded iteration: the point that the "
           "plane goes through. Default best."},
    {"plane", "coordinates: along two variables; path: along the two "
              "directions in which the path moves most. Default "
              "coordinates."},
    {0},
};

enum { JSON, OCTETS };

static const char *const types[] = {TYPE_JSON, TYPE_OCTETS, NULL};

/* One request's landscape; in its arena. */
struct work {
    struct errand_request request; /* first: it is cast to this struct */
    struct api *api;
    struct landscape landscape;
    struct landscape_answer answer;
    struct arena arena;
    struct faults *faults;
    struct json_flaw flaw;
    const char *job, *tag;         /* NULL: of none; it may still change */
    int type;
    bool is_writing;
    double ready_s;                /* spent when the grid began */
    struct buffer body;
    char layout[LANDSCAPE_LAYOUT_BYTES];
    enum error error;
    const char *detail;            /* of ERR_TOO_BIG */
};

/* ---- what was asked for -------------------------------------------------- */

/* Those beyond LANDSCAPE_DIMS_GIVEN_MAX are too many in any case. */
static void read_dims(struct http_request *request,
                      struct landscape_wish *wish)
{
    const char *rest = http_query(request, "dims"), *name;

    while (wish->dim_count < LANDSCAPE_DIMS_GIVEN_MAX
           && query_next_item(request, &rest, &name))
        wish->dims[wish->dim_count++] = name;
}

static bool read_number(const char *text, double *ret)
{
    char padded[NUMBER_BYTES_MAX + DECIMAL_PADDING] = "";
    struct decimal decimal;
    size_t bytes = strlen(text);
    const char *end;

    if (bytes > NUMBER_BYTES_MAX)
        return false;
    memcpy(padded, text, bytes);
    end = decimal_read(padded, '.', &decimal);
    *ret = decimal.value;
    return end == padded + bytes
           && fabs(decimal.value) <= LANDSCAPE_BOUND_MAX;
}

static void read_bounds(struct http_request *request, struct faults *faults,
                        struct landscape_wish *wish)
{
    const char *rest = http_query(request, "bounds"), *item;

    if (!rest || !strcmp(rest, "auto"))
        return;
    while (query_next_item(request, &rest, &item)) {
        double number = 0;

        if (!read_number(item, &number))
            fault_add(faults, "?bounds", FAULT_OUT_OF_RANGE, NULL,
                      "\"%s\" is no number in [%g, %g]", item,
                      -LANDSCAPE_BOUND_MAX, LANDSCAPE_BOUND_MAX);
        if (wish->bound_count < BOUNDS_MAX)
            wish->bounds[wish->bound_count] = number;
        wish->bound_count++;
    }
    for (size_t k = 0; 2 * k + 1 < wish->bound_count && 2 * k < BOUNDS_MAX;
         k++)
        if (!(wish->bounds[2 * k] < wish->bounds[2 * k + 1]))
            fault_add(faults, "?bounds", FAULT_OUT_OF_RANGE, NULL,
                      "%g is not less than %g", wish->bounds[2 * k],
                      wish->bounds[2 * k + 1]);
}

static void read_at(struct http_request *request, struct faults *faults,
                    struct landscape_wish *wish)
{
    static const struct {
        const char *name;
        enum landscape_at at;
    } places[] = {{"best", LANDSCAPE_BEST}, {"last", LANDSCAPE_LAST},
                  {"start", LANDSCAPE_START}};
    const char *text = http_query(request, "at");
    struct suggestion near = {.word = text};

    wish->at = LANDSCAPE_DEFAULT;
    if (!text)
        return;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!strcmp(text, places[i].name)) {
            wish->at = places[i].at;
            return;
        }
        suggest_offer(&near, places[i].name);
    }
    wish->at = LANDSCAPE_ITERATION;
    if (strspn(text, "0123456789") == strlen(text) && *text)
        wish->iteration = (uint64_t)query_integer(request, faults, "at", 0,
                                                  ITERATION_MAX, 0);
    else
        fault_add(faults, "?at", FAULT_OUT_OF_RANGE, near.best,
                  "\"%s\" is neither best, last, start nor an iteration",
                  text);
}

static void read_plane(struct http_request *request, struct faults *faults,
                       struct landscape_wish *wish)
{
    const char *text = http_query(request, "plane");
    struct suggestion near = {.word = text};

    wish->plane = text ? plane_kind_find(text) : PLANE_COORDINATES;
    if (wish->plane < PLANE_KINDS)
        return;
    for (enum plane_kind kind = 0; kind < PLANE_KINDS; kind++)
        suggest_offer(&near, plane_kind_name(kind));
    fault_add(faults, "?plane", FAULT_UNKNOWN_NAME, near.best,
              "\"%s\" is neither coordinates nor path", text);
    wish->plane = PLANE_COORDINATES;
}

static void read_wish(struct http_request *request, struct faults *faults,
                      struct landscape_wish *wish)
{
    *wish = (struct landscape_wish){0};
    read_dims(request, wish);
    wish->nx = (size_t)query_integer(request, faults, "nx", GRID_SIDE_MIN,
                                     GRID_CELLS_MAX, 0);
    wish->ny = (size_t)query_integer(request, faults, "ny", GRID_SIDE_MIN,
                                     GRID_CELLS_MAX, 0);
    read_bounds(request, faults, wish);
    read_at(request, faults, wish);
    read_plane(request, faults, wish);
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

    landscape_progress(&work->landscape, &done, &cells);
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
    work->detail = arena_format(
        work->faults->arena,
        "the job's data take %.0f MiB of memory, and %.0f MiB may be used "
        "(--errand-bytes)",
        ceil((double)work->landscape.spec.objective.load_bytes / (1 << 20)),
        floor(work->api->errand_bytes / (1 << 20)));
}

/* The next piece; false: it is over, one way or the other. */
static bool make(struct errand_request *request)
{
    struct work *work = (struct work *)request;
    bool more = true;

    if (work->is_writing)
        return landscape_answer_next(&work->answer);
    work->error = landscape_step(&work->landscape, &more);
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
    landscape_layout(&work->landscape, work->layout);
    if (work->type == OCTETS) {
        landscape_octets(&work->landscape, &work->body);
        return false;
    }
    landscape_answer_begin(&work->answer, &work->landscape, work->job,
                           &work->body);
    work->is_writing = true;
    return true;
}

static bool step(struct errand_request *request)
{
    struct work *work = (struct work *)request;

    if (errand_request_make(request, make))
        return true;
    landscape_fini(&work->landscape);
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

static enum http_next reply(struct http_request *request)
{
    struct work *work = http_state(request);
    const char *type = types[work->type];

    if (work->error != OK)
        return reply_error(request, work);
    if (work->type == OCTETS)
        http_reply_header(request, "Grid-Layout", work->layout);
    if (!work->tag)
        return http_reply(request, 200, type, &work->body);
    http_reply_header(request, "Cache-Control", "no-cache");
    return http_reply_tagged(request, 200, type, work->tag, &work->body);
}

static void end(struct errand_request *request)
{
    struct work *work = (struct work *)request;

    buffer_fini(&work->body);
    arena_fini(&work->arena);
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
    arena_init_from(&work->arena, 0, &pages_huge);
    buffer_init(&work->body);
    work->request.step = step;
    work->request.reply = reply;
    work->request.end = end;
    return work;
}

static enum http_next begin(struct http_request *request, struct work *work,
                            struct landscape_source source)
{
    struct landscape_wish wish;

    read_wish(request, work->faults, &wish);
    source.store = work->api->store;
    source.datasets = work->api->datasets;
    source.pool = work->api->pool;
    source.bytes_max = work->api->errand_bytes;
    source.cancel = &work->request.errand.is_canceled;
    landscape_init(&work->landscape, &source, &wish, &work->arena,
                   work->faults, &work->flaw);
    return errand_request_begin(request, &work->request);
}

/* What an ended job's landscape with these parameters is tagged with. */
static const char *tag_of(struct http_request *request,
                          const struct store_job *job, int type)
{
    char digest[API_DIGEST_BYTES];
    struct buffer parameters;

    if (!job_has_ended(job->state) || !job->trace_sha256)
        return NULL;
    buffer_init(&parameters);
    buffer_format(&parameters, "%s %s", DESCENTD_VERSION, types[type]);
    for (size_t i = 0; job_landscape_queries[i].name; i++) {
        const char *value = http_query(request,
                                       job_landscape_queries[i].name);

        buffer_format(&parameters, "&%s", value ? value : "");
    }
    api_digest(&parameters, digest);
    buffer_fini(&parameters);
    return arena_format(http_arena(request), "landscape-%s-%.16s", digest,
                        job->trace_sha256);
}

enum http_next job_landscape(struct http_request *request)
{
    struct work *work = work_new(request);
    char *id = arena_array(http_arena(request), IDENTIFIER_TEXT_BYTES, 1);
    struct store_job job;

    if (!work)
        return HTTP_DONE;
    if (!id)
        return problem_reply_error(request, ERR_MEMORY);
    if (!api_find_job(request, STORE_ROW, &job))
        return HTTP_DONE;
    identifier_format(&job.id, "job", id);
    work->job = id;
    work->tag = tag_of(request, &job, work->type);
    if (work->tag && http_none_match(request, work->tag)
        && work->faults->total == 0) {
        http_reply_header(request, "Cache-Control", "no-cache");
        http_reply_unchanged(request, work->tag);
        return HTTP_DONE;
    }
    return begin(request, work,
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
    return begin(request, work, source);
}
