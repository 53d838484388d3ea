/* weak.c - BBOB f20, f23 and f24: many valleys and little order. f21 and f22,
 * of this group too, are gallagher.c. */
#include <math.h>

#include "core/function/bbob/bbob.h"
#include "core/function/bbob/draw.h"
#include "core/kernel/math.h"
#include "core/kernel/vector.h"

/* ---- f20 --------------------------------------------------------------- */

#define SCHWEFEL_PLACE 4.2096874637 /* of z sin(sqrt(z))'s peak, / 100 */
#define SCHWEFEL_LEVEL 4.189828872724339

static double schwefel(const struct bbob *bbob, struct bbob_point *p)
{
    double sum = 0, beyond = 0, size = (double)bbob->n;

    for (size_t i = 0; i < bbob->n; i++) {
        double z = p->z[i] + 100 * SCHWEFEL_PLACE, root = sqrt(fabs(z));
        double sine = math_sin(root), over = fmax(0, fabs(z) - 500);

        sum += z * sine;
        beyond += over * over;
        p->dz[i] = -0.01 / size * (sine + root * math_cos(root) / 2)
                 + 0.02 * copysign(over, z);
    }
    return SCHWEFEL_LEVEL - 0.01 * sum / size + 0.01 * beyond;
}

static void place_by_sides(const struct bbob_function *function,
                           uint32_t seed, size_t n, double *x)
{
    struct bbob_draw draw;

    (void)function;
    bbob_draw_init(&draw, seed);
    for (size_t i = 0; i < n; i++)
        x[i] = copysign(SCHWEFEL_PLACE / 2, bbob_draw_next(&draw) - 0.5);
}

const struct bbob_function bbob_schwefel = {
    BBOB_FUNCTION(schwefel, 20,
                  "4.189828872724339 - sum(i, 1, n, "
                  "z[i]*sin(sqrt(abs(z[i]))))/(100*n) + 100*pen(z/100) + "
                  "f_opt, z = 100*(Lambda^10*(y - 2*abs(x_opt)) + "
                  "2*abs(x_opt)), y[1] = v[1], y[i+1] = v[i+1] + "
                  "(v[i] - 2*abs(x_opt[i]))/4, v = 2*sign(x_opt)*x",
                  "The best valley lies far from the next best, near a "
                  "corner of the box."),
    .first = BBOB_SIGNS,
    .second = BBOB_CHAIN,
    .condition = 10,
    .place = place_by_sides,
    .loss = schwefel,
};

/* ---- f23 --------------------------------------------------------------- */

enum { TENTS = 32 };

/* The distances of 2 z, 4 z, ... from whole numbers, each in its scale: tents
 * half as wide every time. All have slopes 1 and -1. */
static double tents(double z, double *ret_slope)
{
    double sum = 0, scale = 1;

    *ret_slope = 0;
    for (int k = 0; k < TENTS; k++) {
        double off;

        scale *= 2;
        off = scale * z - floor(scale * z + 0.5);
        sum += fabs(off) / scale;
        *ret_slope += off > 0 ? 1 : off < 0 ? -1 : 0;
    }
    return sum;
}

static double katsuura(const struct bbob *bbob, struct bbob_point *p)
{
    double size = (double)bbob->n, product = 1, slope;
    double power = 10 / math_pow(size, 1.2), factor = 10 / size / size;

    for (size_t i = 0; i < bbob->n; i++) {
        double term = 1 + (double)(i + 1) * tents(p->z[i], &slope);

        product *= term;
        p->dz[i] = (double)(i + 1) * slope / term;
    }
    product = math_pow(product, power);
    for (size_t i = 0; i < bbob->n; i++)
        p->dz[i] *= factor * power * product;
    return factor * (product - 1);
}

const struct bbob_function bbob_katsuura = {
    BBOB_FUNCTION(katsuura, 23,
                  "10/n^2*product(i, 1, n, 1 + i*sum(k, 1, 32, "
                  "abs(2^k*z[i] - round(2^k*z[i]))/2^k))^(10/n^1.2) - "
                  "10/n^2 + pen(x) + f_opt, z = Q*Lambda^100*R*(x - x_opt)",
                  "Broken at every scale and steep everywhere: gradients "
                  "say nothing of the way."),
    .first = BBOB_Q_LAMBDA_R,
    .condition = 100,
    .penalty = 1,
    .loss = katsuura,
};

/* ---- f24 --------------------------------------------------------------- */

#define FUNNEL 2.5 /* where the good funnel is: mu_0 */

/* y = 2 sign(x_opt) x - mu_0 has the funnels, z the valleys. */
static double lunacek(const struct bbob *bbob, struct bbob_point *p)
{
    double size = (double)bbob->n, good, bad = 0, cosines = 0;
    double s = 1 - 1 / (2 * sqrt(size + 20) - 8.2);
    double apart = FUNNEL + sqrt((FUNNEL * FUNNEL - 1) / s); /* mu_0 - mu_1 */
    bool is_good;

    good = vector_dot(p->y, p->y, bbob->n);
    for (size_t i = 0; i < bbob->n; i++)
        bad += (p->y[i] + apart) * (p->y[i] + apart);
    bad = size + s * bad;
    is_good = good <= bad;
    for (size_t i = 0; i < bbob->n; i++) {
        cosines += math_cos(BBOB_TAU * p->z[i]);
        p->dz[i] = 10 * BBOB_TAU * math_sin(BBOB_TAU * p->z[i]);
        p->dy[i] = is_good ? 2 * p->y[i] : 2 * s * (p->y[i] + apart);
    }
    return (is_good ? good : bad) + 10 * (size - cosines);
}

static void place_in_the_funnel(const struct bbob_function *function,
                                uint32_t seed, size_t n, double *x)
{
    (void)function;
    bbob_draw_normal(seed, n, x);
    for (size_t i = 0; i < n; i++)
        x[i] = copysign(FUNNEL / 2, x[i]);
}

const struct bbob_function bbob_lunacek = {
    BBOB_FUNCTION(lunacek, 24,
                  "min(sum(i, 1, n, (v[i] - 2.5)^2), n + "
                  "s*sum(i, 1, n, (v[i] + sqrt(5.25/s))^2)) + "
                  "10*(n - sum(i, 1, n, cos(2*pi*z[i]))) + 10^4*pen(x) + "
                  "f_opt, s = 1 - 1/(2*sqrt(n + 20) - 8.2), "
                  "v = 2*sign(x_opt)*x, z = Q*Lambda^100*R*(v - 2.5)",
                  "Two funnels full of valleys, and the wider one is the "
                  "wrong one."),
    .first = BBOB_SIGNS,
    .second = BBOB_Q_LAMBDA_R,
    .condition = 100,
    .penalty = 1e4,
    .place = place_in_the_funnel,
    .loss = lunacek,
};
