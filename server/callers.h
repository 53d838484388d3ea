/*
 * callers.h - the settings on who may call, and by which name: --hosts,
 * --cors-origins, --trusted-proxies, --base-path.
 */
#ifndef SERVER_CALLERS_H
#define SERVER_CALLERS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "server/config.h"
#include "server/http/http.h"

enum {
    CALLERS_MAX = 64,              /* items of a list */
    CALLERS_BYTES = 4096,          /* of a list */
    BASE_PATH_BYTES = 129,
};

/* The lists, item by item. Points into itself: it must not move. */
struct callers {
    char host_text[CALLERS_BYTES];
    const char *hosts[CALLERS_MAX + 1];
    char origin_texts[CALLERS_MAX][HTTP_ORIGIN_BYTES];
    const char *origins[CALLERS_MAX + 1];
    bool any_origin_reads;
    struct http_network proxies[CALLERS_MAX];
    size_t proxy_count;
    char base_path[BASE_PATH_BYTES];
};

/*
 * Read the four settings.
 *
 *   ret       out  need not be initialised
 *   message   out  on failure, one sentence that names setting and item
 *
 * Fails   ERR_INVALID
 */
MUST_CHECK enum error callers_read(const struct config *config,
                                   struct callers *ret,
                                   char message[CONFIG_MESSAGE_BYTES]);

/* Set what they mean in the options, which then point into `callers`. */
void callers_apply(const struct callers *callers,
                   struct http_options *options);

#endif
