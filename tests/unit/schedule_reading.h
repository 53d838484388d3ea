/* schedule_reading.h - specs with schedules, read for tests. */
#ifndef TESTS_UNIT_SCHEDULE_READING_H
#define TESTS_UNIT_SCHEDULE_READING_H

#include "server/jobs/spec.h"

/* The learning_rate and max_iterations of specs made by read_schedule(): a
 * power of two, so that many factors of it are exact. */
#define BASE 0.5
#define HORIZON 100

/* A spec that was read; end with reading_fini(). */
struct reading {
    struct arena arena;
    struct faults faults;
    struct spec spec;
    enum error error;
};

/* Read a spec, or one of gradient_descent with this schedule; ' stands for
 * the quotes of JSON. */
void read_spec(struct reading *r, const char *text);
void read_schedule(struct reading *r, const char *schedule);

/* As read_schedule(); any fault fails the test. */
void read_good_schedule(struct reading *r, const char *schedule);

void reading_fini(struct reading *r);

/* The rate of a schedule that does not look at the loss. */
double rate_at(const struct schedule *schedule, uint64_t t);

#endif
