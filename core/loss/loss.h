/*
 * loss.h - what a wrong prediction costs: one number a row.
 *
 * Adding a loss is: write NAME.c exporting one `const struct loss`, and add
 * its name to the list in loss.c. Specs, GET /losses and the test of gradients
 * follow from the table; a model says in its own table which losses it takes.
 *
 * A row has a score f, which is w.x + b or the output of a network, and a
 * target y: a number, or for losses of classes 1 and -1. (The loss "log" of
 * more than two classes is that of softmax.h in core/kernel.)
 */
#ifndef CORE_LOSS_LOSS_H
#define CORE_LOSS_LOSS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/parameter.h"

enum loss_target {
    LOSS_OF_NUMBERS,   /* y is any number */
    LOSS_OF_COUNTS,    /* y is a number that is not negative */
    LOSS_OF_CLASSES,   /* y is 1 or -1 */
};

struct loss {
    const char *name;         /* "huber" */
    const char *formula;      /* of f and y */
    const char *sentence;     /* when to take it */
    const char *source;
    enum loss_target target;
    const struct parameter *parameters; /* at most one row; NULL: it has
                                           none */
    bool is_log_link;         /* the prediction is exp(f), not f */

    /*
     * The loss of each row and its derivative by f. Where there is a kink the
     * derivative is the one that leaves f alone: 0 if that is a subgradient.
     *
     *   f          [n]  in   any doubles
     *   y          [n]  in
     *   p          -    in   the parameter's value; any number without one
     *   ret_loss   [n]  out  NULL: not wanted
     *   ret_slope  [n]  out
     *
     * Cost    O(n) time, no allocation
     * Thread  any
     */
    void (*evaluate)(const double *f, const double *y, size_t n, double p,
                     double *ret_loss, double *ret_slope);

    /* The derivative alone, of one row; equal bits. Of losses of classes that
     * are convex and at most 1 at f = 0. NULL: there is only `evaluate`. */
    double (*slope)(double f, double y);

    /* The second derivative of each row by f, where there is one; 0 in kinks'
     * place. NULL: it is zero wherever it exists, and tells nothing. */
    void (*curve)(const double *f, const double *y, size_t n, double p,
                  double *ret_curvature);

    /* The greatest second derivative; infinite where there is no bound. */
    double curvature_max;
};

/* Every loss, in order of name; NULL ends it. */
extern const struct loss *const losses[];

/* The loss called `name`, or NULL. */
const struct loss *loss_find(const char *name);

#endif
