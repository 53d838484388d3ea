/* backoff.h - how long to wait after a failure: longer from one to the next, up
 * to a bound, and not at all after a success. */
#ifndef SERVER_JOBS_BACKOFF_H
#define SERVER_JOBS_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

struct backoff {
    unsigned failures;          /* in a row */
    int64_t until_ns;           /* monotonic; 0: do not wait */
};

/* 50 ms after the first failure, twice as long after each further one, never
 * more than 5 s. */
int64_t backoff_wait_ns(unsigned failures);

/* It has failed. Who began before the last failure was known says nothing new:
 * while a wait goes on the next does not begin. */
void backoff_fail(struct backoff *backoff, int64_t now_ns);

/* It went well: the next failure is the first one. */
void backoff_end(struct backoff *backoff);

bool backoff_waits(const struct backoff *backoff, int64_t now_ns);

#endif
