/*
 * figure_curve.c - one variable: the curve, and the steps on it.
 *
 * Each step is a straight line from one point of the curve to the next. Steps
 * that nobody could tell apart are drawn once; arrows stand on those that are
 * long enough, while they are few.
 */
#include <math.h>

#include "server/plot/frame.h"
#include "server/plot/outline.h"
#include "server/plot/trail.h"

enum { ARROWS_MAX = 60 };

#define SMOOTH 0.5         /* tenths of a pixel: the curve has no corners */
#define ARROW_LEAST 18.0   /* pixels of a step that has one */
#define ARROW_SIZE 5.0
#define WALL_HEIGHT 30.0   /* times what the runs saw: higher is cut off */

static bool suits(const struct plot *plot)
{
    for (size_t i = 0; i < plot->run_count; i++)
        if (plot->runs[i].n != 1 || !plot->runs[i].path
            || plot->runs[i].loss.count == 0)
            return false;
    return plot->one_objective;
}

/* ---- ranges ------------------------------------------------------------- */

static void hold(double value, double *low, double *high)
{
    if (!isfinite(value))
        return;
    *low = fmin(*low, value);
    *high = fmax(*high, value);
}

/* The losses of points that lie in the picture. */
static void hold_runs(const struct plot *plot, double *low, double *high)
{
    for (size_t i = 0; i < plot->run_count; i++) {
        const struct plot_run *run = &plot->runs[i];

        for (size_t k = 0; k < run->loss.count; k++)
            if (box_holds(&plot->grid->box, 1, run->path[k]))
                hold(run->loss.value[k], low, high);
    }
}

/* The curve, but no wall that makes a line of everything else. */
static void choose_range(const struct plot *plot, double *ret_low,
                         double *ret_high)
{
    const struct grid *grid = plot->grid;
    double low = HUGE_VAL, high = -HUGE_VAL, seen_low = HUGE_VAL, most;

    hold_runs(plot, &seen_low, &high);
    low = seen_low;
    for (size_t i = 0; i < grid->nx; i++)
        hold(grid->loss[i], &low, &high);
    if (!(low <= high))
        low = high = 0;
    most = -HUGE_VAL;
    hold_runs(plot, &seen_low, &most);
    if (most > seen_low)
        high = fmin(high, seen_low + WALL_HEIGHT * (most - seen_low));
    axis_widen(&low, &high);
    *ret_low = fmax(low - (high - low) * 0.06, -1e308);
    *ret_high = fmin(high + (high - low) * 0.06, 1e308);
}

/* ---- the curve ---------------------------------------------------------- */

static void draw_curve(struct canvas *canvas, const struct frame *frame)
{
    const struct grid *grid = canvas->plot->grid;
    struct place *places = arena_array(canvas->arena, grid->nx,
                                       sizeof *places);
    struct trail trail = {.places = places, .count = grid->nx,
                          .tolerance = SMOOTH};

    if (!places) {
        canvas->svg.out->failed = true;
        return;
    }
    for (size_t i = 0; i < grid->nx; i++)
        places[i] = (struct place){axis_place(&frame->x, grid->x[i]),
                                   axis_place(&frame->y, grid->loss[i])};
    if (!trail_make(canvas, &trail))
        return;
    trail_write(canvas, &trail);
    ink_set(canvas, INK_NONE, INK_CURVE);
    svg_set_length(&canvas->svg, "stroke-width", 2);
    svg_end(&canvas->svg);
}

/* ---- steps -------------------------------------------------------------- */

/* Both sides of the head of an arrow, beyond the middle of a step: those of a
 * way forth and back are apart. */
static void write_arrow(struct svg *svg, struct place from, struct place to,
                        double length)
{
    double ux = (to.x - from.x) / length, uy = (to.y - from.y) / length;
    double x = from.x + 0.6 * (to.x - from.x);
    double y = from.y + 0.6 * (to.y - from.y);

    for (int side = -1; side <= 1; side++) {
        double back = side == 0 ? 0 : ARROW_SIZE;
        struct svg_point point = {
            svg_tenths(x - back * ux - side * 0.6 * back * uy),
            svg_tenths(y - back * uy + side * 0.6 * back * ux)};

        if (side == -1)
            svg_path_move(svg, point);
        else
            svg_path_line(svg, point);
    }
}

static double step_length(const struct trail *trail, size_t step)
{
    return hypot(trail->places[step + 1].x - trail->places[step].x,
                 trail->places[step + 1].y - trail->places[step].y);
}

/* Steps long enough for an arrow; the others, and NaN, do not count. */
static size_t count_arrows(const struct trail *trail)
{
    size_t count = 0;

    for (size_t i = 0; i + 1 < trail->count; i++)
        count += trail->is_new[i + 1] && step_length(trail, i) >= ARROW_LEAST;
    return count;
}

