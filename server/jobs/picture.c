/* picture.c - rows of a trace to series, a spec to a landscape. */
#include "server/jobs/picture.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/function/function.h"
#include "core/model/model.h"
#include "core/optimizer/wrap.h"
#include "server/jobs/chunk.h"
#include "server/thin/thin.h"

enum {
    FORMULA_BYTES_MAX = 60,      /* of one that stands for its objective */
    CELL_PIXELS = 4,             /* of a grid, in each direction */
    CELLS_SIDE_MAX = 250,
    CURVE_POINTS_MAX = 1500,
};

/* ---- rows --------------------------------------------------------------- */

/* Which points of a curve are drawn: all, or those that show its ups and
 * downs. */
static enum error choose_points(const double *axis, const double *value,
                                size_t count, size_t points_max,
                                struct arena *arena, size_t **ret_picks,
                                size_t *ret_count)
{
    const struct thin_curve curve = {.axis = axis, .value = value,
                                     .count = count};
    size_t *picks = arena_array(arena, points_max, sizeof *picks);

    if (!picks)
        return ERR_MEMORY;
    TRY(thin_pick(thin_methods[0], &curve, points_max, arena, picks,
                  ret_count));
    *ret_picks = picks;
    return OK;
}

struct picture_share picture_share_of(const struct plot *plot,
                                      const struct plot_run *run)
{
    size_t rows = PICTURE_ROWS_MAX / plot->run_count;
    bool has_path = plot->one_objective && run->n <= PLANE_DIMS_MAX;

    return (struct picture_share){rows, has_path ? rows / 2 : 0};
}

/* The same of a run of which a path is drawn: a run moves most where it
 * begins, on which its loss alone says little. */
static enum error choose_path(const struct picture_rows *rows,
                              const struct picture_share *share,
                              struct arena *arena, size_t **ret_picks,
                              size_t *ret_count)
{
    size_t first = share->first;
    const struct thin_curve rest = {.axis = rows->iteration + first,
                                    .value = rows->loss + first,
                                    .count = rows->count - first,
                                    .is_log = true};
    size_t *picks = arena_array(arena, share->rows, sizeof *picks), count;

    if (!picks)
        return ERR_MEMORY;
    for (size_t i = 0; i < first; i++)
        picks[i] = i;
    TRY(thin_pick(thin_method_find("m4"), &rest, share->rows - first, arena,
                  picks + first, &count));
    for (size_t i = first; i < first + count; i++)
        picks[i] += first;
    *ret_picks = picks;
    *ret_count = first + count;
    return OK;
}

static enum error choose_rows(const struct picture_rows *rows,
                              const struct picture_share *share,
                              struct arena *arena, size_t **ret_picks,
                              size_t *ret_count)
{
    if (share->first > 0 && rows->count > share->rows)
        return choose_path(rows, share, arena, ret_picks, ret_count);
    return choose_points(rows->iteration, rows->loss, rows->count, share->rows,
                         arena, ret_picks, ret_count);
}

static enum error take_loss(struct plot_run *run,
                            const struct picture_rows *rows,
                            const size_t *picks, size_t count,
                            struct arena *arena)
{
    double *at = arena_array(arena, count, sizeof *at);
    double *loss = arena_array(arena, count, sizeof *loss);

    if (!at || !loss)
        return ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        at[i] = rows->iteration[picks[i]];
        loss[i] = rows->loss[picks[i]];
    }
    run->loss = (struct plot_series){at, loss, count};
    return OK;
}

static enum error take_path(struct plot_run *run,
                            const struct picture_rows *rows,
                            const size_t *picks, size_t count,
                            struct arena *arena)
{
    struct spot *path;

    if (run->n > PLANE_DIMS_MAX || !rows->x[run->n - 1])
        return OK;
    path = arena_array(arena, count, sizeof *path);
    if (!path)
        return ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < run->n; k++)
            path[i].c[k] = rows->x[k][picks[i]];
    run->path = path;
    return OK;
}

/* The rows that have a number in this column: they are the ends of epochs. */
static enum error take_series(const struct picture_rows *rows,
                              const double *column, size_t rows_max,
                              struct arena *arena, struct plot_series *ret)
{
    size_t there = 0, *picks, count;
    double *at, *value;

    if (!column)
        return OK;
    at = arena_array(arena, rows->count, sizeof *at);
    value = arena_array(arena, rows->count, sizeof *value);
    if (!at || !value)
        return ERR_MEMORY;
    for (size_t i = 0; i < rows->count; i++) {
        if (chunk_is_absent(column[i]))
            continue;
        at[there] = rows->iteration[i];
        value[there++] = column[i];
    }
    if (there == 0)
        return OK;
    TRY(choose_points(at, value, there, rows_max, arena, &picks, &count));
    for (size_t i = 0; i < count; i++) { /* picks rise: none is lost */
        at[i] = at[picks[i]];
        value[i] = value[picks[i]];
    }
    *ret = (struct plot_series){at, value, count};
    return OK;
}

