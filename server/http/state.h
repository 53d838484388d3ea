/* state.h - what the loop holds: the server's memory, which its files share. */
#ifndef SERVER_HTTP_STATE_H
#define SERVER_HTTP_STATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/buffer.h"
#include "server/base/clock.h"
#include "server/http/budget.h"
#include "server/http/connection.h"
#include "server/http/http.h"
#include "server/http/mailbox.h"
#include "server/http/request.h"
#include "server/http/router.h"
#include "server/http/turn.h"

enum { DATE_BYTES = sizeof "Thu, 01 Jan 1970 00:00:00 GMT" };

struct running;

struct http_server {
    struct http_options options;
    struct MHD_Daemon *daemon;
    struct mailbox mailbox;
    struct router router;
    _Atomic bool is_stopping;
    bool is_draining;             /* the loop has seen is_stopping */
    bool is_forced;               /* the drain's time is over */
    int listen_fd, epoll_fd;
    uint16_t port;
    struct connection *connections;
    int64_t sweep_ns;             /* when to look at deadlines again */
    unsigned sweeps;              /* so far */
    size_t active;                /* requests between gate and last byte */
    struct budget answers, bodies; /* see budget.h */
    struct http_request *free_requests;
    struct arena spare;           /* of the next new request, see request.c */
    struct http_request **heap;   /* requests put aside, see later.c */
    size_t heap_count;
    struct turn turn;             /* of the loop, the one under way */
    struct http_request *resumed_first, *resumed_last; /* see resume.c */
    size_t resumed_count, suspended; /* the former among the latter */
    int64_t resumed_ns;           /* when some went on last */
    struct running *waiting;      /* streams, see stream.c */
    struct http_timer *timers;
    struct buffer log;
    int64_t log_time_ms;          /* whose text log_time is */
    char log_time[TIME_TEXT_BYTES];
    int64_t date_s;               /* whose text date is */
    char date[DATE_BYTES];
    char id_prefix[16];
    uint64_t id_count;
};

#endif
