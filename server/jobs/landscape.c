/* landscape.c - the loss around a job's path, a piece at a time. */
#include "server/jobs/landscape.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/base/bounds.h"
#include "core/kernel/vector.h"
#include "server/base/clock.h"
#include "server/jobs/trace_point.h"

enum {
    BLOCK_NS = 1000000,            /* what evaluating a block shall take */
    BLOCK_MAX = 1 << 16,
    ANCHORS_MAX = FUNCTION_MINIMA_MAX + 3,
};

/* ---- what the job or the text says -------------------------------------- */

/* The spec of a job was right once: what is wrong now is that its dataset is
 * gone. */
static enum error read_job(struct landscape *l)
{
    const struct spec_source source = {.datasets = l->source.datasets,
                                       .reader = l->reader};
    struct faults *faults = ARENA_NEW(l->arena, struct faults);
    struct store_job job;
    enum error error;

    if (!faults)
        return ERR_MEMORY;
    faults_init(faults, l->arena);
    TRY(store_get_number(l->reader, l->source.number, STORE_SPEC, l->arena,
                         &job));
    error = spec_read_from(l->arena, job.spec, strlen(job.spec), &source,
                           faults, l->flaw, &l->spec);
    l->is_unbounded = job.outcome_reason
                   && !strcmp(job.outcome_reason,
                              reason_texts[REASON_UNBOUNDED].name);
    return error == ERR_INVALID ? ERR_CONFLICT : error;
}

/* Its faults stand behind those of the query. */
static enum error read_text(struct landscape *l)
{
    const struct spec_source source = {.datasets = l->source.datasets,
                                       .reader = l->reader,
                                       .find_point = trace_find_point,
                                       .is_no_run = true};
    struct arena *arena = l->faults->arena; /* which outlives ours */
    struct faults *faults = ARENA_NEW(arena, struct faults);
    enum error error;

    if (!faults)
        return ERR_MEMORY;
    faults_init(faults, arena);
    error = spec_read_from(l->arena, l->source.text, l->source.bytes, &source,
                           faults, l->flaw, &l->spec);
    for (size_t i = 0; i < faults_kept(faults); i++)
        if (l->faults->total < FAULTS_KEPT)
            l->faults->items[l->faults->total++] = faults->items[i];
    return error;
}

static enum error read_spec(struct landscape *l, bool *ret_again)
{
    (void)ret_again;
    TRY(store_reader_open(l->source.store, &l->reader));
    TRY(l->source.number > 0 ? read_job(l) : read_text(l));
    l->uphill = l->spec.wrap_parameters[WRAP_MAXIMIZE] > 0;
    return spec_parts_of(l->arena, &l->spec, &l->parts);
}

static enum error read_points(struct landscape *l, bool *ret_again)
{
    enum error error;

    (void)ret_again;
    if (l->source.number == 0)
        return OK;
    error = job_points_read(l->source.pool, l->reader, l->source.number,
                            l->arena, l->points);
    l->has_points = error == OK;
    TRY(error == ERR_MISSING ? OK : error);
    return job_path_init(&l->path, l->source.pool, l->reader,
                         l->source.number, l->spec.objective.n, l->arena);
}

static enum error read_path(struct landscape *l, bool *ret_again)
{
    return l->source.number > 0 ? job_path_read(&l->path, ret_again) : OK;
}

/* ---- whether what is asked for can be ----------------------------------- */

