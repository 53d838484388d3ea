/* cauchy.h - the first minimum of a quadratic model inside bounds. */
#ifndef CORE_SEARCH_CAUCHY_H
#define CORE_SEARCH_CAUCHY_H

#include "core/search/method.h"
#include "core/search/compact.h"

/* What it needs and gives. */
struct cauchy {
    double *x;         /* [n] out: the point */
    double *c;         /* [2k] out: W'(x - the iterate) */
    double *d;         /* [n] scratch: the path's direction */
    double *t, *heap;  /* [n] scratch: where variables meet their bounds */
    double *p, *w;     /* [2k] scratch */
};

/*
 * Follow x - t g, cut off at the bounds, to the first minimum of the model
 * g'(z - x) + (z - x)'B(z - x) / 2. Where the run is canceled it ends early, at
 * no point to go on from.
 *
 * Cost    O(n k + b (log n + k^2)) for b bounds that are met
 * Source  Byrd, Lu, Nocedal & Zhu 1995, SIAM J. Sci. Comput. 16(5), Algorithm
 *         CP
 */
void cauchy_find(const struct compact *B, struct method *m,
                 const struct cauchy *work);

#endif
