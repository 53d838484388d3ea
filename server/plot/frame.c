/* frame.c - layout of a picture, and its axes. */
#include "server/plot/frame.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define EDGE 10.0          /* around the whole */
#define LINE 17.0          /* of text */
#define SIGN_WIDTH 30.0    /* of a legend's line and mark */
#define ENTRY_GAP 14.0
#define LEGEND_PART 0.3    /* of the height, at most */

void frame_add(struct frame *frame, enum sign sign, size_t run,
               const char *text)
{
    assert(frame->entry_count < ENTRIES_MAX);
    frame->entries[frame->entry_count++] = (struct entry){sign, run, text};
}

/* ---- head --------------------------------------------------------------- */

static void draw_text(struct canvas *canvas, double x, double y,
                      double size, enum ink ink, const char *anchor,
                      const char *text)
{
    struct svg *svg = &canvas->svg;

    svg_begin(svg, "text");
    svg_set_length(svg, "x", x);
    svg_set_length(svg, "y", y);
    if (size != TEXT_SIZE)
        svg_set_length(svg, "font-size", size);
    if (strcmp(anchor, "start"))
        svg_set(svg, "text-anchor", anchor);
    if (ink != INK_TEXT)
        ink_set(canvas, ink, INK_NONE);
    svg_text(svg, text);
    svg_end(svg);
}

/* Draw title and sentence; returns where the next line begins. */
static double draw_head(struct canvas *canvas)
{
    const struct plot *plot = canvas->plot;
    double width = plot->options.width, top = EDGE;

    draw_text(canvas, EDGE, top + TITLE_SIZE, TITLE_SIZE, INK_TEXT, "start",
              words_fit(canvas, words_title(canvas), TITLE_SIZE,
                        width - 2 * EDGE));
    top += TITLE_SIZE + 8;
    if (plot->options.height < 300 || plot->run_count > 1)
        return top;
    draw_text(canvas, EDGE, top + TEXT_SIZE, TEXT_SIZE, INK_MUTED, "start",
              words_fit(canvas, words_of_run(canvas, 0), TEXT_SIZE,
                        width - 2 * EDGE));
    return top + LINE;
}

/* ---- legend ------------------------------------------------------------- */

static void begin_path(struct canvas *canvas)
{
    svg_begin(&canvas->svg, "path");
    svg_path_begin(&canvas->svg, "d");
}

static void end_path(struct canvas *canvas)
{
    svg_path_end(&canvas->svg);
}

static void line_across(struct canvas *canvas, double x, double y)
{
    struct svg_point from = {svg_tenths(x), svg_tenths(y)};
    struct svg_point to = {svg_tenths(x + SIGN_WIDTH - 8), svg_tenths(y)};

    begin_path(canvas);
    svg_path_move(&canvas->svg, from);
    svg_path_line(&canvas->svg, to);
    end_path(canvas);
}

/* The colour of a run as a stroke, or as a fill. */
static void set_run_ink(struct canvas *canvas, const struct frame *frame,
                        size_t run, bool fills)
{
    struct svg *svg = &canvas->svg;

    if (frame->on_map) {
        svg_set(svg, "fill", fills ? ink_on_map(run) : "none");
        svg_set(svg, "stroke", fills ? ink_casing : ink_on_map(run));
    } else {
        ink_set(canvas, fills ? INK_RUN + run : INK_NONE,
                fills ? INK_PAGE : INK_RUN + run);
    }
}