/* On each long step, or on every so-manyth, so that both ways of a swing have
 * theirs. */
static void draw_arrows(struct canvas *canvas, const struct trail *trail)
{
    struct svg *svg = &canvas->svg;
    size_t count = count_arrows(trail), seen = 0;
    size_t stride = count > ARROWS_MAX ? (count / ARROWS_MAX) | 1 : 1;

    if (count == 0)
        return;
    svg_begin(svg, "path");
    svg_path_begin(svg, "d");
    for (size_t i = 0; i + 1 < trail->count; i++) {
        double length = step_length(trail, i);

        if (!trail->is_new[i + 1] || !(length >= ARROW_LEAST)
            || !isfinite(length) || seen++ % stride != 0)
            continue;
        write_arrow(svg, trail->places[i], trail->places[i + 1], length);
    }
    svg_path_end(svg);
    ink_set(canvas, INK_NONE, INK_RUN + trail->run);
    svg_set_length(svg, "stroke-width", 1.4);
    svg_end(svg);
}

static struct place place_step(const struct frame *frame,
                               const struct plot_run *run, size_t row)
{
    return (struct place){axis_place(&frame->x, run->path[row].c[0]),
                          axis_place(&frame->y, run->loss.value[row])};
}

static void draw_minima(struct canvas *canvas, const struct frame *frame)
{
    const struct plot *plot = canvas->plot;
    struct svg *svg = &canvas->svg;

    for (size_t i = 0; i < plot->minima_count; i++) {
        double x = axis_place(&frame->x, plot->minima[i].c[0]);

        svg_begin(svg, "path");
        svg_path_begin(svg, "d");
        svg_path_move(svg, (struct svg_point){
            svg_tenths(x), svg_tenths(canvas->panel.bottom)});
        svg_path_line(svg, (struct svg_point){
            svg_tenths(x), svg_tenths(canvas->panel.bottom - 10)});
        svg_path_end(svg);
        ink_set(canvas, INK_NONE, INK_TEXT);
        svg_set_length(svg, "stroke-width", 2);
        svg_end(svg);
    }
}

static void draw_steps(struct canvas *canvas, const struct frame *frame)
{
    const struct plot *plot = canvas->plot;
    struct trail trails[PLOT_RUNS_MAX];
    double last;

    if (!trail_make_all(canvas, frame, place_step, false, trails, &last))
        return;
    trail_begin_ghost(canvas);
    for (size_t i = 0; i < plot->run_count; i++) {
        trail_draw(canvas, &trails[i]);
        draw_arrows(canvas, &trails[i]);
        trail_draw_dots(canvas, &trails[i]);
    }
    for (size_t i = 0; i < plot->run_count; i++) {
        trail_draw_mark(canvas, &trails[i], trails[i].places[0], false);
        if (trails[i].count > 1)
            trail_draw_mark(canvas, &trails[i],
                            trails[i].places[trails[i].count - 1], true);
    }
    trail_end_ghost(canvas);
    for (size_t i = 0; i < plot->run_count; i++)
        motion_draw(canvas, &trails[i], last);
}

/* ---- the figure --------------------------------------------------------- */

static void draw(struct canvas *canvas)
{
    const struct plot *plot = canvas->plot;
    const struct grid *grid = plot->grid;
    struct frame frame = {
        .x = {.low = grid->box.low[0], .high = grid->box.high[0]},
        .x_name = plot->variables[0] ? plot->variables[0] : "x",
        .y_name = "loss",
        .grid = true,
    };

    choose_range(plot, &frame.y.low, &frame.y.high);
    for (size_t i = 0; plot->run_count > 1 && i < plot->run_count; i++)
        frame_add(&frame, SIGN_RUN, i, words_label(canvas, i));
    frame_add(&frame, SIGN_START, 0, "start");
    if (trail_any_end(plot))
        frame_add(&frame, SIGN_END, 0, "end");
    if (plot->minima_count > 0)
        frame_add(&frame, SIGN_MINIMUM, 0, "known minimum");
    frame_begin(canvas, &frame);
    frame_begin_panel(canvas);
    draw_curve(canvas, &frame);
    draw_steps(canvas, &frame);
    draw_minima(canvas, &frame);
    frame_end_panel(canvas);
    frame_end(canvas, &frame);
}

const struct plot_figure plot_curve = {
    .name = "curve",
    .sentence = "The loss of one variable as a curve, and the steps of the "
                "iterates on it.",
    .grid_dims = 1,
    .suits = suits,
    .draw = draw,
};
