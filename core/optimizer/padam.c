/*
 * padam.c - Padam: between momentum and AMSGrad, by the power of the divisor.
 *
 * The power 1/2 is AMSGrad, 0 momentum; the rate wants to be larger the
 * smaller the power is.
 */
#include "core/optimizer/rule.h"

enum { RATE, BETA1, BETA2, EPSILON, PARTIAL };

static const struct parameter parameters[] = {
    [RATE]    = ROW_RATE(0.1),
    [BETA1]   = ROW_BETA1(0.9),
    [BETA2]   = ROW_BETA2(0.999),
    [EPSILON] = ROW_EPSILON(1e-8),
    [PARTIAL] = {"partial", 0.25, 0, 0.5,
                 "Power of the mean square: 0.5 is AMSGrad, 0 momentum."},
    {0},
};

enum { BLOCK = 64 };           /* powers taken at once */

/*
 *   state  [3n]  in/out  m mean, v mean square, u greatest v
 *
 * Source  Chen et al. 2020, arXiv:1806.06763, Algorithm 1; bias and epsilon as
 *         in the authors' code (ensmallen adds epsilon to u itself)
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state, *v = m + s->n, *u = v + s->n;
    double beta1 = p[BETA1], beta2 = p[BETA2], epsilon = p[EPSILON];
    double rate = p[RATE] * sqrt(math_bias_correction(beta2, s->t))
                / math_bias_correction(beta1, s->t);
    double powers[BLOCK], divisor[BLOCK];

    for (size_t k = 0; k < BLOCK; k++)
        powers[k] = 2 * p[PARTIAL];
    for (size_t begin = 0; begin < s->n; begin += BLOCK) {
        size_t end = s->n - begin < BLOCK ? s->n : begin + BLOCK;

        for (size_t i = begin; i < end; i++) {
            m[i] = beta1 * m[i] + (1 - beta1) * g[i];
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
            u[i] = v[i] > u[i] ? v[i] : u[i];
            divisor[i - begin] = sqrt(u[i]) + epsilon;
        }
        math_pow_block(divisor, divisor, powers, end - begin);
        for (size_t i = begin; i < end; i++)
            x[i] -= rate * m[i] / divisor[i - begin];
    }
}

const struct optimizer_kind optimizer_padam = {
    .name = "padam",
    .dialect = "paper",
    .formula = "x = x - rate*sqrt(1 - beta2^t)/(1 - beta1^t)*m/(sqrt(u) + "
               "epsilon)^(2*partial), u the greatest v so far, m and v as in "
               "Adam",
    .sentence = "Takes as much of Adam's scaling as suits the problem; a way "
                "to see what the square root does. One more number to tune, "
                "and slower to compute than its relatives.",
    .source = "Chen et al. 2020, arXiv:1806.06763",
    .parameters = parameters,
    .states = 3,
    .step = step,
};
