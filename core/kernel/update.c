/* update.c - vectors that move, compiled once for each kind of CPU. */
#include "core/kernel/update.h"

#include <string.h>

#include "core/kernel/lanes.h"

CLONES void update_scale_long(double *x, double a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] *= a;
}

CLONES void update_negate_long(double *restrict to, const double *restrict x,
                               size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = -x[i];
}

CLONES void update_add_long(double *restrict y, double a,
                            const double *restrict x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

CLONES void update_step_long(double *restrict to, const double *restrict x,
                             double a, const double *restrict d, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = x[i] + a * d[i];
}

CLONES double update_add_dot_long(double *restrict q, double a,
                                  const double *restrict y, const double *s,
                                  size_t n)
{
    lanes sum[2] = {{0}};
    double t[LANES_TWICE];
    size_t i = 0;

    for (; i + LANES_TWICE <= n; i += LANES_TWICE) {
        for (size_t k = 0; k < 2; k++) {
            lanes *at = (lanes *)(q + i + k * VECTOR_LANES);
            lanes moved =
                *at + a * *(const lanes *)(y + i + k * VECTOR_LANES);

            *at = moved;
            sum[k] += *(const lanes *)(s + i + k * VECTOR_LANES) * moved;
        }
    }
    memcpy(t, sum, sizeof t);
    for (size_t lane = 0; i < n; i++, lane++) {
        q[i] += a * y[i];
        t[lane] += s[i] * q[i];
    }
    return add_lanes_twice(t);
}

CLONES double update_rank2_dot_long(double *restrict h, double a,
                                    const double *restrict u, double b,
                                    const double *restrict v, const double *g,
                                    size_t n)
{
    lanes sum[2] = {{0}};
    double t[LANES_TWICE];
    size_t i = 0;

    for (; i + LANES_TWICE <= n; i += LANES_TWICE) {
        for (size_t k = 0; k < 2; k++) {
            size_t j = i + k * VECTOR_LANES;
            lanes moved = *(const lanes *)(h + j)
                        + (a * *(const lanes *)(u + j)
                           + b * *(const lanes *)(v + j));

            *(lanes *)(h + j) = moved;
            sum[k] += moved * *(const lanes *)(g + j);
        }
    }
    memcpy(t, sum, sizeof t);
    for (size_t lane = 0; i < n; i++, lane++) {
        h[i] += a * u[i] + b * v[i];
        t[lane] += h[i] * g[i];
    }
    return add_lanes_twice(t);
}

static struct pair pair_short(double *restrict s, double *restrict y,
                              const double *to_x, const double *x,
                              const double *to_g, const double *g, size_t n)
{
    struct pair sums = {0};

    for (size_t i = 0; i < n; i++) {
        s[i] = to_x[i] - x[i];
        y[i] = to_g[i] - g[i];
        sums.ss += s[i] * s[i];
        sums.sy += s[i] * y[i];
        sums.yy += y[i] * y[i];
    }
    return sums;
}

CLONES static struct pair pair_long(double *restrict s, double *restrict y,
                                    const double *to_x, const double *x,
                                    const double *to_g, const double *g,
                                    size_t n)
{
    lanes ss[2] = {{0}}, sy[2] = {{0}}, yy[2] = {{0}};
    double t[3][LANES_TWICE];
    size_t i = 0;

    for (; i + LANES_TWICE <= n; i += LANES_TWICE) {
        for (size_t k = 0; k < 2; k++) {
            size_t j = i + k * VECTOR_LANES;
            lanes move = *(const lanes *)(to_x + j) - *(const lanes *)(x + j);
            lanes change = *(const lanes *)(to_g + j) - *(const lanes *)(g + j);

            *(lanes *)(s + j) = move;
            *(lanes *)(y + j) = change;
            ss[k] += move * move;
            sy[k] += move * change;
            yy[k] += change * change;
        }
    }
    memcpy(t[0], ss, sizeof t[0]);
    memcpy(t[1], sy, sizeof t[1]);
    memcpy(t[2], yy, sizeof t[2]);
    for (size_t lane = 0; i < n; i++, lane++) {
        s[i] = to_x[i] - x[i];
        y[i] = to_g[i] - g[i];
        t[0][lane] += s[i] * s[i];
        t[1][lane] += s[i] * y[i];
        t[2][lane] += y[i] * y[i];
    }
    return (struct pair){add_lanes_twice(t[0]), add_lanes_twice(t[1]),
                         add_lanes_twice(t[2])};
}

struct pair update_pair(double *restrict s, double *restrict y,
                        const double *to_x, const double *x,
                        const double *to_g, const double *g, size_t n)
{
    return n < VECTOR_LANES ? pair_short(s, y, to_x, x, to_g, g, n)
                            : pair_long(s, y, to_x, x, to_g, g, n);
}