static void draw_run_sign(struct canvas *canvas, const struct frame *frame,
                          const struct entry *entry, double x, double y)
{
    struct svg *svg = &canvas->svg;
    const char *dash = entry->sign == SIGN_DASHED ? "4 3"
                     : entry->sign == SIGN_RUN ? ink_dash(entry->run) : NULL;

    if (frame->on_map) {
        line_across(canvas, x, y);
        svg_set(svg, "stroke", ink_casing);
        svg_set(svg, "stroke-width", "4");
        svg_end(svg);
    }
    line_across(canvas, x, y);
    set_run_ink(canvas, frame, entry->run, false);
    svg_set(svg, "stroke-width", entry->sign == SIGN_FAINT ? "1" : "2");
    if (entry->sign == SIGN_FAINT)
        svg_set(svg, "opacity", ".55");
    if (dash)
        svg_set(svg, "stroke-dasharray", dash);
    svg_end(svg);
    if (entry->sign != SIGN_RUN)
        return;
    begin_path(canvas);
    mark_shape(svg, entry->run, x + (SIGN_WIDTH - 8) / 2, y, 4.5);
    end_path(canvas);
    set_run_ink(canvas, frame, entry->run, true);
    svg_end(svg);
}

static void draw_patch(struct canvas *canvas, bool forbidden, double x,
                       double y)
{
    struct svg *svg = &canvas->svg;

    svg_begin(svg, "rect");
    svg_set_length(svg, "x", x + 4);
    svg_set_length(svg, "y", y - 5);
    svg_set(svg, "width", "14");
    svg_set(svg, "height", "10");
    svg_set(svg, "fill", forbidden ? ink_forbidden : ink_missing);
    if (forbidden) {
        svg_set(svg, "fill-opacity", INK_FORBIDDEN_OPACITY);
        svg_set(svg, "stroke", ink_forbidden);
    }
    svg_end(svg);
}

static void draw_equality(struct canvas *canvas, double x, double y)
{
    line_across(canvas, x, y);
    svg_set(&canvas->svg, "stroke", ink_forbidden);
    svg_set(&canvas->svg, "stroke-width", "2");
    svg_end(&canvas->svg);
}

static void draw_sign(struct canvas *canvas, const struct frame *frame,
                      const struct entry *entry, double x, double y)
{
    struct svg *svg = &canvas->svg;
    double middle = x + (SIGN_WIDTH - 8) / 2;

    if (entry->sign <= SIGN_FAINT) {
        draw_run_sign(canvas, frame, entry, x, y);
        return;
    }
    if (entry->sign == SIGN_MISSING || entry->sign == SIGN_FORBIDDEN) {
        draw_patch(canvas, entry->sign == SIGN_FORBIDDEN, x, y);
        return;
    }
    if (entry->sign == SIGN_EQUALITY) {
        draw_equality(canvas, x, y);
        return;
    }
    begin_path(canvas);
    if (entry->sign == SIGN_MINIMUM)
        mark_plus(svg, middle, y, 5);
    else if (entry->sign == SIGN_ALARM)
        mark_cross(svg, middle, y, 4);
    else
        mark_shape(svg, 0, middle, y, 4.5);
    end_path(canvas);
    ink_set(canvas, entry->sign == SIGN_END ? INK_TEXT : INK_NONE,
            entry->sign == SIGN_ALARM ? INK_ALARM : INK_TEXT);
    svg_set(svg, "stroke-width", "1.6");
    svg_end(svg);
}

/* Draw the entries, as many as there is room for; returns where the panel may
 * begin. */
static double draw_legend(struct canvas *canvas, const struct frame *frame,
                          double top)
{
    const struct plot_options *options = &canvas->plot->options;
    double room = options->width - 2 * EDGE;
    double bottom = top + fmax(LEGEND_PART * options->height - top / 2, 0);
    double x = EDGE, y = top + LINE / 2;

    if (frame->entry_count == 0)
        return top;
    for (size_t i = 0; i < frame->entry_count; i++) {
        const struct entry *entry = &frame->entries[i];
        const char *text = words_fit(canvas, entry->text, TEXT_SIZE,
                                     fmin(room - SIGN_WIDTH, 320));
        double width = SIGN_WIDTH + words_width(text, TEXT_SIZE);

        if (x > EDGE && x + width > options->width - EDGE) {
            x = EDGE;
            y += LINE;
        }
        if (y + LINE / 2 > bottom)
            return y - LINE / 2; /* no room for more */
        draw_sign(canvas, frame, entry, x, y);
        draw_text(canvas, x + SIGN_WIDTH - 4, y + 4, TEXT_SIZE, INK_TEXT,
                  "start", text);
        x += width + ENTRY_GAP;
    }
    return y + LINE / 2;
}

