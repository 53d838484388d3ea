/*
 * problem.h - errors as application/problem+json (RFC 9457): what can go wrong
 * with a request, and how a problem is written.
 *
 * Here stand the problems of HTTP itself. Who has others makes a table of its
 * own in the same way: see server/api/problems.h.
 */
#ifndef SERVER_HTTP_PROBLEM_H
#define SERVER_HTTP_PROBLEM_H

#include "core/base/fault.h"
#include "server/json/writer.h"

struct problem {
    unsigned status;
    const char *slug;            /* the end of its name, /problems/{slug} */
    const char *retry_after_s;   /* to a client that may come again, or NULL */
    const char *title, *advice;  /* the advice is for GET /problems/{slug} */
};

/*
 * The rows of a table: value, status, slug, Retry-After, title, advice. A value
 * is an array of one problem, so that its name stands for its address.
 */
#define PROBLEM_DECLARE(value, status, slug, retry_after_s, title, advice) \
    extern const struct problem value[1];
#define PROBLEM_DEFINE(value, status, slug, retry_after_s, title, advice) \
    const struct problem value[1] = {                                     \
        {status, slug, retry_after_s, title, advice},                     \
    };
#define PROBLEM_LIST(value, status, slug, retry_after_s, title, advice) value,

#define PROBLEM_TABLE(ROW)                                                     \
    ROW(PROBLEM_MALFORMED_REQUEST, 400, "malformed-request", NULL,             \
        "The request is not well-formed HTTP",                                 \
        "Send it again as the detail says; a common HTTP library does not "    \
        "make this mistake.")                                                  \
    ROW(PROBLEM_MALFORMED_JSON, 400, "malformed-json", NULL,                   \
        "The body is not valid JSON",                                          \
        "Mend the body at the line and column that the detail gives.")         \
    ROW(PROBLEM_INVALID_PARAMETER, 400, "invalid-parameter", NULL,             \
        "A parameter of the request is not valid",                             \
        "Correct every parameter that `errors` names, or leave it out.")       \
    ROW(PROBLEM_FORBIDDEN_ORIGIN, 403, "forbidden-origin", NULL,               \
        "Requests from this origin are not allowed",                           \
        "Start the server with the page's origin in --cors-origins, as "       \
        "--cors-origins https://pages.example; `*` lets every page read, and " \
        "none write.")                                                         \
    ROW(PROBLEM_NOT_FOUND, 404, "not-found", NULL,                             \
        "There is nothing at this place",                                      \
        "Check the path and the id: what it names may have been deleted.")     \
    ROW(PROBLEM_METHOD, 405, "method-not-allowed", NULL,                       \
        "This place does not take this method",                                \
        "Use one of the methods that the header Allow lists.")                 \
    ROW(PROBLEM_NOT_ACCEPTABLE, 406, "not-acceptable", NULL,                   \
        "None of the accepted types can be given",                             \
        "Name one of the types in the detail in Accept, or leave it out.")     \
    ROW(PROBLEM_TIMEOUT, 408, "timeout", NULL,                                 \
        "The request took too long to arrive",                                 \
        "Send it again on a better line, or in smaller pieces.")               \
    ROW(PROBLEM_TOO_LARGE, 413, "too-large", NULL,                             \
        "The body is too large",                                               \
        "Send at most `limit` bytes.")                                         \
    ROW(PROBLEM_URI_TOO_LONG, 414, "uri-too-long", NULL,                       \
        "The request's target is too long",                                    \
        "Send a target of at most 8192 bytes.")                                \
    ROW(PROBLEM_MEDIA_TYPE, 415, "unsupported-media-type", NULL,               \
        "The body's type is not taken here",                                   \
        "Send the Content-Type that the detail names, not compressed.")        \
    ROW(PROBLEM_EXPECTATION, 417, "expectation-failed", NULL,                  \
        "Only Expect: 100-continue is known",                                  \
        "Leave the header Expect out, or send Expect: 100-continue.")          \
    ROW(PROBLEM_HOST, 421, "misdirected-request", NULL,                        \
        "This server does not answer for that host",                           \
        "Use the server's own name, or start it with that name in --hosts; "   \
        "the names of a proxy are taken where --trusted-proxies has it.")      \
    ROW(PROBLEM_HEADERS_TOO_LARGE, 431, "headers-too-large", NULL,             \
        "The request has too many or too large headers",                       \
        "Send fewer headers and shorter ones: cookies are not needed here.")   \
    ROW(PROBLEM_INTERNAL, 500, "internal", NULL,                               \
        "Something went wrong inside the server",                              \
        "Look for the request_id in the server's log, and tell its operator.") \
    ROW(PROBLEM_UNKNOWN_METHOD, 501, "unknown-method", NULL,                   \
        "This method is not known",                                            \
        "Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.")                 \
    ROW(PROBLEM_UNKNOWN_CODING, 501, "unknown-coding", NULL,                   \
        "This transfer coding is not known",                                   \
        "Send it with a Content-Length, or as Transfer-Encoding: chunked.")    \
    ROW(PROBLEM_TOO_BUSY, 503, "too-busy", "5",                                \
        "Too many bytes of bodies or answers are under way",                   \
        "Send it again after Retry-After; ask for less at a time, as by a "    \
        "smaller `limit`, and read what you asked for.")                       \
    ROW(PROBLEM_SHUTTING_DOWN, 503, "shutting-down", "5",                      \
        "The server is shutting down",                                         \
        "Send it again after Retry-After; what was accepted is not lost.")     \
    ROW(PROBLEM_VERSION, 505, "http-version", NULL,                            \
        "Only HTTP/1.0 and HTTP/1.1 are spoken here",                          \
        "Speak HTTP/1.1.")

PROBLEM_TABLE(PROBLEM_DECLARE)

/* All of them; NULL ends the list. */
extern const struct problem *const http_problems[];

/* Members that one problem has beside the usual ones: called inside the open
 * object. */
typedef void problem_extension(struct json_writer *writer, void *self);

/*
 * Write a problem document.
 *
 *   detail      a sentence about this occurrence; NULL: the count of faults
 *   request_id  or NULL
 *   faults      every fault, or NULL. A fault whose pointer begins with '?' is
 *               about a query parameter: "?limit" is written as
 *               "parameter":"limit" instead of "pointer"
 *   extend      NULL, or adds members (state, allowed, limit, line, column)
 */
void problem_write(struct json_writer *writer, const struct problem *problem,
                   const char *detail, const char *request_id,
                   const struct faults *faults, problem_extension *extend,
                   void *self);

#endif
