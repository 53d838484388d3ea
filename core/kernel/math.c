/* math.c - the border to SLEEF: the only file that includes <sleef.h>. */
#include "core/kernel/math.h"

/* The header shows these functions only to builds for CPUs with FMA, though
 * the library always holds them; it tells such builds by this macro. */
#ifndef FP_FAST_FMA
#define FP_FAST_FMA
#endif
#include <sleef.h>

double math_exp(double x)
{
    return Sleef_finz_expd1_u10purecfma(x);
}

double math_log(double x)
{
    return Sleef_finz_logd1_u10purecfma(x);
}

double math_sin(double x)
{
    return Sleef_finz_sind1_u10purecfma(x);
}

double math_cos(double x)
{
    return Sleef_finz_cosd1_u10purecfma(x);
}

double math_atan(double x)
{
    return Sleef_finz_atand1_u10purecfma(x);
}

double math_pow(double x, double y)
{
    return Sleef_finz_powd1_u10purecfma(x, y);
}

double math_pow_int(double x, uint64_t n)
{
    double power = 1;

    for (; n > 0; n >>= 1) {
        if (n & 1)
            power *= x;
        x *= x;
    }
    return power;
}
