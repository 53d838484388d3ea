/*
 * guard.c - the gate: what every request must pass before its body is read.
 *
 * The rules run in the order of the table at the end; the first that does not
 * hold refuses the request, and the connection closes with the answer, because
 * where the next request begins can no longer be trusted.
 */
#include "server/http/guard.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "server/http/cors.h"
#include "server/http/front.h"
#include "server/http/method.h"
#include "server/http/request.h"
#include "server/http/target.h"

enum { LENGTH_DIGITS_MAX = 19 }; /* of Content-Length */

static bool refuse(struct http_request *request,
                   const struct problem *problem, const char *detail)
{
    request->refusal = (struct http_refusal){
        .problem = problem, .detail = detail,
    };
    return false;
}

static bool malformed(struct http_request *request, const char *detail)
{
    return refuse(request, PROBLEM_MALFORMED_REQUEST, detail);
}

static bool is_text(const char *text, size_t bytes, const char *word)
{
    return strlen(word) == bytes && strncasecmp(text, word, bytes) == 0;
}

/* ---- the request line --------------------------------------------------- */

static bool target_is_sane(struct http_request *request,
                           const struct wire *wire)
{
    if (request->target_bytes > TARGET_BYTES_MAX)
        return refuse(request, PROBLEM_URI_TOO_LONG,
                      "the target may have 8192 bytes");
    if (request->target == NULL || request->path == NULL)
        return refuse(request, PROBLEM_INTERNAL, "out of memory");
    if (strcmp(request->target, "*") == 0)
        return strcmp(wire->method, "OPTIONS") == 0
               || malformed(request, "only OPTIONS has the target *");
    if (request->target[0] != '/')
        return malformed(request, "the target begins with /");
    if (!target_is_clean(request->target))
        return malformed(request, "the target holds a byte or an escape that "
                                  "may not stand there");
    return true;
}

static bool version_is_known(struct http_request *request,
                             const struct wire *wire)
{
    if (strcmp(wire->version, "HTTP/1.1") == 0
        || strcmp(wire->version, "HTTP/1.0") == 0)
        return true;
    return refuse(request, PROBLEM_VERSION, wire->version);
}

/* ---- the header --------------------------------------------------------- */

static bool headers_are_few(struct http_request *request,
                            const struct wire *wire)
{
    (void)wire;
    if (request->header_count <= HEADERS_MAX)
        return true;
    return refuse(request, PROBLEM_HEADERS_TOO_LARGE,
                  "at most 64 headers are taken");
}

/* Source: RFC 9110, section 5.6.2. */
static bool is_token(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c <= ' ' || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c) != NULL)
            return false;
    }
    return bytes > 0;
}

static bool has_control(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        unsigned char c = (unsigned char)text[i];

        if ((c < ' ' && c != '\t') || c == 0x7f)
            return true;
    }
    return false;
}

static bool headers_are_clean(struct http_request *request,
                              const struct wire *wire)
{
    (void)wire;
    for (size_t i = 0; i < request->header_count; i++) {
        const struct header *header = &request->headers[i];

        if (!is_token(header->name, header->name_bytes))
            return malformed(request, "a header's name is not a token");
        if (has_control(header->value, header->value_bytes))
            return malformed(request, "a header holds a control byte");
    }
    return true;
}

/* Where a value may begin: behind its name, the colon and blanks. */
static bool follows_name(const struct header *header)
{
    const char *p = header->name + header->name_bytes + 1;

    while (p < header->value && (*p == ' ' || *p == '\t'))
        p++;
    return p == header->value;
}

/*
 * MHD cuts at NUL, drops headers without a name, and glues folded lines to a
 * name. But it does so in place: every string must begin exactly where the one
 * before it and its line's end are over, up to the size of the whole header.
 */