static void check_dims(struct landscape *l)
{
    const struct landscape_wish *wish = &l->wish;
    size_t n = l->spec.objective.n, *axis = l->plane.axis;

    l->plane.kind = wish->plane;
    l->plane.n = n;
    l->plane.dims = n < PLANE_DIMS_MAX ? n : PLANE_DIMS_MAX;
    axis[1] = 1;
    if (wish->dim_count == 0)
        return;
    if (wish->plane == PLANE_PATH)
        fault_add(l->faults, "?dims", FAULT_CONFLICT, NULL,
                  "the plane of a path is no plane of variables: leave out "
                  "dims, or plane=path");
    if (wish->dim_count > PLANE_DIMS_MAX) {
        fault_add(l->faults, "?dims", FAULT_WRONG_SIZE, NULL,
                  "one or two variables, separated by a comma");
        return;
    }
    l->plane.dims = wish->dim_count;
    for (size_t k = 0; k < wish->dim_count; k++) {
        struct suggestion near = {.word = wish->dims[k]};

        if (!spec_variable_find(&l->parts, n, wish->dims[k], &near, &axis[k]))
            fault_add(l->faults, "?dims", FAULT_UNKNOWN_NAME, near.best,
                      "\"%s\" is neither a variable's name nor a number in "
                      "[0, %zu]", wish->dims[k], n - 1);
        else if (k == 1 && axis[1] == axis[0])
            fault_add(l->faults, "?dims", FAULT_DUPLICATE, NULL,
                      "a plane has two variables, and both are \"%s\"",
                      wish->dims[k]);
    }
}

static void check_size(struct landscape *l)
{
    struct landscape_wish *wish = &l->wish;
    bool is_line = l->plane.dims == 1;
    size_t expected = 2 * l->plane.dims;

    if (is_line && wish->ny > 0)
        fault_add(l->faults, "?ny", FAULT_CONFLICT, NULL,
                  "along one variable there is no y: leave it out");
    wish->nx = wish->nx > 0 ? wish->nx : LANDSCAPE_SIDE;
    wish->ny = is_line ? 1 : wish->ny > 0 ? wish->ny : LANDSCAPE_SIDE;
    if (wish->nx * wish->ny > GRID_CELLS_MAX)
        fault_add(l->faults, "?nx", FAULT_TOO_LARGE, NULL,
                  "%zu cells: nx times ny is at most %d", wish->nx * wish->ny,
                  GRID_CELLS_MAX);
    if (wish->bound_count > 0 && wish->bound_count != expected)
        fault_add(l->faults, "?bounds", FAULT_WRONG_SIZE, NULL,
                  "%zu numbers given, but %s", wish->bound_count,
                  is_line ? "a line has two: x0,x1"
                          : "a plane has four: x0,x1,y0,y1");
}

static void refuse_at(struct landscape *l, const char *detail)
{
    fault_add(l->faults, "?at", FAULT_CONFLICT, NULL, "%s", detail);
}

static void refuse_iteration(struct landscape *l, const struct trace *trace)
{
    if (trace->rows == 0)
        refuse_at(l, "the job has recorded no iteration yet: at=start");
    else if (trace->every == 1)
        fault_add(l->faults, "?at", FAULT_OUT_OF_RANGE, NULL,
                  "iteration %" PRIu64 " was not recorded: 0 … %" PRIu64
                  " were", l->wish.iteration, trace->last);
    else
        fault_add(l->faults, "?at", FAULT_OUT_OF_RANGE, NULL,
                  "iteration %" PRIu64 " was not recorded: of 0 … %" PRIu64
                  " the multiples of %" PRIu64 " were, and the last",
                  l->wish.iteration, trace->last, trace->every);
}

/* Where the run was at an iteration; NULL after a fault. */
static enum error find_iteration(struct landscape *l, const double **ret_x)
{
    const struct trace *trace = &l->path.trace;
    uint64_t row = trace_row_of(trace, l->wish.iteration);
    const struct chunk *chunk;
    double *x;

    *ret_x = NULL;
    if (row >= trace->rows
        || trace_iteration_of(trace, row) != l->wish.iteration) {
        refuse_iteration(l, trace);
        return OK;
    }
    TRY(trace_chunk(trace, row, l->arena, &chunk));
    x = arena_array(l->arena, l->plane.n, sizeof *x);
    if (!x)
        return ERR_MEMORY;
    if (trace_x(chunk, (size_t)(row % STORE_CHUNK_ROWS), x))
        *ret_x = x;
    else
        refuse_at(l, "x of this iteration was not kept");
    return OK;
}