enum error picture_take_rows(struct plot_run *run,
                             const struct picture_rows *rows,
                             const struct picture_share *share,
                             struct arena *arena)
{
    size_t *picks = NULL, count = 0;

    if (rows->count == 0)
        return OK;
    TRY(choose_rows(rows, share, arena, &picks, &count));
    TRY(take_loss(run, rows, picks, count, arena));
    TRY(take_path(run, rows, picks, count, arena));
    TRY(take_series(rows, rows->training, share->rows, arena,
                    &run->training));
    return take_series(rows, rows->validation, share->rows, arena,
                       &run->validation);
}

/* ---- what is minimised -------------------------------------------------- */

/* The member that says it best: a name, a model, a short formula. */
static const char *what_of(const struct spec *spec)
{
    const struct objective_kind *kind = spec->objective.kind;

    for (size_t i = 0; kind->members[i].name; i++) {
        const struct value *value = &spec->objective_values[i];

        if (!value->given)
            continue;
        switch (kind->members[i].type) {
        case MEMBER_NAME:
            return value->text;
        case MEMBER_FORMULA:
            if (strlen(value->text) <= FORMULA_BYTES_MAX)
                return value->text;
            break;
        case MEMBER_MODEL:
            return value->model->kind->name;
        default:
            break;
        }
    }
    return kind->name;
}

void picture_take_spec(struct plot_run *run, const struct spec *spec)
{
    run->name = spec->name;
    run->objective = spec->objective.kind->name;
    run->optimizer = spec->optimizer->name;
    run->what = what_of(spec);
    run->n = spec->objective.n;
    run->uphill = spec->wrap_parameters[WRAP_MAXIMIZE] > 0;
}

enum error picture_compare(const struct spec *a, const struct spec *b,
                           bool *ret_same)
{
    struct json_writer writer;
    struct buffer texts[2];
    bool failed;

    for (int i = 0; i < 2; i++) {
        buffer_init(&texts[i]);
        json_writer_init(&writer, &texts[i]);
        spec_write_objective(i == 0 ? a : b, &writer);
    }
    failed = texts[0].failed || texts[1].failed;
    *ret_same = !failed && texts[0].count == texts[1].count
             && !memcmp(texts[0].bytes, texts[1].bytes, texts[0].count);
    buffer_fini(&texts[0]);
    buffer_fini(&texts[1]);
    return failed ? ERR_MEMORY : OK;
}

/* ---- variables ---------------------------------------------------------- */

/* "b1", "x[3]"; NULL: without a name, or without memory. */
static const char *name_of(const struct symbols *symbols, size_t index,
                           struct arena *arena)
{
    for (size_t i = 0; i < symbols->count; i++) {
        const struct symbol *symbol = &symbols->items[i];

        if (symbol->type != SYMBOL_VARIABLE || index < symbol->offset
            || index - symbol->offset >= symbol_size(symbol))
            continue;
        return symbol->rows == 0
             ? symbol->name
             : arena_format(arena, "%s[%zu]", symbol->name,
                            index - symbol->offset + 1);
    }
    return NULL;
}

enum error picture_take_variables(struct plot *plot, const struct spec *spec,
                                  struct arena *arena)
{
    const struct objective *objective = &spec->objective;

    for (size_t k = 0; k < objective->n && k < PLANE_DIMS_MAX; k++) {
        size_t index = objective->full_count > 0 ? objective->full_index[k]
                                                 : k;

        plot->variables[k] =
            objective->symbols ? name_of(objective->symbols, index, arena)
                               : objective->n == 1
                                     ? "x" : arena_format(arena, "x[%zu]",
                                                          index + 1);
        if (!plot->variables[k])
            return ERR_MEMORY;
    }
    return OK;
}

/* ---- the landscape ------------------------------------------------------ */

/* The catalogue's minima of a function; others are not known. */
static enum error take_minima(struct plot *plot, const struct spec *spec,
                              struct arena *arena)
{
    size_t n = spec->objective.n;
    const struct function *function;
    struct spot *minima;
    double x[PLANE_DIMS_MAX], loss;

    if (strcmp(spec->objective.kind->name, "function"))
        return OK;
    function = function_find(spec->objective_values[0].text);
    minima = arena_array(arena, FUNCTION_MINIMA_MAX, sizeof *minima);
    if (!function || function->instances > 0)
        return OK;
    if (!minima)
        return ERR_MEMORY;
    for (size_t k = 0; k < function->minima_count; k++) {
        if (!function_minimum_at(function, k, n, x, &loss))
            continue;
        for (size_t i = 0; i < n; i++)
            minima[plot->minima_count].c[i] = x[i];
        plot->minima_count++;
    }
    plot->minima = minima;
    return OK;
}

