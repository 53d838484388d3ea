/* turn.h - how long a turn of the loop takes, and what takes the time. */
#ifndef SERVER_HTTP_TURN_H
#define SERVER_HTTP_TURN_H

#include <stdint.h>

enum { TURN_SLOW_MS = 20 };       /* a turn that takes longer is logged */

struct turn {
    int64_t began_ns;
    int64_t longest_ns;           /* of one call in this turn */
    const char *longest;          /* its route, or "messages"; NULL: no call */
};

void turn_begin(struct turn *turn);

/* A call is over that began at `since_ns`. `what` outlives the turn. */
void turn_note(struct turn *turn, const char *what, int64_t since_ns);

/* Log the turn if it took long, with what took longest in it. */
void turn_end(const struct turn *turn);

#endif
