/*
 * rprop.c - resilient propagation: only the signs of the slopes count.
 *
 * Each coordinate has a step size of its own: it grows while the slope keeps
 * its sign and shrinks when it turns; after a turn the coordinate rests for
 * one step (iRprop-). optax (up to its pull request 1725) hands out the step
 * of one iteration ago, the first being zero; this does not.
 */
#include "core/optimizer/rule.h"

enum { RATE, ETA_MINUS, ETA_PLUS, STEP_MIN, STEP_MAX };

static const struct parameter parameters[] = {
    [RATE]      = ROW_RATE_THAT(0.01, "First step size of every coordinate; "
                                      "a schedule does not move it."),
    [ETA_MINUS] = {"eta_minus", 0.5, 0, 1,
                   "Factor of the step size when the slope turns.", OPEN},
    [ETA_PLUS]  = {"eta_plus", 1.2, 1, 1e6,
                   "Factor of the step size while it does not.", OPEN_LOW},
    [STEP_MIN]  = {"step_min", 1e-6, 0, 1e6, "Least step size."},
    [STEP_MAX]  = {"step_max", 50, 0, 1e6, "Greatest step size."},
    {0},
};

static void begin(struct step *s)
{
    double *size = s->state + s->n;

    for (size_t i = 0; i < s->n; i++)
        size[i] = s->base_rate;
}

/*
 *   state  [2n]  in/out  the slopes before, then the step sizes
 *
 * Source  Riedmiller & Braun 1993; Igel & Huesken 2000 (iRprop-)
 */
CLONES static void step(struct step *s)
{
    const double *g = s->g, *p = s->p;
    double *x = s->x, *before = s->state, *size = before + s->n;
    double minus = p[ETA_MINUS], plus = p[ETA_PLUS];
    double low = p[STEP_MIN], high = p[STEP_MAX];

    for (size_t i = 0; i < s->n; i++) {
        double product = g[i] * before[i];
        double factor = product > 0 ? plus : 1;
        double kept = product < 0 ? 0 : g[i];

        factor = product < 0 ? minus : factor;
        size[i] = rule_clip(size[i] * factor, low, high);
        x[i] -= size[i] * rule_sign(kept);
        before[i] = kept;
    }
}

static void check(const double *p, const char *pointer, struct faults *faults)
{
    if (p[STEP_MIN] > p[STEP_MAX])
        fault_add(faults, pointer_member(faults, pointer, "step_min"),
                  FAULT_CONFLICT, NULL, "step_min is above step_max: %g > %g",
                  p[STEP_MIN], p[STEP_MAX]);
}

const struct optimizer_kind optimizer_rprop = {
    .name = "rprop",
    .dialect = "torch",
    .formula = "size = size*eta_plus while g keeps its sign, size*eta_minus "
               "and g = 0 when it turns; x = x - size*sign(g)",
    .sentence = "Fast and hardly to be put off on exact gradients, whatever "
                "their scale; noise turns the signs and ruins it.",
    .source = "Riedmiller & Braun 1993, IEEE ICNN; as in PyTorch's Rprop",
    .parameters = parameters,
    .states = 2,
    .begin = begin,
    .step = step,
    .check = check,
};
