/* events.h - server-sent events: a job, or several, followed live. */
#ifndef SERVER_API_EVENTS_H
#define SERVER_API_EVENTS_H

#include "server/api/api.h"

http_handler job_events;   /* GET /jobs/{id}/events */
http_handler events;       /* GET /events */

extern const struct http_parameter job_events_queries[];
extern const struct http_parameter events_queries[];

#endif
