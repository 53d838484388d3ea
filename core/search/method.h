/*
 * method.h - what a method that searches has of the run: where it is, and how
 * it asks for more.
 *
 * Line searches (search.h) and what else is in this folder work on it, and so
 * do the methods of core/optimizer, whose engines `advance` and `drive` are
 * given one.
 */
#ifndef CORE_SEARCH_METHOD_H
#define CORE_SEARCH_METHOD_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/parameter.h"
#include "core/base/reason.h"
#include "core/objective/constraint.h"

struct objective;

/* What the engines `advance` and `drive` have of the run. */
struct method {
    double *x;              /* [n] the iterate */
    double *g;              /* [n] gradient at x */
    double loss;            /* at x */
    double *state;          /* [states * n + scalars] */
    double *row_state;      /* [row_scalars * rows] */
    size_t n;
    const double *p;        /* [parameters] */
    uint64_t t;             /* number of the coming iteration, from 1 */
    double step_length;     /* out: what stands in the trace as learning_rate */
    const double *low, *high; /* [n] bounds, or NULL; x is inside on entry */
    uint64_t seed;          /* of the job */
    double evaluations_left;  /* before max_evaluations; infinite: no limit */
    const struct constraint *constraints; /* [constraint_count] */
    size_t constraint_count;  /* 0 unless the kind takes them */
    double gap;             /* out: what keeps x from being stationary beside
                               g, as complementarity; in gradient_norm */
    struct arena *arena;    /* for `drive`, which begins once */

    /*
     * The loss at `at`, its gradient to `gradient` (NULL: not wanted); counted.
     * Of runs that maximize both are negated: less is always better here.
     *
     * ret_stop   out  the run is canceled: come back soon, changing nothing
     */
    double (*evaluate)(struct method *method, const double *at,
                       double *gradient, _Bool *ret_stop);

    /*
     * Whether the run is canceled, for methods that work long between two
     * evaluations: to be asked by method_is_canceled() once in METHOD_WORK
     * numbers that are passed over. Then come back soon, changing nothing.
     */
    _Bool (*is_canceled)(struct method *method);

    /*
     * For `drive`: show an evaluated point as the next iteration. Anything but
     * REASON_NONE ends the run: come back with it.
     */
    enum reason (*show)(struct method *method, const double *at, double loss,
                        const double *gradient);

    /*
     * For kinds that need residuals: those at `at` and their Jacobian, as
     * objective->residuals gives them; counted as a loss and a gradient.
     * Returns their loss.
     */
    double (*evaluate_residuals)(struct method *method, const double *at,
                                 double *residual, double *jacobian,
                                 _Bool *ret_stop);
    const struct objective *objective; /* for its residuals */
    void *run;              /* the loop's */
};

/* Work between two looks at the cancel flag: some 10 ms of additions and
 * products, where a cancel may wait for 100. */
#define METHOD_WORK 2e7

static inline _Bool method_is_canceled(struct method *method)
{
    return method->is_canceled != NULL && method->is_canceled(method);
}

#endif