/* The point that the plane goes through, where it is not the start. */
static enum error find_at(struct landscape *l)
{
    const double *x = NULL;

    if (l->wish.at == LANDSCAPE_DEFAULT)
        l->wish.at = l->has_points ? LANDSCAPE_BEST : LANDSCAPE_START;
    if (l->wish.at == LANDSCAPE_START)
        return OK;
    l->at_iteration = (double)l->wish.iteration;
    if (l->source.number == 0) {
        refuse_at(l, "without a run there is only the start");
    } else if (l->wish.at == LANDSCAPE_ITERATION) {
        TRY(find_iteration(l, &x));
    } else if (!l->has_points) {
        refuse_at(l, "the job has no point yet but its start: at=start");
    } else {
        const struct kept_point *point =
            &l->points[l->wish.at == LANDSCAPE_BEST ? KEPT_BEST : KEPT_LAST];

        x = point->x;
        l->at_iteration = (double)point->iteration;
    }
    if (x && !vector_is_finite(x, l->plane.n))
        refuse_at(l, "the point is not finite, as the job diverged: at=best "
                     "or at=start");
    else if (x)
        memcpy(l->at, x, l->plane.n * sizeof *x);
    return OK;
}

static void check_path(struct landscape *l)
{
    if (l->wish.plane == PLANE_PATH && l->source.number == 0)
        fault_add(l->faults, "?plane", FAULT_CONFLICT, NULL,
                  "without a run there is no path: plane=coordinates");
    else if (l->wish.plane == PLANE_PATH && l->path.count == 0)
        fault_add(l->faults, "?plane", FAULT_CONFLICT, NULL,
                  "the job has recorded no x: plane=coordinates");
}

static enum error check(struct landscape *l, bool *ret_again)
{
    (void)ret_again;
    check_dims(l);
    check_size(l);
    check_path(l);
    l->at = arena_array(l->arena, l->plane.n, sizeof *l->at);
    if (!l->at)
        return ERR_MEMORY;
    TRY(find_at(l));
    return l->faults->total > 0 ? ERR_INVALID : OK;
}

/* ---- data and points ---------------------------------------------------- */

static enum error load(struct landscape *l, bool *ret_again)
{
    const struct objective *objective = &l->spec.objective;
    const struct loading how = {
        .seed = (uint64_t)l->spec.seed, .float32 = l->spec.float32,
        .cancel = l->source.cancel};

    if (!objective->load)
        return OK;
    if ((double)objective->load_bytes > l->source.bytes_max)
        return ERR_TOO_BIG;
    return objective->load(objective->data, &how, l->arena, ret_again);
}

/* Where the run began: as recorded, or as a run would. */
static enum error find_start(struct landscape *l)
{
    const struct spec *spec = &l->spec;
    size_t n = l->plane.n;

    l->start = arena_array(l->arena, n, sizeof *l->start);
    if (!l->start)
        return ERR_MEMORY;
    if (l->path.count > 0 && l->path.iteration[0] == 0)
        memcpy(l->start, l->path.x, n * sizeof *l->start);
    else if (spec->start)
        memcpy(l->start, spec->start, n * sizeof *l->start);
    else if (spec->objective.draw_start)
        spec->objective.draw_start(spec->objective.data,
                                   (uint64_t)spec->seed, l->start);
    bounds_project((struct bounds){spec->low, spec->high}, l->start, n);
    if (l->wish.at == LANDSCAPE_START) {
        memcpy(l->at, l->start, n * sizeof *l->at);
        l->at_iteration = l->source.number > 0 ? 0 : (double)NAN;
    }
    return OK;
}

/* Of a path whose rows have x only now and then: where it is now. */
static void end_path(struct landscape *l)
{
    const struct objective *objective = &l->spec.objective;
    const struct kept_point *last = &l->points[KEPT_LAST];

    if (l->has_points && l->path.stride > 1)
        job_path_end(&l->path, (double)last->iteration,
                     objective->evaluate(objective->data, last->x,
                                         objective->n, NULL), last->x);
}

