/* job_queue.h - jobs in the order they are to run: a binary heap. */
#ifndef SERVER_JOBS_JOB_QUEUE_H
#define SERVER_JOBS_JOB_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

struct job_queue_entry {
    int64_t number;
    int32_t priority;
    uint16_t failures;           /* in a row: how long to wait */
    uint16_t tries;              /* of them, the job's own: when to give up */
    int64_t due_ns;              /* monotonic; 0: at once */
};

/* What is due first, then the greatest priority, then the least number. The
 * caller locks it. */
struct job_queue {
    struct job_queue_entry *entries;
    size_t count, capacity;
};

/* Fails: ERR_MEMORY, and the queue is as it was. */
MUST_CHECK enum error job_queue_push(struct job_queue *queue,
                                     struct job_queue_entry entry);

/* Take a job out, wherever it stands; false when it is not there. Cost: O(n),
 * some 50 us of 10^5. */
bool job_queue_remove(struct job_queue *queue, int64_t number);

/* Take the first out; false when there is none. */
bool job_queue_pop(struct job_queue *queue, struct job_queue_entry *ret);

void job_queue_fini(struct job_queue *queue);

#endif
