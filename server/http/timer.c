/* timer.c - calls on the loop's thread when their time comes: a short list. */
#include "server/http/timer.h"

#include "server/base/clock.h"
#include "server/http/state.h"

void http_timer_clear(struct http_server *server, struct http_timer *timer)
{
    struct http_timer **at = &server->timers;

    if (!timer->is_set)
        return;
    while (*at != timer)
        at = &(*at)->next;
    *at = timer->next;
    timer->is_set = false;
}

void http_timer_set(struct http_server *server, struct http_timer *timer,
                    double after_s)
{
    http_timer_clear(server, timer);
    timer->at_ns = clock_monotonic_ns() + (int64_t)(after_s * NANOSECONDS);
    timer->is_set = true;
    timer->next = server->timers;
    server->timers = timer;
}

static struct http_timer *find_due(struct http_server *server, int64_t now_ns)
{
    struct http_timer *timer = server->timers;

    while (timer != NULL && timer->at_ns > now_ns)
        timer = timer->next;
    return timer;
}

/* A call may set and clear timers; one set for now has its time at the next
 * turn, since `now_ns` is before it. */
void timer_expire(struct http_server *server, int64_t now_ns)
{
    struct http_timer *timer;

    while ((timer = find_due(server, now_ns)) != NULL) {
        http_timer_clear(server, timer);
        timer->call(timer->argument);
    }
}

int64_t timer_next_ns(const struct http_server *server)
{
    int64_t next_ns = INT64_MAX;

    for (struct http_timer *t = server->timers; t != NULL; t = t->next)
        if (t->at_ns < next_ns)
            next_ns = t->at_ns;
    return next_ns;
}
