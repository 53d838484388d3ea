/* problem.h - errors as application/problem+json (RFC 9457), from one table. */
#ifndef SERVER_HTTP_PROBLEM_H
#define SERVER_HTTP_PROBLEM_H

#include "core/base/error.h"
#include "core/base/fault.h"
#include "server/http/http.h"
#include "server/json/writer.h"

/* What can go wrong, and what to do about it, for GET /problems/{slug}.
 *     value                     status  slug                   title, advice */
#define PROBLEM_TABLE(ROW)                                                     \
    ROW(PROBLEM_MALFORMED_REQUEST, 400, "malformed-request",                   \
        "The request is not well-formed HTTP",                                 \
        "Send it again as the detail says; a common HTTP library does not "    \
        "make this mistake.")                                                  \
    ROW(PROBLEM_MALFORMED_JSON,    400, "malformed-json",                      \
        "The body is not valid JSON",                                          \
        "Mend the body at the line and column that the detail gives.")         \
    ROW(PROBLEM_INVALID_PARAMETER, 400, "invalid-parameter",                   \
        "A parameter of the request is not valid",                             \
        "Correct every parameter that `errors` names, or leave it out.")       \
    ROW(PROBLEM_DIGEST,            400, "digest-mismatch",                     \
        "The body is not what Content-Digest says",                            \
        "Send it again; if it happens again, compute the sha-256 anew.")       \
    ROW(PROBLEM_FORBIDDEN_ORIGIN,  403, "forbidden-origin",                    \
        "Requests from this origin are not allowed",                           \
        "Start the server with the page's origin in --cors-origins, as "       \
        "--cors-origins https://pages.example; `*` lets every page read, and " \
        "none write.")                                                         \
    ROW(PROBLEM_NOT_FOUND,         404, "not-found",                           \
        "There is nothing at this place",                                      \
        "Check the path and the id: the job may have been deleted.")           \
    ROW(PROBLEM_METHOD,            405, "method-not-allowed",                  \
        "This place does not take this method",                                \
        "Use one of the methods that the header Allow lists.")                 \
    ROW(PROBLEM_NOT_ACCEPTABLE,    406, "not-acceptable",                      \
        "None of the accepted types can be given",                             \
        "Name one of the types in the detail in Accept, or leave it out.")     \
    ROW(PROBLEM_TIMEOUT,           408, "timeout",                             \
        "The request took too long to arrive",                                 \
        "Send it again on a better line, or in smaller pieces.")               \
    ROW(PROBLEM_TRANSITION,        409, "invalid-transition",                  \
        "The job's state does not allow this",                                 \
        "Ask for one of the transitions in `allowed`, or wait for its state.") \
    ROW(PROBLEM_NAME_IN_USE,       409, "name-in-use",                         \
        "The name is in use",                                                  \
        "Choose another name, or delete what has it.")                         \
    ROW(PROBLEM_DATASET_IN_USE,    409, "dataset-in-use",                      \
        "Jobs that have not ended use the dataset",                            \
        "Wait for the jobs in `jobs`, or cancel them, then delete it.")        \
    ROW(PROBLEM_BUILT_IN,          409, "built-in",                            \
        "What is built in cannot be changed",                                  \
        "Leave it; it takes no space.")                                        \
    ROW(PROBLEM_PRECONDITION,      412, "precondition-failed",                 \
        "This is not the revision that If-Match names",                        \
        "Read the job again, and repeat with its new ETag if that is right.")  \
    ROW(PROBLEM_TOO_LARGE,         413, "too-large",                           \
        "The body is too large",                                               \
        "Send at most `limit` bytes.")                                         \
    ROW(PROBLEM_URI_TOO_LONG,      414, "uri-too-long",                        \
        "The request's target is too long",                                    \
        "Send a target of at most 8192 bytes.")                                \
    ROW(PROBLEM_MEDIA_TYPE,        415, "unsupported-media-type",              \
        "The body's type is not taken here",                                   \
        "Send the Content-Type that the detail names, not compressed.")        \
    ROW(PROBLEM_EXPECTATION,       417, "expectation-failed",                  \
        "Only Expect: 100-continue is known",                                  \
        "Leave the header Expect out, or send Expect: 100-continue.")          \
    ROW(PROBLEM_HOST,              421, "misdirected-request",                 \
        "This server does not answer for that host",                           \
        "Use the server's own name, or start it with that name in --hosts; "   \
        "the names of a proxy are taken where --trusted-proxies has it.")      \
    ROW(PROBLEM_INVALID_SPEC,      422, "invalid-spec",                        \
        "The job spec is not valid",                                           \
        "Correct every member that `errors` names; ?dry_run=true tries it.")   \
    ROW(PROBLEM_INVALID_DATASET,   422, "invalid-dataset",                     \
        "The dataset cannot be read",                                          \
        "Mend the lines that `errors` names, or say in the query how to read " \
        "them: delimiter, decimal, header, missing, missing_words, base.")     \
    ROW(PROBLEM_INVALID_EXPRESSION, 422, "invalid-expression",                 \
        "The expression is not valid",                                         \
        "Correct what `errors` names; the detail says where in the text.")     \
    ROW(PROBLEM_INVALID_ROWS,      422, "invalid-rows",                        \
        "The rows cannot be predicted",                                        \
        "Correct what errors says: each fault has its pointer, or its line "   \
        "and column.")                                                         \
    ROW(PROBLEM_NO_MODEL,          422, "no-model",                            \
        "The job has no trained model",                                        \
        "Ask a job with an objective of type model that was completed.")       \
    ROW(PROBLEM_TOO_COSTLY,        422, "too-costly",                          \
        "The answer would cost more than it may",                              \
        "Ask for less, as the detail says, or have the server started with a " \
        "higher limit.")                                                       \
    ROW(PROBLEM_HEADERS_TOO_LARGE, 431, "headers-too-large",                   \
        "The request has too many or too large headers",                       \
        "Send fewer headers and shorter ones: cookies are not needed here.")   \
    ROW(PROBLEM_INTERNAL,          500, "internal",                            \
        "Something went wrong inside the server",                              \
        "Look for the request_id in the server's log, and tell its operator.") \
    ROW(PROBLEM_UNKNOWN_METHOD,    501, "unknown-method",                      \
        "This method is not known",                                            \
        "Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.")                 \
    ROW(PROBLEM_UNKNOWN_CODING,    501, "unknown-coding",                      \
        "This transfer coding is not known",                                   \
        "Send it with a Content-Length, or as Transfer-Encoding: chunked.")    \
    ROW(PROBLEM_QUEUE_FULL,        503, "queue-full",                          \
        "The queue is full",                                                   \
        "Send it again after the seconds that Retry-After says.")              \
    ROW(PROBLEM_SHUTTING_DOWN,     503, "shutting-down",                       \
        "The server is shutting down",                                         \
        "Send it again after Retry-After; what was accepted is not lost.")     \
    ROW(PROBLEM_STORAGE,           503, "storage-unavailable",                 \
        "The storage does not take writes now",                                \
        "Send it again after Retry-After; the server's log says more.")        \
    ROW(PROBLEM_VERSION,           505, "http-version",                        \
        "Only HTTP/1.0 and HTTP/1.1 are spoken here",                          \
        "Speak HTTP/1.1.")                                                     \
    ROW(PROBLEM_DISK_FULL,         507, "disk-full",                           \
        "The disk is full",                                                    \
        "Free space on the server's disk, then send it again.")

