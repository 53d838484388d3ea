/* landscape_answer.c - a landscape as JSON, or as octets. */
#include "server/api/landscape_answer.h"

#include <math.h>
#include <stdio.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "octets are little-endian: swap them in landscape_octets()");

enum {
    POINT_WRITTEN_MAX = 1000,    /* numbers of x; more are not written */
    SENTENCE_BYTES = 320,
    NUMBERS_AT_ONCE = 2048,
};

static const char *const axes[PLANE_DIMS_MAX] = {"x", "y"};

/* ---- the plane ---------------------------------------------------------- */

static const char *variable(const struct landscape *l, size_t k)
{
    const char *name = spec_variable_name(l->arena, &l->parts,
                                          l->plane.axis[k]);

    return name ? name : "";
}

/* What the picture shows, for who reads it. */
static void write_sentence(struct json_writer *writer,
                           const struct landscape *l)
{
    const struct plane *plane = &l->plane;
    size_t rest = plane->n - plane->dims;
    char text[SENTENCE_BYTES], seen[SENTENCE_BYTES / 2];

    if (plane->kind == PLANE_PATH) {
        const char *what = plane->dims == 2 ? "plane" : "line";
        double share = l->principal.explained[0]
                     + (plane->dims == 2 ? l->principal.explained[1] : 0);

        snprintf(text, sizeof text, isnan(share)
                     ? "a %s through the point `at`: the path does not move"
                     : "the %s through the point `at` in which the path "
                       "moves most: it shows %.1f %% of the movement of %zu "
                       "recorded points",
                 what, 100 * share, l->principal_rows);
    } else {
        snprintf(seen, sizeof seen, plane->dims == 2 ? "%.60s and %.60s"
                                                     : "%.60s",
                 variable(l, 0), plane->dims == 2 ? variable(l, 1) : "");
        snprintf(text, sizeof text, rest == 0 ? "the loss over %s"
                     : rest == 1
                     ? "a slice over %s: the other variable stays as at the "
                       "point `at`"
                     : "a slice over %s: the other %zu variables stay as at "
                       "the point `at`",
                 seen, rest);
    }
    json_member_text(writer, "sentence", text);
}

static void write_axes(struct json_writer *writer, const struct landscape *l)
{
    json_key(writer, "dims");
    json_array_begin(writer);
    for (size_t k = 0; k < l->plane.dims; k++)
        json_integer(writer, (int64_t)l->plane.axis[k]);
    json_array_end(writer);
    json_key(writer, "variables");
    json_array_begin(writer);
    for (size_t k = 0; k < l->plane.dims; k++)
        json_text(writer, variable(l, k));
    json_array_end(writer);
}

static void write_directions(struct json_writer *writer,
                             const struct landscape *l)
{
    size_t dims = l->plane.dims;
    double share = 0;

    for (size_t k = 0; k < dims; k++)
        share += l->principal.explained[k];
    json_member_number(writer, "explained", share);
    json_key(writer, "explained_each");
    json_numbers(writer, l->principal.explained, dims);
    json_member_integer(writer, "rows", (int64_t)l->principal_rows);
    json_key(writer, "directions");
    if (l->plane.n > POINT_WRITTEN_MAX) {
        json_null(writer);
        return;
    }
    json_array_begin(writer);
    for (size_t k = 0; k < dims; k++)
        json_numbers(writer, l->plane.direction[k], l->plane.n);
    json_array_end(writer);
}

static void write_plane(struct json_writer *writer, const struct landscape *l)
{
    json_key(writer, "plane");
    json_object_begin(writer);
    json_member_text(writer, "kind", plane_kind_name(l->plane.kind));
    json_member_integer(writer, "dimension", (int64_t)l->plane.n);
    if (l->plane.kind == PLANE_PATH)
        write_directions(writer, l);
    else
        write_axes(writer, l);
    write_sentence(writer, l);
    json_object_end(writer);
}

static void write_at(struct json_writer *writer, const struct landscape *l)
{
    json_key(writer, "at");
    if (l->plane.n > POINT_WRITTEN_MAX)
        json_null(writer);
    else
        json_numbers(writer, l->at, l->plane.n);
    json_member_number(writer, "at_iteration", l->at_iteration);
}

/* ---- the grid ----------------------------------------------------------- */

static void write_frame(struct json_writer *writer, const struct grid *grid)
{
    json_key(writer, "bounds");
    json_array_begin(writer);
    for (size_t k = 0; k < grid->plane.dims; k++) {
        json_number(writer, grid->box.low[k]);
        json_number(writer, grid->box.high[k]);
    }
    json_array_end(writer);
    json_member_integer(writer, "nonfinite", (int64_t)grid->nonfinite);
    json_member_number(writer, "least", grid->least);
    json_member_number(writer, "greatest", grid->greatest);
    json_key(writer, "x");
    json_numbers(writer, grid->x, grid->nx);
    if (!grid->y)
        return;
    json_key(writer, "y");
    json_numbers(writer, grid->y, grid->ny);
}

