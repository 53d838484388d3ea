/*
 * refusal.h - request->refusal as an answer, through MHD or past it.
 *
 * MHD answers nothing before a body is complete, or closes before it has come.
 * The raw ones go straight to the socket, the sending side is closed, and what
 * still comes is dropped, up to linger_bytes and linger_s. (A socket that is
 * closed with unread bytes in it sends a reset, which may overtake the answer.)
 */
#ifndef SERVER_HTTP_REFUSAL_H
#define SERVER_HTTP_REFUSAL_H

#include "server/http/http.h"

/* Answer request->refusal. */
enum http_next refusal_reply(struct http_request *request);

/* The same without MHD. */
void refusal_reply_raw(struct http_request *request);

/* The same with a problem and a sentence (or NULL). */
void refuse_raw(struct http_request *request, const struct problem *problem,
                const char *detail);

#endif
