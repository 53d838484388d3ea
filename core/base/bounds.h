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

/* Move x [n] to the nearest point inside. A pass for each side: compilers
 * make vectors of those. */
static inline void bounds_project(struct bounds bounds, double *x, size_t n)
{
    for (size_t i = 0; i < n && bounds.low != NULL; i++)
        x[i] = x[i] < bounds.low[i] ? bounds.low[i] : x[i];
    for (size_t i = 0; i < n && bounds.high != NULL; i++)
        x[i] = x[i] > bounds.high[i] ? bounds.high[i] : x[i];
}

/* What is left of the gradient's component g at x beside one bound: 0 where
 * the way down leads out. (Without a branch: see bounds_project.) */
static inline double bounds_free_above(double low, double x, double g)
{
    return (x <= low) & (g > 0) ? 0 : g;
}

static inline double bounds_free_below(double high, double x, double g)
{
    return (x >= high) & (g < 0) ? 0 : g;
}

/* The same beside both bounds of variable i. */
static inline double bounds_free_gradient(struct bounds bounds, double x,
                                          double g, size_t i)
{
    if (bounds.low != NULL)
        g = bounds_free_above(bounds.low[i], x, g);
    return bounds.high != NULL ? bounds_free_below(bounds.high[i], x, g) : g;
}

#endif
