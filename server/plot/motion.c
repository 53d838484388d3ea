/*
 * motion.c - a trail that grows, by SMIL: no script, and a picture in a page's
 * <img> moves as well.
 *
 * Rows are shown at KEYS moments, equally far apart on the clock. The line is
 * drawn through these rows, with a dash as long as what has been gone; the mark
 * is moved from one to the next at the same moments. Who asked the system for
 * less motion sees the picture as it is at the end (ink.c).
 */
#include <math.h>
#include <stdio.h>

#include "core/kernel/math.h"
#include "server/plot/trail.h"

enum {
    KEYS_MAX = 150,
    LINEAR_MAX = 60,     /* so few iterations take equally long */
};

#define DURATION "8s"
#define MOVING_PART 0.85 /* of the duration; then all stands still */

struct keys {
    struct svg_point points[KEYS_MAX + 1];
    double times[KEYS_MAX + 1];   /* parts of the duration */
    double lengths[KEYS_MAX + 1]; /* parts of the line that are still to go */
    size_t count;
};

static double time_of(double at, double last)
{
    if (!(last > 0))
        return 0;
    return MOVING_PART * (last <= LINEAR_MAX
                              ? at / last
                              : math_log1p(at) / math_log1p(last));
}

static struct svg_point point_of(struct place place)
{
    return (struct svg_point){svg_tenths(place.x), svg_tenths(place.y)};
}

/* One row a moment, the first and the last among them. */
static void choose_keys(const struct trail *trail, double last,
                        struct keys *keys)
{
    double due = 0;

    for (size_t i = 0; i < trail->count; i++) {
        double time = time_of(trail->at[i], last);
        bool is_last = i + 1 == trail->count;

        if (isnan(trail->places[i].x) || isnan(trail->places[i].y)
            || (time < due && !is_last) || keys->count > KEYS_MAX)
            continue;
        keys->points[keys->count] = point_of(trail->places[i]);
        keys->times[keys->count++] = time;
        due = time + MOVING_PART / (KEYS_MAX - 1);
    }
}

static void measure(struct keys *keys)
{
    double length = 0;

    keys->lengths[0] = 0;
    for (size_t i = 1; i < keys->count; i++) {
        length += hypot((double)(keys->points[i].x - keys->points[i - 1].x),
                        (double)(keys->points[i].y - keys->points[i - 1].y));
        keys->lengths[i] = length;
    }
    for (size_t i = 0; i < keys->count; i++)
        keys->lengths[i] = length > 0 ? 1 - keys->lengths[i] / length : 0;
}

static void set_timing(struct canvas *canvas, const struct keys *keys)
{
    svg_set_parts(&canvas->svg, "keyTimes", keys->times, keys->count);
    svg_set(&canvas->svg, "calcMode", "discrete");
    svg_set(&canvas->svg, "dur", DURATION);
    svg_set(&canvas->svg, "repeatCount", "indefinite");
}

static void draw_line(struct canvas *canvas, const struct trail *trail,
                      const struct keys *keys)
{
    struct svg *svg = &canvas->svg;

    svg_begin(svg, "path");
    svg_path_begin(svg, "d");
    for (size_t i = 0; i < keys->count; i++)
        if (i == 0)
            svg_path_move(svg, keys->points[i]);
        else
            svg_path_line(svg, keys->points[i]);
    svg_path_end(svg);
    svg_set(svg, "pathLength", "1");
    svg_set(svg, "stroke-dasharray", "1 1");
    svg_set_length(svg, "stroke-width", 1.8);
    if (trail->on_map) {
        svg_set(svg, "fill", "none");
        svg_set(svg, "stroke", ink_on_map(trail->run));
    } else {
        ink_set(canvas, INK_NONE, INK_RUN + trail->run);
    }
    svg_begin(svg, "animate");
    svg_set(svg, "attributeName", "stroke-dashoffset");
    svg_set_parts(svg, "values", keys->lengths, keys->count);
    set_timing(canvas, keys);
    svg_end(svg);
    svg_end(svg);
}

static void draw_mark(struct canvas *canvas, const struct trail *trail,
                      const struct keys *keys)
{
    struct svg *svg = &canvas->svg;

    svg_begin(svg, "path");
    svg_path_begin(svg, "d");
    mark_shape(svg, trail->run, 0, 0, 6);
    svg_path_end(svg);
    if (trail->on_map) {
        svg_set(svg, "fill", ink_on_map(trail->run));
        svg_set(svg, "stroke", ink_casing);
    } else {
        ink_set(canvas, INK_RUN + trail->run, INK_PAGE);
    }
    svg_set_length(svg, "stroke-width", 1.4);
    svg_begin(svg, "animateTransform");
    svg_set(svg, "attributeName", "transform");
    svg_set(svg, "type", "translate");
    svg_set_points(svg, "values", keys->points, keys->count);
    set_timing(canvas, keys);
    svg_end(svg);
    svg_end(svg);
}

void motion_draw(struct canvas *canvas, const struct trail *trail,
                 double last)
{
    struct keys *keys;

    if (!canvas->plot->options.animate)
        return;
    keys = ARENA_NEW(canvas->arena, struct keys);
    if (!keys) {
        canvas->svg.out->failed = true;
        return;
    }
    choose_keys(trail, last, keys);
    if (keys->count < 2)
        return;
    keys->times[0] = 0; /* as it must be, whatever the first row is */
    measure(keys);
    svg_begin(&canvas->svg, "g");
    svg_set(&canvas->svg, "class", "moving");
    draw_line(canvas, trail, keys);
    draw_mark(canvas, trail, keys);
    svg_end(&canvas->svg);
}
