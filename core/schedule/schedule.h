/*
 * schedule.h - how the learning rate moves: closed forms of the step number.
 *
 * Adding one is: write NAME.c exporting one `const struct schedule_kind`, and
 * add its name to the list in schedule.c. What several share lies in
 * schedule_parts.h.
 *
 * Steps are counted from 0, so t steps were made before step t. What a rate
 * is measured by is the optimizer's learning_rate, the `base`; factors
 * multiply it, rates stand for themselves.
 */
#ifndef CORE_SCHEDULE_SCHEDULE_H
#define CORE_SCHEDULE_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/fault.h"
#include "core/base/parameter.h"

enum {
    SCHEDULE_DEPTH_MAX = 4,    /* schedules inside schedules */
    SCHEDULE_CHILDREN_MAX = 16,
    SCHEDULE_NUMBERS_MAX = 1000,
    SCHEDULE_MEMORY = 6,       /* numbers that one schedule may remember */
    SCHEDULE_LISTS_MAX = 2,
};

#define SCHEDULE_STEPS_MAX 1e9 /* that a parameter may count */
#define SCHEDULE_RATE_MAX 1e6

/* A schedule of a spec: a kind and what it was given. */
struct schedule {
    const struct schedule_kind *kind;
    double p[PARAMETERS_MAX];              /* in the order of its table */
    const double *numbers[SCHEDULE_LISTS_MAX]; /* of kind->lists[0], [1] */
    size_t number_counts[SCHEDULE_LISTS_MAX];
    struct schedule *children;             /* of "schedule" or "schedules" */
    size_t child_count;
    uint64_t horizon;                      /* steps it is there for, at most:
                                              the default of total lengths */
};

/* What a schedule may know when it is asked for the rate of a step. */
struct schedule_moment {
    double base;               /* the optimizer's learning_rate */
    uint64_t t;                /* number of the step, from 0 */
    double loss;               /* at the iterate that the step starts from */
    _Bool uphill;              /* the run maximises: more is better */
    double *memory;            /* [SCHEDULE_MEMORY] zero before step 0; for
                                  schedules that look at the loss. Children of
                                  a schedule do not get one of their own: only
                                  the outermost may look at the loss */
};

/* Which children a kind takes. */
enum schedule_nesting {
    SCHEDULE_ALONE,            /* none */
    SCHEDULE_WRAPS,            /* "schedule": one; left out: constant */
    SCHEDULE_JOINS,            /* "schedules": one or more */
};

struct schedule_kind {
    const char *name;
    const char *formula;
    const char *sentence;
    const char *source;
    const struct parameter *parameters;
    const struct parameter *lists; /* members that are lists of numbers, a row
                                  for what may stand in each; at most
                                  SCHEDULE_LISTS_MAX; NULL: none */
    enum schedule_nesting nesting;
    _Bool looks_at_loss;       /* cannot be a child */

    /* Whether the rate is the same at every moment; NULL: it is not. */
    _Bool (*is_constant)(const struct schedule *schedule);

    /* The learning rate of the step at `moment`. */
    double (*rate)(const struct schedule *schedule,
                   const struct schedule_moment *moment);

    /* How many steps are left to a child that begins later than its parent;
     * NULL: as many as to the parent. */
    uint64_t (*child_horizon)(const struct schedule *schedule, size_t child);

    /*
     * Add to `faults` what the ranges cannot exclude (milestones that do not
     * rise, for example); NULL: nothing.
     */
    void (*check)(const struct schedule *schedule, const char *pointer,
                  struct faults *faults);
};

/* Every schedule, in order of name; NULL ends it. */
extern const struct schedule_kind *const schedule_kinds[];

/* The schedule called `name`, or NULL. */
const struct schedule_kind *schedule_kind_find(const char *name);

/* The schedule of a spec that names none: constant, with its defaults. */
void schedule_default(struct schedule *ret);

/* Tell a schedule, and those inside it, how many steps the run has at most. */
void schedule_set_horizon(struct schedule *schedule, uint64_t steps);

/* Whether every step of a run gets the same rate. */
_Bool schedule_is_constant(const struct schedule *schedule);

/* schedule->kind->rate(schedule, moment): for schedules that hold others. */
double schedule_rate(const struct schedule *schedule,
                     const struct schedule_moment *moment);

#endif
