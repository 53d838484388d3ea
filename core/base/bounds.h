/*
 * bounds.h - the box that x keeps to: a low and a high for every variable,
 * infinite where there is none; NULL where no variable has one.
 */
#ifndef CORE_BASE_BOUNDS_H
#define CORE_BASE_BOUNDS_H

#include <stddef.h>

struct bounds {
    const double *low, *high;    /* [n] or NULL; low <= high */
};

/* The nearest number to x inside the bounds of variable i; NaN stays NaN. */
static inline double bounds_nearest(struct bounds bounds, double x, size_t i)
{
    if (bounds.low != NULL && x < bounds.low[i])
        return bounds.low[i];
    return bounds.high != NULL && x > bounds.high[i] ? bounds.high[i] : x;
}

/* Move x [n] to the nearest point inside. */
static inline void bounds_project(struct bounds bounds, double *x, size_t n)
{
    if (bounds.low == NULL && bounds.high == NULL)
        return;
    for (size_t i = 0; i < n; i++)
        x[i] = bounds_nearest(bounds, x[i], i);
}

/* What is left of the gradient's component g of variable i at x: 0 where the
 * way down leads out of the box. */
static inline double bounds_free_gradient(struct bounds bounds, double x,
                                          double g, size_t i)
{
    if (bounds.low != NULL && x <= bounds.low[i] && g > 0)
        return 0;
    return bounds.high != NULL && x >= bounds.high[i] && g < 0 ? 0 : g;
}

#endif
