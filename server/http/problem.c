/* problem.c - errors as application/problem+json (RFC 9457). */
#include "server/http/problem.h"

#include <stdio.h>

#include "server/base/buffer.h"
#include "server/base/log.h"

static const struct {
    unsigned status;
    const char *slug, *title, *advice;
} problems[PROBLEMS] = {
#define ROW(value, status, slug, title, advice) \
    [value] = {status, slug, title, advice},
    PROBLEM_TABLE(ROW)
#undef ROW
};

/* What to tell a client that may come again. */
static const char *const retry_after_s[PROBLEMS] = {
    [PROBLEM_QUEUE_FULL] = "1",
    [PROBLEM_SHUTTING_DOWN] = "5",
    [PROBLEM_STORAGE] = "5",
};

/* The problem that an error of the world means to a client. */
static const enum problem from_error[ERRORS] = {
    [OK] = PROBLEM_INTERNAL,
    [ERR_MEMORY] = PROBLEM_INTERNAL,
    [ERR_INVALID] = PROBLEM_INTERNAL,
    [ERR_TOO_BIG] = PROBLEM_TOO_LARGE,
    [ERR_MISSING] = PROBLEM_NOT_FOUND,
    [ERR_CONFLICT] = PROBLEM_TRANSITION,
    [ERR_FULL] = PROBLEM_QUEUE_FULL,
    [ERR_CLOSING] = PROBLEM_SHUTTING_DOWN,
    [ERR_IN_USE] = PROBLEM_STORAGE,
    [ERR_NEWER] = PROBLEM_STORAGE,
    [ERR_CORRUPT] = PROBLEM_STORAGE,
    [ERR_DISK] = PROBLEM_DISK_FULL,
    [ERR_STORAGE] = PROBLEM_STORAGE,
    [ERR_SYSTEM] = PROBLEM_INTERNAL,
};

unsigned problem_status(enum problem problem)
{
    return problems[problem].status;
}

const char *problem_slug(enum problem problem)
{
    return problems[problem].slug;
}

const char *problem_title(enum problem problem)
{
    return problems[problem].title;
}

const char *problem_advice(enum problem problem)
{
    return problems[problem].advice;
}

/* ---- the document ------------------------------------------------------- */

static void write_fault(struct json_writer *writer, const struct fault *fault)
{
    bool is_parameter = fault->pointer[0] == '?';

    json_object_begin(writer);
    if (fault->line > 0)
        json_member_integer(writer, "line", (int64_t)fault->line);
    if (fault->column > 0)
        json_member_integer(writer, "column", (int64_t)fault->column);
    if (is_parameter)
        json_member_text(writer, "parameter", fault->pointer + 1);
    else if (fault->line == 0 || fault->pointer[0] != '\0')
        json_member_text(writer, "pointer", fault->pointer);
    json_member_text(writer, "code", fault_code_name(fault->code));
    json_member_text(writer, "detail", fault->detail);
    if (fault->suggestion != NULL)
        json_member_text(writer, "suggestion", fault->suggestion);
    json_object_end(writer);
}

static void write_faults(struct json_writer *writer,
                         const struct faults *faults)
{
    size_t kept = faults_kept(faults);

    json_key(writer, "errors");
    json_array_begin(writer);
    for (size_t i = 0; i < kept; i++)
        write_fault(writer, &faults->items[i]);
    json_array_end(writer);
}

void problem_write(struct json_writer *writer, enum problem problem,
                   const char *detail, const char *request_id,
                   const struct faults *faults, problem_extension *extend,
                   void *self)
{
    char type[64], count[64];

    snprintf(type, sizeof type, "/problems/%s", problem_slug(problem));
    if (detail == NULL && faults != NULL) {
        snprintf(count, sizeof count, "%zu fault%s", faults->total,
                 faults->total == 1 ? "" : "s");
        detail = count;
    }
    json_object_begin(writer);
    json_member_text(writer, "type", type);
    json_member_text(writer, "title", problem_title(problem));
    json_member_integer(writer, "status", problem_status(problem));
    if (detail != NULL)
        json_member_text(writer, "detail", detail);
    if (request_id != NULL && request_id[0] != '\0')
        json_member_text(writer, "request_id", request_id);
    if (extend != NULL)
        extend(writer, self);
    if (faults != NULL)
        write_faults(writer, faults);
    json_object_end(writer);
}

/* ---- replies ------------------------------------------------------------ */

static enum http_next reply(struct http_request *request, enum problem problem,
                            const char *detail, const struct faults *faults,
                            problem_extension *extend, void *self)
{
    struct json_writer writer;
    struct buffer body;

    buffer_init(&body);
    json_writer_init(&writer, &body);
    problem_write(&writer, problem, detail, http_request_id(request), faults,
                  extend, self);
    if (retry_after_s[problem] != NULL)
        http_reply_header(request, "Retry-After", retry_after_s[problem]);
    return http_reply(request, problem_status(problem),
                      "application/problem+json", &body);
}

enum http_next problem_reply(struct http_request *request,
                             enum problem problem, const char *detail)
{
    return reply(request, problem, detail, NULL, NULL, NULL);
}

enum http_next problem_reply_faults(struct http_request *request,
                                    enum problem problem,
                                    const struct faults *faults)
{
    if (faults->out_of_memory)
        return problem_reply_error(request, ERR_MEMORY);
    return reply(request, problem, NULL, faults, NULL, NULL);
}

enum http_next problem_reply_extended(struct http_request *request,
                                      enum problem problem,
                                      const char *detail,
                                      problem_extension *extend, void *self)
{
    return reply(request, problem, detail, NULL, extend, self);
}

const char *problem_retry_after(enum problem problem)
{
    return retry_after_s[problem];
}

enum problem problem_of_error(enum error error)
{
    return from_error[error];
}

enum http_next problem_reply_error(struct http_request *request,
                                   enum error error)
{
    enum problem problem = from_error[error];
    struct log_line line;

    log_begin(&line, LOG_WARNING, "request_failed");
    log_text(&line, "request_id", http_request_id(request));
    log_text(&line, "error", error_name(error));
    log_end(&line);
    /* Nothing of the inside: the log has it, under the request's id. */
    return problem_reply(request, problem,
                         problem == PROBLEM_INTERNAL ? NULL
                                                     : error_sentence(error));
}
