/* connection.c - what a client's connection waits for, and since when. */
#include "server/http/connection.h"

void connection_enter(struct connection *connection, enum phase phase,
                      int64_t now_ns)
{
    if (phase == PHASE_IDLE)
        connection->began_ns = 0;
    else if (phase == PHASE_HEADER && connection->began_ns == 0)
        connection->began_ns = connection->is_fresh ? connection->since_ns
                                                    : now_ns;
    if (phase != PHASE_IDLE)
        connection->is_fresh = false;
    connection->phase = phase;
    connection->window_ns = 0;
    connection->stuck_sweeps = 0;
    connection->since_ns = now_ns;
}
