/* ill_conditioned.c - BBOB f10 to f14: one valley, highly conditioned. */
#include <math.h>

#include "core/function/bbob/bbob.h"
#include "core/function/bbob/draw.h"
#include "core/kernel/math.h"

/* ---- f10 --------------------------------------------------------------- */

const struct bbob_function bbob_ellipsoid_rotated = {
    BBOB_FUNCTION(ellipsoid_rotated, 10,
                  "sum(i, 1, n, 10^(6*(i-1)/(n-1))*z[i]^2) + f_opt, "
                  "z = T_osz(Q*(x - x_opt))",
                  "The rippled ellipsoid, turned: curvature must be learned "
                  "in every direction."),
    .first = BBOB_Q,
    .curve = bbob_oscillate,
    .weight = 1e6,
    .loss = bbob_weighted_squares,
};

/* ---- f11, f12 ---------------------------------------------------------- */

/* The first coordinate's square and the others', each with its factor. */
static double two_scales(const struct bbob *bbob, struct bbob_point *p,
                         double first, double others)
{
    double sum = first * p->z[0] * p->z[0];

    p->dz[0] = 2 * first * p->z[0];
    for (size_t i = 1; i < bbob->n; i++) {
        sum += others * p->z[i] * p->z[i];
        p->dz[i] = 2 * others * p->z[i];
    }
    return sum;
}

static double discus(const struct bbob *bbob, struct bbob_point *p)
{
    return two_scales(bbob, p, 1e6, 1);
}

static double cigar(const struct bbob *bbob, struct bbob_point *p)
{
    return two_scales(bbob, p, 1, 1e6);
}

const struct bbob_function bbob_discus = {
    BBOB_FUNCTION(discus, 11,
                  "10^6*z[1]^2 + sum(i, 2, n, z[i]^2) + f_opt, "
                  "z = T_osz(Q*(x - x_opt))",
                  "One direction is a thousand times steeper than all "
                  "others."),
    .first = BBOB_Q,
    .curve = bbob_oscillate,
    .loss = discus,
};

/* Drawn as Q is. */
static void place_by_q(const struct bbob_function *function, uint32_t seed,
                       size_t n, double *x)
{
    (void)function;
    bbob_draw_grid(seed + BBOB_SEED_OF_Q, n, x);
}

const struct bbob_function bbob_bent_cigar = {
    BBOB_FUNCTION(bent_cigar, 12,
                  "z[1]^2 + 10^6*sum(i, 2, n, z[i]^2) + f_opt, "
                  "z = Q*T_asy^0.5(Q*(x - x_opt))",
                  "A narrow ridge that is not straight: the one easy "
                  "direction keeps changing."),
    .first = BBOB_Q,
    .curve = bbob_skew,
    .second = BBOB_Q,
    .place = place_by_q,
    .loss = cigar,
};

/* ---- f13 --------------------------------------------------------------- */

/* On the ridge itself there is no gradient; what it has along it is given. */
static double ridge(const struct bbob *bbob, struct bbob_point *p)
{
    double squares = 0, height;

    for (size_t i = 1; i < bbob->n; i++)
        squares += p->z[i] * p->z[i];
    height = sqrt(squares);
    p->dz[0] = 2 * p->z[0];
    for (size_t i = 1; i < bbob->n; i++)
        p->dz[i] = height > 0 ? 100 * p->z[i] / height : 0;
    return p->z[0] * p->z[0] + 100 * height;
}

const struct bbob_function bbob_sharp_ridge = {
    BBOB_FUNCTION(sharp_ridge, 13,
                  "z[1]^2 + 100*sqrt(sum(i, 2, n, z[i]^2)) + f_opt, "
                  "z = Q*Lambda^10*R*(x - x_opt)",
                  "A ridge with a sharp edge: the gradient points across it, "
                  "however near the edge is."),
    .first = BBOB_Q_LAMBDA_R,
    .condition = 10,
    .loss = ridge,
};

/* ---- f14 --------------------------------------------------------------- */

static double powers(const struct bbob *bbob, struct bbob_point *p)
{
    double sum = 0, root;
    size_t n = bbob->n;

    for (size_t i = 0; i < n; i++) {
        double power = 2 + 4 * bbob_rank(i, n), size = fabs(p->z[i]);
        double below = math_pow(size, power - 1);

        sum += below * size;
        p->dz[i] = copysign(power * below, p->z[i]);
    }
    root = sqrt(sum);
    for (size_t i = 0; i < n; i++)
        p->dz[i] = root > 0 ? p->dz[i] / (2 * root) : 0;
    return root;
}

const struct bbob_function bbob_different_powers = {
    BBOB_FUNCTION(different_powers, 14,
                  "sqrt(sum(i, 1, n, abs(z[i])^(2 + 4*(i-1)/(n-1)))) + "
                  "f_opt, z = Q*(x - x_opt)",
                  "The nearer the minimum, the flatter some directions than "
                  "others: conditioning without end."),
    .first = BBOB_Q,
    .loss = powers,
};
