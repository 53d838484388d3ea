/*
 * schedule.h - how the learning rate moves: closed forms of the step number.
 *
 * Adding one is: write NAME.c exporting one `const struct schedule_kind`, and
 * add its name to the list in schedule.c.
 */
#ifndef CORE_SCHEDULE_SCHEDULE_H
#define CORE_SCHEDULE_SCHEDULE_H

#include <stdint.h>

#include "core/base/parameter.h"

struct schedule_kind {
    const char *name;
    const char *formula;
    const char *sentence;
    const char *source;
    const struct parameter *parameters;

    /*
     * The learning rate of one step.
     *
     *   base  -             in  the optimizer's learning_rate
     *   p     [parameters]  in  in the order of the table
     *   t     steps         in  number of the step, from 0
     */
    double (*rate)(double base, const double *p, uint64_t t);
};

/* Every schedule, in order of name; NULL ends it. */
extern const struct schedule_kind *const schedule_kinds[];

/* The schedule called `name`, or NULL. */
const struct schedule_kind *schedule_kind_find(const char *name);

#endif
