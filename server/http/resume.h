/* resume.h - suspended connections go on, so many at a turn of the loop. */
#ifndef SERVER_HTTP_RESUME_H
#define SERVER_HTTP_RESUME_H

#include <stddef.h>

#include "server/http/http.h"

enum { RESUMED_A_TURN = 256 };

/* Let a suspended request go on when its turn comes. */
void resume_add(struct http_request *request);
/* Let up to `most` of them go on; MHD_run() must follow. */
void resume_run(struct http_server *server, size_t most);

#endif