static bool nothing_is_hidden(struct http_request *request,
                              const struct wire *wire)
{
    static const char detail[] = "the header holds NUL bytes, folded lines, "
                                 "or lines that do not end in CR LF";
    const char *at = wire->version + strlen(wire->version) + 2;

    if (wire->target != wire->method + strlen(wire->method) + 1
        || wire->version != wire->target + request->target_bytes + 1)
        return malformed(request, "the request line is not three words");
    for (size_t i = 0; i < request->header_count; i++) {
        const struct header *header = &request->headers[i];

        if (header->name != at || !follows_name(header))
            return malformed(request, detail);
        at = header->value + header->value_bytes + 2;
    }
    if (at + 2 != wire->method + wire->header_bytes)
        return malformed(request, detail);
    return true;
}

/* ---- where the body ends ------------------------------------------------ */

static bool is_version_1_0(const struct wire *wire)
{
    return strcmp(wire->version, "HTTP/1.0") == 0;
}

static bool host_is_one(struct http_request *request, const struct wire *wire)
{
    const struct header *host;
    size_t count = request_count_headers(request, "Host", &host);

    if (count == 1 || (count == 0 && is_version_1_0(wire)))
        return true;
    return malformed(request, "exactly one Host is needed");
}

static bool length_is_plain(struct http_request *request,
                            const struct wire *wire)
{
    const struct header *length;
    size_t count = request_count_headers(request, "Content-Length", &length);

    (void)wire;
    if (count > 1)
        return malformed(request, "Content-Length stands more than once");
    if (count == 0)
        return true;
    if (length->value_bytes == 0 || length->value_bytes > LENGTH_DIGITS_MAX)
        return malformed(request, "Content-Length is not a number");
    for (size_t i = 0; i < length->value_bytes; i++) {
        if (!isdigit((unsigned char)length->value[i]))
            return malformed(request, "Content-Length is not a number");
        request->body_announced = request->body_announced * 10
                                  + (uint64_t)(length->value[i] - '0');
    }
    return true;
}

static bool coding_is_chunked(struct http_request *request,
                              const struct wire *wire)
{
    const struct header *coding, *length;
    size_t count = request_count_headers(request, "Transfer-Encoding",
                                         &coding);

    if (count == 0)
        return true;
    if (count > 1)
        return malformed(request, "Transfer-Encoding stands more than once");
    if (request_count_headers(request, "Content-Length", &length) > 0)
        return malformed(request, "Transfer-Encoding and Content-Length "
                                  "exclude each other");
    if (is_version_1_0(wire))
        return malformed(request, "HTTP/1.0 has no Transfer-Encoding");
    if (!is_token(coding->value, coding->value_bytes))
        return malformed(request, "Transfer-Encoding must be chunked");
    if (!is_text(coding->value, coding->value_bytes, "chunked"))
        return refuse(request, PROBLEM_UNKNOWN_CODING,
                      "only chunked is known");
    request->is_chunked = true;
    return true;
}

/* ---- whom the request is for, and from ---------------------------------- */

static bool host_is_ours(struct http_request *request,
                         const struct wire *wire)
{
    (void)wire;
    if (front_is_ours(request))
        return true;
    return refuse(request, PROBLEM_HOST,
                  "names to answer for are given with --hosts");
}

static bool method_is_known(struct http_request *request,
                            const struct wire *wire)
{
    const struct method_name *method = method_find(wire->method);

    if (method != NULL) {
        request->method = method->method;
        request->method_name = method->name;
        request->is_head = method->is_head;
        return true;
    }
    return refuse(request, PROBLEM_UNKNOWN_METHOD,
                  "GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS are known");
}

/* A page of another origin may not write here, whatever the browser lets it
 * send, unless the options name it. */
static bool origin_may(struct http_request *request, const struct wire *wire)
{
    (void)wire;
    if (cors_permits(request))
        return true;
    return refuse(request, PROBLEM_FORBIDDEN_ORIGIN, cors_refusal(request));
}

bool guard_expects_continue(struct http_request *request)
{
    const char *expect = http_header(request, "Expect");

    return expect != NULL && strcasecmp(expect, "100-continue") == 0;
}

