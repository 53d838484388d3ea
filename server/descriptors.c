/*
 * descriptors.c - how many files and connections the process may have open.
 *
 * A process that runs out of descriptors fails everywhere at once: workers find
 * no database, clients no answer, the loop no rest. So it is counted before the
 * start what is needed.
 */
#include "server/descriptors.h"

#include <sys/resource.h>

#include "server/base/log.h"

enum {
    OF_PROCESS = 16,      /* standard ones, lock, listener, epoll, mailbox */
    OF_DATABASE = 4,      /* one connection's: database, log, index, a spill */
    OF_UPLOAD = 2,        /* its file and its folder */
    SHARED = 2,           /* connections of writer and loop */
    CONNECTIONS_LEAST = 8,
};

static double needed_beside(const struct config *config)
{
    return OF_PROCESS
         + OF_DATABASE * (SHARED + config->workers + config->errand_threads)
         + OF_UPLOAD * config->uploads;
}

/* Raise the soft limit to the hard one; returns what then is the limit. */
static double raise_limit(double wanted)
{
    struct rlimit limit;
    rlim_t was;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return wanted; /* nothing is known: as if there were no limit */
    was = limit.rlim_cur;
    if (was == RLIM_INFINITY || (double)was >= wanted)
        return wanted;
    limit.rlim_cur = limit.rlim_max;
    if (limit.rlim_max == RLIM_INFINITY || (double)limit.rlim_max > wanted)
        limit.rlim_cur = (rlim_t)wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return (double)was;
    return (double)limit.rlim_cur;
}

enum error descriptors_fit(struct config *config,
                           char message[CONFIG_MESSAGE_BYTES])
{
    double beside = needed_beside(config);
    double limit = raise_limit(beside + config->connections);
    struct log_line line;

    if (limit >= beside + config->connections)
        return OK;
    if (limit < beside + CONNECTIONS_LEAST) {
        snprintf(message, CONFIG_MESSAGE_BYTES,
                 "%.0f file descriptors are needed for %.0f workers and a few "
                 "connections, and %.0f are allowed: raise `ulimit -n`, or "
                 "lower --workers, --errand-threads or --uploads",
                 beside + CONNECTIONS_LEAST, config->workers, limit);
        return ERR_INVALID;
    }
    log_begin(&line, LOG_WARNING, "fewer_connections");
    log_integer(&line, "wanted", (int64_t)config->connections);
    config->connections = limit - beside;
    log_integer(&line, "connections", (int64_t)config->connections);
    log_integer(&line, "descriptors", (int64_t)limit);
    log_end(&line);
    return OK;
}
