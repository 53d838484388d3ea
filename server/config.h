/*
 * config.h - every setting of the server, in one table.
 *
 * A setting is a row: flag, environment variable, default, range, sentence.
 * Reading them, --help and the documentation follow from it. The command line
 * goes before the environment.
 */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/base/error.h"

enum { CONFIG_MESSAGE_BYTES = 512 };

struct config {
    const char *listen;           /* "127.0.0.1:8080", "[::1]:0" */
    const char *store;
    const char *hosts;            /* names separated by commas, or "" */
    const char *cors_origins;     /* of pages, separated by commas; `*` */
    const char *trusted_proxies;  /* addresses, networks, by commas */
    const char *base_path;        /* "/descent", or "" */
    bool insecure;                /* may listen where others can reach it */
    const char *web_root;         /* a folder, or "" */
    double workers;
    double write_queue;           /* writes that may wait */
    double trace_bytes_max;       /* of any job's trace; 0: no limit */
    double retention_s;           /* how long ended jobs are kept; 0: always */
    double event_ping_s;          /* silence of event streams */
    double connections;
    double connection_memory;     /* bytes */
    double header_timeout_s, body_timeout_s, idle_timeout_s, drain_s;
    double body_bytes_per_s;
    double body_bytes_max;        /* of a job spec or a formula */
    const char *log_level;        /* "debug" … "error": see log.h */
    double dataset_bytes_max;     /* of an upload, unpacked */
    double uploads;               /* at once */
    double errands;               /* at once, for requests that wait */
    double errand_threads, errand_s, errand_bytes;
    double linger_s, linger_bytes;
    double bodies_bytes_max, answer_bytes_max;
    double answer_window_s, answer_bytes_per_s;
};

/*
 * Read the settings from the environment and from `arguments`, which are
 * "--flag value" or "--flag=value" and nothing else; a switch is "--flag", or
 * "--flag=false".
 *
 *   message   out  on failure, one sentence that names the setting
 *
 * Fails   ERR_INVALID
 * Owns    texts of `ret` are the environment's or the arguments'
 */
MUST_CHECK enum error config_read(int count, char *const arguments[],
                                  struct config *ret,
                                  char message[CONFIG_MESSAGE_BYTES]);

/* Print what there is to say of one setting, or of all (NULL). */
void config_help(FILE *out, const char *flag);

#endif
