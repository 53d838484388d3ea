/* request.c - a request's beginning and end, and what a handler may ask. */
#include "server/http/request.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/base/clock.h"
#include "server/http/negotiate.h"
#include "server/http/state.h"

enum {
    BODY_FIRST_BYTES = 64 * 1024,  /* reserved on a client's word */
};

/* ---- beginning and end -------------------------------------------------- */

static struct http_request *take_free(struct http_server *server)
{
    struct http_request *request = server->free_requests;

    if (request == NULL) {
        request = malloc(sizeof *request);
        if (request == NULL)
            return NULL;
        request->arena = server->spare;
        arena_init(&server->spare, REQUEST_MEMORY_MAX);
        return request;
    }
    server->free_requests = request->next_free;
    return request;
}

/* A copy of the target: in the request where it fits, else in its arena. */
static char *copied(struct http_request *request, const char *target,
                    char inside[TARGET_BYTES_INLINE])
{
    size_t bytes = strlen(target);

    if (bytes >= TARGET_BYTES_INLINE)
        return arena_text(&request->arena, target, bytes);
    memcpy(inside, target, bytes + 1);
    return inside;
}

/*
 * Of a target in absolute form keep the authority, which then counts instead
 * of Host, and return the path; of another return it as it is.
 *
 * Source  RFC 9112, section 3.2.2
 */
static const char *without_authority(struct http_request *request,
                                     const char *target)
{
    bool is_absolute = strncasecmp(target, "http://", 7) == 0
                       || strncasecmp(target, "https://", 8) == 0;
    const char *path;
    size_t bytes;

    if (!is_absolute)
        return target;
    target = strstr(target, "://") + 3;
    bytes = strcspn(target, "/?");
    path = target + bytes;
    request->target_host = arena_text(&request->arena, target, bytes);
    if (*path == '/')
        return path;
    path = arena_format(&request->arena, "/%s", path);
    return path != NULL ? path : "";
}

static void keep_target(struct http_request *request, const char *target)
{
    request->target_bytes = strlen(target);
    if (request->target_bytes > TARGET_BYTES_MAX)
        return;
    target = without_authority(request, target);
    request->target = copied(request, target, request->target_inline);
    request->path = copied(request, target, request->path_inline);
}

struct http_request *request_new(struct http_server *server,
                                 struct connection *connection,
                                 struct MHD_Connection *link,
                                 const char *target)
{
    struct http_request *request = take_free(server);

    if (request == NULL)
        return NULL;
    memset(request, 0, offsetof(struct http_request, arena));
    request->magic = HTTP_REQUEST_MAGIC;
    request->server = server;
    request->connection = connection;
    request->link = link;
    request->began_ns = clock_monotonic_ns();
    request->method = HTTP_METHODS;
    request->method_name = "-";
    atomic_init(&request->wake, WAKE_NONE);
    buffer_init(&request->body);
    keep_target(request, target);
    connection->request = request;
    connection_enter(connection, PHASE_HEADER, request->began_ns);
    return request;
}

void http_log_pair(struct http_request *request, const char *key,
                   const char *value)
{
    size_t bytes = strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789_");

    if (value[bytes] != '\0' || bytes == 0 || bytes >= LOG_VALUE_BYTES)
        return;
    request->log_key = key;
    memcpy(request->log_value, value, bytes + 1);
}

void http_on_end(struct http_request *request, struct http_end *end)
{
    end->next = request->ends;
    request->ends = end;
}

/* Its memory is the next new request's: where thousands of streams begin, each
 * of them would else leave its own behind, which MHD's connections then lie in
 * and of which they fill a small part. */
void request_forget(struct http_request *request)
{
    struct http_server *server = request->server;

    assert(request->ends == NULL); /* nobody has a part of its memory */
    arena_reset(&request->arena);
    arena_fini(&server->spare);
    server->spare = request->arena;
    arena_init(&request->arena, REQUEST_MEMORY_MAX);
    request->target = request->path = request->query = NULL;
    request->query_count = 0;
    request->query_faults = NULL;
    request->reply_headers = NULL;
}

void request_recycle(struct http_request *request)
{
    arena_reset(&request->arena);
    buffer_fini(&request->body);
    request->next_free = request->server->free_requests;
    request->server->free_requests = request;
}

/* ---- headers ------------------------------------------------------------ */

static enum MHD_Result keep_header(void *cls, enum MHD_ValueKind kind,
                                   const char *name, size_t name_bytes,
                                   const char *value, size_t value_bytes)
{
    struct http_request *request = cls;

    (void)kind;
    if (request->header_count < HEADERS_MAX)
        request->headers[request->header_count] = (struct header){
            .name = name, .value = value != NULL ? value : "",
            .name_bytes = name_bytes, .value_bytes = value_bytes,
        };
    request->header_count++;
    return MHD_YES;
}

void request_read_headers(struct http_request *request)
{
    MHD_get_connection_values_n(request->link, MHD_HEADER_KIND, keep_header,
                                request);
}

static size_t headers_kept(const struct http_request *request)
{
    return request->header_count < HEADERS_MAX ? request->header_count
                                               : HEADERS_MAX;
}

size_t request_count_headers(const struct http_request *request,
                             const char *name, const struct header **ret)
{
    size_t bytes = strlen(name), count = 0, kept = headers_kept(request);

    for (size_t i = 0; i < kept; i++) {
        const struct header *header = &request->headers[i];

        if (header->name_bytes != bytes
            || strncasecmp(header->name, name, bytes) != 0)
            continue;
        if (count++ == 0)
            *ret = header;
    }
    return count;
}

