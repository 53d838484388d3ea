/* problems.c - what can go wrong with jobs, datasets and expressions. */
#include "server/api/problems.h"

#include <string.h>

#include "server/api/api.h"

API_PROBLEM_TABLE(PROBLEM_DEFINE)

static const struct problem *const api_problems[] = {
    API_PROBLEM_TABLE(PROBLEM_LIST)
    NULL,
};

/* What an error means, and a detail that says more than its own sentence. */
static const struct {
    const struct problem *problem;
    const char *detail;
} from_error[ERRORS] = {
    [OK] = {PROBLEM_INTERNAL, NULL},
    [ERR_MEMORY] = {PROBLEM_INTERNAL, NULL},
    [ERR_INVALID] = {PROBLEM_INTERNAL, NULL},
    [ERR_TOO_BIG] = {PROBLEM_TOO_LARGE, NULL},
    [ERR_MISSING] = {PROBLEM_NOT_FOUND, NULL},
    [ERR_CONFLICT] = {PROBLEM_TRANSITION, NULL},
    [ERR_FULL] = {PROBLEM_QUEUE_FULL, NULL},
    [ERR_CLOSING] = {PROBLEM_SHUTTING_DOWN, NULL},
    [ERR_IN_USE] = {PROBLEM_STORAGE, NULL},
    [ERR_NEWER] = {PROBLEM_STORAGE, NULL},
    [ERR_CORRUPT] = {PROBLEM_DAMAGED, NULL},
    [ERR_DISK] = {PROBLEM_DISK_FULL,
                  "the disk is full: delete jobs or datasets, which works on "
                  "a full disk too, or free space on the server's disk"},
    [ERR_READ_ONLY] = {PROBLEM_STORAGE,
                       "the database cannot be written now, only read: GET "
                       "/readyz says why"},
    [ERR_STORAGE] = {PROBLEM_STORAGE, NULL},
    [ERR_SYSTEM] = {PROBLEM_INTERNAL, NULL},
};

static const struct problem *find_in(const struct problem *const *list,
                                     const char *slug)
{
    while (*list != NULL && strcmp((*list)->slug, slug) != 0)
        list++;
    return *list;
}

const struct problem *problem_find(const char *slug)
{
    const struct problem *problem = find_in(http_problems, slug);

    return problem != NULL ? problem : find_in(api_problems, slug);
}

const struct problem *problem_of_error(enum error error)
{
    return from_error[error].problem;
}

/* Of damage the store knows more: once it is found, where it is. */
static const char *detail_of(struct http_request *request, enum error error,
                             char sentence[STORE_MESSAGE_BYTES])
{
    struct api *api = http_context(request);

    if (error == ERR_CORRUPT
        && store_condition(api->store, sentence) == STORE_DAMAGED)
        return sentence;
    return from_error[error].detail;
}

enum http_next problem_reply_error(struct http_request *request,
                                   enum error error)
{
    char sentence[STORE_MESSAGE_BYTES];

    return problem_reply_failure(request, from_error[error].problem, error,
                                 detail_of(request, error, sentence));
}
