/*
 * ftrl.c - FTRL-Proximal: the best point for all slopes so far, kept near the
 * points where they were met; with an L1 term, weights are exactly zero.
 */
#include "core/optimizer/rule.h"

enum { RATE, RATE_POWER, ACCUMULATOR, L1, L2, SHRINKAGE, BETA, WEIGHT_DECAY };

static const struct parameter parameters[] = {
    [RATE]         = ROW_RATE_THAT(1e-3, "Step size."),
    [RATE_POWER]   = {"learning_rate_power", -0.5, -2, 0,
                      "Power of the sum of squares that the rate falls by; 0 "
                      "is a rate that stays."},
    [ACCUMULATOR]  = ROW_ACCUMULATOR(0.1),
    [L1]           = {"l1_strength", 0, 0, 1e6,
                      "Holds weights at zero whose slopes do not add up to "
                      "more."},
    [L2]           = {"l2_strength", 0, 0, 1e6, "Draws weights towards zero."},
    [SHRINKAGE]    = {"l2_shrinkage", 0, 0, 1e6,
                      "Adds twice this times x to the slope."},
    [BETA]         = {"beta", 0, 0, 1e6,
                      "Slows the first steps, as the paper's beta."},
    [WEIGHT_DECAY] = ROW_SHRINK(0),
    {0},
};

static void begin(struct step *s)
{
    for (size_t i = 0; i < s->n; i++)
        s->state[i] = s->p[ACCUMULATOR];
}

enum { BLOCK = 64 };           /* powers taken at once */

/* What a step does to every variable. */
struct pull {
    double rate, l1, ridge, shrinkage;
};

/* Move x and what its slopes add up to, z, by the slope g; the sum of squares
 * to the power is `root`, and was `before`. */
static inline __attribute__((always_inline)) void
move(const struct pull *pull, double *x, double *z, double g, double before,
     double root)
{
    double curvature = root / pull->rate + pull->ridge, moved;

    *z += g + pull->shrinkage * *x - (root - before) / pull->rate * *x;
    moved = (rule_clip(*z, -pull->l1, pull->l1) - *z) / curvature;
    *x = curvature > 0 ? moved : *x;
}

/* A step with powers that are no roots; `a` is the sums of squares. */
CLONES static void move_by_powers(struct step *s, struct pull pull,
                                  double power)
{
    double *a = s->state, *z = a + s->n;
    double powers[BLOCK], root[BLOCK], before[BLOCK];

    for (size_t k = 0; k < BLOCK; k++)
        powers[k] = power;
    for (size_t begin = 0; begin < s->n; begin += BLOCK) {
        size_t end = s->n - begin < BLOCK ? s->n : begin + BLOCK;

        math_pow_block(before, a + begin, powers, end - begin);
        for (size_t i = begin; i < end; i++)
            a[i] += s->g[i] * s->g[i];
        math_pow_block(root, a + begin, powers, end - begin);
        for (size_t i = begin; i < end; i++)
            move(&pull, &s->x[i], &z[i], s->g[i], before[i - begin],
                 root[i - begin]);
    }
}

/*
 *   state  [2n]  in/out  a sum of squares, z what the slopes add up to
 *
 * Source  McMahan et al. 2013, KDD, Algorithm 1; Keras 3.16, ftrl.py. Where
 *         nothing was ever added up, Keras divides 0 by 0; x then stays here.
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *a = s->state, *z = a + s->n;
    struct pull pull = {
        .rate = p[RATE], .l1 = p[L1], .shrinkage = 2 * p[SHRINKAGE],
        .ridge = 2 * p[L2] + p[BETA] / p[RATE],
    };

    if (pull.rate == 0) /* a schedule that has come to its end */
        return;
    rule_shrink(s, p[WEIGHT_DECAY]);
    if (p[RATE_POWER] != -0.5) {
        move_by_powers(s, pull, -p[RATE_POWER]);
        return;
    }
    for (size_t i = 0; i < s->n; i++) {
        double sum = a[i] + g[i] * g[i];

        move(&pull, &x[i], &z[i], g[i], sqrt(a[i]), sqrt(sum));
        a[i] = sum;
    }
}

const struct optimizer_kind optimizer_ftrl = {
    .name = "ftrl",
    .dialect = "keras",
    .formula = "q = -learning_rate_power; z = z + g - ((a + g^2)^q - a^q)/rate"
               "*x; a = a + g^2; x = 0 where |z| <= l1, else (sign(z)*l1 - z)/"
               "(a^q/rate + 2*l2 + beta/rate)",
    .sentence = "For sparse linear models, as in predicting clicks: many "
                "weights become exactly zero. The first steps pull x from its "
                "start towards zero, so it is no general minimiser.",
    .source = "McMahan et al. 2013, KDD; as in Keras' Ftrl",
    .parameters = parameters,
    .states = 2,
    .begin = begin,
    .step = step,
};
