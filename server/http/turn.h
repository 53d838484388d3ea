/* turn.h - how long a turn of the loop takes, and what takes the time. */
#ifndef SERVER_HTTP_TURN_H
#define SERVER_HTTP_TURN_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TURN_SLOW_MS = 20,            /* a turn that takes longer is logged */
    TURN_WORK_MS = 4,             /* after so long what may take its time waits
                                     for the next turn */
};

struct turn {
    int64_t began_ns;
    int64_t longest_ns;           /* of one call in this turn */
    const char *longest;          /* its route, or "messages"; NULL: no call */
    bool has_worked;              /* somebody's turn was taken */
};

void turn_begin(struct turn *turn);

/* A call is over that began at `since_ns`. `what` outlives the turn. */
void turn_note(struct turn *turn, const char *what, int64_t since_ns);

/*
 * Whether something that may take its time has to wait for the next turn: this
 * one took long, and others want to be served. The first of a turn never has
 * to, so that all get on.
 */
bool turn_is_full(struct turn *turn);

/* Log the turn if it took long, with what took longest in it. */
void turn_end(const struct turn *turn);

#endif
