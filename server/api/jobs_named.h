/* jobs_named.h - the jobs that a query names: ?jobs=a,b,… or ?ids=a,b,… */
#ifndef SERVER_API_JOBS_NAMED_H
#define SERVER_API_JOBS_NAMED_H

#include "server/api/api.h"

enum { JOBS_NAMED_MAX = 100 };

struct jobs_named {
    struct {
        struct store_job job;     /* without spec and result */
        const char *id;
        const char *prefix;       /* of faults' details: "job_…: " */
    } items[JOBS_NAMED_MAX];
    size_t count;
    const char *missing[JOBS_NAMED_MAX]; /* of jobs_named_find() */
    size_t missing_count;
};

/*
 * Read the parameter `jobs`. What is wrong with it is added to `faults`: jobs
 * that do not exist or stand twice, too many, or none.
 *
 * Fails   ERR_MEMORY, ERR_STORAGE
 * Owns    everything lives in the request's arena
 */
MUST_CHECK enum error jobs_named_read(struct http_request *request,
                                      struct faults *faults,
                                      struct jobs_named *ret);

/* Add the fault of a job that does not exist; its prefix. */
void jobs_named_refuse(struct faults *faults, const char *prefix);

/* The same of a parameter by its name; ids of jobs that there are not go to
 * `missing`, and are no fault. */
MUST_CHECK enum error jobs_named_find(struct http_request *request,
                                      const char *parameter,
                                      struct faults *faults,
                                      struct jobs_named *ret);

#endif
