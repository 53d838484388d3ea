/*
 * nlopt_search.h - a run by one of NLopt's methods; for core/optimizer/nlopt.c.
 */
#ifndef CORE_OPTIMIZER_NLOPT_SEARCH_H
#define CORE_OPTIMIZER_NLOPT_SEARCH_H

#include <nlopt.h>
#include <stdbool.h>

#include "core/optimizer/optimizer.h"

/* The most that a method that keeps all points may keep. A point is a rectangle
 * of 2n + 3 numbers in a tree's node. */
#define NLOPT_KEPT_BYTES_MAX 256e6
#define NLOPT_POINT_BYTES(n) ((2 * (double)(n) + 3) * sizeof(double) + 64)

/* Rows of every method's parameters; what comes behind is its own. */
enum { NLOPT_X_TOLERANCE, NLOPT_LOSS_TOLERANCE, NLOPT_OWN };

/* What row NLOPT_OWN says. */
enum nlopt_own { OWN_NOTHING, OWN_STEP, OWN_POPULATION };

/* What a method is to NLopt, beside its name. */
struct nlopt_traits {
    nlopt_algorithm algorithm;
    enum nlopt_own own;
    bool takes_gradient;
    bool is_local;         /* it ends where it finds no better point nearby */
    bool is_model;         /* it models the loss: a trial that is not finite
                              must have some value */
    bool keeps_all;        /* every point ever evaluated: limited by memory */
};

/* Vectors in the method's state, n numbers each. */
enum { NLOPT_STATES = 8 };

/* Run to the end: `drive` of optimizer.h. */
enum error nlopt_search_drive(struct method *method,
                              const struct nlopt_traits *traits,
                              enum reason *ret_reason);

#endif
