/*
 * check.h - whether an optimizer can do what a job asks of it.
 *
 * What a kind needs and how far it goes are fields of struct optimizer_kind.
 * Here they are compared with an objective, bounds, batches and constraints;
 * every fault says what to take instead. Whatever form a job is read from, its
 * reader calls these.
 */
#ifndef CORE_OPTIMIZER_CHECK_H
#define CORE_OPTIMIZER_CHECK_H

#include <stdbool.h>

#include "core/base/fault.h"
#include "core/objective/constraint.h"
#include "core/optimizer/optimizer.h"

/* What a job asks of an optimizer. */
struct optimizer_demand {
    const struct optimizer_kind *kind;
    const double *p;           /* its parameters */
    const struct objective *objective; /* n is 0 where it has faults: then only
                                          bounds are looked at */
    const double *low, *high;  /* [n] or NULL; not finite: none there */
    bool bounds_are_sound;     /* else they have faults already, and what they
                                  lack is not said */
};

/*
 * Add to `faults` what the kind needs and the job lacks, and where the job is
 * larger than the kind can do.
 *
 *   pointer  the optimizer's place
 *
 * Thread   any
 * Cost     O(n) time
 */
void optimizer_check(const struct optimizer_demand *demand,
                     const char *pointer, struct faults *faults);

/*
 * Add to `faults` that the kind keeps to no bounds; nothing where it does.
 *
 *   steps    optimizer_steps() of the kind
 *   pointer  the bounds' place
 */
void optimizer_check_bounds(const struct optimizer_kind *kind, bool steps,
                            const char *pointer, struct faults *faults);

/* Add to `faults` that the kind needs all rows each time; nothing where batches
 * are enough. `pointer` is their place, `steps` as above. */
void optimizer_check_batches(const struct optimizer_kind *kind, bool steps,
                             const char *pointer, struct faults *faults);

/*
 * Add to `faults` what the kind does not take of the constraints, and which
 * optimizers do; that there are more than it can do; and that there are more
 * equalities than variables.
 *
 *   count    of constraints, 1 ... CONSTRAINTS_MAX
 *   n        variables; 0: the objective has faults
 *   pointer  the constraints' place
 */
void optimizer_check_constraints(const struct optimizer_kind *kind,
                                 const struct constraint *constraints,
                                 size_t count, size_t n, const char *pointer,
                                 struct faults *faults);

/* Add to `faults` that the kind, which recommends an average of its iterates,
 * does not go with `name` ("bounds", "l1"), which stands at `pointer`. */
void optimizer_refuse_average(const struct optimizer_kind *kind,
                              const char *name, const char *pointer,
                              struct faults *faults);

#endif
