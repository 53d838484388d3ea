/*
 * damped.h - a sum of residuals at a point, and damped steps from there.
 *
 * Between two points stand a trial and the step that leads there:
 *
 *     damped_propose()   step and trial, by the present mu, inside the bounds
 *     damped_try()       evaluate the trial, with its acceleration
 *     damped_ease()      better: lower mu;  damped_stiffen()  not: raise it
 *     damped_take()      make the trial the point, and factor its Jacobian
 *
 * levenberg_marquardt.c decides what steps to try and when to end. damped.c
 * computes what is known at a point, damped_step.c the steps to the next one.
 */
#ifndef CORE_OPTIMIZER_DAMPED_H
#define CORE_OPTIMIZER_DAMPED_H

#include <stdbool.h>

#include "core/kernel/qr.h"
#include "core/optimizer/optimizer.h"

/*
 * J [n][rows], r [rows] residuals; x, s, D and the like [n].
 */
struct damped {
    struct method *m;
    const struct residuals *residuals;
    size_t n, rows;

    /* At the point. */
    struct qr qr;                 /* of J, columns that are held zero */
    double *x, *g;                /* [n] */
    double *r, *qtr;           /* [rows] residuals; Q'r */
    double *length;               /* [n] of J's columns */
    double loss, cosine;          /* the greatest cosine of any column and r */
    double rounding;              /* of the loss */

    /* The trial; scratch until it is looked at. */
    double *trial, *trial_g;      /* [n] */
    double *trial_J, *trial_r;    /* [n][rows], [rows] */
    double trial_loss, trial_cosine;

    /* The step that leads there. */
    double *step;                 /* [n] trial - x */
    double predicted_reduction;   /* of the loss, by the step as it is */
    double unbounded_reduction;   /* the same, were there no limits */

    /* How steps are damped and limited. */
    double mu, growth;            /* what mu is multiplied by when refused */
    double *D, *damping;          /* [n] D; sqrt(mu) D */
    double reach;                 /* of the way to a bound, at most */
    bool lost;                    /* the trial was refused for being at a bound
                                     where it has no meaning */
    bool careful;                 /* parameters change by a decimal place at
                                     most, and keep their signs */
    double *greatest_x, *greatest_length; /* [n] |x|, length: so far */
    double evaluations_left;
};

/* How many doubles damped_init() takes, two Jacobians among them. */
double damped_size(double rows, double n);

/*
 * Begin at m->x, which is the first trial.
 *
 *   ret_a, ret_b  [n]  out  two vectors for the caller
 *
 * Fails   ERR_MEMORY
 */
MUST_CHECK enum error damped_init(struct damped *d, struct method *m,
                                  double mu, double **ret_a, double **ret_b);

/* Forget how steps went, and begin again at `x` [n], as the trial. How long
 * columns have been is kept. */
void damped_restart(struct damped *d, const double *x, double mu);

/* The residuals at the trial, with their Jacobian J [n][rows] or, where it is
 * NULL, without. */
enum reason damped_evaluate(struct damped *d, double *J);

/* Evaluate the trial with its Jacobian. REASON_NONE, or what ends the run. */
enum reason damped_look(struct damped *d, bool *ret_finite);

/* Make the trial, which was looked at, the point. */
void damped_take(struct damped *d);

/* Set step and trial by the present mu, and predicted_reduction. Returns
 * whether no bound and no limit was in the way. */
bool damped_propose(struct damped *d);

/*
 * Evaluate the trial that was proposed.
 *
 *   was_inside  in   what damped_propose() returned
 *   ret_better  out  it is to be taken
 */
enum reason damped_try(struct damped *d, bool was_inside, bool *ret_better);

/* Lower mu by the gain ratio of the trial; call it before damped_take(). */
void damped_ease(struct damped *d);

/* After a refusal: raise mu, or else go only part of the way to a bound. */
void damped_stiffen(struct damped *d);

/* Make D the lengths of J's columns, and mu and growth as at the start; whether
 * D was much more. */
bool damped_renew(struct damped *d, double mu);

/* Whether the step changes no parameter by more than a share of it, or else
 * the residuals by no more than rounding. */
bool damped_is_short(const struct damped *d, double share);

/* Whether all that can be had is less than the loss is rounded by. */
bool damped_is_level(const struct damped *d);

/* Whether parameter j stands at a bound that its gradient points out of. */
bool damped_is_held(const struct damped *d, size_t j);

/* How long J's columns are, times their parameters: about as large as what the
 * residuals are differences of. */
double damped_greatest_part(const struct damped *d);

/* Whether the residuals are rounding. */
bool damped_is_exact(const struct damped *d);

/* How many columns of free parameters only repeat others. */
size_t damped_count_alike(const struct damped *d);

/* Whether a parameter has next to no influence, and had it before. */
bool damped_has_lost_influence(const struct damped *d);

/* Whether parameter j, which is not fixed, has had no influence so far. */
bool damped_is_mute(const struct damped *d, size_t j);

/* Where to look whether it has some, place 0 ... DAMPED_PLACES - 1: within its
 * bounds, or ever nearer to zero. */
enum { DAMPED_PLACES = 4 };
double damped_elsewhere(const struct damped *d, size_t j, unsigned place);

/* Whether J would take a good part of the loss away, by what it says
 * clearly. */
bool damped_predicts_more(const struct damped *d);

#endif