/* ---- layout ------------------------------------------------------------- */

static size_t between(double count, size_t least, size_t most)
{
    return count < (double)least ? least
         : count > (double)most ? most : (size_t)count;
}

/* The low end of a log axis may stand for zero: that is a tick as well, and
 * those near to it go. */
static void add_zero(struct frame *frame)
{
    struct ticks *ticks = &frame->y_ticks;
    size_t kept = 0;

    if (!frame->has_zero)
        return;
    for (size_t i = 0; i < ticks->count; i++)
        if (axis_place(&frame->y, ticks->items[i].value)
            < frame->y.from - 14)
            ticks->items[kept++] = ticks->items[i];
    ticks->count = kept < TICKS_MAX ? kept : TICKS_MAX - 1;
    ticks->items[ticks->count++] = (struct tick){frame->y.low, "0"};
}

static double widest_tick(const struct ticks *ticks)
{
    double widest = 0;

    for (size_t i = 0; i < ticks->count; i++)
        widest = fmax(widest, words_width(ticks->items[i].text, TEXT_SIZE));
    return widest;
}

/* Set the panel, in whole pixels, and the axes; `top` is where the legend
 * ended. */
static void lay(struct canvas *canvas, struct frame *frame, double top)
{
    const struct plot_options *options = &canvas->plot->options;
    struct rectangle *panel = &canvas->panel;
    double least = options->height / 3.0, span, most;

    panel->bottom = round(options->height - EDGE - 2 * LINE - 2);
    panel->top = round(fmin(top + 6, panel->bottom - least));
    frame->y.from = panel->bottom;
    frame->y.to = panel->top;
    span = panel->bottom - panel->top;
    axis_ticks(&frame->y, between(span / 38, 3, 9), &frame->y_ticks);
    add_zero(frame);
    panel->left = round(fmin(EDGE + LINE + 8
                                 + widest_tick(&frame->y_ticks),
                             options->width / 2.5));
    panel->right = round(options->width - EDGE - 6 - frame->right_room);
    frame->x.from = panel->left;
    frame->x.to = panel->right;
    most = (panel->right - panel->left) / 80;
    if (frame->whole_x)
        most = fmin(most, floor(frame->x.high - frame->x.low) + 1);
    axis_ticks(&frame->x, between(most, frame->whole_x ? 2 : 3, 10),
               &frame->x_ticks);
}

/* ---- axes --------------------------------------------------------------- */

/* One path of all lines, each from a tick across the panel. */
static void draw_grid(struct canvas *canvas, const struct frame *frame)
{
    const struct rectangle *panel = &canvas->panel;
    struct svg *svg = &canvas->svg;

    begin_path(canvas);
    for (size_t i = 0; i < frame->x_ticks.count; i++) {
        long x = svg_tenths(axis_place(&frame->x,
                                       frame->x_ticks.items[i].value));

        svg_path_move(svg, (struct svg_point){x, svg_tenths(panel->top)});
        svg_path_line(svg, (struct svg_point){x, svg_tenths(panel->bottom)});
    }
    for (size_t i = 0; i < frame->y_ticks.count; i++) {
        long y = svg_tenths(axis_place(&frame->y,
                                       frame->y_ticks.items[i].value));

        svg_path_move(svg, (struct svg_point){svg_tenths(panel->left), y});
        svg_path_line(svg, (struct svg_point){svg_tenths(panel->right), y});
    }
    end_path(canvas);
    ink_set(canvas, INK_NONE, INK_GRID);
    svg_end(svg);
}

