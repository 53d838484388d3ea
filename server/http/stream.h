/* stream.h - long replies that wait: see http_reply_stream(). */
#ifndef SERVER_HTTP_STREAM_H
#define SERVER_HTTP_STREAM_H

#include "server/http/http.h"

/* Ask every stream that waits once more. */
void stream_wake_all(struct http_server *server);

#endif
