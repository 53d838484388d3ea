/* life.c - the life of a job as a table. */
#include "server/store/life.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define TO(state) (1u << (state))

static const struct {
    const char *name;
    unsigned next; /* the states it may move to */
} states[JOB_STATES] = {
    [JOB_QUEUED]    = {"queued", TO(JOB_RUNNING) | TO(JOB_CANCELED)},
    [JOB_RUNNING]   = {"running", TO(JOB_QUEUED) | TO(JOB_COMPLETED) |
                                  TO(JOB_FAILED) | TO(JOB_CANCELED)},
    [JOB_COMPLETED] = {"completed", 0},
    [JOB_FAILED]    = {"failed", 0},
    [JOB_CANCELED]  = {"canceled", 0},
};

static const char *const wishes[JOB_WISHES] = {
    [WISH_NONE] = NULL,
    [WISH_CANCEL] = "cancel",
    [WISH_DELETE] = "cancel",
};

const char *job_state_name(enum job_state state)
{
    assert(state < JOB_STATES);
    return states[state].name;
}

enum job_state job_state_find(const char *name)
{
    enum job_state state = 0;

    while (state < JOB_STATES && strcmp(states[state].name, name) != 0)
        state++;
    return state;
}

bool job_may_move(enum job_state from, enum job_state to)
{
    assert(from < JOB_STATES && to < JOB_STATES);
    return states[from].next & TO(to);
}

bool job_has_ended(enum job_state state)
{
    assert(state < JOB_STATES);
    return states[state].next == 0;
}

const char *job_wish_name(enum job_wish wish)
{
    assert(wish < JOB_WISHES);
    return wishes[wish];
}