static enum error set_plane(struct landscape *l, bool *ret_again)
{
    struct path path;

    (void)ret_again;
    TRY(find_start(l));
    end_path(l);
    path = (struct path){l->plane.n, l->path.count, l->path.x, l->path.loss,
                         l->uphill, l->is_unbounded};
    l->plane.at = l->at;
    if (l->wish.plane == PLANE_PATH)
        TRY(path_plane(&path, l->at, l->arena, &l->plane, &l->principal,
                       &l->principal_rows));
    l->spots = arena_array(l->arena, path.count, sizeof *l->spots);
    if (!l->spots)
        return ERR_MEMORY;
    path_project(&path, &l->plane, l->spots);
    return OK;
}

/* ---- known minima ------------------------------------------------------- */

static const struct value *value_of(const struct spec *spec, const char *name)
{
    const struct member *members = spec->objective.kind->members;

    for (size_t i = 0; members[i].name; i++)
        if (!strcmp(members[i].name, name))
            return &spec->objective_values[i];
    return NULL;
}

/* The function of the catalogue whose minima are known; NULL: none is. Of a
 * function with instances they are those of the first. */
static const struct function *function_of(const struct spec *spec)
{
    const struct value *name, *instance;

    if (strcmp(spec->objective.kind->name, "function"))
        return NULL;
    name = value_of(spec, "name");
    instance = value_of(spec, "instance");
    return instance->given && instance->number != 1
               ? NULL : function_find(name->text);
}

/* Add those that are known where they are, in view or not. */
static enum error add_known_minima(struct landscape *l)
{
    const struct function *function = function_of(&l->spec);
    size_t n = l->plane.n;
    double *x = arena_array(l->arena, n, sizeof *x);

    if (!x)
        return ERR_MEMORY;
    for (size_t k = 0; function && k < function->minima_count; k++) {
        struct landscape_minimum *minimum = &l->minima[l->minima_count];

        if (!function_minimum_at(function, k, n, x, &minimum->loss))
            continue;
        minimum->spot = plane_project(&l->plane, x, &minimum->distance);
        minimum->is_known = true;
        minimum->is_local = function->minima[k].local;
        l->minima_count++;
    }
    return OK;
}

static void drop_minima_out_of_view(struct landscape *l)
{
    size_t kept = 0;

    for (size_t k = 0; k < l->minima_count; k++)
        if (box_holds(&l->grid.box, l->plane.dims, l->minima[k].spot))
            l->minima[kept++] = l->minima[k];
    l->minima_count = kept;
}

/* ---- the grid ----------------------------------------------------------- */

static struct box find_box(const struct landscape *l)
{
    struct spot anchors[ANCHORS_MAX];
    struct box_content content = {
        .dims = l->plane.dims, .is_one_space = l->plane.kind == PLANE_PATH,
        .path = l->spots, .path_loss = l->path.loss,
        .path_count = l->path.count, .uphill = l->uphill,
        .unbounded = l->is_unbounded, .anchors = anchors};

    anchors[content.anchor_count++] = plane_project(&l->plane, l->at, NULL);
    anchors[content.anchor_count++] =
        plane_project(&l->plane, l->start, NULL);
    if (l->has_points && !l->is_unbounded)
        anchors[content.anchor_count++] =
            plane_project(&l->plane, l->points[KEPT_BEST].x, NULL);
    for (size_t k = 0; k < l->minima_count; k++)
        anchors[content.anchor_count++] = l->minima[k].spot;
    return box_of(&content, NULL);
}

static struct box given_box(const struct landscape_wish *wish)
{
    const double *b = wish->bounds;

    return (struct box){{b[0], b[2]}, {b[1], b[3]}};
}

