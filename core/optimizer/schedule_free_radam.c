/*
 * schedule_free_radam.c - RAdam's warm-up with averaging for a schedule.
 *
 * While the mean square is not to be trusted, the authors' code stands still
 * by default; with sgd_phase it walks along the plain gradient.
 */
#include "core/optimizer/radam.h"
#include "core/optimizer/rule.h"
#include "core/optimizer/schedule_free.h"

enum {
    RATE = SCHEDULE_FREE_RATE, BETA1 = SCHEDULE_FREE_BETA, BETA2, EPSILON,
    SGD_PHASE, POWER, RATE_POWER, WEIGHT_DECAY,
};

static const struct parameter parameters[] = {
    [RATE]         = ROW_RATE_THAT(0.0025, "Step size."),
    [BETA1]        = {"beta1", 0.9, 0, 1,
                      "Where gradients are taken: 1 at the average, 0 at the "
                      "plain iterate.", OPEN},
    [BETA2]        = ROW_BETA2(0.999),
    [EPSILON]      = ROW_EPSILON(1e-8),
    [SGD_PHASE]    = {"sgd_phase", 0, 0, 1,
                      "Move in the first steps too, along the plain gradient.",
                      CLOSED, PARAMETER_FLAG},
    [POWER]        = ROW_AVERAGING_POWER,
    [RATE_POWER]   = ROW_AVERAGING_RATE_POWER,
    [WEIGHT_DECAY] = {"weight_decay", 0, 0, 1e6,
                      "Adds this times x to the scaled gradient."},
    {0},
};

/*
 *   state  [2n + 2]  in/out  z, v mean square, greatest rate, sum of weights
 *
 * Source  facebookresearch/schedule_free, radam_schedulefree.py: trusted from
 *         4 effective samples on, where RAdam waits for 5
 */
CLONES static void step(struct step *s)
{
    const double *p = s->p;
    double *y = s->x, *g = s->g, *v = s->state + s->n, unbias2;
    double beta2 = p[BETA2], epsilon = p[EPSILON], decay = p[WEIGHT_DECAY];
    double factor = radam_rectify(beta2, s->t, 4, &unbias2);

    for (size_t i = 0; i < s->n; i++)
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
    for (size_t i = 0; i < s->n && factor > 0; i++)
        g[i] /= sqrt(v[i] / unbias2) + epsilon;
    for (size_t i = 0; i < s->n; i++)
        g[i] += decay * y[i];
    if (factor == 0)
        factor = p[SGD_PHASE];
    schedule_free_move(s, v + s->n, p[RATE] * factor, p[POWER],
                       p[RATE_POWER]);
}

const struct optimizer_kind optimizer_schedule_free_radam = {
    .name = "schedule_free_radam",
    .dialect = "paper",
    .formula = "as schedule_free_adamw, the rate of step t times RAdam's "
               "factor sqrt((r - 4)*(r - 2)*R/((R - 4)*(R - 2)*r)), which is "
               "0 while r <= 4",
    .sentence = "Neither schedule nor warm-up to set. The first four steps do "
                "not move x (so give no step_tolerance), and the average is "
                "what to read.",
    .source = "Defazio et al. 2024, arXiv:2405.15682; the authors' code",
    .parameters = parameters,
    .states = 2,
    .scalars = SCHEDULE_FREE_SCALARS,
    .begin = schedule_free_begin,
    .step = step,
    .average = schedule_free_average,
};
