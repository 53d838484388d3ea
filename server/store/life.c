/* life.c - the life of a job as a table. */
#include "server/store/life.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define TO(state) (1u << (state))

const char *const job_state_names[JOB_STATES + 1] = {
    [JOB_QUEUED]    = "queued",
    [JOB_RUNNING]   = "running",
    [JOB_COMPLETED] = "completed",
    [JOB_FAILED]    = "failed",
    [JOB_CANCELED]  = "canceled",
};

/* The states that one may move to. */
static const unsigned moves[JOB_STATES] = {
    [JOB_QUEUED]  = TO(JOB_RUNNING) | TO(JOB_CANCELED),
    [JOB_RUNNING] = TO(JOB_QUEUED) | TO(JOB_COMPLETED) | TO(JOB_FAILED)
                    | TO(JOB_CANCELED),
};

static const char *const wishes[JOB_WISHES] = {
    [WISH_NONE] = NULL,
    [WISH_CANCEL] = "cancel",
    [WISH_DELETE] = "cancel",
};

const char *job_state_name(enum job_state state)
{
    assert(state < JOB_STATES);
    return job_state_names[state];
}

enum job_state job_state_find(const char *name)
{
    enum job_state state = 0;

    while (state < JOB_STATES && strcmp(job_state_names[state], name) != 0)
        state++;
    return state;
}

bool job_may_move(enum job_state from, enum job_state to)
{
    assert(from < JOB_STATES && to < JOB_STATES);
    return moves[from] & TO(to);
}

bool job_has_ended(enum job_state state)
{
    assert(state < JOB_STATES);
    return moves[state] == 0;
}

const char *job_wish_name(enum job_wish wish)
{
    assert(wish < JOB_WISHES);
    return wishes[wish];
}