static enum error set_grid(struct landscape *l, bool *ret_again)
{
    struct box box;

    (void)ret_again;
    TRY(add_known_minima(l));
    box = l->wish.bound_count > 0 ? given_box(&l->wish) : find_box(l);
    TRY(grid_init(&l->grid, l->arena, &l->plane, &box, l->wish.nx,
                  l->wish.ny));
    for (size_t r = 0; r < l->path.count; r++)
        l->outside += !box_holds(&box, l->plane.dims, l->spots[r]);
    drop_minima_out_of_view(l);
    l->block = 1;
    return OK;
}

static enum error evaluate(struct landscape *l, bool *ret_again)
{
    int64_t began_ns = clock_monotonic_ns(), took_ns;

    *ret_again = grid_evaluate(&l->grid, &l->spec.objective, l->block);
    took_ns = clock_monotonic_ns() - began_ns;
    if (took_ns < BLOCK_NS / 2 && l->block < BLOCK_MAX)
        l->block *= 2;
    else if (took_ns > BLOCK_NS && l->block > 1)
        l->block /= 2;
    return OK;
}

static bool is_beside(const struct landscape *l, struct spot a, struct spot b)
{
    const struct grid *grid = &l->grid;

    return fabs(a.c[0] - b.c[0]) <= 2 * (grid->x[1] - grid->x[0])
           && (!grid->y
               || fabs(a.c[1] - b.c[1]) <= 2 * (grid->y[1] - grid->y[0]));
}

/* What lies beside a known minimum of the plane is that one. */
static void add_found_minimum(struct landscape *l,
                              const struct grid_minimum *found)
{
    for (size_t k = 0; k < l->minima_count; k++)
        if (l->minima[k].is_known && l->minima[k].loss <= found->loss
            && is_beside(l, l->minima[k].spot, found->spot))
            return;
    l->minima[l->minima_count++] =
        (struct landscape_minimum){.spot = found->spot, .loss = found->loss};
}

static enum error find_minima(struct landscape *l, bool *ret_again)
{
    (void)ret_again;
    l->found_count = grid_minima(&l->grid, l->found);
    return OK;
}

static enum error refine(struct landscape *l, bool *ret_again)
{
    if (l->refined < l->found_count) {
        grid_refine(&l->grid, &l->spec.objective, &l->found[l->refined]);
        add_found_minimum(l, &l->found[l->refined++]);
    }
    *ret_again = l->refined < l->found_count;
    return OK;
}

/* ---- all of it ---------------------------------------------------------- */

/* In turn; one that wants to go on says so. */
static enum error (*const stages[])(struct landscape *l, bool *ret_again) = {
    read_spec, read_points, read_path, check, load, set_plane, set_grid,
    evaluate, find_minima, refine,
};

enum { STAGES = sizeof stages / sizeof *stages };

void landscape_init(struct landscape *landscape,
                    const struct landscape_source *source,
                    const struct landscape_wish *wish, struct arena *arena,
                    struct faults *faults, struct json_flaw *flaw)
{
    *landscape = (struct landscape){
        .source = *source, .wish = *wish, .faults = faults, .flaw = flaw,
        .arena = arena, .at_iteration = NAN};
    arena_init(&landscape->path.chunks, 0);
}

void landscape_fini(struct landscape *landscape)
{
    job_path_fini(&landscape->path);
    spec_release(&landscape->spec);
    if (landscape->reader)
        store_reader_close(landscape->reader);
}

enum error landscape_step(struct landscape *landscape, bool *ret_more)
{
    bool again = false;

    assert(landscape->stage < STAGES);
    TRY(stages[landscape->stage](landscape, &again));
    landscape->stage += !again;
    *ret_more = landscape->stage < STAGES;
    return OK;
}

void landscape_progress(const struct landscape *landscape, size_t *ret_done,
                        size_t *ret_cells)
{
    *ret_done = landscape->grid.done;
    *ret_cells = landscape->grid.nx * landscape->grid.ny;
}
