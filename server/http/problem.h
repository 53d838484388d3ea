/* problem.h - errors as application/problem+json (RFC 9457), from one table. */
#ifndef SERVER_HTTP_PROBLEM_H
#define SERVER_HTTP_PROBLEM_H

#include "core/base/error.h"
#include "core/base/fault.h"
#include "server/http/http.h"
#include "server/json/writer.h"

/*     value                     status  slug                   title */
#define PROBLEM_TABLE(ROW)                                                     \
    ROW(PROBLEM_MALFORMED_REQUEST, 400, "malformed-request",                   \
        "The request is not well-formed HTTP")                                 \
    ROW(PROBLEM_MALFORMED_JSON,    400, "malformed-json",                      \
        "The body is not valid JSON")                                          \
    ROW(PROBLEM_INVALID_PARAMETER, 400, "invalid-parameter",                   \
        "A parameter of the request is not valid")                             \
    ROW(PROBLEM_FORBIDDEN_ORIGIN,  403, "forbidden-origin",                    \
        "Requests from this origin are not allowed")                           \
    ROW(PROBLEM_NOT_FOUND,         404, "not-found",                           \
        "There is nothing at this place")                                      \
    ROW(PROBLEM_METHOD,            405, "method-not-allowed",                  \
        "This place does not take this method")                                \
    ROW(PROBLEM_NOT_ACCEPTABLE,    406, "not-acceptable",                      \
        "None of the accepted types can be given")                             \
    ROW(PROBLEM_TIMEOUT,           408, "timeout",                             \
        "The request took too long to arrive")                                 \
    ROW(PROBLEM_TRANSITION,        409, "invalid-transition",                  \
        "The job's state does not allow this")                                 \
    ROW(PROBLEM_PRECONDITION,      412, "precondition-failed",                 \
        "This is not the revision that If-Match names")                        \
    ROW(PROBLEM_TOO_LARGE,         413, "too-large",                           \
        "The body is too large")                                               \
    ROW(PROBLEM_URI_TOO_LONG,      414, "uri-too-long",                        \
        "The request's target is too long")                                    \
    ROW(PROBLEM_MEDIA_TYPE,        415, "unsupported-media-type",              \
        "The body's type is not taken here")                                   \
    ROW(PROBLEM_EXPECTATION,       417, "expectation-failed",                  \
        "Only Expect: 100-continue is known")                                  \
    ROW(PROBLEM_HOST,              421, "misdirected-request",                 \
        "This server does not answer for that host")                           \
    ROW(PROBLEM_INVALID_SPEC,      422, "invalid-spec",                        \
        "The job spec is not valid")                                           \
    ROW(PROBLEM_INVALID_EXPRESSION, 422, "invalid-expression",                 \
        "The expression is not valid")                                         \
    ROW(PROBLEM_HEADERS_TOO_LARGE, 431, "headers-too-large",                   \
        "The request has too many or too large headers")                       \
    ROW(PROBLEM_INTERNAL,          500, "internal",                            \
        "Something went wrong inside the server")                              \
    ROW(PROBLEM_UNKNOWN_METHOD,    501, "unknown-method",                      \
        "This method is not known")                                            \
    ROW(PROBLEM_UNKNOWN_CODING,    501, "unknown-coding",                      \
        "This transfer coding is not known")                                   \
    ROW(PROBLEM_QUEUE_FULL,        503, "queue-full",                          \
        "The queue is full")                                                   \
    ROW(PROBLEM_SHUTTING_DOWN,     503, "shutting-down",                       \
        "The server is shutting down")                                         \
    ROW(PROBLEM_STORAGE,           503, "storage-unavailable",                 \
        "The storage does not take writes now")                                \
    ROW(PROBLEM_VERSION,           505, "http-version",                        \
        "Only HTTP/1.0 and HTTP/1.1 are spoken here")                          \
    ROW(PROBLEM_DISK_FULL,         507, "disk-full",                           \
        "The disk is full")

enum problem {
#define ROW(value, status, slug, title) value,
    PROBLEM_TABLE(ROW)
#undef ROW
    PROBLEMS
};

unsigned problem_status(enum problem problem);
const char *problem_slug(enum problem problem);
const char *problem_title(enum problem problem);

/* Members that one problem has beside the usual ones: called inside the open
 * object. */
typedef void problem_extension(struct json_writer *writer, void *self);

/*
 * Reply with a problem. 503 gets Retry-After, from the table's neighbour.
 *
 *   detail    a sentence about this occurrence
 *   faults    every fault, or NULL. A fault whose pointer begins with '?' is
 *             about a query parameter: "?limit" is written as
 *             "parameter":"limit" instead of "pointer"
 *   extend    NULL, or adds members (state, allowed, limit, line, column)
 */
enum http_turn problem_reply(struct http_request *request,
                             enum problem problem, const char *detail);
enum http_turn problem_reply_faults(struct http_request *request,
                                    enum problem problem,
                                    const struct faults *faults);
enum http_turn problem_reply_extended(struct http_request *request,
                                      enum problem problem,
                                      const char *detail,
                                      problem_extension *extend, void *self);

/* Reply with the problem that an error of the world means: ERR_MEMORY 500,
 * ERR_FULL queue-full, ERR_DISK 507, ... and log it. */
enum http_turn problem_reply_error(struct http_request *request,
                                   enum error error);

/* Write a whole problem document: what the replies above send. */
void problem_write(struct json_writer *writer, enum problem problem,
                   const char *detail, const char *request_id,
                   const struct faults *faults, problem_extension *extend,
                   void *self);

#endif
