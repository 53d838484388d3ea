/*
 * resume.c - suspended connections go on, so many at a turn of the loop.
 *
 * What wakes one may wake thousands: followers of one job. Each costs some
 * microseconds in MHD_run(), and who asks for something else waits behind
 * them; so they stand in line, and a turn takes up RESUMED_A_TURN of them.
 * They go on in batches, because MHD looks through all suspended connections
 * for those that do. Where thousands are suspended that look takes as long as
 * some requests: a short line is left to grow for ten times as long. A
 * suspended connection cannot end, so the line holds no request that is over.
 */
#include "server/http/resume.h"

#include "server/http/state.h"

/* MHD's look at a suspended connection takes 30 to 50 ns, most of them for its
 * memory to come. */
enum {
    PAUSE_NS_A_SUSPENDED = 500,
    PAUSE_NS_MIN = 100000,        /* a shorter one is not worth its timer */
};

void resume_suspend(struct http_request *request)
{
    request->server->suspended++;
    MHD_suspend_connection(request->link);
}

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

int64_t resume_next_ns(const struct http_server *server)
{
    int64_t pause_ns = (int64_t)server->suspended * PAUSE_NS_A_SUSPENDED;

    if (server->resumed_count == 0)
        return INT64_MAX;
    if (server->resumed_count >= RESUMED_A_TURN || pause_ns < PAUSE_NS_MIN)
        return 0;
    return server->resumed_ns + pause_ns;
}

static void resume_first(struct http_server *server)
{
    struct http_request *request = server->resumed_first;

    server->resumed_first = request->next_resumed;
    if (server->resumed_first == NULL)
        server->resumed_last = NULL;
    server->resumed_count--;
    server->suspended--;
    MHD_resume_connection(request->link);
}

void resume_run(struct http_server *server, int64_t now_ns)
{
    if (resume_next_ns(server) > now_ns)
        return;
    server->resumed_ns = now_ns;
    for (int i = 0; i < RESUMED_A_TURN && server->resumed_count > 0; i++)
        resume_first(server);
}

void resume_run_all(struct http_server *server)
{
    while (server->resumed_count > 0)
        resume_first(server);
}

size_t http_backlog(const struct http_server *server)
{
    return server->resumed_count;
}
