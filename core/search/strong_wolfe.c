/*
 * strong_wolfe.c - to a point near a minimum along the line.
 *
 * The strong Wolfe conditions at `step`:
 *     phi(step) <= phi(0) + decrease * step * phi'(0)      it fell enough,
 *     |phi'(step)| <= curvature * |phi'(0)|                it is nearly flat.
 *
 * A bracket is kept: `low` fell enough and still leads downhill; `high` beyond
 * it leads uphill, or lies higher, or is not finite. Between them lies a step
 * that fulfils both. While there is no `high`, steps grow. Trials are the
 * minima of cubics through both ends, kept away from the ends; where losses
 * are level the zero of the slopes' secant; and the middle where the bracket
 * shrinks too slowly.
 *
 * Source  Wolfe 1969; More & Thuente 1994, ACM TOMS 20(3), for the conditions
 *         and the cubics; Hager & Zhang 2005, SIAM J. Optim. 16(1), for the
 *         bracket by slopes and the approximate conditions (search.h)
 */
#include <float.h>
#include <math.h>

#include "core/search/search.h"

enum { TRIALS_MAX = 60 };

#define MARGIN 0.02   /* of the bracket, that trials keep from its ends */
#define SHRINK 0.66   /* the share of the bracket that two trials may leave */
#define GROWTH_MIN 0.1
#define GROWTH_MAX 4.0
#define BACK 0.1      /* towards `low` from where nothing is finite */

struct point {
    double step, loss, slope;
};

struct bracket {
    struct point before, low, high; /* high.step is infinite until known */
    double width, width_before;     /* at the last two trials */
};

/* The minimum of the cubic through two points, the slope at low being
 * negative; NaN where it has none. */
static double cubic(const struct point *low, const struct point *high)
{
    double width = high->step - low->step;
    double d1 = low->slope + high->slope
              - 3 * (high->loss - low->loss) / width;
    /* Scaled, as slopes' products overflow. */
    double size = fmax(fabs(d1), fmax(-low->slope, fabs(high->slope)));
    double d2 = (d1 / size) * (d1 / size)
              - (low->slope / size) * (high->slope / size);

    if (!(d2 >= 0))
        return NAN;
    d2 = size * sqrt(d2);
    return high->step - width * (high->slope + d2 - d1)
                              / (high->slope - low->slope + 2 * d2);
}

/* Where the slope would be zero if it changed evenly. */
static double secant(const struct point *a, const struct point *b)
{
    return b->step - b->slope * (b->step - a->step) / (b->slope - a->slope);
}

static double farther(const struct bracket *b)
{
    double width = b->low.step - b->before.step;
    double step = secant(&b->before, &b->low);

    if (!(b->low.slope > b->before.slope))
        return b->low.step + GROWTH_MAX * width;
    return fmax(b->low.step + GROWTH_MIN * width,
                fmin(b->low.step + GROWTH_MAX * width, step));
}

static double between(const struct line *line, struct bracket *b)
{
    double width = b->high.step - b->low.step, margin = MARGIN * width, step;
    bool is_slow = width > SHRINK * b->width_before;

    b->width_before = b->width;
    b->width = width;
    if (!isfinite(b->high.loss) || !isfinite(b->high.slope))
        return b->low.step + BACK * width;
    if (is_slow)
        return b->low.step + 0.5 * width;
    if (line_is_level(line, b->low.loss, b->high.loss))
        step = b->high.slope > 0 ? secant(&b->low, &b->high) : NAN;
    else
        step = cubic(&b->low, &b->high);
    if (isnan(step))
        return b->low.step + 0.5 * width;
    return fmax(b->low.step + margin, fmin(b->high.step - margin, step));
}

static bool fulfils(const struct line *line, const struct line_search *how)
{
    return line_is_finite(line)
        && fabs(line->slope) <= -how->curvature * line->slope0
        && line_decreases(line, how->decrease);
}

/* Whether a minimum lies between low and the trial. */
static bool is_past(const struct line *line, const struct line_search *how,
                    const struct point *low)
{
    return !line_is_finite(line) || line->slope >= 0
        || !line_decreases(line, how->decrease)
        || (line->loss > low->loss
            && !line_is_level(line, line->loss, low->loss));
}

/* No trial fulfilled all: the best that fell enough will do, if one did. */
static enum reason settle(struct line *line, const struct point *low)
{
    if (low->step == 0
        || !(low->loss < line->loss0 || low->slope > 0.5 * line->slope0))
        return REASON_LINE_SEARCH;
    return line->step == low->step ? REASON_NONE
                                   : line_try(line, low->step);
}

enum reason search_strong_wolfe(struct line *line,
                const struct line_search *how)
{
    struct bracket b = {
        .low = {0, line->loss0, line->slope0}, .high = {.step = INFINITY},
        .width = INFINITY, .width_before = INFINITY,
    };
    double step = how->first < how->longest ? how->first : how->longest;

    for (int trial = 0; trial < TRIALS_MAX; trial++) {
        enum reason reason = line_try(line, step);
        struct point here = {step, line->loss, line->slope};

        if (reason != REASON_NONE)
            return reason;
        if (fulfils(line, how) || line->loss == -INFINITY)
            return REASON_NONE;
        if (is_past(line, how, &b.low)) {
            b.high = here;
        } else {
            b.before = b.low;
            b.low = here;
            if (step >= how->longest)
                return REASON_NONE;
        }
        if (isinf(b.high.step))
            step = fmin(farther(&b), how->longest);
        else if (b.high.step - b.low.step > 2 * DBL_EPSILON * b.high.step)
            step = between(line, &b);
        else
            break;
    }
    return settle(line, &b.low);
}
