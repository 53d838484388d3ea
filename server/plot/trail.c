/* trail.c - lines and dots of a run. */
#include "server/plot/trail.h"

#include <math.h>

#include "server/plot/outline.h"

/* Farther from the panel nothing is drawn: lines are cut there. */
#define FAR 20000.0

#define TOLERANCE 2.5    /* tenths of a pixel */

enum { DOTS_MAX = 120 };

static bool is_far(struct place place)
{
    return !(fabs(place.x) < FAR && fabs(place.y) < FAR);
}

static bool is_nowhere(struct place place)
{
    return isnan(place.x) || isnan(place.y);
}

static struct svg_point point_of(struct place place)
{
    return (struct svg_point){svg_tenths(place.x), svg_tenths(place.y)};
}

/* Where the way from a near place to a far one comes to an end. */
static struct svg_point cut(struct place from, struct place to)
{
    double dx = fmin(fmax(to.x - from.x, -1e300), 1e300);
    double dy = fmin(fmax(to.y - from.y, -1e300), 1e300);
    double part = FAR / fmax(fabs(dx), fabs(dy));

    return point_of((struct place){from.x + part * dx, from.y + part * dy});
}

/* ---- steps made before -------------------------------------------------- */

struct step {
    struct svg_point from, to;
};

static bool is_same(struct svg_point a, struct svg_point b)
{
    return a.x == b.x && a.y == b.y;
}

static size_t hash(const struct step *step, size_t mask)
{
    uint64_t h = 0;
    const long parts[] = {step->from.x, step->from.y, step->to.x, step->to.y};

    for (size_t i = 0; i < 4; i++)
        h = (h ^ (uint64_t)parts[i]) * 0x9e3779b97f4a7c15;
    return (size_t)(h >> 20) & mask;
}

/* Whether a step is made for the first time. `used` marks the places of the
 * table that are taken. */
static bool add_step(struct step *table, bool *used, size_t mask,
                     const struct step *step)
{
    size_t at = hash(step, mask);

    for (; used[at]; at = (at + 1) & mask)
        if (is_same(table[at].from, step->from)
            && is_same(table[at].to, step->to))
            return false;
    table[at] = *step;
    return used[at] = true;
}

/* To the tenth of a pixel, and by place alone where nothing moves. */
static bool find_new(struct canvas *canvas, struct trail *trail)
{
    size_t size = 64;
    struct step *table;
    bool *used;

    while (size < 2 * trail->count)
        size *= 2;
    table = arena_array(canvas->arena, size, sizeof *table);
    used = arena_array(canvas->arena, size, sizeof *used);
    trail->is_new = arena_array(canvas->arena, trail->count + 1,
                                sizeof *trail->is_new);
    if (!table || !used || !trail->is_new)
        return false;
    for (size_t i = 0; i < trail->count; i++) {
        struct step step;

        if (is_nowhere(trail->places[i])) {
            trail->is_new[i] = true;
            continue;
        }
        step.from = step.to = point_of(trail->places[i]);
        if (i > 0 && !is_nowhere(trail->places[i - 1]))
            step.from = point_of(trail->places[i - 1]);
        trail->is_new[i] = add_step(table, used, size - 1, &step);
    }
    return true;
}

/* ---- lines -------------------------------------------------------------- */

static void begin_line(struct trail *trail, size_t points)
{
    if (trail->lines == 0 || trail->begins[trail->lines - 1] != points)
        trail->begins[trail->lines++] = points;
}

static size_t collect(struct trail *trail)
{
    size_t points = 0;

    begin_line(trail, 0);
    for (size_t i = 0; i < trail->count; i++) {
        struct place here = trail->places[i];
        bool was_near = i > 0 && !is_far(trail->places[i - 1]);

        if (was_near && !is_far(here)
            && is_same(point_of(here), point_of(trail->places[i - 1])))
            continue; /* nothing moves that one could see */
        if (is_nowhere(here) || !trail->is_new[i]) {
            begin_line(trail, points);
        } else if (!is_far(here)) {
            if (i > 0 && !was_near && !is_nowhere(trail->places[i - 1]))
                trail->points[points++] = cut(here, trail->places[i - 1]);
            else if (was_near && !trail->is_new[i - 1])
                trail->points[points++] = point_of(trail->places[i - 1]);
            trail->points[points++] = point_of(here);
        } else if (was_near) {
            trail->points[points++] = cut(trail->places[i - 1], here);
            begin_line(trail, points);
        }
    }
    return points;
}

