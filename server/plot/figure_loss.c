/*
 * figure_loss.c - any number of variables: the loss against iterations.
 *
 * The axis of the loss is a log one where no loss is negative and they differ
 * much; a loss of exactly zero then lies at the bottom, where the label says 0.
 * What is not finite is marked at the panel's edge. Of a model that looks at
 * rows in batches the batches' losses are pale, those of whole parts bold.
 */
#include <math.h>
#include <string.h>

#include "core/kernel/math.h"
#include "server/plot/frame.h"
#include "server/plot/trail.h"

#define LOG_RATIO 5.0      /* greatest to least: less is a linear axis */
#define ALARM_GAP 9.0      /* pixels between two marks */

enum { ALARMS_MAX = 200 };

/* The losses of all runs. */
struct spread {
    double low, high;      /* of finite ones; low > high: there are none */
    double least_positive; /* infinite: none */
    bool has_zero, has_negative, has_nonfinite;
    double last;           /* iteration */
};

static bool suits(const struct plot *plot)
{
    (void)plot;
    return true;
}

/* ---- ranges ------------------------------------------------------------- */

static void add_series(struct spread *spread, const struct plot_series *series)
{
    for (size_t i = 0; i < series->count; i++) {
        double value = series->value[i];

        spread->last = fmax(spread->last, series->at[i]);
        if (!isfinite(value)) {
            spread->has_nonfinite = true;
            continue;
        }
        spread->low = fmin(spread->low, value);
        spread->high = fmax(spread->high, value);
        spread->has_zero |= value == 0;
        spread->has_negative |= value < 0;
        if (value > 0)
            spread->least_positive = fmin(spread->least_positive, value);
    }
}

static struct spread find_spread(const struct plot *plot)
{
    struct spread spread = {.low = HUGE_VAL, .high = -HUGE_VAL,
                            .least_positive = HUGE_VAL};

    for (size_t i = 0; i < plot->run_count; i++) {
        add_series(&spread, &plot->runs[i].loss);
        add_series(&spread, &plot->runs[i].training);
        add_series(&spread, &plot->runs[i].validation);
    }
    return spread;
}

static bool wants_log(const struct plot *plot, const struct spread *spread)
{
    enum plot_scale scale = plot->options.scale;

    if (scale == PLOT_LINEAR || spread->has_negative
        || !(spread->least_positive < HUGE_VAL))
        return false;
    return scale == PLOT_LOG || spread->has_zero
        || spread->high > LOG_RATIO * spread->least_positive;
}

/* Some room above and below, and for zero at the bottom. */
static void set_log(struct frame *frame, const struct spread *spread)
{
    double low = math_log(spread->least_positive);
    double high = math_log(spread->high);
    double room = fmax(0.05 * (high - low), 0.1);

    frame->y.is_log = true;
    frame->has_zero = spread->has_zero;
    low -= spread->has_zero ? fmax(3 * room, 0.7) : room;
    frame->y.low = fmax(math_exp(low), 5e-324);
    frame->y.high = fmin(math_exp(high + room), 1.7e308);
}

static void set_linear(struct frame *frame, const struct spread *spread)
{
    double low = spread->low, high = spread->high, room;

    if (low > high)
        low = high = 0;
    axis_widen(&low, &high);
    room = 0.05 * (high / 2 - low / 2) * 2;
    frame->y.low = fmax(low - room, -1.7e308);
    frame->y.high = fmin(high + room, 1.7e308);
}

static void set_axes(struct frame *frame, const struct plot *plot,
                     const struct spread *spread)
{
    frame->x = (struct axis){.low = 0, .high = fmax(spread->last, 1)};
    frame->whole_x = true;
    frame->x_name = "iteration";
    frame->y_name = "loss";
    if (wants_log(plot, spread))
        set_log(frame, spread);
    else
        set_linear(frame, spread);
}

/* ---- lines -------------------------------------------------------------- */

static double place_loss(const struct frame *frame, double value)
{
    if (!isfinite(value))
        return NAN;
    return axis_place(&frame->y, frame->y.is_log && value <= 0
                                     ? frame->y.low : value);
}

