/*
 * optimizer.h - the update rules: how an iterate moves against a gradient.
 *
 * Adding a rule is: write NAME.c exporting one `const struct optimizer_kind`,
 * and add its name to the list in optimizer.c. The spec reader,
 * GET /optimizers, the truth test and the documentation follow from the table.
 */
#ifndef CORE_OPTIMIZER_OPTIMIZER_H
#define CORE_OPTIMIZER_OPTIMIZER_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/fault.h"
#include "core/base/parameter.h"

/* Row 0 of every rule's parameters is the learning rate: before each step the
 * run puts there what the schedule made of it. */
enum { LEARNING_RATE = 0 };

struct optimizer_kind {
    const char *name;
    const char *formula;    /* the update, in one or two lines */
    const char *sentence;   /* when to take it */
    const char *source;
    const struct parameter *parameters;
    size_t states;          /* vectors of n doubles that the rule remembers */
    const char *maximize;   /* the flag that turns the rule uphill, or NULL */

    /*
     * Set the state before the first step; NULL: all zero is right.
     *
     *   state  [states][n]    out     zeroed on entry
     *   p      [parameters]   in      in the order of the table
     */
    void (*begin)(double *state, size_t n, const double *p);

    /*
     * Move x one step.
     *
     *   x      [n]            in/out  iterate
     *   g      [n]            in/out  gradient at x; may be overwritten
     *   state  [states][n]    in/out  what the rule remembers
     *   p      [parameters]   in      p[LEARNING_RATE] is this step's rate
     *   t      steps          in      number of this step, from 1
     *
     * Cost    O(n) time, no allocation
     */
    void (*step)(double *x, double *g, double *state, size_t n,
                 const double *p, uint64_t t);

    /*
     * Add to `faults` the combinations that the ranges cannot exclude; NULL:
     * there are none. (Nesterov needs a momentum, for example.)
     */
    void (*check)(const double *p, const char *pointer, struct faults *faults);
};

/* Every rule, in order of name; NULL ends it. */
extern const struct optimizer_kind *const optimizer_kinds[];

/* The rule called `name`, or NULL. */
const struct optimizer_kind *optimizer_kind_find(const char *name);

#endif
