/*
 * nlopt_told.h - what NLopt is told, and what of that is shown.
 *
 * NLopt asks for the loss and the constraints at a point. It is evaluated and
 * shown, as an iteration, and NLopt is told what it can use: in units of its
 * own, and something that is finite where it models. Once the run has ended,
 * NLopt is stopped.
 */
#ifndef CORE_OPTIMIZER_NLOPT_TOLD_H
#define CORE_OPTIMIZER_NLOPT_TOLD_H

#include <string.h>

#include "core/optimizer/nlopt_search.h"
#include "core/optimizer/trials.h"
#include "core/search/infeasible.h"

/* Vectors in the method's state: where NLopt begins, and the gradient there;
 * where it is, inside the bounds, and the gradient there; the best point so
 * far (that is feasible), and the gradient there; first steps, and a point to
 * try. */
enum {
    FROM, FROM_GRADIENT, INSIDE, GRADIENT, BEST, BEST_GRADIENT, STEPS, TRIAL,
};

struct nlopt_run;

/* A constraint, and whose it is. */
struct constraint_data {
    struct nlopt_run *search;
    const struct constraint *constraint;
    double scale;
};

struct nlopt_run {
    struct method *method;
    const struct nlopt_traits *traits;
    nlopt_opt opt;
    struct trials trials;    /* its x is BEST; whether the run ended, and why */
    struct constraint_data *constraint_data;  /* [method->constraint_count] */
    bool *needed, *chosen;   /* [method->constraint_count] equalities that are
                                independent; that NLopt was given */
    unsigned choices;
    double loss;             /* at the last point */
    double from_loss;        /* where NLopt begins; at a trial it asks for */
    double worst;            /* the greatest finite one */
    double steepest;         /* the greatest norm of a gradient at a point that
                                was the best */
    double scale;            /* of the loss */
    double violation;        /* where slsqp or mma ended the last time */
    unsigned repeats;        /* of the last point, in a row */
    bool has_called;         /* told_loss() has been called since it began */
    bool has_best;
    struct infeasible infeasible;
    double *near;            /* [n] of cobyla under constraints: the point that
                                the last ones are near; else NULL */
    size_t near_count;       /* how many of them are, in a row, */
    double spread;           /* and how far from it, in first steps */
    bool is_infeasible;      /* no point near fulfils the constraints */
};

static inline double *vector(const struct nlopt_run *s, int which)
{
    return s->method->state + (size_t)which * s->method->n;
}

static inline void copy(const struct nlopt_run *s, int to, const double *from)
{
    memcpy(vector(s, to), from, s->method->n * sizeof *from);
}

static inline bool has_ended(const struct nlopt_run *s)
{
    return s->trials.reason != REASON_NONE;
}

/* Evaluate at x [n] and show. */
void told_look(struct nlopt_run *s, const double *x);

/* The point inside the bounds nearest to x [n]: where NLopt scales x, rounding
 * may lead out of them. It stands in INSIDE. */
const double *told_inside(const struct nlopt_run *s, const double *x);

/* The power of two that brings the length of a gradient, or a loss, to
 * [1, 2); 1 for what has no size. */
double told_scale(const struct nlopt_run *s, double size);

/* What NLopt calls for the loss of a struct nlopt_run, and for a struct
 * constraint_data. */
double told_loss(unsigned n, const double *x, double *gradient, void *search);
double told_constraint(unsigned n, const double *x, double *gradient,
                       void *constraint);

#endif
