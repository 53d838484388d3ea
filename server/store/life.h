/*
 * life.h - the life of a job: its states and the moves between them.
 *
 *     queued ──► running ──► completed    the loop ended by a rule
 *       ▲ │        │ │  └──► failed       the server could not do it
 *       │ │        │ └─────► canceled     asked for
 *       └─│────────┘         (back to the queue: shutdown, or a crash)
 *         └────────────────► canceled
 *
 * Ended states are final. A job that is deleted before it has ended is canceled
 * first; the store forgets it in the transaction that would have ended it.
 *
 * It stands beside the store, not in jobs/, because the store refuses moves
 * that are not in the table.
 */
#ifndef SERVER_STORE_LIFE_H
#define SERVER_STORE_LIFE_H

#include <stdbool.h>

enum job_state {
    JOB_QUEUED,
    JOB_RUNNING,
    JOB_COMPLETED,
    JOB_FAILED,
    JOB_CANCELED,
    JOB_STATES
};

/* What somebody wished of a running job and has not happened yet. WISH_DELETE
 * is to be canceled, and then forgotten. */
enum job_wish { WISH_NONE, WISH_CANCEL, WISH_DELETE, JOB_WISHES };

/* "queued"; the word in JSON, SQL and logs. */
const char *job_state_name(enum job_state state);

/* All of them, in the order of the states; NULL ends them. */
extern const char *const job_state_names[JOB_STATES + 1];

/* The state of that name; JOB_STATES when there is none. */
enum job_state job_state_find(const char *name);

bool job_may_move(enum job_state from, enum job_state to);

/* completed, failed or canceled: nothing will change any more. */
bool job_has_ended(enum job_state state);

/* What the job's `requested` says: NULL for WISH_NONE, else "cancel", which is
 * the first thing that happens to a job that is to be deleted. */
const char *job_wish_name(enum job_wish wish);

#endif
