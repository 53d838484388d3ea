/* problem_reply.c - replies that say what went wrong. */
#include "server/http/problem_reply.h"

#include "server/base/buffer.h"
#include "server/base/log.h"

static enum http_next reply(struct http_request *request,
                            const struct problem *problem, const char *detail,
                            const struct faults *faults,
                            problem_extension *extend, void *self)
{
    struct json_writer writer;
    struct buffer body;

    buffer_init(&body);
    json_writer_init(&writer, &body);
    problem_write(&writer, problem, detail, http_request_id(request), faults,
                  extend, self);
    if (problem->retry_after_s != NULL)
        http_reply_header(request, "Retry-After", problem->retry_after_s);
    return http_reply(request, problem->status, "application/problem+json",
                      &body);
}

enum http_next problem_reply(struct http_request *request,
                             const struct problem *problem, const char *detail)
{
    return reply(request, problem, detail, NULL, NULL, NULL);
}

enum http_next problem_reply_faults(struct http_request *request,
                                    const struct problem *problem,
                                    const struct faults *faults)
{
    if (faults->out_of_memory)
        return problem_reply_failure(request, PROBLEM_INTERNAL, ERR_MEMORY,
                                     NULL);
    return reply(request, problem, NULL, faults, NULL, NULL);
}

enum http_next problem_reply_extended(struct http_request *request,
                                      const struct problem *problem,
                                      const char *detail,
                                      problem_extension *extend, void *self)
{
    return reply(request, problem, detail, NULL, extend, self);
}

enum http_next problem_reply_failure(struct http_request *request,
                                     const struct problem *problem,
                                     enum error error, const char *detail)
{
    struct log_line line;

    log_begin(&line, LOG_WARNING, "request_failed");
    log_text(&line, "request_id", http_request_id(request));
    log_text(&line, "error", error_name(error));
    log_end(&line);
    /* Nothing of the inside: the log has it, under the request's id. */
    if (problem == PROBLEM_INTERNAL)
        detail = NULL;
    else if (detail == NULL)
        detail = error_sentence(error);
    return problem_reply(request, problem, detail);
}
