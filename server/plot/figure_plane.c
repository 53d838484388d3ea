/*
 * figure_plane.c - two variables: the landscape as filled contours, and the
 * paths in it.
 *
 * The region of each level is painted over the one below it. So many points as
 * a reader could see stay of a region's edge: lines are simplified within
 * tenths of a pixel, and where there are still too many, more.
 */
#include <float.h>
#include <math.h>

#include "server/plot/contour.h"
#include "server/plot/frame.h"
#include "server/plot/levels.h"
#include "server/plot/outline.h"
#include "server/plot/trail.h"

enum { POINTS_MAX = 12000 };   /* of all contours together: 80 KB */

#define TOLERANCE 3.0          /* tenths of a pixel, to begin with */
#define BAR_WIDTH 14.0
#define BAR_GAP 14.0
#define BAR_LEAST_WIDTH 420    /* pictures narrower have no bar */

/* The contours of a canvas, while they are drawn. */
struct painting {
    struct canvas *canvas;
    const struct grid *grid;
    struct contour contour;
    struct svg_point *points;  /* of one ring */
    double tolerance;
    size_t count;              /* points so far */
    bool writes;               /* else they are only counted */
    bool is_line;              /* without what lies on the panel's edge */
};

static bool suits(const struct plot *plot)
{
    for (size_t i = 0; i < plot->run_count; i++)
        if (plot->runs[i].n != 2 || !plot->runs[i].path
            || plot->runs[i].loss.count == 0)
            return false;
    return plot->one_objective;
}

/* ---- contours ----------------------------------------------------------- */

static bool is_speck(const struct svg_point *points, size_t count)
{
    long left = points[0].x, right = left, top = points[0].y, bottom = top;

    for (size_t i = 1; i < count; i++) {
        left = points[i].x < left ? points[i].x : left;
        right = points[i].x > right ? points[i].x : right;
        top = points[i].y < top ? points[i].y : top;
        bottom = points[i].y > bottom ? points[i].y : bottom;
    }
    return right - left < 8 && bottom - top < 8; /* of a pixel */
}

/* A ring whose last point is its first. */
static void write_region(struct svg *svg, const struct svg_point *points,
                         size_t count)
{
    svg_path_move(svg, points[0]);
    for (size_t i = 1; i + 1 < count; i++)
        svg_path_line(svg, points[i]);
    svg_path_close(svg);
}

/* Whether a step of a ring goes along the panel's edge. */
static bool is_edge(const struct rectangle *panel, struct svg_point a,
                    struct svg_point b)
{
    return (a.x == b.x && (a.x == svg_tenths(panel->left)
                           || a.x == svg_tenths(panel->right)))
        || (a.y == b.y && (a.y == svg_tenths(panel->top)
                           || a.y == svg_tenths(panel->bottom)));
}

static void write_line(struct svg *svg, const struct rectangle *panel,
                       const struct svg_point *points, size_t count)
{
    bool is_down = false;

    for (size_t i = 0; i + 1 < count; i++) {
        bool skips = is_edge(panel, points[i], points[i + 1]);

        if (!skips && !is_down)
            svg_path_move(svg, points[i]);
        if (!skips)
            svg_path_line(svg, points[i + 1]);
        is_down = !skips;
    }
}

/* One ring: to pixels, to fewer points, to path data. */
static void take_ring(void *self, const struct contour_point *ring,
                      size_t count)
{
    struct painting *painting = self;
    const struct rectangle *panel = &painting->canvas->panel;
    struct svg *svg = &painting->canvas->svg;
    struct svg_point *points = painting->points;
    double sx = (panel->right - panel->left) / (double)(painting->grid->nx - 1);
    double sy = (panel->bottom - panel->top) / (double)(painting->grid->ny - 1);

    for (size_t i = 0; i < count; i++)
        points[i] = (struct svg_point){
            svg_tenths(panel->left + ring[i].x * sx),
            svg_tenths(panel->bottom - ring[i].y * sy)};
    points[count] = points[0]; /* closed */
    count = outline_simplify(points, count + 1, painting->tolerance);
    if (count < 4 || is_speck(points, count))
        return;
    painting->count += count;
    if (painting->is_line)
        write_line(svg, panel, points, count);
    else if (painting->writes)
        write_region(svg, points, count);
}

