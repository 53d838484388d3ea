/* multimodal.c - BBOB f15 to f19: many valleys with an order behind them. */
#include <math.h>

#include "core/function/bbob/bbob.h"
#include "core/kernel/math.h"

/* ---- f15 --------------------------------------------------------------- */

const struct bbob_function bbob_rastrigin_rotated = {
    BBOB_FUNCTION(rastrigin_rotated, 15,
                  "10*(n - sum(i, 1, n, cos(2*pi*z[i]))) + "
                  "sum(i, 1, n, z[i]^2) + f_opt, "
                  "z = Q*Lambda^10*R*T_asy^0.2(T_osz(Q*(x - x_opt)))",
                  "Rastrigin's valleys without an axis to search along."),
    .first = BBOB_Q,
    .curve = bbob_oscillate_and_skew,
    .second = BBOB_Q_LAMBDA_R,
    .condition = 10,
    .loss = bbob_rastrigin_loss,
};

/* ---- f16 --------------------------------------------------------------- */

enum { WAVES = 12 };

/* The cosines at z = 0, all -1: -(1 + 1/2 + ... + 1/2^11). */
static const double deepest = -2 + 0x1p-11;

static double weierstrass(const struct bbob *bbob, struct bbob_point *p)
{
    double sum = 0, height, size = (double)bbob->n;

    for (size_t i = 0; i < bbob->n; i++) {
        double tall = 1, often = BBOB_TAU, slope = 0;

        for (int k = 0; k < WAVES; k++) {
            double angle = often * (p->z[i] + 0.5);

            sum += tall * math_cos(angle);
            slope -= tall * often * math_sin(angle);
            tall /= 2;
            often *= 3;
        }
        p->dz[i] = slope;
    }
    height = sum / size - deepest;
    for (size_t i = 0; i < bbob->n; i++)
        p->dz[i] *= 30 * height * height / size;
    return 10 * height * height * height;
}

const struct bbob_function bbob_weierstrass = {
    BBOB_FUNCTION(weierstrass, 16,
                  "10*(sum(i, 1, n, sum(k, 0, 11, "
                  "cos(2*pi*3^k*(z[i] + 1/2))/2^k))/n - f_0)^3 + "
                  "10/n*pen(x) + f_opt, "
                  "z = Q*Lambda^0.01*R*T_osz(Q*(x - x_opt))",
                  "Rugged at every scale, and its minimum is not the only "
                  "global one."),
    .first = BBOB_Q,
    .curve = bbob_oscillate,
    .second = BBOB_Q_LAMBDA_R,
    .condition = 0.01,
    .penalty = 10,
    .penalty_is_mean = true,
    .loss = weierstrass,
};

/* ---- f17, f18 ---------------------------------------------------------- */

/* With q = z_i^2 + z_{i+1}^2: the mean of q^(1/4) (1 + sin^2(50 q^(1/10))),
 * squared. At q = 0 there is no slope, and none is given. */
static double schaffers(const struct bbob *bbob, struct bbob_point *p)
{
    double sum = 0, mean, pairs = (double)(bbob->n - 1);

    p->dz[0] = 0;
    for (size_t i = 0; i + 1 < bbob->n; i++) {
        double q = p->z[i] * p->z[i] + p->z[i + 1] * p->z[i + 1];
        double root = sqrt(sqrt(q)), angle = 50 * math_pow(q, 0.1);
        double sine = math_sin(angle), slope = 0;

        sum += root * (1 + sine * sine);
        if (q > 0)
            slope = root * (1 + sine * sine + 0.8 * angle * sine
                                              * math_cos(angle)) / (4 * q);
        p->dz[i] += 2 * p->z[i] * slope;
        p->dz[i + 1] = 2 * p->z[i + 1] * slope;
    }
    mean = sum / pairs;
    for (size_t i = 0; i < bbob->n; i++)
        p->dz[i] *= 2 * mean / pairs;
    return mean * mean;
}

#define SCHAFFERS                                                             \
    "(sum(i, 1, n-1, sqrt(s[i])*(1 + sin(50*s[i]^0.2)^2))/(n-1))^2 + "        \
    "10*pen(x) + f_opt, s[i] = sqrt(z[i]^2 + z[i+1]^2), "

const struct bbob_function bbob_schaffers_10 = {
    BBOB_FUNCTION(schaffers_10, 17,
                  SCHAFFERS "z = Lambda^10*R*T_asy^0.5(Q*(x - x_opt))",
                  "Rings of valleys whose width and height change with the "
                  "distance."),
    .first = BBOB_Q,
    .curve = bbob_skew,
    .second = BBOB_LAMBDA_R,
    .condition = 10,
    .penalty = 10,
    .loss = schaffers,
};

const struct bbob_function bbob_schaffers_1000 = {
    BBOB_FUNCTION(schaffers_1000, 18,
                  SCHAFFERS "z = Lambda^1000*R*T_asy^0.5(Q*(x - x_opt))",
                  "The rings of bbob_schaffers_10, drawn out to ellipses "
                  "thirty times as long as wide."),
    .twin = 17,
    .first = BBOB_Q,
    .curve = bbob_skew,
    .second = BBOB_LAMBDA_R,
    .condition = 1000,
    .penalty = 10,
    .loss = schaffers,
};

/* ---- f19 --------------------------------------------------------------- */

static double griewank_rosenbrock(const struct bbob *bbob,
                                  struct bbob_point *p)
{
    double sum = 0, pairs = (double)(bbob->n - 1);

    p->dz[0] = 0;
    for (size_t i = 0; i + 1 < bbob->n; i++) {
        double v = p->z[i] + 1, off = v * v - (p->z[i + 1] + 1);
        double s = 100 * off * off + p->z[i] * p->z[i];
        double slope = 10 / pairs * (1 / 4000.0 + math_sin(s));

        sum += s / 4000 - math_cos(s);
        p->dz[i] += slope * (400 * off * v + 2 * p->z[i]);
        p->dz[i + 1] = -200 * slope * off;
    }
    return 10 + 10 * sum / pairs;
}

const struct bbob_function bbob_griewank_rosenbrock = {
    BBOB_FUNCTION(griewank_rosenbrock, 19,
                  "10 + 10*sum(i, 1, n-1, s[i]/4000 - cos(s[i]))/(n-1) + "
                  "f_opt, s[i] = 100*(z[i]^2 - z[i+1])^2 + (z[i] - 1)^2, "
                  "z = R*x + 1/2",
                  "Waves that follow Rosenbrock's valley, closer together "
                  "the higher it is."),
    .first = BBOB_R,
    .place = bbob_place_at_ones,
    .loss = griewank_rosenbrock,
};
