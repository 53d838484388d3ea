/*
 * spec_warm.c - a warm start: where another job was best, where it ended, or
 * where it was at an iteration that its trace holds.
 */
#include "server/jobs/spec_warm.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "server/jobs/kept_result.h"
#include "server/jobs/spec_reference.h"

enum { ID_BYTES_MAX = 64 };

#define ITERATION_LIMIT INT64_C(1000000000000)

/* A warm start in the making. */
struct warm {
    struct json_reader *reader;
    struct spec *spec;
    const struct spec_source *source; /* NULL: jobs are not kept */
    struct json_value job, at;     /* at.node NULL: not given */
    struct store_job found;
    struct kept_result kept;
    enum kept_place place;         /* KEPT_PLACES: `iteration` says */
    int64_t iteration;
};

static bool fail(struct warm *warm, enum error error)
{
    struct spec_reading *reading = warm->reader->user;

    if (error == ERR_MEMORY || !reading)
        warm->reader->faults->out_of_memory = true;
    else
        reading->error = error;
    return false;
}

static bool refuse(struct warm *warm, struct json_value place,
                   enum fault_code code, const char *detail)
{
    fault_add(warm->reader->faults, place.pointer, code, NULL, "%s", detail);
    return false;
}

/* ---- the job ----------------------------------------------------------- */

static bool find_job(struct warm *warm)
{
    struct identifier id;
    const char *text;
    enum error error = ERR_MISSING;

    if (!json_read_text(warm->reader, warm->job, ID_BYTES_MAX, &text))
        return false;
    if (!warm->source)
        return refuse(warm, warm->job, FAULT_CONFLICT, "jobs are kept by a "
                      "server: post this spec to one, or give the numbers");
    if (identifier_parse(text, "job", &id))
        error = store_get(warm->source->reader, &id, STORE_RESULT,
                          warm->reader->arena, &warm->found);
    if (error == ERR_MISSING)
        return refuse(warm, warm->job, FAULT_UNKNOWN_NAME,
                      "there is no job of this id");
    if (error != OK)
        return fail(warm, error);
    if (!job_has_ended(warm->found.state))
        return refuse(warm, warm->job, FAULT_CONFLICT,
                      "this job has not ended: only then its points stay");
    return true;
}

static bool read_result(struct warm *warm)
{
    size_t n = warm->spec->objective.n;
    enum error error = ERR_MISSING;

    if (warm->found.result)
        error = kept_result_read(warm->reader->arena, warm->found.result,
                                 &warm->kept);
    if (error == ERR_MISSING)
        return refuse(warm, warm->job, FAULT_CONFLICT,
                      "this job ended without a result");
    if (error != OK)
        return fail(warm, error);
    if (n > 0 && warm->kept.n != n)
        fault_add(warm->reader->faults, warm->job.pointer, FAULT_WRONG_SIZE,
                  NULL, "this job has %zu variable%s, but the objective here "
                  "has %zu", warm->kept.n, warm->kept.n == 1 ? "" : "s", n);
    return n == 0 || warm->kept.n == n;
}

static bool read_at(struct warm *warm)
{
    const char *name;

    warm->place = KEPT_BEST;
    if (!warm->at.node)
        return true;
    if (json_value_type(warm->at) == JSON_NUMBER) {
        warm->place = KEPT_PLACES;
        return json_read_integer(warm->reader, warm->at, 0, ITERATION_LIMIT,
                                 &warm->iteration);
    }
    if (json_value_type(warm->at) == JSON_TEXT
        && json_read_text(warm->reader, warm->at, SPEC_BYTES_MAX, &name)) {
        warm->place = kept_place_find(name);
        if (warm->place < KEPT_PLACES)
            return true;
    }
    return refuse(warm, warm->at, FAULT_OUT_OF_RANGE,
                  "must be \"best\", \"last\", or a recorded iteration");
}

/* ---- an iteration of its trace ----------------------------------------- */

static bool refuse_iteration(struct warm *warm, const struct spec_point *point)
{
    if (point->rows == 0)
        return refuse(warm, warm->at, FAULT_OUT_OF_RANGE,
                      "this job recorded nothing");
    fault_add(warm->reader->faults, warm->at.pointer, FAULT_OUT_OF_RANGE,
              NULL, point->is_recorded
                  ? "x of iteration %" PRId64 " was not kept: of iterations 0 "
                    "… %" PRIu64 " it was at every %" PRIu64 "th and the last"
                  : "iteration %" PRId64 " was not recorded: of 0 … %" PRIu64
                    " every %" PRIu64 "th was, and the last",
              warm->iteration, point->last,
              point->is_recorded ? point->x_every : point->every);
    return false;
}

static bool find_iteration(struct warm *warm, const double **ret_x)
{
    struct spec_point point = {.iteration = (uint64_t)warm->iteration};
    enum error error;

    if (point.iteration == warm->kept.points[KEPT_LAST].iteration) {
        *ret_x = warm->kept.points[KEPT_LAST].x;
        return true;
    }
    error = warm->source->find_point(warm->source->reader, warm->found.number,
                                     warm->reader->arena, &point);
    if (error != OK)
        return fail(warm, error == ERR_MISSING ? ERR_STORAGE : error);
    if (!point.x)
        return refuse_iteration(warm, &point);
    *ret_x = point.x;
    return true;
}

/* ---- all of it --------------------------------------------------------- */

static bool set_start(struct warm *warm)
{
    const double *x = NULL;

    if (warm->place < KEPT_PLACES)
        x = warm->kept.points[warm->place].x;
    else if (!find_iteration(warm, &x))
        return false;
    for (size_t i = 0; i < warm->kept.n; i++)
        if (!isfinite(x[i]))
            return refuse(warm, warm->at.node ? warm->at : warm->job,
                          FAULT_CONFLICT, "the point is not finite: the job "
                          "diverged");
    warm->spec->start = x;
    return true;
}

void spec_warm_read(struct json_reader *reader, struct json_value value,
                    struct spec *spec)
{
    const struct spec_reading *reading = reader->user;
    struct warm warm = {.reader = reader, .spec = spec};
    struct json_object object;
    bool at_is_good, found;

    spec->origin = START_GIVEN;
    if (reading && reading->source && reading->source->find_point)
        warm.source = reading->source;
    if (!json_object_open(reader, value, &object))
        return;
    json_object_need(&object, "job", &warm.job);
    json_object_take(&object, "at", &warm.at);
    json_object_close(&object);
    at_is_good = read_at(&warm);
    found = find_job(&warm) && read_result(&warm);
    if (at_is_good && found)
        set_start(&warm);
}