static bool painting_init(struct painting *painting, struct canvas *canvas)
{
    const struct grid *grid = canvas->plot->grid;
    size_t edges = 2 * (grid->nx + 2) * (grid->ny + 2);

    *painting = (struct painting){
        .canvas = canvas, .grid = grid, .tolerance = TOLERANCE,
        .points = arena_array(canvas->arena, edges + 1,
                              sizeof *painting->points)};
    if (painting->points
        && contour_init(&painting->contour, grid->nx, grid->ny,
                        canvas->arena) == OK)
        return true;
    canvas->svg.out->failed = true;
    return false;
}

/* Find the tolerance at which the contours have few points enough. */
static void choose_tolerance(struct painting *painting,
                             const struct levels *levels)
{
    for (;; painting->tolerance *= 2) {
        painting->count = 0;
        for (size_t k = 0; k < levels->count; k++)
            contour_trace(&painting->contour, painting->grid->loss,
                          levels->at[k], take_ring, painting);
        if (painting->count <= POINTS_MAX || painting->tolerance > 100)
            return;
    }
}

static void fill_panel(struct canvas *canvas, const char *colour)
{
    const struct rectangle *panel = &canvas->panel;
    struct svg *svg = &canvas->svg;

    svg_begin(svg, "rect");
    svg_set_length(svg, "x", panel->left);
    svg_set_length(svg, "y", panel->top);
    svg_set_length(svg, "width", panel->right - panel->left);
    svg_set_length(svg, "height", panel->bottom - panel->top);
    svg_set(svg, "fill", colour);
    svg_end(svg);
}

/* Open the element of a region: attributes may follow. */
static void begin_region(struct painting *painting, const double *values,
                         double level)
{
    struct svg *svg = &painting->canvas->svg;

    svg_begin(svg, "path");
    svg_path_begin(svg, "d");
    contour_trace(&painting->contour, values, level, take_ring, painting);
    svg_path_end(svg);
}

static void draw_region(struct painting *painting, const double *values,
                        double level, const char *colour)
{
    begin_region(painting, values, level);
    svg_set(&painting->canvas->svg, "fill", colour);
    svg_end(&painting->canvas->svg);
}

static void draw_line(struct painting *painting, const double *values,
                      double level)
{
    struct svg *svg = &painting->canvas->svg;

    painting->is_line = true;
    begin_region(painting, values, level);
    painting->is_line = false;
    svg_set(svg, "fill", "none");
    svg_set(svg, "stroke", ink_forbidden);
    svg_set(svg, "stroke-width", "1.8");
    svg_end(svg);
}

/* What g <= 0 forbids, and the lines h = 0: the edge of where h >= 0. */
static void draw_constraints(struct painting *painting)
{
    const struct plot *plot = painting->canvas->plot;
    struct svg *svg = &painting->canvas->svg;

    if (plot->inequality) {
        begin_region(painting, plot->inequality, DBL_TRUE_MIN);
        svg_set(svg, "fill", ink_forbidden);
        svg_set(svg, "fill-opacity", INK_FORBIDDEN_OPACITY);
        svg_end(svg);
        draw_line(painting, plot->inequality, DBL_TRUE_MIN);
    }
    for (size_t i = 0; i < plot->equality_count; i++)
        draw_line(painting, plot->equalities[i], 0);
}

