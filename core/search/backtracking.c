/*
 * backtracking.c - from a first step back until the loss has fallen enough.
 *
 * Enough is Armijo's phi(step) <= reference + decrease * step * phi'(0). Each
 * trial that fails is replaced by the minimum of the parabola through phi(0),
 * phi'(0) and it, within a tenth and a half of it.
 *
 * Source  Armijo 1966, Pacific J. Math. 16; Nocedal & Wright 2006, Alg. 3.1;
 *         with a reference above phi(0): Grippo, Lampariello & Lucidi 1986
 */
#include <math.h>

#include "core/search/search.h"

enum { TRIALS_MAX = 60 };

#define NOTICED 0.99

static double shorter(const struct line *line)
{
    double step = line->step;
    double above_tangent = line->loss - line->loss0 - step * line->slope0;
    double best = -line->slope0 * step * step / (2 * above_tangent);

    if (!line_is_finite(line))
        return 0.1 * step;
    return fmax(0.1 * step, fmin(0.5 * step, best));
}

/* A step that was made so short that neither loss nor slope notice it is not
 * enough, level or not. */
static bool is_noticed(const struct line *line)
{
    return !line_is_level(line, line->loss, line->loss0)
        || line->slope > NOTICED * line->slope0;
}

static bool is_enough(const struct line *line, const struct line_search *how)
{
    double fall = how->decrease * line->step * line->slope0;

    return line_is_finite(line)
        && (line_decreases(line, how->decrease)
            || (how->reference > line->loss0
                && line->loss <= how->reference + fall));
}

enum reason search_backtracking(struct line *line,
                const struct line_search *how)
{
    double step = fmin(how->first, how->longest);

    for (int trial = 0; trial < TRIALS_MAX; trial++) {
        enum reason reason = line_try(line, step);

        if (reason != REASON_NONE)
            return reason;
        if (line->loss == -INFINITY
            || (is_enough(line, how) && (trial == 0 || is_noticed(line))))
            return REASON_NONE;
        step = shorter(line);
    }
    return REASON_LINE_SEARCH;
}
