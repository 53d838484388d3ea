/* rule_papers.c - update rules written down once more, from their papers. */
#include "tests/unit/rule_papers.h"

#include <math.h>
#include <string.h>

#include "tests/unit/cmocka_all.h"

enum { N = PAPER_N };

#define EACH(i) for (int i = 0; i < N; i++)

static long double p(const struct paper *r, const char *name)
{
    for (const struct setting *s = r->settings; s->name != NULL; s++)
        if (strcmp(s->name, name) == 0)
            return (long double)s->value;
    fail_msg("the case does not set %s", name);
    return 0;
}

static long double sign(long double x)
{
    return x > 0 ? 1 : x < 0 ? -1 : 0;
}

static long double clip(long double x, long double low, long double high)
{
    return fminl(fmaxl(x, low), high);
}

static long double norm(const long double *x)
{
    return sqrtl(x[0] * x[0] + x[1] * x[1] + x[2] * x[2]);
}

/* mean = beta mean + (1 - beta) value */
static void follow(long double *mean, long double beta, long double value)
{
    *mean = beta * *mean + (1 - beta) * value;
}

/* Adam's two moments without their bias. */
static void adam_moments(struct paper *r, long double *m, long double *v)
{
    EACH(i) {
        follow(&r->a[i], p(r, "beta1"), r->g[i]);
        follow(&r->b[i], p(r, "beta2"), r->g[i] * r->g[i]);
        m[i] = r->a[i] / (1 - powl(p(r, "beta1"), r->t));
        v[i] = r->b[i] / (1 - powl(p(r, "beta2"), r->t));
    }
}

static void adabelief(struct paper *r)
{
    EACH(i) {
        long double m, s;

        follow(&r->a[i], p(r, "beta1"), r->g[i]);
        follow(&r->b[i], p(r, "beta2"),
               (r->g[i] - r->a[i]) * (r->g[i] - r->a[i]));
        r->b[i] += p(r, "epsilon");
        m = r->a[i] / (1 - powl(p(r, "beta1"), r->t));
        s = r->b[i] / (1 - powl(p(r, "beta2"), r->t));
        r->x[i] -= p(r, "learning_rate") * m / (sqrtl(s) + p(r, "epsilon"));
    }
}

static void yogi(struct paper *r)
{
    EACH(i) {
        long double square = r->g[i] * r->g[i];

        if (r->t == 1)
            r->b[i] = p(r, "initial_accumulator");
        follow(&r->a[i], p(r, "beta1"), r->g[i]);
        r->b[i] -= (1 - p(r, "beta2")) * sign(r->b[i] - square) * square;
        r->x[i] -= p(r, "learning_rate") * r->a[i]
                 / (sqrtl(r->b[i]) + p(r, "epsilon"));
    }
}

static void adabound(struct paper *r)
{
    long double bias = sqrtl(1 - powl(p(r, "beta2"), r->t))
                     / (1 - powl(p(r, "beta1"), r->t));
    long double low = 1 - 1 / (p(r, "gamma") * r->t + 1);
    long double high = 1 + 1 / (p(r, "gamma") * r->t);

    EACH(i) {
        long double rate;

        follow(&r->a[i], p(r, "beta1"), r->g[i]);
        follow(&r->b[i], p(r, "beta2"), r->g[i] * r->g[i]);
        r->c[i] = p(r, "amsbound") != 0 ? fmaxl(r->c[i], r->b[i]) : r->b[i];
        rate = p(r, "learning_rate") * bias
             / (sqrtl(r->c[i]) + p(r, "epsilon"));
        r->x[i] -= clip(rate, p(r, "final_learning_rate") * low,
                        p(r, "final_learning_rate") * high) * r->a[i];
    }
}

static void padam(struct paper *r)
{
    long double bias = sqrtl(1 - powl(p(r, "beta2"), r->t))
                     / (1 - powl(p(r, "beta1"), r->t));

    EACH(i) {
        follow(&r->a[i], p(r, "beta1"), r->g[i]);
        follow(&r->b[i], p(r, "beta2"), r->g[i] * r->g[i]);
        r->c[i] = fmaxl(r->c[i], r->b[i]);
        r->x[i] -= p(r, "learning_rate") * bias * r->a[i]
                 / powl(sqrtl(r->c[i]) + p(r, "epsilon"),
                        2 * p(r, "partial"));
    }
}

