/* line.c - trials along a line through the iterate, and their judgement. */
#include <math.h>
#include <string.h>

#include "core/base/bounds.h"
#include "core/kernel/update.h"
#include "core/search/search.h"

/* Losses whose difference is less than this share of them are level: sums of
 * a thousand terms are rounded by about as much. */
#define NOISE 1e-13

void line_begin(struct line *line, struct method *method, const double *d,
                double slope0, double *scratch)
{
    *line = (struct line){
        .method = method, .d = d, .x = scratch, .g = scratch + method->n,
        .loss0 = method->loss, .slope0 = slope0, .loss = method->loss,
        .slope = slope0, .evaluations_left = method->evaluations_left,
    };
}

enum reason line_try(struct line *line, double step)
{
    struct method *m = line->method;
    bool stop;

    if (line->evaluations_left < 1)
        return REASON_MAX_EVALUATIONS;
    line->evaluations_left--;
    if (step == 1 && line->whole != NULL)
        memcpy(line->x, line->whole, m->n * sizeof *line->x);
    else
        update_step(line->x, m->x, step, line->d, m->n);
    /* Rounding may carry a step to the bounds' far side. */
    bounds_project((struct bounds){m->low, m->high}, line->x, m->n);
    line->step = step;
    line->loss = m->evaluate(m, line->x, line->g, &stop);
    line->slope = vector_dot(line->g, line->d, m->n);
    return stop ? REASON_CANCELED : REASON_NONE;
}

bool line_is_finite(const struct line *line)
{
    return isfinite(line->loss) && isfinite(line->slope);
}

bool line_is_level(const struct line *line, double a, double b)
{
    return fabs(a - b) <= NOISE * fabs(line->loss0);
}

bool line_decreases(const struct line *line, double decrease)
{
    /* Of a parabola the two conditions are the same. */
    if (line_is_level(line, line->loss, line->loss0))
        return line->slope <= (2 * decrease - 1) * line->slope0;
    return line->loss <= line->loss0 + decrease * line->step * line->slope0;
}

void line_accept(const struct line *line)
{
    struct method *m = line->method;

    memcpy(m->x, line->x, m->n * sizeof *m->x);
    memcpy(m->g, line->g, m->n * sizeof *m->g);
    m->loss = line->loss;
    m->step_length = line->step;
}