static void draw_ticks(struct canvas *canvas, const struct frame *frame)
{
    const struct rectangle *panel = &canvas->panel;
    double end = -HUGE_VAL;

    for (size_t i = 0; i < frame->x_ticks.count; i++) {
        const struct tick *tick = &frame->x_ticks.items[i];
        double x = axis_place(&frame->x, tick->value);
        double half = words_width(tick->text, TEXT_SIZE) / 2;

        if (x - half < end + 4)
            continue;   /* it would touch the one before */
        end = x + half;
        draw_text(canvas, fmin(x, canvas->plot->options.width - half - 2),
                  panel->bottom + LINE - 2, TEXT_SIZE, INK_MUTED, "middle",
                  tick->text);
    }
    for (size_t i = 0; i < frame->y_ticks.count; i++) {
        const struct tick *tick = &frame->y_ticks.items[i];

        draw_text(canvas, panel->left - 6,
                  axis_place(&frame->y, tick->value) + 4, TEXT_SIZE,
                  INK_MUTED, "end", tick->text);
    }
}

/* "x − 1000000" where the ticks are what is to be added to that. */
static const char *axis_name(struct canvas *canvas, const char *name,
                             const struct ticks *ticks)
{
    char *text;

    if (!*ticks->base)
        return name;
    text = strncmp(ticks->base, "−", strlen("−"))
         ? arena_format(canvas->arena, "%s − %s", name, ticks->base)
         : arena_format(canvas->arena, "%s + %s", name,
                        ticks->base + strlen("−"));
    if (!text)
        canvas->svg.out->failed = true;
    return text ? text : "";
}

static void draw_names(struct canvas *canvas, const struct frame *frame)
{
    const struct rectangle *panel = &canvas->panel;
    const char *x_name = axis_name(canvas, frame->x_name, &frame->x_ticks);
    const char *y_name = axis_name(canvas, frame->y_name, &frame->y_ticks);
    long middle = lround((panel->top + panel->bottom) / 2);
    char turn[64];

    draw_text(canvas, (panel->left + panel->right) / 2,
              panel->bottom + 2 * LINE, TEXT_SIZE, INK_TEXT, "middle",
              words_fit(canvas, x_name, TEXT_SIZE,
                        panel->right - panel->left));
    snprintf(turn, sizeof turn, "translate(%d %ld) rotate(-90)",
             (int)(EDGE + TEXT_SIZE), middle);
    svg_begin(&canvas->svg, "text");
    svg_set(&canvas->svg, "transform", turn);
    svg_set(&canvas->svg, "text-anchor", "middle");
    svg_text(&canvas->svg, words_fit(canvas, y_name, TEXT_SIZE,
                                     panel->bottom - panel->top));
    svg_end(&canvas->svg);
}

static void set_panel(struct canvas *canvas)
{
    const struct rectangle *panel = &canvas->panel;
    struct svg *svg = &canvas->svg;

    svg_set_length(svg, "x", panel->left);
    svg_set_length(svg, "y", panel->top);
    svg_set_length(svg, "width", panel->right - panel->left);
    svg_set_length(svg, "height", panel->bottom - panel->top);
}

void frame_begin(struct canvas *canvas, struct frame *frame)
{
    double top = draw_head(canvas);

    top = draw_legend(canvas, frame, top);
    lay(canvas, frame, top);
    if (frame->grid)
        draw_grid(canvas, frame);
}

void frame_end(struct canvas *canvas, const struct frame *frame)
{
    svg_begin(&canvas->svg, "rect");
    set_panel(canvas);
    ink_set(canvas, INK_NONE, INK_FRAME);
    svg_end(&canvas->svg);
    draw_ticks(canvas, frame);
    draw_names(canvas, frame);
}

/* An inner <svg> cuts off without a name to refer to; its viewBox makes
 * coordinates inside those outside. */
void frame_begin_panel(struct canvas *canvas)
{
    const struct rectangle *p = &canvas->panel;
    char box[96];

    svg_begin(&canvas->svg, "svg");
    set_panel(canvas);
    snprintf(box, sizeof box, "%ld %ld %ld %ld", lround(p->left),
             lround(p->top), lround(p->right - p->left),
             lround(p->bottom - p->top));
    svg_set(&canvas->svg, "viewBox", box);
}

void frame_end_panel(struct canvas *canvas)
{
    svg_end(&canvas->svg);
}