static bool make_trail(struct canvas *canvas, const struct frame *frame,
                       size_t run, const struct plot_series *series,
                       struct trail *trail)
{
    struct place *places = arena_array(canvas->arena, series->count,
                                       sizeof *places);

    if (!places) {
        canvas->svg.out->failed = true;
        return false;
    }
    for (size_t i = 0; i < series->count; i++)
        places[i] = (struct place){axis_place(&frame->x, series->at[i]),
                                   place_loss(frame, series->value[i])};
    *trail = (struct trail){.run = run, .places = places, .at = series->at,
                            .count = series->count};
    return trail_make(canvas, trail);
}

static void draw_other(struct canvas *canvas, const struct trail *trail,
                       const char *width, const char *dash,
                       const char *opacity)
{
    struct svg *svg = &canvas->svg;

    trail_write(canvas, trail);
    ink_set(canvas, INK_NONE, INK_RUN + trail->run);
    svg_set(svg, "stroke-width", width);
    if (dash)
        svg_set(svg, "stroke-dasharray", dash);
    if (opacity)
        svg_set(svg, "opacity", opacity);
    svg_end(svg);
}

/* Whether the losses of rows are those of batches. */
static bool has_batches(const struct plot_run *run)
{
    return run->training.count > 0 && run->training.count < run->loss.count;
}

/* The line that counts: of the whole training part, or of the loss. */
static const struct plot_series *main_series(const struct plot_run *run)
{
    return has_batches(run) ? &run->training : &run->loss;
}

static void draw_run(struct canvas *canvas, const struct frame *frame,
                     size_t index)
{
    const struct plot_run *run = &canvas->plot->runs[index];
    struct trail trail;

    if (has_batches(run)
        && make_trail(canvas, frame, index, &run->loss, &trail))
        draw_other(canvas, &trail, "1", NULL, ".45");
    if (make_trail(canvas, frame, index, main_series(run), &trail)) {
        trail_draw(canvas, &trail);
        trail_draw_dots(canvas, &trail);
    }
    if (run->validation.count > 0
        && make_trail(canvas, frame, index, &run->validation, &trail)) {
        draw_other(canvas, &trail, "1.8", "5 4", NULL);
        trail_draw_dots(canvas, &trail);
    }
}

/* ---- marks -------------------------------------------------------------- */

static struct place place_of(const struct frame *frame, double at,
                             double value)
{
    return (struct place){axis_place(&frame->x, at),
                          place_loss(frame, value)};
}

static void draw_best(struct canvas *canvas, const struct frame *frame,
                      size_t index)
{
    const struct plot_run *run = &canvas->plot->runs[index];
    struct trail trail = {.run = index};

    if (run->has_best)
        trail_draw_mark(canvas, &trail,
                        place_of(frame, (double)run->best_iteration,
                                 run->best_loss), true);
}

static bool has_diverged(const struct plot_run *run)
{
    return run->outcome_class && !strcmp(run->outcome_class, "diverged");
}

static void draw_cross(struct canvas *canvas, struct place place)
{
    svg_begin(&canvas->svg, "path");
    svg_path_begin(&canvas->svg, "d");
    mark_cross(&canvas->svg, place.x, place.y, 4);
    svg_path_end(&canvas->svg);
    ink_set(canvas, INK_NONE, INK_ALARM);
    svg_set_length(&canvas->svg, "stroke-width", 2);
    svg_end(&canvas->svg);
}

/* Where a run that diverged was seen last. */
static void draw_end(struct canvas *canvas, const struct frame *frame,
                     const struct plot_run *run)
{
    for (size_t i = run->loss.count; has_diverged(run) && i > 0; i--) {
        if (!isfinite(run->loss.value[i - 1]))
            continue;
        draw_cross(canvas, place_of(frame, run->loss.at[i - 1],
                                    run->loss.value[i - 1]));
        return;
    }
}

/* At the panel's top edge, or at its bottom for -inf; of those that lie
 * near to one another the first. */
