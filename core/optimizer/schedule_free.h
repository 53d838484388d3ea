/*
 * schedule_free.h - what the schedule-free rules share: two sequences and
 * their weighted mean, which takes the place of a falling learning rate.
 *
 *     z moves by full steps; the average of all z so far is what is looked
 *     for; gradients are taken at y, between z and the average, and y is the
 *     run's iterate.
 *
 * The average is never stored: it is (y - (1 - beta) z) / beta.
 *
 * Source  Defazio et al. 2024, arXiv:2405.15682; facebookresearch/schedule_free
 */
#ifndef CORE_OPTIMIZER_SCHEDULE_FREE_H
#define CORE_OPTIMIZER_SCHEDULE_FREE_H

#include "core/optimizer/optimizer.h"

/* Every table starts with these two rows; the second is momentum or beta1. */
enum { SCHEDULE_FREE_RATE, SCHEDULE_FREE_BETA };

/* Every state starts with z [n], and ends with these numbers. */
enum { RATE_MAX, WEIGHT_SUM, SCHEDULE_FREE_SCALARS };

#define ROW_AVERAGING_POWER                                                   \
    {"averaging_power", 0, 0, 100,                                            \
     "The average weighs step t by t to this power.", CLOSED,                 \
     PARAMETER_NUMBER}
#define ROW_AVERAGING_RATE_POWER                                              \
    {"averaging_rate_power", 2, 0, 100,                                       \
     "... and by the greatest rate so far to this power, so that a warm-up "  \
     "hardly counts.", CLOSED, PARAMETER_NUMBER}
#define ROW_WARMUP_STEPS                                                      \
    {"warmup_steps", 0, 0, 1e15,                                              \
     "Steps in which the rate rises to its value.", CLOSED,                   \
     PARAMETER_INTEGER}

/* z = x at the start. */
void schedule_free_begin(struct step *step);

/* The rate of this step, rising over so many steps. */
double schedule_free_warm(const struct step *step, double warmup_steps);

/*
 * Move y and z by a step of length `rate` along s->g, which is the direction.
 *
 *   scalars     [SCHEDULE_FREE_SCALARS]  in/out
 *   power       of t in the weights
 *   rate_power  of the greatest rate in the weights
 */
void schedule_free_move(struct step *step, double *scalars, double rate,
                        double power, double rate_power);

/* The average of all z so far: struct optimizer_kind's `average`. */
void schedule_free_average(const struct step *step, double *ret_average);

#endif
