/*
 * cors.c - pages of other origins: which may read, which may write, and the
 * headers that tell a browser so.
 *
 *     whose page            reads           writes
 *     our own               yes             yes
 *     named in the options  yes             yes
 *     another, with `*`     yes             403
 *     another               not its answer  403
 *
 * Credentials are never allowed. What is echoed is the option's text, not the
 * request's, and every answer says that it depends on Origin.
 * Source: the Fetch standard, "HTTP CORS protocol".
 */
#include "server/http/cors.h"

#include <string.h>
#include <strings.h>

#include "server/http/authority.h"
#include "server/http/method.h"
#include "server/http/state.h"

#define MAX_AGE_S "600" /* a browser may ask again after this */

/* What a page may send beside the headers that browsers always allow. */
static const char request_headers[] =
    "Content-Type, If-Match, If-None-Match, Prefer, Idempotency-Key, "
    "X-Request-Id, Authorization, Last-Event-ID";

/* What a page may read beside the headers that browsers always show. */
static const char reply_headers[] =
    "Location, Link, ETag, Retry-After, X-Request-Id, Preference-Applied, "
    "Trace-Layout";

static bool is_configured(const struct http_request *request)
{
    const struct http_options *options = &request->server->options;

    return options->any_origin_reads
           || (options->origins != NULL && options->origins[0] != NULL);
}

/* ---- whose page it is --------------------------------------------------- */

/* Whether a page of this origin came from where its request goes to. */
static bool is_own(const struct http_request *request,
                   const struct authority *origin)
{
    enum scheme scheme = origin->is_secure ? SCHEME_HTTPS : SCHEME_HTTP;
    struct authority front;

    if (request->scheme != SCHEME_UNKNOWN && request->scheme != scheme)
        return false;
    return request->host != NULL
           && authority_read(request->host, origin->is_secure, &front)
           && authority_is(origin, &front);
}

static const char *find_listed(const struct http_options *options,
                               const struct authority *origin)
{
    struct authority listed;

    for (size_t i = 0; options->origins != NULL && options->origins[i] != NULL;
         i++)
        if (origin_read(options->origins[i], &listed)
            && listed.is_secure == origin->is_secure
            && authority_is(&listed, origin))
            return options->origins[i];
    return NULL;
}

void cors_judge(struct http_request *request)
{
    const char *text = http_header(request, "Origin");
    const char *site = http_header(request, "Sec-Fetch-Site");
    struct authority origin;

    request->origin = ORIGIN_NONE;
    if (text == NULL)
        return;
    request->origin = ORIGIN_FOREIGN;
    if (!origin_read(text, &origin))
        return; /* `null`: a file, a sandboxed frame */
    /* A browser says it, and no page can: it also holds where a proxy hides
     * the address that the page came from. */
    if (is_own(request, &origin)
        || (site != NULL && strcmp(site, "same-origin") == 0)) {
        request->origin = ORIGIN_OWN;
        return;
    }
    request->origin_listed = find_listed(&request->server->options, &origin);
    if (request->origin_listed != NULL)
        request->origin = ORIGIN_LISTED;
}

/* ---- what it may -------------------------------------------------------- */

/* The method that a preflight asks for; NULL: this is none. */
static const char *preflight(struct http_request *request)
{
    return request->method == HTTP_OPTIONS && request->origin != ORIGIN_NONE
         ? http_header(request, "Access-Control-Request-Method") : NULL;
}

static bool is_reading(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

bool cors_permits(struct http_request *request)
{
    const char *asked;

    if (request->origin != ORIGIN_FOREIGN || request->method == HTTP_GET)
        return true; /* without our header the page does not see the answer */
    if (request->method != HTTP_OPTIONS)
        return false;
    asked = preflight(request);
    return asked == NULL
           || (request->server->options.any_origin_reads && is_reading(asked));
}

const char *cors_refusal(struct http_request *request)
{
    const char *text = http_header(request, "Origin");
    struct authority origin;

    if (text == NULL || !origin_read(text, &origin))
        return "a page without an origin of its own (a file, a sandboxed "
               "frame) may not do this; serve it over HTTP, and name its "
               "origin in --cors-origins";
    return arena_format(&request->arena, "pages of %s may not do this; start "
                        "the server with --cors-origins %s to let them", text,
                        text);
}

/* The origin whose pages see the answer; NULL: only our own. */
static const char *allowed_origin(const struct http_request *request)
{
    if (request->origin == ORIGIN_LISTED)
        return request->origin_listed;
    if (request->origin == ORIGIN_FOREIGN
        && request->server->options.any_origin_reads
        && (request->method == HTTP_GET || request->method == HTTP_OPTIONS))
        return "*";
    return NULL;
}

/* ---- headers ------------------------------------------------------------ */

bool cors_emit(const struct http_request *request, header_emitter *emit,
               void *self)
{
    const char *origin = allowed_origin(request);

    if (!is_configured(request))
        return true;
    if (!emit(self, "Vary", "Origin"))
        return false;
    return origin == NULL
           || (emit(self, "Access-Control-Allow-Origin", origin)
               && emit(self, "Access-Control-Expose-Headers", reply_headers));
}

void cors_reply_preflight(struct http_request *request)
{
    unsigned allowed = request->allowed;
    char methods[ALLOW_BYTES];

    if (preflight(request) == NULL || allowed_origin(request) == NULL)
        return;
    if (request->origin != ORIGIN_LISTED)
        allowed &= 1u << HTTP_GET;
    method_list(allowed, methods);
    http_reply_header(request, "Access-Control-Allow-Methods", methods);
    http_reply_header(request, "Access-Control-Allow-Headers",
                      request_headers);
    http_reply_header(request, "Access-Control-Max-Age", MAX_AGE_S);
}