static void draw_alarms(struct canvas *canvas, const struct frame *frame,
                        const struct plot_series *series)
{
    const struct rectangle *panel = &canvas->panel;
    double free_from = -HUGE_VAL;
    size_t drawn = 0;

    for (size_t i = 0; i < series->count && drawn < ALARMS_MAX; i++) {
        double x = axis_place(&frame->x, series->at[i]);

        if (isfinite(series->value[i]) || x < free_from)
            continue;
        free_from = x + ALARM_GAP;
        drawn++;
        draw_cross(canvas, (struct place){x, series->value[i] < 0
                                                 ? panel->bottom - 7
                                                 : panel->top + 7});
    }
}

/* ---- the figure --------------------------------------------------------- */

static void add_kinds(struct canvas *canvas, struct frame *frame)
{
    const struct plot *plot = canvas->plot;
    bool batches = false, validation = false;

    for (size_t i = 0; i < plot->run_count; i++) {
        batches |= has_batches(&plot->runs[i]);
        validation |= plot->runs[i].validation.count > 0;
    }
    if (plot->run_count == 1 && (batches || validation))
        frame_add(frame, SIGN_RUN, 0, "training loss");
    if (batches)
        frame_add(frame, SIGN_FAINT, 0, "loss of each batch");
    if (validation)
        frame_add(frame, SIGN_DASHED, 0, "validation loss");
}

static void add_best(struct canvas *canvas, struct frame *frame)
{
    const struct plot_run *run = &canvas->plot->runs[0];
    char loss[TICK_TEXT_BYTES];
    const char *text = "best of each";

    if (!run->has_best)
        return;
    if (canvas->plot->run_count == 1) {
        axis_number(run->best_loss, loss);
        text = arena_format(canvas->arena, "best: %s at iteration %llu", loss,
                            (unsigned long long)run->best_iteration);
    }
    if (text)
        frame_add(frame, SIGN_END, 0, text);
    else
        canvas->svg.out->failed = true;
}

static void fill_legend(struct canvas *canvas, struct frame *frame,
                        const struct spread *spread)
{
    const struct plot *plot = canvas->plot;

    for (size_t i = 0; plot->run_count > 1 && i < plot->run_count; i++)
        frame_add(frame, SIGN_RUN, i, words_label(canvas, i));
    add_kinds(canvas, frame);
    add_best(canvas, frame);
    if (plot->run_count == 1 && has_diverged(&plot->runs[0]))
        frame_add(frame, SIGN_ALARM, 0, words_of_end(canvas, &plot->runs[0]));
    if (spread->has_nonfinite)
        frame_add(frame, SIGN_ALARM, 0, "not finite");
}

static void draw_motion(struct canvas *canvas, const struct frame *frame,
                        double last)
{
    const struct plot *plot = canvas->plot;
    struct trail trail;

    for (size_t i = 0; i < plot->run_count; i++)
        if (plot->options.animate
            && make_trail(canvas, frame, i, main_series(&plot->runs[i]),
                          &trail))
            motion_draw(canvas, &trail, last);
}

static void draw(struct canvas *canvas)
{
    const struct plot *plot = canvas->plot;
    struct spread spread = find_spread(plot);
    struct frame frame = {.grid = true};

    set_axes(&frame, plot, &spread);
    fill_legend(canvas, &frame, &spread);
    frame_begin(canvas, &frame);
    frame_begin_panel(canvas);
    trail_begin_ghost(canvas);
    for (size_t i = 0; i < plot->run_count; i++)
        draw_run(canvas, &frame, i);
    trail_end_ghost(canvas);
    for (size_t i = 0; i < plot->run_count; i++)
        draw_alarms(canvas, &frame, &plot->runs[i].loss);
    frame_end_panel(canvas);
    frame_end(canvas, &frame);
    for (size_t i = 0; i < plot->run_count; i++) {
        draw_best(canvas, &frame, i); /* at the edge, maybe: not cut off */
        draw_end(canvas, &frame, &plot->runs[i]);
    }
    draw_motion(canvas, &frame, spread.last);
}

const struct plot_figure plot_loss = {
    .name = "loss",
    .sentence = "The loss against the iterations.",
    .suits = suits,
    .draw = draw,
};
