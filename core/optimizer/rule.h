/*
 * rule.h - what the files of the rules share: rows that many tables have,
 * clones of their loops, and decoupled weight decay.
 *
 * All learning rates, decays and so on have the same range and sentence in
 * every rule; only the default differs, and sometimes the sentence.
 */
#ifndef CORE_OPTIMIZER_RULE_H
#define CORE_OPTIMIZER_RULE_H

#include <math.h>

#include "core/kernel/lanes.h"
#include "core/kernel/math.h"
#include "core/kernel/update.h"
#include "core/optimizer/optimizer.h"

/* A rate of 0 moves nothing, which demonstrations show; rules that divide by
 * their rate, or are scaled by it, have the second row. */
#define ROW_RATE(initial)                                                     \
    {"learning_rate", initial, 0, 1e6, "Step size.", CLOSED, PARAMETER_NUMBER}
#define ROW_RATE_THAT(initial, sentence)                                      \
    {"learning_rate", initial, 0, 1e6, sentence, OPEN_LOW, PARAMETER_NUMBER}
#define ROW_MOMENTUM(initial)                                                 \
    {"momentum", initial, 0, 1,                                               \
     "Share of the last step's direction that is kept; 1 has no friction.",   \
     CLOSED, PARAMETER_NUMBER}
#define ROW_NESTEROV                                                          \
    {"nesterov", 0, 0, 1, "Look ahead along the momentum.", CLOSED,           \
     PARAMETER_FLAG}
#define ROW_DECAY(initial)                                                    \
    {"decay", initial, 0, 1, "Decay of the mean square.", OPEN_HIGH,          \
     PARAMETER_NUMBER}
#define ROW_BETA1(initial)                                                    \
    {"beta1", initial, 0, 1, "Decay of the mean.", OPEN_HIGH,                 \
     PARAMETER_NUMBER}
#define ROW_BETA2(initial)                                                    \
    {"beta2", initial, 0, 1, "Decay of the mean square.", OPEN_HIGH,          \
     PARAMETER_NUMBER}
#define ROW_EPSILON(initial)                                                  \
    {"epsilon", initial, 0, 1, "Keeps the divisor from zero.", CLOSED,        \
     PARAMETER_NUMBER}
#define ROW_ACCUMULATOR(initial)                                              \
    {"initial_accumulator", initial, 0, 1e6,                                  \
     "What the sum of squares starts from.", CLOSED, PARAMETER_NUMBER}
#define ROW_AMSGRAD                                                           \
    {"amsgrad", 0, 0, 1, "Divide by the greatest mean square so far.",        \
     CLOSED, PARAMETER_FLAG}
#define ROW_SHRINK(initial)                                                   \
    {"weight_decay", initial, 0, 1e6,                                         \
     "Before each step x shrinks by the rate times this.", CLOSED,            \
     PARAMETER_NUMBER}

/* Decoupled weight decay, before the step: x shrinks by rate * decay. */
static inline void rule_shrink(struct step *s, double decay)
{
    if (decay != 0)
        update_scale(s->x, 1 - s->p[LEARNING_RATE] * decay, s->n);
}

/* -1, 0 or 1; 0 for a NaN too. */
static inline double rule_sign(double value)
{
    double positive = value > 0 ? 1 : 0;

    return value < 0 ? -1 : positive;
}

static inline double rule_clip(double value, double low, double high)
{
    value = value < low ? low : value;
    return value > high ? high : value;
}

#endif
