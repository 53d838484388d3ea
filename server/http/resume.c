/*
 * resume.c - suspended connections go on, so many at a turn of the loop.
 *
 * What wakes one may wake thousands: followers of one job. Each costs some
 * microseconds in MHD_run(), and who asks for something else waits behind
 * them; so they stand in line, and a turn takes up RESUMED_A_TURN of them.
 * They go on in batches, because MHD looks through all suspended connections
 * for those that do. A suspended connection cannot end, so the line holds no
 * request that is over.
 */
#include "server/http/resume.h"

#include "server/http/state.h"

void resume_add(struct http_request *request)
{
    struct http_server *server = request->server;

    request->next_resumed = NULL;
    if (server->resumed_last != NULL)
        server->resumed_last->next_resumed = request;
    else
        server->resumed_first = request;
    server->resumed_last = request;
    server->resumed_count++;
}

void resume_run(struct http_server *server, size_t most)
{
    for (size_t i = 0; i < most && server->resumed_first != NULL; i++) {
        struct http_request *request = server->resumed_first;

        server->resumed_first = request->next_resumed;
        if (server->resumed_first == NULL)
            server->resumed_last = NULL;
        server->resumed_count--;
        MHD_resume_connection(request->link);
    }
}

size_t http_backlog(const struct http_server *server)
{
    return server->resumed_count;
}
