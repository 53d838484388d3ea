/*
 * front.c - the address that the browser sees: ours, or that of a proxy in
 * front of us, which says in X-Forwarded-Host and X-Forwarded-Proto what it
 * was asked for. Only proxies that the options name are believed.
 */
#include "server/http/front.h"

#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "server/http/authority.h"
#include "server/http/host.h"
#include "server/http/network.h"
#include "server/http/state.h"

static bool comes_from_proxy(const struct http_request *request)
{
    const struct http_options *options = &request->server->options;
    const union MHD_ConnectionInfo *info;

    if (options->proxy_count == 0)
        return false;
    info = MHD_get_connection_info(request->link,
                                   MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info != NULL && info->client_addr != NULL
           && network_holds(options->proxies, options->proxy_count,
                            info->client_addr);
}

/* The first element of a header that holds a list: what the outermost proxy
 * was asked for. NULL: it is absent, or empty. */
static const char *first_element(struct http_request *request,
                                 const char *name)
{
    const char *list = http_header(request, name);
    size_t bytes;

    if (list == NULL)
        return NULL;
    list += strspn(list, " \t");
    bytes = strcspn(list, ", \t");
    return bytes > 0 ? arena_text(&request->arena, list, bytes) : NULL;
}

void front_read(struct http_request *request)
{
    const char *host, *scheme;

    request->host = request->target_host != NULL ? request->target_host
                                                 : http_header(request, "Host");
    if (!comes_from_proxy(request))
        return;
    request->is_forwarded = true;
    host = first_element(request, "X-Forwarded-Host");
    scheme = first_element(request, "X-Forwarded-Proto");
    if (host != NULL)
        request->host = host;
    if (scheme != NULL && strcasecmp(scheme, "https") == 0)
        request->scheme = SCHEME_HTTPS;
    else if (scheme != NULL && strcasecmp(scheme, "http") == 0)
        request->scheme = SCHEME_HTTP;
}

/* ---- the hosts that are answered for ------------------------------------ */

static bool is_text(const char *text, size_t bytes, const char *word)
{
    return strlen(word) == bytes && strncasecmp(text, word, bytes) == 0;
}

static bool is_listed(const struct http_options *options, const char *host,
                      size_t bytes)
{
    static const char *const loopback[] = {"localhost", "127.0.0.1", "[::1]"};

    for (size_t i = 0; i < sizeof loopback / sizeof loopback[0]; i++)
        if (is_text(host, bytes, loopback[i]))
            return true;
    if (is_text(host, bytes, options->address))
        return true;
    if (bytes > 2 && host[0] == '[' && host[bytes - 1] == ']'
        && is_text(host + 1, bytes - 2, options->address))
        return true;
    if (options->numeric_hosts && host_is_numeric(host, bytes))
        return true;
    for (size_t i = 0; options->hosts != NULL && options->hosts[i] != NULL;
         i++)
        if (is_text(host, bytes, options->hosts[i]))
            return true;
    return false;
}

/* A proxy's word is enough where the options name no hosts: which names it
 * answers for is its own setting then. */
bool front_is_ours(const struct http_request *request)
{
    const struct http_options *options = &request->server->options;
    bool any = options->hosts == NULL || options->hosts[0] == NULL;
    struct authority front;

    if (request->host == NULL)
        return true; /* HTTP/1.0 */
    if (!authority_read(request->host, false, &front))
        return false;
    return (request->is_forwarded && any)
           || is_listed(options, front.host, front.host_bytes);
}