void landscape_answer_begin(struct landscape_answer *answer,
                            const struct landscape *landscape,
                            const char *job, struct buffer *out)
{
    struct json_writer *writer = &answer->writer;

    *answer = (struct landscape_answer){.landscape = landscape, .job = job};
    json_writer_init(writer, out);
    json_object_begin(writer);
    if (job)
        json_member_text(writer, "job", job);
    write_plane(writer, landscape);
    write_at(writer, landscape);
    write_frame(writer, &landscape->grid);
    json_key(writer, "loss");
    if (landscape->grid.y)
        json_array_begin(writer);
}

/* ---- what follows ------------------------------------------------------- */

static void write_spot(struct json_writer *writer, struct spot spot,
                       size_t dims)
{
    for (size_t k = 0; k < dims; k++)
        json_member_number(writer, axes[k], spot.c[k]);
}

static void write_minima(struct json_writer *writer, const struct landscape *l)
{
    json_key(writer, "minima");
    json_array_begin(writer);
    for (size_t i = 0; i < l->minima_count; i++) {
        const struct landscape_minimum *minimum = &l->minima[i];

        json_object_begin(writer);
        write_spot(writer, minimum->spot, l->plane.dims);
        json_member_number(writer, "loss", minimum->loss);
        json_member_flag(writer, "known", minimum->is_known);
        if (minimum->is_known) {
            json_member_flag(writer, "global", !minimum->is_local);
            json_member_number(writer, "distance", minimum->distance);
        }
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void write_path(struct json_writer *writer, const struct landscape *l)
{
    const struct job_path *path = &l->path;

    json_key(writer, "path");
    if (path->count == 0) {
        json_null(writer);
        return;
    }
    json_object_begin(writer);
    json_member_integer(writer, "recorded", (int64_t)path->recorded);
    json_member_flag(writer, "exact", path->count >= path->recorded);
    json_member_integer(writer, "outside", (int64_t)l->outside);
    json_key(writer, "iteration");
    json_numbers(writer, path->iteration, path->count);
    for (size_t k = 0; k < l->plane.dims; k++) {
        json_key(writer, axes[k]);
        json_array_begin(writer);
        for (size_t r = 0; r < path->count; r++)
            json_number(writer, l->spots[r].c[k]);
        json_array_end(writer);
    }
    json_key(writer, "loss");
    json_numbers(writer, path->loss, path->count);
    json_object_end(writer);
}

/* Some numbers of a row. */
static void write_some(struct landscape_answer *answer)
{
    const struct grid *grid = &answer->landscape->grid;
    size_t count = grid->nx - answer->at;

    if (answer->at == 0)
        json_array_begin(&answer->writer);
    if (count > NUMBERS_AT_ONCE)
        count = NUMBERS_AT_ONCE;
    json_items(&answer->writer,
               grid->loss + answer->rows * grid->nx + answer->at, count);
    answer->at += count;
    if (answer->at < grid->nx)
        return;
    json_array_end(&answer->writer);
    answer->rows++;
    answer->at = 0;
}

bool landscape_answer_next(struct landscape_answer *answer)
{
    const struct landscape *landscape = answer->landscape;
    const struct grid *grid = &landscape->grid;
    struct json_writer *writer = &answer->writer;

    if (answer->rows < grid->ny) {
        write_some(answer);
        return true;
    }
    if (grid->y)
        json_array_end(writer);
    write_minima(writer, landscape);
    if (answer->job)
        write_path(writer, landscape);
    json_object_end(writer);
    return false;
}

/* ---- octets ------------------------------------------------------------- */

size_t landscape_numbers(const struct landscape *landscape)
{
    const struct grid *grid = &landscape->grid;

    return grid->nx + (grid->y ? grid->ny : 0) + grid->nx * grid->ny;
}

void landscape_octets(const struct landscape *landscape, size_t first,
                      size_t count, struct buffer *out)
{
    const struct grid *grid = &landscape->grid;
    const struct {
        const double *numbers;
        size_t count;
    } arrays[] = {{grid->x, grid->nx}, {grid->y, grid->y ? grid->ny : 0},
                  {grid->loss, grid->nx * grid->ny}};

    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        size_t skipped = first < arrays[i].count ? first : arrays[i].count;
        size_t taken = arrays[i].count - skipped;

        if (taken > count)
            taken = count;
        if (taken > 0)
            buffer_append(out, arrays[i].numbers + skipped,
                          taken * sizeof(double));
        first -= skipped;
        count -= taken;
    }
}

void landscape_layout(const struct landscape *landscape,
                      char text[LANDSCAPE_LAYOUT_BYTES])
{
    const struct grid *grid = &landscape->grid;

    if (grid->y)
        snprintf(text, LANDSCAPE_LAYOUT_BYTES,
                 "nx=%zu; ny=%zu; order=rows; type=float64; endian=little; "
                 "arrays=x,y,loss", grid->nx, grid->ny);
    else
        snprintf(text, LANDSCAPE_LAYOUT_BYTES,
                 "nx=%zu; type=float64; endian=little; arrays=x,loss",
                 grid->nx);
}