static void qhm(struct paper *r)
{
    EACH(i) {
        follow(&r->a[i], p(r, "momentum"), r->g[i]);
        r->x[i] -= p(r, "learning_rate") * ((1 - p(r, "nu")) * r->g[i]
                                            + p(r, "nu") * r->a[i]);
    }
}

static void qhadam(struct paper *r)
{
    long double m[N], v[N];

    adam_moments(r, m, v);
    EACH(i) {
        long double up = (1 - p(r, "nu1")) * r->g[i] + p(r, "nu1") * m[i];
        long double down = (1 - p(r, "nu2")) * r->g[i] * r->g[i]
                         + p(r, "nu2") * v[i];

        r->x[i] -= p(r, "learning_rate") * up
                 / (sqrtl(down) + p(r, "epsilon"));
    }
}

static void signum(struct paper *r)
{
    EACH(i) {
        follow(&r->a[i], p(r, "momentum"), r->g[i]);
        r->x[i] -= p(r, "learning_rate") * sign(r->a[i]);
    }
}

static void lion(struct paper *r)
{
    EACH(i) {
        long double ahead = r->a[i];

        follow(&ahead, p(r, "beta1"), r->g[i]);
        r->x[i] -= p(r, "learning_rate")
                 * (sign(ahead) + p(r, "weight_decay") * r->x[i]);
        follow(&r->a[i], p(r, "beta2"), r->g[i]);
    }
}

/* With the paper's betas, which are 1 minus the decays. */
static void adan(struct paper *r)
{
    long double beta1 = 1 - p(r, "beta1"), beta2 = 1 - p(r, "beta2");
    long double beta3 = 1 - p(r, "beta3"), rate = p(r, "learning_rate");

    EACH(i) {
        long double change = r->t == 1 ? 0 : r->g[i] - r->d[i], m, v, n;
        long double ahead = r->g[i] + (1 - beta2) * change;

        r->a[i] = (1 - beta1) * r->a[i] + beta1 * r->g[i];
        r->b[i] = (1 - beta2) * r->b[i] + beta2 * change;
        r->c[i] = (1 - beta3) * r->c[i] + beta3 * ahead * ahead;
        r->d[i] = r->g[i];
        m = r->a[i] / (1 - powl(1 - beta1, r->t));
        v = r->b[i] / (1 - powl(1 - beta2, r->t));
        n = r->c[i] / (1 - powl(1 - beta3, r->t));
        r->x[i] = (r->x[i] - rate * (m + (1 - beta2) * v)
                                  / (sqrtl(n) + p(r, "epsilon")))
                / (1 + rate * p(r, "weight_decay"));
    }
}

static void adopt(struct paper *r)
{
    EACH(i) {
        long double most = powl(r->t - 1, 0.25L);
        long double part = r->g[i] / fmaxl(sqrtl(r->b[i]), p(r, "epsilon"));

        if (r->t == 1) {
            r->b[i] = r->g[i] * r->g[i];
            continue;
        }
        follow(&r->a[i], p(r, "beta1"), clip(part, -most, most));
        r->x[i] -= p(r, "learning_rate") * r->a[i];
        follow(&r->b[i], p(r, "beta2"), r->g[i] * r->g[i]);
    }
}

/* beta3's warm-up is linear in the half-life, log 0.5 / log beta. */
static void ademamix(struct paper *r)
{
    long double m[N], v[N], beta3 = p(r, "beta3"), alpha = p(r, "alpha");

    if (r->t < p(r, "alpha_warmup"))
        alpha *= r->t / p(r, "alpha_warmup");
    if (r->t < p(r, "beta3_warmup")) {
        long double way = r->t / p(r, "beta3_warmup");
        long double life = (1 - way) * (logl(0.5L) / logl(p(r, "beta1")))
                         + way * (logl(0.5L) / logl(beta3));

        beta3 = fminl(beta3, powl(0.5L, 1 / life));
    }
    adam_moments(r, m, v);
    EACH(i) {
        follow(&r->c[i], beta3, r->g[i]);
        r->x[i] -= p(r, "learning_rate")
                 * ((m[i] + alpha * r->c[i]) / (sqrtl(v[i]) + p(r, "epsilon"))
                    + p(r, "weight_decay") * r->x[i]);
    }
}

static void lars(struct paper *r)
{
    long double decay = p(r, "weight_decay"), local;

    local = p(r, "trust") * norm(r->x) / (norm(r->g) + decay * norm(r->x));
    EACH(i)
        r->a[i] = p(r, "momentum") * r->a[i]
                + p(r, "learning_rate") * local
                  * (r->g[i] + decay * r->x[i]);
    EACH(i)
        r->x[i] -= r->a[i];
}