/* Each line of as few points as will do. */
static void simplify(struct trail *trail, size_t points)
{
    double tolerance = trail->tolerance > 0 ? trail->tolerance : TOLERANCE;
    size_t kept = 0;

    trail->begins[trail->lines] = points;
    for (size_t k = 0; k < trail->lines; k++) {
        size_t begin = trail->begins[k];
        size_t count = trail->begins[k + 1] - begin;

        count = outline_simplify(trail->points + begin, count, tolerance);
        for (size_t i = 0; i < count; i++)
            trail->points[kept + i] = trail->points[begin + i];
        trail->begins[k] = kept;
        kept += count;
    }
    trail->begins[trail->lines] = kept;
}

static bool is_inside(const struct canvas *canvas, struct place place)
{
    const struct rectangle *panel = &canvas->panel;

    return place.x >= panel->left - 0.5 && place.x <= panel->right + 0.5
        && place.y >= panel->top - 0.5 && place.y <= panel->bottom + 0.5;
}

static void count_dots(const struct canvas *canvas, struct trail *trail)
{
    double length = 0;

    for (size_t i = 0; i < trail->count; i++) {
        if (!is_inside(canvas, trail->places[i]) || !trail->is_new[i])
            continue;
        trail->dots++;
        if (i > 0 && is_inside(canvas, trail->places[i - 1]))
            length += hypot(trail->places[i].x - trail->places[i - 1].x,
                            trail->places[i].y - trail->places[i - 1].y);
    }
    trail->spread = trail->dots > 1 ? length / (double)(trail->dots - 1) : 0;
}

bool trail_make(struct canvas *canvas, struct trail *trail)
{
    trail->points = arena_array(canvas->arena, 2 * trail->count + 1,
                                sizeof *trail->points);
    trail->begins = arena_array(canvas->arena, trail->count + 2,
                                sizeof *trail->begins);
    trail->lines = trail->dots = 0;
    trail->spread = 0;
    if (!trail->points || !trail->begins || !find_new(canvas, trail)) {
        canvas->svg.out->failed = true;
        return false;
    }
    simplify(trail, collect(trail));
    count_dots(canvas, trail);
    return true;
}

static bool make_of_run(struct canvas *canvas, const struct frame *frame,
                        trail_place *place, struct trail *trail)
{
    const struct plot_run *run = &canvas->plot->runs[trail->run];
    struct place *places = arena_array(canvas->arena, run->loss.count,
                                       sizeof *places);

    if (!places) {
        canvas->svg.out->failed = true;
        return false;
    }
    for (size_t i = 0; i < run->loss.count; i++)
        places[i] = place(frame, run, i);
    trail->places = places;
    trail->at = run->loss.at;
    trail->count = run->loss.count;
    return trail_make(canvas, trail);
}

bool trail_make_all(struct canvas *canvas, const struct frame *frame,
                    trail_place *place, bool on_map, struct trail *trails,
                    double *ret_last)
{
    const struct plot *plot = canvas->plot;
    double last = 0;

    for (size_t i = 0; i < plot->run_count; i++) {
        trails[i] = (struct trail){.run = i, .on_map = on_map};
        if (!make_of_run(canvas, frame, place, &trails[i]))
            return false;
        last = fmax(last, trails[i].at[trails[i].count - 1]);
    }
    *ret_last = last;
    return true;
}

/* ---- drawing ------------------------------------------------------------ */

void trail_write(struct canvas *canvas, const struct trail *trail)
{
    struct svg *svg = &canvas->svg;

    svg_begin(svg, "path");
    svg_path_begin(svg, "d");
    for (size_t k = 0; k < trail->lines; k++) {
        size_t end = trail->begins[k + 1];

        for (size_t i = trail->begins[k]; i < end; i++)
            if (i == trail->begins[k])
                svg_path_move(svg, trail->points[i]);
            else
                svg_path_line(svg, trail->points[i]);
    }
    svg_path_end(svg);
    svg_set(svg, "stroke-linejoin", "round");
}