static bool has_diverged(const struct plot_run *run)
{
    return run->outcome_class && !strcmp(run->outcome_class, "diverged");
}

/* Of one that diverged beside others only the start counts. */
static struct box box_of_run(const struct plot *plot,
                             const struct plot_run *run, bool beside_others)
{
    const struct box_content content = {
        .dims = run->n,
        .path = run->path,
        .path_loss = run->loss.value,
        .path_count = beside_others && has_diverged(run) ? 1
                                                         : run->loss.count,
        .uphill = run->uphill,
        .unbounded = run->outcome_reason
                  && !strcmp(run->outcome_reason, "unbounded"),
        .anchors = plot->minima,
        .anchor_count = plot->minima_count,
    };

    return box_of(&content, NULL);
}

/* The box of all runs. */
static struct box box_of_plot(const struct plot *plot, size_t dims)
{
    struct box box = {{HUGE_VAL, HUGE_VAL}, {-HUGE_VAL, -HUGE_VAL}};
    size_t others = 0;

    for (size_t i = 0; i < plot->run_count; i++)
        others += !has_diverged(&plot->runs[i]);
    for (size_t i = 0; i < plot->run_count; i++) {
        struct box other = box_of_run(plot, &plot->runs[i], others > 0);

        for (size_t k = 0; k < dims; k++) {
            box.low[k] = fmin(box.low[k], other.low[k]);
            box.high[k] = fmax(box.high[k], other.high[k]);
        }
    }
    return box;
}

static size_t cells_of(unsigned pixels)
{
    size_t cells = pixels / CELL_PIXELS;

    return cells < CELLS_SIDE_MAX ? cells : CELLS_SIDE_MAX;
}

enum error picture_prepare_grid(struct plot *plot, const struct spec *spec,
                                struct arena *arena, struct grid *ret)
{
    const struct plot_options *options = &plot->options;
    size_t n = spec->objective.n;
    double *at = arena_array(arena, n, sizeof *at);
    struct plane plane = {.kind = PLANE_COORDINATES, .n = n, .dims = n,
                          .at = at, .axis = {0, 1}};
    struct box box;

    assert(n <= PLANE_DIMS_MAX);
    if (!at)
        return ERR_MEMORY;
    TRY(take_minima(plot, spec, arena));
    box = box_of_plot(plot, n);
    if (n == 1)
        return grid_init(ret, arena, &plane, &box,
                         options->width < CURVE_POINTS_MAX ? options->width
                                                           : CURVE_POINTS_MAX,
                         1);
    return grid_init(ret, arena, &plane, &box, cells_of(options->width),
                     cells_of(options->height));
}

/* ---- constraints -------------------------------------------------------- */

bool picture_shows_constraints(const struct plot *plot,
                               const struct spec *specs)
{
    size_t count = specs[0].constraint_count;

    if (count == 0 || specs[0].objective.n != 2)
        return false;
    for (size_t i = 1; i < plot->run_count; i++) {
        if (specs[i].constraint_count != count)
            return false;
        for (size_t k = 0; k < count; k++)
            if (specs[i].constraints[k].type != specs[0].constraints[k].type
                || strcmp(specs[i].constraint_texts[k],
                          specs[0].constraint_texts[k]))
                return false;
    }
    return true;
}

/* The value in every cell; what is no number is not allowed. */
static double *evaluate_constraint(const struct constraint *constraint,
                                   const struct grid *grid,
                                   struct arena *arena)
{
    size_t cells = grid->nx * grid->ny;
    double *values = arena_array(arena, cells, sizeof *values);

    for (size_t i = 0; values && i < cells; i++) {
        const double x[] = {grid->x[i % grid->nx], grid->y[i / grid->nx]};

        values[i] = constraint->evaluate(constraint->data, x, 2, NULL);
        if (isnan(values[i]))
            values[i] = HUGE_VAL;
    }
    return values;
}

enum error picture_add_constraint(struct plot *plot, const struct spec *spec,
                                  size_t index, const struct grid *grid,
                                  struct arena *arena)
{
    const struct constraint *constraint = &spec->constraints[index];
    double *values = evaluate_constraint(constraint, grid, arena);
    const double **equalities;

    if (!values)
        return ERR_MEMORY;
    if (constraint->type == CONSTRAINT_INEQUALITY) {
        for (size_t i = 0; plot->inequality && i < grid->nx * grid->ny; i++)
            values[i] = fmax(values[i], plot->inequality[i]);
        plot->inequality = values;
        return OK;
    }
    equalities = arena_array(arena, plot->equality_count + 1,
                             sizeof *equalities);
    if (!equalities)
        return ERR_MEMORY;
    for (size_t i = 0; i < plot->equality_count; i++)
        equalities[i] = plot->equalities[i];
    equalities[plot->equality_count++] = values;
    plot->equalities = equalities;
    return OK;
}
