/*
 * adabound.c - AdaBound: Adam at first, gradient descent in the end.
 *
 * Each coordinate's rate is kept between two bounds that close in on one
 * final rate. amsbound is the same on amsgrad.
 */
#include "core/optimizer/rule.h"

enum { RATE, BETA1, BETA2, EPSILON, FINAL_RATE, SPEED, AMSBOUND };

static const struct parameter parameters[] = {
    [RATE]       = ROW_RATE_THAT(1e-3, "Step size."),
    [BETA1]      = ROW_BETA1(0.9),
    [BETA2]      = ROW_BETA2(0.999),
    [EPSILON]    = ROW_EPSILON(1e-8),
    [FINAL_RATE] = {"final_learning_rate", 0.1, 0, 1e6,
                    "Rate of the gradient descent that it becomes; a schedule "
                    "moves it too.", OPEN_LOW},
    [SPEED]      = {"gamma", 1e-3, 0, 1,
                    "How fast the bounds close in on the final rate.",
                    OPEN_LOW},
    [AMSBOUND]   = {"amsbound", 0, 0, 1,
                    "Divide by the greatest mean square so far.", CLOSED,
                    PARAMETER_FLAG},
    {0},
};

/*
 *   state  [3n]  in/out  m mean, v mean square, u greatest v (amsbound)
 *
 * Source  Luo et al. 2019, arXiv:1902.09843, Algorithms 2 and 3, with the bias
 *         taken out as in the authors' code
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *m = s->state, *v = m + s->n, *u = v + s->n;
    double beta1 = p[BETA1], beta2 = p[BETA2], epsilon = p[EPSILON];
    double rate = p[RATE] * sqrt(math_bias_correction(beta2, s->t))
                / math_bias_correction(beta1, s->t);
    double final = p[FINAL_RATE] * (p[RATE] / s->base_rate);
    double closed = p[SPEED] * (double)s->t;
    double low = final * (1 - 1 / (closed + 1));
    double high = final * (1 + 1 / closed);
    bool keep = p[AMSBOUND] != 0;

    for (size_t i = 0; i < s->n; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
        u[i] = keep && u[i] > v[i] ? u[i] : v[i];
        x[i] -= rule_clip(rate / (sqrt(u[i]) + epsilon), low, high) * m[i];
    }
}

const struct optimizer_kind optimizer_adabound = {
    .name = "adabound",
    .dialect = "paper",
    .formula = "r = rate*sqrt(1 - beta2^t)/(1 - beta1^t)/(sqrt(v) + epsilon); "
               "x = x - clip(r, final*(1 - 1/(gamma*t + 1)), final*(1 + "
               "1/(gamma*t)))*m, m and v as in Adam",
    .sentence = "Adam's quick start and the fine end of gradient descent. The "
                "final rate must suit the problem as gradient descent's must: "
                "on a steep function 0.1 diverges.",
    .source = "Luo et al. 2019, arXiv:1902.09843",
    .parameters = parameters,
    .states = 3,
    .step = step,
};
