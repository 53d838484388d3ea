/* problem_reply.h - replies that say what went wrong. */
#ifndef SERVER_HTTP_PROBLEM_REPLY_H
#define SERVER_HTTP_PROBLEM_REPLY_H

#include "core/base/error.h"
#include "core/base/fault.h"
#include "server/http/http.h"
#include "server/http/problem.h"

/* Reply with a problem, and Retry-After where it has one. The arguments are
 * those of problem_write(). */
enum http_next problem_reply(struct http_request *request,
                             const struct problem *problem,
                             const char *detail);
enum http_next problem_reply_faults(struct http_request *request,
                                    const struct problem *problem,
                                    const struct faults *faults);
enum http_next problem_reply_extended(struct http_request *request,
                                      const struct problem *problem,
                                      const char *detail,
                                      problem_extension *extend, void *self);

/* Log the error under the request's id, and reply with the problem; `detail`
 * NULL: the error's own sentence. Of PROBLEM_INTERNAL the client learns no more
 * than the id. */
enum http_next problem_reply_failure(struct http_request *request,
                                     const struct problem *problem,
                                     enum error error, const char *detail);

#endif
