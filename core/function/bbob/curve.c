/* curve.c - the functions of one coordinate in the BBOB suite, with slopes. */
#include <math.h>

#include "core/function/bbob/bbob.h"
#include "core/kernel/math.h"

/*
 * sign(y) exp(u + 0.049 (sin(a u) + sin(b u))), u = log |y|. Towards zero the
 * slope swings without end; at zero 1 is given, as of the identity.
 */
double bbob_wave(double y, double *ret_slope)
{
    double a = y > 0 ? 10 : 5.5, b = y > 0 ? 7.9 : 3.1, u, bent;

    if (y == 0) {
        *ret_slope = 1;
        return 0;
    }
    u = math_log(fabs(y));
    bent = copysign(
        math_exp(u + 0.049 * (math_sin(a * u) + math_sin(b * u))), y);
    *ret_slope = bent / y
               * (1 + 0.049 * (a * math_cos(a * u) + b * math_cos(b * u)));
    return bent;
}

/* y^(1 + c sqrt(y)) where y is positive, with c = beta * rank. */
static double skew(double c, double y, double *ret_slope)
{
    double root, power, bent;

    *ret_slope = 1;
    if (!(y > 0))
        return y;
    root = sqrt(y);
    power = 1 + c * root;
    bent = math_pow(y, power);
    *ret_slope = bent / y * (power + c * root * math_log(y) / 2);
    return bent;
}

double bbob_oscillate(const struct bbob *bbob, size_t i, double y,
                      double *ret_slope)
{
    (void)bbob;
    (void)i;
    return bbob_wave(y, ret_slope);
}

double bbob_skew(const struct bbob *bbob, size_t i, double y,
                 double *ret_slope)
{
    return skew(0.5 * bbob_rank(i, bbob->n), y, ret_slope);
}

double bbob_oscillate_and_skew(const struct bbob *bbob, size_t i, double y,
                               double *ret_slope)
{
    double inner, outer, bent;

    bent = skew(0.2 * bbob_rank(i, bbob->n), bbob_wave(y, &inner), &outer);
    *ret_slope = inner * outer;
    return bent;
}
