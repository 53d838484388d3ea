/* problems.h - what can go wrong with jobs, datasets and expressions, and what
 * an error of the world means to a client. */
#ifndef SERVER_API_PROBLEMS_H
#define SERVER_API_PROBLEMS_H

#include "core/base/error.h"
#include "server/http/http.h"
#include "server/http/problem.h"

/* Beside those of server/http/problem.h, whose columns these are. */
#define API_PROBLEM_TABLE(ROW)                                                 \
    ROW(PROBLEM_DIGEST, 400, "digest-mismatch", NULL,                          \
        "The body is not what Content-Digest says",                            \
        "Send it again; if it happens again, compute the sha-256 anew.")       \
    ROW(PROBLEM_TRANSITION, 409, "invalid-transition", NULL,                   \
        "The job's state does not allow this",                                 \
        "Ask for one of the transitions in `allowed`, or wait for its state.") \
    ROW(PROBLEM_NAME_IN_USE, 409, "name-in-use", NULL,                         \
        "The name is in use",                                                  \
        "Choose another name, or delete what has it.")                         \
    ROW(PROBLEM_DATASET_IN_USE, 409, "dataset-in-use", NULL,                   \
        "Jobs that have not ended use the dataset",                            \
        "Wait for the jobs in `jobs`, or cancel them, then delete it.")        \
    ROW(PROBLEM_BUILT_IN, 409, "built-in", NULL,                               \
        "What is built in cannot be changed",                                  \
        "Leave it; it takes no space.")                                        \
    ROW(PROBLEM_PRECONDITION, 412, "precondition-failed", NULL,                \
        "This is not the revision that If-Match names",                        \
        "Read the job again, and repeat with its new ETag if that is right.")  \
    ROW(PROBLEM_INVALID_SPEC, 422, "invalid-spec", NULL,                       \
        "The job spec is not valid",                                           \
        "Correct every member that `errors` names; ?dry_run=true tries it.")   \
    ROW(PROBLEM_INVALID_DATASET, 422, "invalid-dataset", NULL,                 \
        "The dataset cannot be read",                                          \
        "Mend the lines that `errors` names, or say in the query how to read " \
        "them: delimiter, decimal, header, missing, missing_words, base.")     \
    ROW(PROBLEM_INVALID_EXPRESSION, 422, "invalid-expression", NULL,           \
        "The expression is not valid",                                         \
        "Correct what `errors` names; the detail says where in the text.")     \
    ROW(PROBLEM_INVALID_ROWS, 422, "invalid-rows", NULL,                       \
        "The rows cannot be predicted",                                        \
        "Correct what errors says: each fault has its pointer, or its line "   \
        "and column.")                                                         \
    ROW(PROBLEM_NO_MODEL, 422, "no-model", NULL,                               \
        "The job has no trained model",                                        \
        "Ask a job with an objective of type model that was completed.")       \
    ROW(PROBLEM_TOO_COSTLY, 422, "too-costly", NULL,                           \
        "The answer would cost more than it may",                              \
        "Ask for less, as the detail says, or have the server started with a " \
        "higher limit.")                                                       \
    ROW(PROBLEM_QUEUE_FULL, 503, "queue-full", "1",                            \
        "The queue is full",                                                   \
        "Send it again after the seconds that Retry-After says.")              \
    ROW(PROBLEM_VIEWS, 503, "too-many-views", "5",                             \
        "The job is followed in too many different ways",                      \
        "Follow it with the same fields, dims and points as other streams, "   \
        "or come again after Retry-After.")                                    \
    ROW(PROBLEM_STORAGE, 503, "storage-unavailable", "5",                      \
        "The storage does not take writes now",                                \
        "Send it again after Retry-After; the server's log says more.")        \
    ROW(PROBLEM_DAMAGED, 503, "storage-damaged", NULL,                         \
        "The database is damaged where this was read or written",              \
        "Restore a backup, or where only an index is damaged copy the "        \
        "tables; GET /readyz names table and index, the server's log the "     \
        "file and the statement.")                                             \
    ROW(PROBLEM_DISK_FULL, 507, "disk-full", "10",                             \
        "The disk is full",                                                    \
        "Delete jobs or datasets, which works on a full disk too, or free "    \
        "space on the server's disk; then send it again.")

API_PROBLEM_TABLE(PROBLEM_DECLARE)

/* By its slug, of HTTP's and ours; NULL: there is none. */
const struct problem *problem_find(const char *slug);

/* The problem that an error of the world means: ERR_MEMORY internal, ERR_FULL
 * queue-full, ERR_DISK disk-full, ... */
const struct problem *problem_of_error(enum error error);

/* Reply with it, and log the error. */
enum http_next problem_reply_error(struct http_request *request,
                                   enum error error);

#endif
