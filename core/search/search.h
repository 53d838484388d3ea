/*
 * search.h - line searches: how far to go along a direction.
 *
 * phi(step) is the loss at x + step d, phi'(step) its slope. A method makes a
 * struct line of its iterate and a direction that leads downhill, lets one of
 * the searches find a step, and accepts the point where the search ended.
 *
 * Near a minimum the loss changes by less than it is rounded by, while slopes
 * are still good to many digits: where losses are level, all searches judge
 * by slopes (Hager & Zhang's approximate Wolfe conditions). So they reach the
 * last digits of x, where comparing losses alone stops at half of them.
 */
#ifndef CORE_SEARCH_SEARCH_H
#define CORE_SEARCH_SEARCH_H

#include <stdbool.h>

#include "core/search/method.h"

/* Rows of parameters that methods with a search share. */
#define ROW_DECREASE                                                          \
    {"decrease", 1e-4, 0, 0.5,                                                \
     "Line search: share of the fall that the slope predicts which is "       \
     "enough.", OPEN, PARAMETER_NUMBER}
#define ROW_CURVATURE(initial)                                                \
    {"curvature", initial, 0, 1,                                              \
     "Line search: share of the slope that may be left.", OPEN,               \
     PARAMETER_NUMBER}
#define ROW_MEMORY(initial, most)                                             \
    {"memory", initial, 1, most,                                              \
     "Pairs of steps and gradient changes that are kept; no more than there " \
     "are variables.", CLOSED, PARAMETER_INTEGER}

struct line {
    struct method *method;
    const double *d;      /* [n] the direction */
    const double *whole;  /* [n] x + d without its rounding, or NULL */
    double *x, *g;        /* [n] the latest trial, and the gradient there */
    double loss0, slope0; /* phi(0), phi'(0) */
    double step;          /* of the latest trial */
    double loss, slope;   /* phi, phi' there */
    double evaluations_left;
};

/*
 * Begin a line from the method's iterate along d.
 *
 *   d         [n]  in   kept, not copied
 *   slope0    -    in   g . d
 *   scratch   [2n]      of the line: its trial and the gradient there
 */
void line_begin(struct line *line, struct method *method, const double *d,
                double slope0, double *scratch);

/*
 * Evaluate at `step`; what was found stands in the line.
 *
 * Returns REASON_NONE; REASON_CANCELED; or REASON_MAX_EVALUATIONS, without
 *         having evaluated
 */
enum reason line_try(struct line *line, double step);

/* Whether loss and slope of the trial are numbers to go on with. */
bool line_is_finite(const struct line *line);

/* Whether two losses on this line differ by rounding only. */
bool line_is_level(const struct line *line, double a, double b);

/* Whether the trial's loss fell by the share `decrease` of what slope0
 * predicts; where losses are level, by the trial's slope. */
bool line_decreases(const struct line *line, double decrease);

/* Make the trial the method's iterate. */
void line_accept(const struct line *line);

/* What a search is to do. */
struct line_search {
    double first;         /* step to try first, > 0 */
    double longest;       /* no step beyond this; may be infinite */
    double decrease;      /* Armijo's share of the predicted fall, < 1/2 */
    double curvature;     /* strong_wolfe: |phi'| <= it * |phi'(0)| */
    double reference;     /* backtracking: the loss to fall below, phi(0) or
                             more */
};

/*
 * The searches. Each ends at a trial that fulfils its conditions, or for which
 * rounding allows no more.
 *
 * Returns REASON_NONE: accept the trial; REASON_LINE_SEARCH: no step is
 *         better; or what line_try() came back with
 */
enum reason search_backtracking(struct line *line,
                const struct line_search *how);
enum reason search_strong_wolfe(struct line *line,
                const struct line_search *how);
enum reason search_exact(struct line *line, const struct line_search *how);

/*
 * The step of Barzilai and Borwein after a move s that changed the gradient by
 * y: s.s / s.y and s.y / y.y in turn; `otherwise` where the curvature along s
 * is not positive.
 *
 * Source  Barzilai & Borwein 1988, IMA J. Numer. Anal. 8, (5) and (6); in turn:
 *         Dai & Fletcher 2005, Numer. Math. 100
 */
double search_barzilai_borwein(double ss, double sy, double yy, bool is_even,
                               double otherwise);

#endif
