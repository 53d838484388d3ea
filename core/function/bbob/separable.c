/* separable.c - BBOB f1 to f5: every coordinate by itself. */
#include <math.h>

#include "core/function/bbob/bbob.h"
#include "core/function/bbob/draw.h"
#include "core/kernel/math.h"
#include "core/kernel/vector.h"

/* ---- f1 ---------------------------------------------------------------- */

static double sphere(const struct bbob *bbob, struct bbob_point *p)
{
    for (size_t i = 0; i < bbob->n; i++)
        p->dz[i] = 2 * p->z[i];
    return vector_dot(p->z, p->z, bbob->n);
}

const struct bbob_function bbob_sphere = {
    BBOB_FUNCTION(sphere, 1,
                  "sum(i, 1, n, z[i]^2) + f_opt, z = x - x_opt",
                  "The easiest of the suite: how fast is fast?"),
    .loss = sphere,
};

/* ---- f2 ---------------------------------------------------------------- */

double bbob_weighted_squares(const struct bbob *bbob, struct bbob_point *p)
{
    double sum = 0;

    for (size_t i = 0; i < bbob->n; i++) {
        p->dz[i] = 2 * bbob->weight[i] * p->z[i];
        sum += bbob->weight[i] * p->z[i] * p->z[i];
    }
    return sum;
}

const struct bbob_function bbob_ellipsoid = {
    BBOB_FUNCTION(ellipsoid, 2,
                  "sum(i, 1, n, 10^(6*(i-1)/(n-1))*z[i]^2) + f_opt, "
                  "z = T_osz(x - x_opt)",
                  "Axes a thousand times longer than others, slightly "
                  "rippled: each asks for a rate of its own."),
    .curve = bbob_oscillate,
    .weight = 1e6,
    .loss = bbob_weighted_squares,
};

/* ---- f3 ---------------------------------------------------------------- */

double bbob_rastrigin_loss(const struct bbob *bbob, struct bbob_point *p)
{
    double cosines = 0;
    size_t n = bbob->n;

    for (size_t i = 0; i < n; i++) {
        cosines += math_cos(BBOB_TAU * p->z[i]);
        p->dz[i] = 10 * BBOB_TAU * math_sin(BBOB_TAU * p->z[i]) + 2 * p->z[i];
    }
    return 10 * ((double)n - cosines) + vector_dot(p->z, p->z, n);
}

const struct bbob_function bbob_rastrigin = {
    BBOB_FUNCTION(rastrigin, 3,
                  "10*(n - sum(i, 1, n, cos(2*pi*z[i]))) + "
                  "sum(i, 1, n, z[i]^2) + f_opt, "
                  "z = Lambda^10*T_asy^0.2(T_osz(x - x_opt))",
                  "About 10^n valleys in an order that is only almost "
                  "regular."),
    .curve = bbob_oscillate_and_skew,
    .second = BBOB_LAMBDA,
    .condition = 10,
    .loss = bbob_rastrigin_loss,
};

/* ---- f4 ---------------------------------------------------------------- */

/* Steeper by 10 where a coordinate of odd number, from 1, is positive. */
static double steepen(const struct bbob *bbob, size_t i, double y,
                      double *ret_slope)
{
    double scale = bbob->weight[i], bent = bbob_wave(y, ret_slope);

    if (bent > 0 && i % 2 == 0)
        scale *= 10;
    *ret_slope *= scale;
    return scale * bent;
}

static void place_odd_ones_above(const struct bbob_function *function,
                                 uint32_t seed, size_t n, double *x)
{
    (void)function;
    bbob_draw_grid(seed, n, x);
    for (size_t i = 0; i < n; i += 2)
        x[i] = fabs(x[i]);
}

const struct bbob_function bbob_bueche_rastrigin = {
    BBOB_FUNCTION(bueche_rastrigin, 4,
                  "10*(n - sum(i, 1, n, cos(2*pi*z[i]))) + "
                  "sum(i, 1, n, z[i]^2) + 100*pen(x) + f_opt, "
                  "z[i] = s[i]*T_osz(x - x_opt)[i], s[i] = "
                  "10^((i-1)/(2*(n-1))), times 10 for odd i where z[i] > 0",
                  "Rastrigin's valleys, higher on one side: a trap for what "
                  "trusts symmetry."),
    .twin = 3,
    .curve = steepen,
    .weight = 3.16227766016837933199889, /* sqrt(10) */
    .penalty = 100,
    .place = place_odd_ones_above,
    .loss = bbob_rastrigin_loss,
};

/* ---- f5 ---------------------------------------------------------------- */

/* Downhill to the box's corner, and flat behind it. */
static double slope(const struct bbob *bbob, struct bbob_point *p)
{
    double sum = 0;

    for (size_t i = 0; i < bbob->n; i++) {
        double side = copysign(bbob->weight[i], bbob->x_opt[i]);
        bool inside = !(side * p->z[i] >= 0); /* or no number at all */

        p->dz[i] = inside ? -side : 0;
        sum += inside ? -side * p->z[i] : 0;
    }
    return sum;
}

static void place_in_a_corner(const struct bbob_function *function,
                              uint32_t seed, size_t n, double *x)
{
    (void)function;
    bbob_draw_grid(seed, n, x);
    for (size_t i = 0; i < n; i++)
        x[i] = copysign(5, x[i]);
}

const struct bbob_function bbob_linear_slope = {
    BBOB_FUNCTION(linear_slope, 5,
                  "sum(i, 1, n, 5*abs(s[i]) - s[i]*z[i]) + f_opt, "
                  "s[i] = sign(x_opt[i])*10^((i-1)/(n-1)), z[i] = x[i] up to "
                  "x_opt[i] = 5 or -5",
                  "A plane that ends at a corner of the box: do steps grow?"),
    .weight = 10,
    .place = place_in_a_corner,
    .loss = slope,
};
