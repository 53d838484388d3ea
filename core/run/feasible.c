/*
 * feasible.c - what constraints change in the loop: what is best, and what is
 * measured.
 *
 * Only methods with a search of their own take constraints, so the loop of a
 * rule's steps never comes here.
 */
#include <math.h>

#include "core/run/loop.h"

void loop_set_constraints(struct loop *l)
{
    l->constrained = l->run->constraint_count > 0;
    l->it.has_constraints = l->constrained;
    l->here = l->at_best = (struct feasibility){0, true};
    if (!l->constrained)
        return;
    l->at_best = (struct feasibility){INFINITY, false};
    l->it.best_violation = NAN;
    if (isnan(l->divergence)) /* a feasible point may lie uphill */
        l->divergence = INFINITY;
}

void loop_measure_constraints(struct loop *l)
{
    const struct run *run = l->run;
    double norm = l->it.gradient_norm, gap = l->method.gap;

    l->here = constraints_measure(run->constraints, run->constraint_count,
                                  l->x, l->n);
    l->it.violation = l->here.violation;
    if (gap != 0)
        l->it.gradient_norm = sqrt(norm * norm + gap * gap);
}

bool loop_takes_better(struct loop *l, double loss)
{
    const struct feasibility *here = &l->here, *best = &l->at_best;
    bool better;

    if (!isfinite(here->violation))
        return false;
    if (here->feasible != best->feasible)
        better = here->feasible;
    else if (here->feasible)
        better = loss < l->best;
    else
        better = here->violation < best->violation
              || (here->violation == best->violation && loss < l->best);
    if (better) {
        l->at_best = *here;
        l->it.best_violation = here->violation;
    }
    return better;
}