/* Where the loss is not a number there is no landscape. */
static void draw_missing(struct painting *painting)
{
    const struct grid *grid = painting->grid;
    size_t cells = grid->nx * grid->ny;
    double *missing = arena_array(painting->canvas->arena, cells,
                                  sizeof *missing);

    if (!missing) {
        painting->canvas->svg.out->failed = true;
        return;
    }
    for (size_t i = 0; i < cells; i++)
        missing[i] = isnan(grid->loss[i]);
    draw_region(painting, missing, 0.5, ink_missing);
}

static bool has_missing(const struct grid *grid)
{
    for (size_t i = 0; i < grid->nx * grid->ny; i++)
        if (isnan(grid->loss[i]))
            return true;
    return false;
}

static void draw_landscape(struct canvas *canvas, const struct levels *levels)
{
    struct painting painting;
    char colour[INK_COLOUR_BYTES];
    size_t bands = levels->count + 1;

    ink_of_band(0, bands, colour);
    fill_panel(canvas, colour);
    if (!painting_init(&painting, canvas))
        return;
    choose_tolerance(&painting, levels);
    painting.writes = true;
    svg_begin(&canvas->svg, "g");
    svg_set(&canvas->svg, "stroke", "#0b2540");
    svg_set(&canvas->svg, "stroke-opacity", ".22");
    svg_set(&canvas->svg, "stroke-width", ".7");
    for (size_t k = 0; k < levels->count; k++) {
        ink_of_band(k + 1, bands, colour);
        draw_region(&painting, painting.grid->loss, levels->at[k], colour);
    }
    svg_end(&canvas->svg);
    if (has_missing(painting.grid))
        draw_missing(&painting);
    draw_constraints(&painting);
}

/* ---- the bar of colours ------------------------------------------------- */

static double bar_room(const struct canvas *canvas,
                       const struct levels *levels)
{
    double widest = 0;

    if (canvas->plot->options.width < BAR_LEAST_WIDTH || levels->count < 2)
        return 0;
    for (size_t k = 0; k < levels->count; k++) {
        char text[TICK_TEXT_BYTES];

        axis_number(levels->at[k], text);
        widest = fmax(widest, words_width(text, TEXT_SIZE));
    }
    return BAR_GAP + BAR_WIDTH + 6 + widest;
}

/* Bands, the lowest at the bottom, and the levels between them as far as there
 * is room. */
static void draw_bar(struct canvas *canvas, const struct levels *levels)
{
    const struct rectangle *panel = &canvas->panel;
    struct svg *svg = &canvas->svg;
    size_t bands = levels->count + 1;
    double each = (panel->bottom - panel->top) / (double)bands;
    double left = panel->right + BAR_GAP, free_below = HUGE_VAL;

    if (bar_room(canvas, levels) <= 0)
        return;
    for (size_t k = 0; k < bands; k++) {
        char colour[INK_COLOUR_BYTES], text[TICK_TEXT_BYTES];
        double top = panel->bottom - (double)(k + 1) * each;

        ink_of_band(k, bands, colour);
        svg_begin(svg, "rect");
        svg_set_length(svg, "x", left);
        svg_set_length(svg, "y", top);
        svg_set_length(svg, "width", BAR_WIDTH);
        svg_set_length(svg, "height", each + 0.3);
        svg_set(svg, "fill", colour);
        svg_end(svg);
        if (k == levels->count || top > free_below)
            continue;
        free_below = top - TEXT_SIZE - 4;
        axis_number(levels->at[k], text);
        svg_label(svg, left + BAR_WIDTH + 5, top + 4, text);
    }
}

/* ---- paths -------------------------------------------------------------- */

static struct place place_iterate(const struct frame *frame,
                                  const struct plot_run *run, size_t row)
{
    return (struct place){axis_place(&frame->x, run->path[row].c[0]),
                          axis_place(&frame->y, run->path[row].c[1])};
}

