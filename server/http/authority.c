/* authority.c - "name:port" and "https://name:port": read, compared, written
 * as browsers write them. */
#include "server/http/authority.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/http/http.h"

enum { HTTP_PORT = 80, HTTPS_PORT = 443, PORT_MAX = 65535, PORT_DIGITS = 5 };

/* How many bytes of the text are a host: a name, an IPv4 address, or an IPv6
 * address in brackets; 0 where none begins. */
static size_t host_length(const char *text)
{
    size_t bytes = 0;

    if (*text == '[') {
        bytes = 1 + strspn(text + 1, "0123456789abcdefABCDEF:.");
        return bytes > 1 && text[bytes] == ']' ? bytes + 1 : 0;
    }
    while (isalnum((unsigned char)text[bytes])
           || (text[bytes] != '\0' && strchr("-._", text[bytes]) != NULL))
        bytes++;
    return bytes;
}

bool http_host_is_one(const char *text)
{
    size_t bytes = host_length(text);

    return bytes > 0 && bytes <= HTTP_HOST_BYTES_MAX && text[bytes] == '\0'
        && text[0] != '.' && text[0] != '-';
}

bool authority_read(const char *text, bool is_secure, struct authority *ret)
{
    size_t bytes = host_length(text), digits;
    unsigned long port = is_secure ? HTTPS_PORT : HTTP_PORT;

    if (bytes == 0 || bytes > HTTP_HOST_BYTES_MAX)
        return false;
    if (text[bytes] == ':') {
        digits = strspn(text + bytes + 1, "0123456789");
        if (digits > PORT_DIGITS || text[bytes + 1 + digits] != '\0')
            return false;
        if (digits > 0) /* else the usual one: RFC 3986, section 3.2.3 */
            port = strtoul(text + bytes + 1, NULL, 10);
    } else if (text[bytes] != '\0') {
        return false;
    }
    if (port == 0 || port > PORT_MAX)
        return false;
    *ret = (struct authority){
        .host = text, .host_bytes = bytes, .port = (unsigned)port,
        .is_secure = is_secure,
    };
    return true;
}

bool authority_is(const struct authority *a, const struct authority *b)
{
    return a->port == b->port && a->host_bytes == b->host_bytes
           && strncasecmp(a->host, b->host, a->host_bytes) == 0;
}

/* Source: RFC 6454, section 6.2. */
bool origin_read(const char *text, struct authority *ret)
{
    if (strncasecmp(text, "http://", 7) == 0)
        return authority_read(text + 7, false, ret);
    if (strncasecmp(text, "https://", 8) == 0)
        return authority_read(text + 8, true, ret);
    return false;
}

bool http_origin_read(const char *text, char ret[HTTP_ORIGIN_BYTES])
{
    struct authority origin;
    bool is_usual;
    char port[8] = "";

    if (!origin_read(text, &origin))
        return false;
    is_usual = origin.port == (origin.is_secure ? HTTPS_PORT : HTTP_PORT);
    if (!is_usual)
        snprintf(port, sizeof port, ":%u", origin.port);
    snprintf(ret, HTTP_ORIGIN_BYTES, "%s%.*s%s",
             origin.is_secure ? "https://" : "http://",
             (int)origin.host_bytes, origin.host, port);
    for (char *c = ret; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return true;
}
