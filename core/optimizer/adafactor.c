/*
 * adafactor.c - Adafactor: adaptive steps, measured by the size of x.
 *
 * What made it famous, mean squares kept as a row and a column, needs a
 * matrix: the iterate is a vector, for which nothing is factored. Left are a
 * mean square whose memory grows, steps relative to the root mean square of x,
 * and a limit to their root mean square.
 */
#include "core/kernel/vector.h"
#include "core/optimizer/rule.h"

enum {
    RATE, BETA2_DECAY, EPSILON1, EPSILON2, THRESHOLD, WEIGHT_DECAY,
};

#define ROW_RELATIVE(initial)                                                 \
    ROW_RATE_THAT(initial, "Greatest step, relative to x; from step "         \
                           "1/rate^2 on it is 1/sqrt(t).")
#define ROW_BETA2_DECAY                                                       \
    {"beta2_decay", -0.8, -10, 0,                                             \
     "The mean square takes the share t^beta2_decay of each slope's.",        \
     CLOSED, PARAMETER_NUMBER}
#define ROW_EPSILON2                                                          \
    {"epsilon2", 1e-3, 0, 1e6, "Least size of x that steps are relative to.", \
     CLOSED, PARAMETER_NUMBER}
#define ROW_THRESHOLD                                                         \
    {"clip_threshold", 1, 0, 1e6,                                             \
     "Greatest root mean square of a step before it is scaled.", OPEN_LOW,    \
     PARAMETER_NUMBER}

static const struct parameter parameters[] = {
    [RATE]         = ROW_RELATIVE(0.01),
    [BETA2_DECAY]  = ROW_BETA2_DECAY,
    [EPSILON1]     = {"epsilon1", 0x1p-52, 0, 1,
                      "Least divisor of a slope."},
    [EPSILON2]     = ROW_EPSILON2,
    [THRESHOLD]    = ROW_THRESHOLD,
    [WEIGHT_DECAY] = ROW_SHRINK(0),
    {0},
};

static const struct parameter keras_parameters[] = {
    [RATE]         = ROW_RELATIVE(1e-3),
    [BETA2_DECAY]  = ROW_BETA2_DECAY,
    [EPSILON1]     = {"epsilon1", 1e-30, 0, 1,
                      "Added to each square of a slope."},
    [EPSILON2]     = ROW_EPSILON2,
    [THRESHOLD]    = ROW_THRESHOLD,
    [WEIGHT_DECAY] = ROW_SHRINK(0),
    {0},
};

static double root_mean_square(const double *x, size_t n)
{
    return vector_norm2(x, n) / sqrt((double)n);
}

/* How long the step may be at x. */
static double relative_rate(const struct step *s)
{
    double rate = fmin(s->p[RATE], 1 / sqrt((double)s->t));

    return rate * fmax(s->p[EPSILON2], root_mean_square(s->x, s->n));
}

/*
 * Move x against g, which holds the slopes over their root mean squares.
 *
 * Keras' relative_step is not a parameter: its rule takes the smaller of the
 * rate and 1/sqrt(t) whether that is set or not.
 */
CLONES static void move(struct step *s, double rate)
{
    double *x = s->x, *g = s->g;
    double excess = root_mean_square(g, s->n) / s->p[THRESHOLD];

    rate /= fmax(1, excess);
    for (size_t i = 0; i < s->n; i++)
        x[i] -= rate * g[i];
}

/*
 *   state  [n]  in/out  v, the mean square
 *
 * Source  Shazeer & Stern 2018, arXiv:1804.04235, Algorithm 5; PyTorch 2.5,
 *         torch/optim/_adafactor.py
 */
CLONES static void step(struct step *s)
{
    const double *p = s->p;
    double *g = s->g, *v = s->state, least = p[EPSILON1];
    double take = math_pow((double)s->t, p[BETA2_DECAY]);
    double rate = relative_rate(s);

    rule_shrink(s, p[WEIGHT_DECAY]);
    for (size_t i = 0; i < s->n; i++) {
        double root;

        v[i] += take * (g[i] * g[i] - v[i]);
        root = sqrt(v[i]);
        g[i] /= root > least ? root : least;
    }
    move(s, rate);
}

/* state as above. Source  Keras 3.16, optimizers/adafactor.py */
CLONES static void step_keras(struct step *s)
{
    const double *p = s->p;
    double *g = s->g, *v = s->state, added = p[EPSILON1];
    double take = math_pow((double)s->t, p[BETA2_DECAY]);

    rule_shrink(s, p[WEIGHT_DECAY]);
    for (size_t i = 0; i < s->n; i++) {
        v[i] = (1 - take) * v[i] + take * (g[i] * g[i] + added);
        g[i] /= sqrt(v[i]);
    }
    move(s, relative_rate(s));
}

const struct optimizer_kind optimizer_adafactor = {
    .name = "adafactor",
    .dialect = "torch",
    .formula = "v = v + t^beta2_decay*(g^2 - v); u = g/max(sqrt(v), epsilon1); "
               "x = x - min(rate, 1/sqrt(t))*max(epsilon2, rms(x))*u/max(1, "
               "rms(u)/clip_threshold)",
    .sentence = "Needs little tuning and bounds every step by the size of x; "
                "from a start near zero it is very slow. Its saving of memory "
                "is for matrices only.",
    .source = "Shazeer & Stern 2018, arXiv:1804.04235; as in PyTorch's "
              "Adafactor",
    .parameters = parameters,
    .states = 1,
    .step = step,
};

const struct optimizer_kind optimizer_adafactor_keras = {
    .name = "adafactor",
    .dialect = "keras",
    .formula = "v = v + t^beta2_decay*(g^2 + epsilon1 - v); u = g/sqrt(v); "
               "x = x - min(rate, 1/sqrt(t))*max(epsilon2, rms(x))*u/max(1, "
               "rms(u)/clip_threshold)",
    .sentence = "Adafactor with a tenth of PyTorch's default rate, and the "
                "paper's epsilon under the root.",
    .source = "Shazeer & Stern 2018, arXiv:1804.04235; as in Keras' Adafactor",
    .parameters = keras_parameters,
    .states = 1,
    .step = step_keras,
};
