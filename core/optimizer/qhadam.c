/* qhadam.c - quasi-hyperbolic Adam: Adam with less weight on its means. */
#include "core/optimizer/rule.h"

enum { RATE, BETA1, BETA2, EPSILON, NU1, NU2 };

static const struct parameter parameters[] = {
    [RATE]    = ROW_RATE(1e-3),
    [BETA1]   = ROW_BETA1(0.995),
    [BETA2]   = ROW_BETA2(0.999),
    [EPSILON] = ROW_EPSILON(1e-8),
    [NU1]     = {"nu1", 0.7, 0, 1,
                 "Share of the mean in the step; the rest is the slope."},
    [NU2]     = {"nu2", 1, 0, 1,
                 "Share of the mean square in the divisor; the rest is g^2."},
    {0},
};

/*
 *   state  [2n]  in/out  m mean, v mean square
 *
 * Source  Ma & Yarats 2019, arXiv:1810.06801, section 4; their recommended
 *         betas and nus
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state, *v = m + s->n, rate = p[RATE];
    double beta1 = p[BETA1], beta2 = p[BETA2], epsilon = p[EPSILON];
    double nu1 = p[NU1], nu2 = p[NU2];
    double weight1 = nu1 / math_bias_correction(beta1, s->t);
    double weight2 = nu2 / math_bias_correction(beta2, s->t);

    for (size_t i = 0; i < s->n; i++) {
        double up, square;

        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
        up = (1 - nu1) * g[i] + weight1 * m[i];
        square = (1 - nu2) * g[i] * g[i] + weight2 * v[i];
        x[i] -= rate * up / (sqrt(square) + epsilon);
    }
}

const struct optimizer_kind optimizer_qhadam = {
    .name = "qhadam",
    .dialect = "paper",
    .formula = "x = x - rate*((1 - nu1)*g + nu1*m/(1 - beta1^t))/(sqrt((1 - "
               "nu2)*g^2 + nu2*v/(1 - beta2^t)) + epsilon), m and v as in "
               "Adam",
    .sentence = "Adam that can afford a long memory, because the newest slope "
                "always counts; nu1 = nu2 = 1 is Adam. Two more numbers to "
                "tune.",
    .source = "Ma & Yarats 2019, arXiv:1810.06801",
    .parameters = parameters,
    .states = 2,
    .step = step,
};
