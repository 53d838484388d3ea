/* problems.c - what can go wrong with jobs, datasets and expressions. */
#include "server/api/problems.h"

#include <string.h>

#include "server/http/problem_reply.h"

API_PROBLEM_TABLE(PROBLEM_DEFINE)

static const struct problem *const api_problems[] = {
    API_PROBLEM_TABLE(PROBLEM_LIST)
    NULL,
};

static const struct problem *const from_error[ERRORS] = {
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
    [ERR_CORRUPT] = PROBLEM_DAMAGED,
    [ERR_DISK] = PROBLEM_DISK_FULL,
    [ERR_STORAGE] = PROBLEM_STORAGE,
    [ERR_SYSTEM] = PROBLEM_INTERNAL,
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
    return from_error[error];
}

enum http_next problem_reply_error(struct http_request *request,
                                   enum error error)
{
    return problem_reply_failure(request, from_error[error], error);
}
