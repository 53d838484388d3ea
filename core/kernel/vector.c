/* vector.c - the long sums, in eight lanes, compiled once for each CPU. */
#include "core/kernel/vector.h"

#include <float.h>
#include <string.h>

#include "core/kernel/lanes.h"

CLONES double vector_dot_long(const double *x, const double *y, size_t n)
{
    return dot_lanes(x, y, n);
}

CLONES double vector_sum_long(const double *x, size_t n)
{
    lanes sum = {0};
    double s[VECTOR_LANES];
    size_t i = 0;

    for (; i + VECTOR_LANES <= n; i += VECTOR_LANES)
        sum += *(const lanes *)(x + i);
    memcpy(s, &sum, sizeof s);
    for (size_t lane = 0; i < n; i++, lane++)
        s[lane] += x[i];
    return add_lanes(s);
}

CLONES double vector_distance2_long(const double *x, const double *y, size_t n)
{
    lanes sum = {0};
    double s[VECTOR_LANES];
    size_t i = 0;

    for (; i + VECTOR_LANES <= n; i += VECTOR_LANES) {
        lanes d = *(const lanes *)(x + i) - *(const lanes *)(y + i);

        sum += d * d;
    }
    memcpy(s, &sum, sizeof s);
    for (size_t lane = 0; i < n; i++, lane++)
        s[lane] += (x[i] - y[i]) * (x[i] - y[i]);
    return add_lanes(s);
}

CLONES struct squares vector_squares_long(const double *g, const double *x,
                                          const double *y, size_t n)
{
    lanes sum = {0}, far = {0};
    double s[VECTOR_LANES], t[VECTOR_LANES];
    size_t i = 0;

    for (; i + VECTOR_LANES <= n; i += VECTOR_LANES) {
        lanes slope = *(const lanes *)(g + i);
        lanes d = *(const lanes *)(x + i) - *(const lanes *)(y + i);

        sum += slope * slope;
        far += d * d;
    }
    memcpy(s, &sum, sizeof s);
    memcpy(t, &far, sizeof t);
    for (size_t lane = 0; i < n; i++, lane++) {
        s[lane] += g[i] * g[i];
        t[lane] += (x[i] - y[i]) * (x[i] - y[i]);
    }
    return (struct squares){add_lanes(s), add_lanes(t)};
}

CLONES bool vector_is_finite(const double *x, size_t n)
{
    unsigned other = 0;

    for (size_t i = 0; i < n; i++)
        other |= !(fabs(x[i]) <= DBL_MAX);
    return other == 0;
}

/* Element i of x, or of x - y where there is a y. */
static double element(const double *x, const double *y, size_t i)
{
    return y != NULL ? x[i] - y[i] : x[i];
}

/*
 * Squares of what is near 2^e are near 2^2e: divided by the greatest's power
 * of two, which is exact, they neither overflow nor vanish.
 */
double vector_length_scaled(const double *x, const double *y, size_t n)
{
    double greatest = 0, sum = 0;
    int exponent;

    for (size_t i = 0; i < n; i++) {
        double size = fabs(element(x, y, i));

        if (isnan(size))
            return NAN;
        greatest = size > greatest ? size : greatest;
    }
    if (greatest == 0 || isinf(greatest))
        return greatest;
    frexp(greatest, &exponent);
    for (size_t i = 0; i < n; i++) {
        double part = ldexp(element(x, y, i), -exponent);

        sum += part * part;
    }
    return ldexp(sqrt(sum), exponent);
}
