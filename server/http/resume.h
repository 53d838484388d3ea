/* resume.h - suspended connections go on, so many at a turn of the loop. */
#ifndef SERVER_HTTP_RESUME_H
#define SERVER_HTTP_RESUME_H

#include <stddef.h>

#include "server/http/http.h"

enum { RESUMED_A_TURN = 256 };

/* Suspend a request's connection. */
void resume_suspend(struct http_request *request);
/* Let a suspended request go on when its turn comes. */
void resume_add(struct http_request *request);
/* When those that stand in line may go on: INT64_MAX without any, 0 at once. */
int64_t resume_next_ns(const struct http_server *server);
/* Let RESUMED_A_TURN of them go on, if it is time; MHD_run() must follow. */
void resume_run(struct http_server *server, int64_t now_ns);
/* Let all of them go on, at any time; MHD_run() must follow. */
void resume_run_all(struct http_server *server);

#endif