static void lamb(struct paper *r)
{
    long double m[N], v[N], u[N];

    adam_moments(r, m, v);
    EACH(i)
        u[i] = m[i] / (sqrtl(v[i]) + p(r, "epsilon"))
             + p(r, "weight_decay") * r->x[i];
    long double ratio = norm(r->x) / norm(u);
    EACH(i)
        r->x[i] -= p(r, "learning_rate") * ratio * u[i];
}

static void novograd(struct paper *r)
{
    long double square = norm(r->g) * norm(r->g);

    if (r->t == 1)
        r->v = square;
    else
        follow(&r->v, p(r, "beta2"), square);
    EACH(i) {
        r->a[i] = p(r, "beta1") * r->a[i]
                + (r->g[i] / (sqrtl(r->v) + p(r, "epsilon"))
                   + p(r, "weight_decay") * r->x[i]);
        r->x[i] -= p(r, "learning_rate") * r->a[i];
    }
}

static void dog(struct paper *r)
{
    long double away[N];

    EACH(i) {
        if (r->t == 1)
            r->a[i] = r->x[i];
        away[i] = r->x[i] - r->a[i];
    }
    r->u = fmaxl(r->u, r->t == 1 ? p(r, "initial_distance")
                                   * (1 + norm(r->x)) : norm(away));
    r->v += norm(r->g) * norm(r->g);
    EACH(i)
        r->x[i] -= p(r, "learning_rate") * r->u
                 / sqrtl(r->v + p(r, "epsilon")) * r->g[i];
}

static void polyak(struct paper *r)
{
    long double gap = fmaxl(0, r->f - p(r, "target"));
    long double square = norm(r->g) * norm(r->g);

    EACH(i)
        r->x[i] -= fminl(gap / (square + p(r, "epsilon")),
                         p(r, "learning_rate")) * r->g[i];
}

static void adafactor(struct paper *r)
{
    long double u[N], t = r->t, beta2 = 1 - powl(t, p(r, "beta2_decay"));
    long double size = norm(r->x) / sqrtl(N), alpha, over;

    alpha = fmaxl(p(r, "epsilon2"), size)
          * fminl(p(r, "learning_rate"), 1 / sqrtl(t));
    EACH(i) {
        r->x[i] *= 1 - p(r, "learning_rate") * p(r, "weight_decay");
        follow(&r->b[i], beta2, r->g[i] * r->g[i]);
        u[i] = r->g[i] / fmaxl(sqrtl(r->b[i]), p(r, "epsilon1"));
    }
    over = norm(u) / sqrtl(N) / p(r, "clip_threshold");
    EACH(i)
        r->x[i] -= alpha * u[i] / fmaxl(1, over);
}

/* x as the minimum of z x + l1 |x| + curvature x^2 / 2. */
static void ftrl(struct paper *r)
{
    long double rate = p(r, "learning_rate"), l1 = p(r, "l1_strength");
    long double power = -p(r, "learning_rate_power");

    EACH(i) {
        long double q, sigma;

        if (r->t == 1)
            r->a[i] = p(r, "initial_accumulator");
        r->x[i] *= 1 - rate * p(r, "weight_decay");
        sigma = -powl(r->a[i], power);
        r->a[i] += r->g[i] * r->g[i];
        sigma = (sigma + powl(r->a[i], power)) / rate;
        r->b[i] += r->g[i] + 2 * p(r, "l2_shrinkage") * r->x[i]
                 - sigma * r->x[i];
        q = (p(r, "beta") + powl(r->a[i], power)) / rate
          + 2 * p(r, "l2_strength");
        r->x[i] = fabsl(r->b[i]) <= l1
                      ? 0 : (sign(r->b[i]) * l1 - r->b[i]) / q;
    }
}

/* The average x and the sequence z are kept; gradients come at y. r->x is y. */
static void schedule_free(struct paper *r, const long double *d,
                          long double rate, long double beta)
{
    long double weight, share;

    r->u = fmaxl(r->u, rate);
    weight = powl(r->t, p(r, "averaging_power"))
           * powl(r->u, p(r, "averaging_rate_power"));
    r->v += weight;
    share = r->v > 0 ? weight / r->v : 0;
    EACH(i) {
        if (r->t == 1)
            r->c[i] = r->d[i] = r->x[i];
        r->c[i] -= rate * d[i];
        r->d[i] = (1 - share) * r->d[i] + share * r->c[i];
    }
    EACH(i)
        r->x[i] = (1 - beta) * r->c[i] + beta * r->d[i];
}

