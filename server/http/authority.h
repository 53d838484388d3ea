/* authority.h - "name:port" and "https://name:port". */
#ifndef SERVER_HTTP_AUTHORITY_H
#define SERVER_HTTP_AUTHORITY_H

#include <stdbool.h>
#include <stddef.h>

struct authority {
    const char *host;             /* in the text that was read */
    size_t host_bytes;
    unsigned port;                /* the scheme's where none is given */
    bool is_secure;               /* https */
};

/* Read "name:port"; false: it is no host, or has more behind it. */
bool authority_read(const char *text, bool is_secure, struct authority *ret);
/* Read "http://name:port" or "https://name:port". */
bool origin_read(const char *text, struct authority *ret);
/* Whether hosts (whatever the case) and ports are equal. */
bool authority_is(const struct authority *a, const struct authority *b);

#endif