enum problem {
#define ROW(value, status, slug, title, advice) value,
    PROBLEM_TABLE(ROW)
#undef ROW
    PROBLEMS
};

unsigned problem_status(enum problem problem);
const char *problem_slug(enum problem problem);
const char *problem_title(enum problem problem);
const char *problem_advice(enum problem problem);

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
enum http_next problem_reply(struct http_request *request,
                             enum problem problem, const char *detail);
enum http_next problem_reply_faults(struct http_request *request,
                                    enum problem problem,
                                    const struct faults *faults);
enum http_next problem_reply_extended(struct http_request *request,
                                      enum problem problem,
                                      const char *detail,
                                      problem_extension *extend, void *self);

/* Reply with the problem that an error of the world means: ERR_MEMORY 500,
 * ERR_FULL queue-full, ERR_DISK 507, ... and log it. */
enum http_next problem_reply_error(struct http_request *request,
                                   enum error error);

/* What Retry-After says with it; NULL: nothing. */
const char *problem_retry_after(enum problem problem);

/* The problem that an error of the world means. */
enum problem problem_of_error(enum error error);

/* Write a whole problem document: what the replies above send. */
void problem_write(struct json_writer *writer, enum problem problem,
                   const char *detail, const char *request_id,
                   const struct faults *faults, problem_extension *extend,
                   void *self);

#endif