static void draw_minima(struct canvas *canvas, const struct frame *frame)
{
    const struct plot *plot = canvas->plot;
    struct svg *svg = &canvas->svg;

    for (int casing = 1; casing >= 0 && plot->minima_count > 0; casing--) {
        svg_begin(svg, "path");
        svg_path_begin(svg, "d");
        for (size_t i = 0; i < plot->minima_count; i++)
            mark_plus(svg, axis_place(&frame->x, plot->minima[i].c[0]),
                      axis_place(&frame->y, plot->minima[i].c[1]), 6);
        svg_path_end(svg);
        svg_set(svg, "stroke", casing ? "#ffffff" : ink_casing);
        svg_set(svg, "stroke-width", casing ? "4" : "1.8");
        svg_end(svg);
    }
}

/* Lines first, then marks: no line hides where another one ended. */
static void draw_paths(struct canvas *canvas, const struct frame *frame)
{
    const struct plot *plot = canvas->plot;
    struct trail trails[PLOT_RUNS_MAX];
    double last;

    if (!trail_make_all(canvas, frame, place_iterate, true, trails, &last))
        return;
    trail_begin_ghost(canvas);
    for (size_t i = 0; i < plot->run_count; i++) {
        trail_draw(canvas, &trails[i]);
        trail_draw_dots(canvas, &trails[i]);
    }
    draw_minima(canvas, frame);
    for (size_t i = 0; i < plot->run_count; i++)
        trail_draw_mark(canvas, &trails[i], trails[i].places[0], false);
    for (size_t i = 0; i < plot->run_count; i++)
        if (trails[i].count > 1)
            trail_draw_mark(canvas, &trails[i],
                            trails[i].places[trails[i].count - 1], true);
    trail_end_ghost(canvas);
    for (size_t i = 0; i < plot->run_count; i++)
        motion_draw(canvas, &trails[i], last);
}

/* ---- the figure --------------------------------------------------------- */

static void fill_legend(struct canvas *canvas, struct frame *frame)
{
    const struct plot *plot = canvas->plot;

    for (size_t i = 0; plot->run_count > 1 && i < plot->run_count; i++)
        frame_add(frame, SIGN_RUN, i, words_label(canvas, i));
    frame_add(frame, SIGN_START, 0, "start");
    if (trail_any_end(plot))
        frame_add(frame, SIGN_END, 0, "end");
    if (plot->minima_count > 0)
        frame_add(frame, SIGN_MINIMUM, 0, "known minimum");
    if (plot->inequality)
        frame_add(frame, SIGN_FORBIDDEN, 0, "not allowed");
    if (plot->equality_count > 0)
        frame_add(frame, SIGN_EQUALITY, 0, "allowed: the line");
    if (has_missing(plot->grid))
        frame_add(frame, SIGN_MISSING, 0, "not a number");
}

static void draw(struct canvas *canvas)
{
    const struct plot *plot = canvas->plot;
    const struct grid *grid = plot->grid;
    struct levels levels;
    struct frame frame = {
        .x = {.low = grid->box.low[0], .high = grid->box.high[0]},
        .y = {.low = grid->box.low[1], .high = grid->box.high[1]},
        .x_name = plot->variables[0] ? plot->variables[0] : "x[1]",
        .y_name = plot->variables[1] ? plot->variables[1] : "x[2]",
        .on_map = true,
    };

    if (levels_choose(grid->loss, grid->nx * grid->ny,
                      plot->options.scale == PLOT_LINEAR, canvas->arena,
                      &levels) != OK) {
        canvas->svg.out->failed = true;
        return;
    }
    frame.right_room = bar_room(canvas, &levels);
    fill_legend(canvas, &frame);
    frame_begin(canvas, &frame);
    frame_begin_panel(canvas);
    draw_landscape(canvas, &levels);
    draw_paths(canvas, &frame);
    frame_end_panel(canvas);
    draw_bar(canvas, &levels);
    frame_end(canvas, &frame);
}

const struct plot_figure plot_plane = {
    .name = "plane",
    .sentence = "The loss of two variables as filled contours, lighter where "
                "it is lower, and the way of the iterates in it.",
    .grid_dims = 2,
    .suits = suits,
    .draw = draw,
};