static bool expectation_is_known(struct http_request *request,
                                 const struct wire *wire)
{
    (void)wire;
    if (http_header(request, "Expect") == NULL
        || guard_expects_continue(request))
        return true;
    return refuse(request, PROBLEM_EXPECTATION, NULL);
}

/* ---- the table ---------------------------------------------------------- */

typedef bool rule(struct http_request *request, const struct wire *wire);

bool guard_check(struct http_request *request, const struct wire *wire)
{
    static rule *const rules[] = {
        target_is_sane,    version_is_known, headers_are_few,
        headers_are_clean, nothing_is_hidden, host_is_one,
        length_is_plain,   coding_is_chunked, host_is_ours,
        method_is_known,   origin_may,       expectation_is_known,
    };

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (!rules[i](request, wire))
            return false;
    return true;
}

/* ---- the body's rules, once the route is known -------------------------- */

static bool has_body(const struct http_request *request)
{
    return request->is_chunked || request->body_announced > 0;
}

bool guard_sees_body(const struct http_request *request)
{
    const struct header *header = NULL;

    if (request_count_headers(request, "Transfer-Encoding", &header) > 0)
        return true;
    return request_count_headers(request, "Content-Length", &header) > 0
           && strspn(header->value, "0") < header->value_bytes;
}

/* Whether a Content-Type is `type`, at most with charset=utf-8. */
static bool is_type(const char *given, const char *type)
{
    size_t bytes = strcspn(given, "; \t");
    const char *rest = given + bytes;

    if (!is_text(given, bytes, type))
        return false;
    rest += strspn(rest, "; \t");
    return *rest == '\0' || strcasecmp(rest, "charset=utf-8") == 0
           || strcasecmp(rest, "charset=\"utf-8\"") == 0;
}

/* Whether a Content-Type is one of the list's, ", " between them. */
static bool is_listed_type(struct http_request *request, const char *given,
                           const char *list)
{
    const char *at = list, *end;

    for (;; at = end + 2) {
        end = strstr(at, ", ");
        if (end == NULL)
            return is_type(given, at);
        const char *type = arena_text(&request->arena, at,
                                      (size_t)(end - at));
        if (type != NULL && is_type(given, type))
            return true;
    }
}

static bool coding_is_taken(struct http_request *request)
{
    const struct http_sink *sink = request->route->sink;
    const char *taken = sink != NULL ? sink->coding : NULL;
    const char *coding = http_header(request, "Content-Encoding");

    if (coding == NULL || strcasecmp(coding, "identity") == 0
        || (taken != NULL && strcasecmp(coding, taken) == 0))
        return true;
    if (taken == NULL)
        return refuse(request, PROBLEM_MEDIA_TYPE,
                      "no Content-Encoding is taken here");
    return refuse(request, PROBLEM_MEDIA_TYPE,
                  arena_format(&request->arena, "the Content-Encoding here is "
                               "%s or none", taken));
}

static bool type_is_taken(struct http_request *request)
{
    const char *want = request->route->body_type;
    const char *given = http_header(request, "Content-Type");
    bool several;

    if (want == NULL)
        return true;
    if (!coding_is_taken(request))
        return false;
    /* The form type is what `curl -d @job.json` says without being told. */
    if (given == NULL || is_listed_type(request, given, want)
        || is_type(given, "application/x-www-form-urlencoded"))
        return true;
    several = strchr(want, ',') != NULL;
    return refuse(request, PROBLEM_MEDIA_TYPE,
                  arena_format(&request->arena, "the Content-Type here is %s%s",
                               several ? "one of " : "", want));
}

bool guard_check_body(struct http_request *request)
{
    if (!has_body(request))
        return true;
    if (request_body_max(request) == 0)
        return malformed(request, "no body belongs to this request");
    if (request->body_announced > request_body_max(request))
        return refuse(request, PROBLEM_TOO_LARGE,
                      "the body is larger than its limit");
    return type_is_taken(request);
}
