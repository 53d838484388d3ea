/*
 * cosine_restarts.c - SGDR: half a cosine again and again, longer each time.
 *
 *     period k has first_steps m^k steps and begins at first_steps S(k),
 *     where S(k) = 1 + m + m^2 + ... + m^(k-1), m = multiplier;
 *     u    = what has passed of the period, from 0 to 1
 *     low  = min_rate + min_factor learning_rate
 *     rate = low + (learning_rate - low) decay^k (1 + cos(pi u)) / 2
 *
 * PyTorch and Keras find k by a logarithm, which can be off by one at a
 * restart and knows no m = 1. Here S is built by doubling,
 * S(a + b) = S(a) + m^a S(b): only sums and products of positive numbers.
 */
#include "core/kernel/math.h"
#include "core/schedule/schedule_parts.h"

enum { FIRST_STEPS, MULTIPLIER, DECAY, MIN_RATE, MIN_FACTOR };

enum { LADDER = 32 }; /* 2^31 periods: more than any run has steps */

static const struct parameter parameters[] = {
    [FIRST_STEPS] = {"first_steps", 1000, 1, SCHEDULE_STEPS_MAX,
                     "Steps of the first period.", CLOSED,
                     PARAMETER_INTEGER},
    [MULTIPLIER]  = {"multiplier", 1, 1, 1000,
                     "How much longer each period is than the one before.",
                     CLOSED, PARAMETER_NUMBER},
    [DECAY]       = {"decay", 1, 0, 1,
                     "How high each period begins, by the one before.",
                     OPEN_LOW, PARAMETER_NUMBER},
    [MIN_RATE]    = {"min_rate", 0, 0, SCHEDULE_RATE_MAX, "The lowest rate.",
                     CLOSED, PARAMETER_NUMBER},
    [MIN_FACTOR]  = {"min_factor", 0, 0, 1,
                     "Added to the lowest rate: this times learning_rate.",
                     CLOSED, PARAMETER_NUMBER},
    {0},
};

/* A period: its number, and begin and length by those of the first. */
struct period {
    uint64_t k;
    double begin, length;
};

/* The period at the time `t`, counted in first periods. */
static struct period find_period(double t, double multiplier)
{
    struct period steps[LADDER] = {{1, 1, multiplier}}, found = {0, 0, 1};
    int top = 0;

    while (top + 1 < LADDER && steps[top].begin <= t) {
        const struct period *s = &steps[top++];

        steps[top] = (struct period){
            2 * s->k, s->begin + s->length * s->begin, s->length * s->length};
    }
    for (int i = top; i >= 0; i--) {
        double begin = found.begin + found.length * steps[i].begin;

        if (begin <= t)
            found = (struct period){found.k + steps[i].k, begin,
                                    found.length * steps[i].length};
    }
    return found;
}

static double rate(const struct schedule *schedule,
                   const struct schedule_moment *moment)
{
    const double *p = schedule->p;
    double t = (double)moment->t / p[FIRST_STEPS];
    double low = p[MIN_RATE] + p[MIN_FACTOR] * moment->base;
    struct period period = find_period(t, p[MULTIPLIER]);
    double height = (moment->base - low) * math_pow_int(p[DECAY], period.k);

    return schedule_along_cosine(low + height, low,
                         (t - period.begin) / period.length);
}

const struct schedule_kind schedule_cosine_restarts = {
    .name = "cosine_restarts",
    .formula = "rate = low + (learning_rate - low) * decay^k * "
               "(1 + cos(pi * u)) / 2 in period k of "
               "first_steps * multiplier^k steps, u from 0 to 1 within it, "
               "low = min_rate + min_factor * learning_rate",
    .sentence = "Half a cosine again and again, longer each time.",
    .source = "Loshchilov & Hutter 2017, arXiv:1608.03983; PyTorch "
              "CosineAnnealingWarmRestarts: first_steps is its T_0, "
              "multiplier its T_mult, min_rate its eta_min; Keras "
              "CosineDecayRestarts: multiplier is its t_mul, decay its m_mul, "
              "min_factor its alpha",
    .parameters = parameters,
    .rate = rate,
};
