/*
 * radam.c - RAdam: Adam that does not trust its first mean squares.
 *
 * While v comes from five effective samples or fewer the step is plain
 * momentum; then Adam's, times a factor that rises to 1: a warm-up that needs
 * no tuning.
 */
#include "core/optimizer/radam.h"

#include "core/optimizer/rule.h"

enum { RATE, BETA1, BETA2, EPSILON };

static const struct parameter parameters[] = {
    [RATE]    = ROW_RATE(1e-3),
    [BETA1]   = ROW_BETA1(0.9),
    [BETA2]   = ROW_BETA2(0.999),
    [EPSILON] = ROW_EPSILON(1e-8),
    {0},
};

double radam_rectify(double beta2, uint64_t t, double least,
                     double *ret_unbias2)
{
    double power = math_pow_int(beta2, t), unbias2 = 1 - power;
    double limit = 2 / (1 - beta2) - 1;
    double samples = limit - 2 * (double)t * power / unbias2;

    *ret_unbias2 = unbias2;
    if (!(samples > least))
        return 0;
    return sqrt((samples - 4) * (samples - 2) * limit
                / ((limit - 4) * (limit - 2) * samples));
}

/*
 *   state  [2n]  in/out  m mean, v mean square
 *
 * Source  Liu et al. 2020, Algorithm 2; PyTorch 1.13: from 5 samples on
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state, *v = m + s->n, unbias2;
    double beta1 = p[BETA1], beta2 = p[BETA2], epsilon = p[EPSILON];
    double rate = p[RATE] / math_bias_correction(beta1, s->t);
    double factor = radam_rectify(beta2, s->t, 5, &unbias2);

    for (size_t i = 0; i < s->n; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
    }
    if (factor == 0)
        for (size_t i = 0; i < s->n; i++)
            x[i] -= rate * m[i];
    rate *= factor * sqrt(unbias2);
    for (size_t i = 0; i < s->n && factor != 0; i++)
        x[i] -= rate * m[i] / (sqrt(v[i]) + epsilon);
}

const struct optimizer_kind optimizer_radam = {
    .name = "radam",
    .dialect = "torch",
    .formula = "R = 2/(1 - beta2) - 1; r = R - 2*t*beta2^t/(1 - beta2^t); x = "
               "x - rate*m1 while r <= 5, then x - rate*m1*sqrt((r - 4)*(r - "
               "2)*R/((R - 4)*(R - 2)*r))*sqrt(1 - beta2^t)/(sqrt(v) + "
               "epsilon), m1 = m/(1 - beta1^t), m and v as in Adam",
    .sentence = "Adam without the need of a warm-up: bad first steps cannot "
                "throw it off. Its first five steps are as long as the slope, "
                "though, which steep starts do not forgive.",
    .source = "Liu et al. 2020, arXiv:1908.03265; as in PyTorch's RAdam",
    .parameters = parameters,
    .states = 2,
    .step = step,
};