static void set_stroke(struct canvas *canvas, const struct trail *trail)
{
    if (trail->on_map) {
        svg_set(&canvas->svg, "fill", "none");
        svg_set(&canvas->svg, "stroke", ink_on_map(trail->run));
    } else {
        ink_set(canvas, INK_NONE, INK_RUN + trail->run);
    }
}

void trail_begin_ghost(struct canvas *canvas)
{
    if (!canvas->plot->options.animate)
        return;
    svg_begin(&canvas->svg, "g");
    svg_set(&canvas->svg, "class", "ghost");
    svg_set(&canvas->svg, "opacity", ".3");
}

void trail_end_ghost(struct canvas *canvas)
{
    if (canvas->plot->options.animate)
        svg_end(&canvas->svg);
}

void trail_draw(struct canvas *canvas, const struct trail *trail)
{
    struct svg *svg = &canvas->svg;
    const char *dash = ink_dash(trail->run);

    if (trail->on_map) {
        trail_write(canvas, trail);
        svg_set(svg, "fill", "none");
        svg_set(svg, "stroke", ink_casing);
        /* A zigzag's casing would hide it. */
        svg_set_length(svg, "stroke-width", trail->spread < 2 ? 3.2 : 4);
        svg_end(svg);
    }
    trail_write(canvas, trail);
    set_stroke(canvas, trail);
    svg_set_length(svg, "stroke-width", trail->on_map ? 2.1 : 1.7);
    if (dash)
        svg_set(svg, "stroke-dasharray", dash);
    svg_end(svg);
}

void trail_draw_dots(struct canvas *canvas, const struct trail *trail)
{
    struct svg *svg = &canvas->svg;

    if (trail->dots > DOTS_MAX || trail->spread < 4)
        return;
    for (int casing = trail->on_map; casing >= 0; casing--) {
        svg_begin(svg, "path");
        svg_path_begin(svg, "d");
        for (size_t i = 0; i < trail->count; i++) {
            struct svg_point point;

            if (!is_inside(canvas, trail->places[i]) || !trail->is_new[i])
                continue;
            point = point_of(trail->places[i]);
            svg_path_move(svg, point);
            svg_path_line(svg, point);
        }
        svg_path_end(svg);
        if (casing) {
            svg_set(svg, "fill", "none");
            svg_set(svg, "stroke", ink_casing);
        } else {
            set_stroke(canvas, trail);
        }
        svg_set(svg, "stroke-linecap", "round");
        svg_set_length(svg, "stroke-width", casing ? 6 : 4.2);
        svg_end(svg);
    }
}

void trail_draw_mark(struct canvas *canvas, const struct trail *trail,
                     struct place place, bool filled)
{
    struct svg *svg = &canvas->svg;

    if (!is_inside(canvas, place))
        return;
    for (int casing = trail->on_map && !filled; casing >= 0; casing--) {
        svg_begin(svg, "path");
        svg_path_begin(svg, "d");
        mark_shape(svg, trail->run, place.x, place.y, 5.5);
        svg_path_end(svg);
        if (casing) {
            svg_set(svg, "fill", "none");
            svg_set(svg, "stroke", ink_casing);
        } else if (trail->on_map) {
            svg_set(svg, "fill", filled ? ink_on_map(trail->run) : "none");
            svg_set(svg, "stroke", filled ? ink_casing
                                          : ink_on_map(trail->run));
        } else {
            ink_set(canvas, filled ? INK_RUN + trail->run : INK_PAGE,
                    filled ? INK_PAGE : INK_RUN + trail->run);
        }
        svg_set_length(svg, "stroke-width", casing ? 4.4
                                          : filled ? 1.4 : 2.2);
        svg_end(svg);
    }
}

bool trail_any_end(const struct plot *plot)
{
    for (size_t i = 0; i < plot->run_count; i++) {
        const struct plot_run *run = &plot->runs[i];

        if (box_holds(&plot->grid->box, run->n,
                      run->path[run->loss.count - 1]))
            return true;
    }
    return false;
}