/* All values of a header as one list, as RFC 9110, section 5.3 allows. */
static const char *joined(struct http_request *request, const char *name)
{
    size_t bytes = strlen(name), kept = headers_kept(request);
    const char *list = NULL;

    for (size_t i = 0; i < kept; i++) {
        const struct header *header = &request->headers[i];

        if (header->name_bytes != bytes
            || strncasecmp(header->name, name, bytes) != 0)
            continue;
        list = arena_format(&request->arena, "%s%s%.*s",
                            list != NULL ? list : "",
                            list != NULL ? ", " : "",
                            (int)header->value_bytes, header->value);
        if (list == NULL)
            return NULL;
    }
    return list;
}

const char *http_header(struct http_request *request, const char *name)
{
    const struct header *header = NULL;
    size_t count = request_count_headers(request, name, &header), bytes;
    char last;

    if (count == 0)
        return NULL;
    if (count > 1)
        return joined(request, name);
    bytes = header->value_bytes;
    last = bytes > 0 ? header->value[bytes - 1] : '\0';
    if (last != ' ' && last != '\t')
        return header->value;
    while (bytes > 0 && (header->value[bytes - 1] == ' '
                         || header->value[bytes - 1] == '\t'))
        bytes--;
    return arena_text(&request->arena, header->value, bytes);
}

/* ---- the body ----------------------------------------------------------- */

size_t request_body_max(const struct http_request *request)
{
    const struct http_route *route = request->route;

    if (route == NULL)
        return 0;
    if (route->sink != NULL)
        return route->sink->bytes_max(http_context(request));
    return route->body_bytes_max == HTTP_BODY_AS_SET
               ? request->server->options.body_bytes_max
               : route->body_bytes_max;
}

bool request_take_body(struct http_request *request, const char *bytes,
                       size_t count)
{
    struct buffer *body = &request->body;
    uint64_t first = request->body_announced;

    if (count > request_body_max(request) - body->count)
        return false;
    if (body->bytes == NULL && first > count)
        buffer_reserve(body, first < BODY_FIRST_BYTES ? first
                                                      : BODY_FIRST_BYTES);
    buffer_append(body, bytes, count);
    return true;
}

/* ---- what a handler may ask --------------------------------------------- */

struct http_server *http_server_of(const struct http_request *request)
{
    return request->server;
}

void *http_context(const struct http_request *request)
{
    return request->server->options.context;
}

const struct http_route *http_routes(const struct http_request *request,
                                     size_t *ret_count)
{
    const struct http_options *options = &request->server->options;

    *ret_count = options->route_count;
    return options->routes;
}

enum http_method http_method(const struct http_request *request)
{
    return request->method;
}

struct arena *http_arena(struct http_request *request)
{
    return &request->arena;
}

static bool is_sane_id(const char *id)
{
    size_t bytes = 0;

    for (; id[bytes] != '\0'; bytes++) {
        char c = id[bytes];

        if (bytes + 1 == HTTP_REQUEST_ID_BYTES)
            return false;
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-'))
            return false;
    }
    return bytes > 0;
}

void request_name(struct http_request *request)
{
    static const char digits[] = "0123456789abcdef";
    const char *given = http_header(request, "X-Request-Id");
    uint64_t number;
    char *end;

    if (given != NULL && is_sane_id(given)) {
        memcpy(request->id, given, strlen(given) + 1);
        return;
    }
    /* The server's random prefix, then a count: cheaper than asking the
     * kernel for random bytes at every request. */
    number = request->server->id_count++;
    end = stpcpy(request->id, request->server->id_prefix);
    for (int shift = 36; shift >= 0; shift -= 4)
        *end++ = digits[number >> shift & 15];
    *end = '\0';
}

const char *http_request_id(const struct http_request *request)
{
    return request->id;
}

const char *http_base_path(const struct http_request *request)
{
    const char *base = request->server->options.base_path;

    return base != NULL ? base : "";
}

const char *http_capture(const struct http_request *request, size_t index)
{
    return request->captures[index];
}

const char *http_query(const struct http_request *request, const char *name)
{
    for (size_t i = 0; i < request->query_count; i++)
        if (strcmp(request->queries[i].name, name) == 0)
            return request->queries[i].value;
    return NULL;
}

const char *http_body(const struct http_request *request, size_t *ret_bytes)
{
    *ret_bytes = request->body.count;
    return request->body.bytes;
}

double http_prefer_wait_s(struct http_request *request, double max_s)
{
    return prefer_wait_s(http_header(request, "Prefer"), max_s);
}

int http_accept(struct http_request *request, const char *const *types)
{
    return accept_choose(http_header(request, "Accept"), types);
}

bool http_accepts_gzip(struct http_request *request)
{
    return gzip_is_accepted(http_header(request, "Accept-Encoding"));
}

enum revision_match http_match(struct http_request *request,
                               const char *revision)
{
    return revision_match(http_header(request, "If-Match"), revision);
}

bool http_none_match(struct http_request *request, const char *etag)
{
    return request->method == HTTP_GET && etag != NULL
           && tag_is_named(http_header(request, "If-None-Match"), etag);
}

bool http_knows_revision(struct http_request *request, const char *revision)
{
    return request->method == HTTP_GET && revision != NULL
           && revision_is_named(http_header(request, "If-None-Match"),
                                revision);
}
