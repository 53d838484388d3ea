/* queue.h - GET /queue: what waits, what runs, and on what. */
#ifndef SERVER_API_QUEUE_H
#define SERVER_API_QUEUE_H

#include "server/http/http.h"

http_handler queue_show;    /* GET /queue */

#endif
