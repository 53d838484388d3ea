/*
 * turn.c - turns of the loop that take long are logged.
 *
 * While a handler works nobody else is served: who finds such a line knows
 * which route to look at.
 */
#include "server/http/turn.h"

#include <stddef.h>

#include "server/base/clock.h"
#include "server/base/log.h"

enum { MILLISECOND_NS = 1000000 };

void turn_begin(struct turn *turn)
{
    *turn = (struct turn){.began_ns = clock_monotonic_ns()};
}

void turn_note(struct turn *turn, const char *what, int64_t since_ns)
{
    int64_t took_ns = clock_monotonic_ns() - since_ns;

    if (took_ns <= turn->longest_ns)
        return;
    turn->longest_ns = took_ns;
    turn->longest = what;
}

bool turn_is_full(struct turn *turn)
{
    if (turn->has_worked
        && clock_monotonic_ns() - turn->began_ns
               > (int64_t)TURN_WORK_MS * MILLISECOND_NS)
        return true;
    turn->has_worked = true;
    return false;
}

void turn_end(const struct turn *turn)
{
    int64_t took_ns = clock_monotonic_ns() - turn->began_ns;
    struct log_line line;

    if (took_ns <= (int64_t)TURN_SLOW_MS * MILLISECOND_NS)
        return;
    log_begin(&line, LOG_WARNING, "slow_turn");
    log_integer(&line, "ms", took_ns / MILLISECOND_NS);
    if (turn->longest != NULL) {
        log_text(&line, "longest", turn->longest);
        log_integer(&line, "longest_ms", turn->longest_ns / MILLISECOND_NS);
    }
    log_end(&line);
}
