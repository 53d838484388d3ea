/*
 * exact.c - to the minimum along a line, for quadratics.
 *
 * Of f = x'Ax/2 + b'x the step to the minimum along d is -g.d / d.Ad. Two
 * gradients give Ad, as A d = (grad(x + t d) - grad(x)) / t for every t; and
 * of it only d.Ad = (phi'(t) - phi'(0)) / t is needed. The trial t is the step
 * before, so that rounding is small beside what is measured.
 *
 * On any other function it is one secant step, taken where it makes the loss
 * smaller and followed by backtracking where it does not. Where the curvature
 * along d is negative there is no minimum: the step goes on from t.
 */
#include <math.h>

#include "core/search/search.h"

/* Without a minimum ahead each step is so much longer than the one before. */
#define GROWTH 2

enum reason search_exact(struct line *line, const struct line_search *how)
{
    struct line_search back = *how;
    double curvature;
    enum reason reason = line_try(line, fmin(how->first, how->longest));

    if (reason != REASON_NONE || line->loss == -INFINITY)
        return reason;
    curvature = (line->slope - line->slope0) / line->step;
    if (!line_is_finite(line))
        back.first = 0.1 * line->step;
    else if (curvature > 0)
        back.first = -line->slope0 / curvature;
    else
        back.first = GROWTH * line->step;
    back.decrease = 0;
    if (line->step == back.first)
        return REASON_NONE;
    return search_backtracking(line, &back);
}