static void schedule_free_sgd(struct paper *r)
{
    long double warm = fminl(1, r->t / p(r, "warmup_steps"));

    schedule_free(r, r->g, p(r, "learning_rate") * warm, p(r, "momentum"));
}

static void schedule_free_adamw(struct paper *r)
{
    long double warm = fminl(1, r->t / p(r, "warmup_steps")), d[N];

    EACH(i) {
        follow(&r->b[i], p(r, "beta2"), r->g[i] * r->g[i]);
        d[i] = r->g[i] / (sqrtl(r->b[i] / (1 - powl(p(r, "beta2"), r->t)))
                          + p(r, "epsilon"))
             + p(r, "weight_decay") * r->x[i];
    }
    schedule_free(r, d, p(r, "learning_rate") * warm, p(r, "beta1"));
}

static void schedule_free_radam(struct paper *r)
{
    long double beta2 = p(r, "beta2"), power = powl(beta2, r->t), d[N];
    long double most = 2 / (1 - beta2) - 1;
    long double now = most - 2 * r->t * power / (1 - power), factor;

    factor = now > 4 ? sqrtl((now - 4) * (now - 2) * most
                             / ((most - 4) * (most - 2) * now))
                     : p(r, "sgd_phase");
    EACH(i) {
        follow(&r->b[i], beta2, r->g[i] * r->g[i]);
        d[i] = now > 4 ? r->g[i] / (sqrtl(r->b[i] / (1 - power))
                                    + p(r, "epsilon")) : r->g[i];
        d[i] += p(r, "weight_decay") * r->x[i];
    }
    schedule_free(r, d, p(r, "learning_rate") * factor, p(r, "beta1"));
}

/* u is the distance d, v its greatest estimate, w the numerator. */
static void prodigy(struct paper *r)
{
    long double d0 = p(r, "initial_distance"), sum = 0, dot = 0, rate, beta3;

    if (r->t == 1)
        r->u = r->v = d0;
    rate = r->u * p(r, "learning_rate");
    if (p(r, "bias_correction") != 0)
        rate *= sqrtl(1 - powl(p(r, "beta2"), r->t))
              / (1 - powl(p(r, "beta1"), r->t));
    beta3 = p(r, "beta3");
    EACH(i) {
        follow(&r->a[i], p(r, "beta1"), r->u * r->g[i]);
        follow(&r->b[i], p(r, "beta2"), r->u * r->u * r->g[i] * r->g[i]);
        r->c[i] = beta3 * r->c[i] + r->u / d0 * r->g[i]
                * (p(r, "safeguard_warmup") != 0 ? r->u : rate);
        dot += r->g[i] * (r->start[i] - r->x[i]);
        sum += fabsl(r->c[i]);
    }
    r->w = beta3 * r->w + r->u / d0 * rate * dot;
    r->v = fmaxl(r->v, p(r, "distance_factor") * r->w / sum);
    if (r->u == d0)
        r->u = fmaxl(r->u, p(r, "distance_factor") * r->w / sum);
    r->u = fminl(r->v, r->u * p(r, "growth_rate"));
    EACH(i)
        r->x[i] -= rate * (r->a[i] / (sqrtl(r->b[i])
                                      + r->u * p(r, "epsilon"))
                           + p(r, "weight_decay") * r->x[i]);
}

static const struct {
    const char *name;
    void (*step)(struct paper *r);
} papers[] = {
    {"adabelief", adabelief},
    {"yogi", yogi},
    {"adabound", adabound},
    {"padam", padam},
    {"qhm", qhm},
    {"qhadam", qhadam},
    {"signum", signum},
    {"lion", lion},
    {"adan", adan},
    {"adopt", adopt},
    {"ademamix", ademamix},
    {"lars", lars},
    {"lamb", lamb},
    {"novograd", novograd},
    {"dog", dog},
    {"polyak", polyak},
    {"adafactor", adafactor},
    {"ftrl", ftrl},
    {"schedule_free_sgd", schedule_free_sgd},
    {"schedule_free_adamw", schedule_free_adamw},
    {"schedule_free_radam", schedule_free_radam},
    {"prodigy", prodigy},
};

void paper_step(const char *name, struct paper *paper)
{
    for (size_t i = 0; i < sizeof papers / sizeof *papers; i++) {
        if (strcmp(papers[i].name, name) == 0) {
            papers[i].step(paper);
            return;
        }
    }
    fail_msg("%s has no paper here", name);
}
