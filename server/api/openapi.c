/* openapi.c - the OpenAPI document as a whole, and GET /openapi.json. */
#include "server/api/openapi.h"

#include <string.h>

#include "server/api/api.h"
#include "server/api/openapi_parts.h"
#include "server/api/schema_spec.h"
#include "server/api/tag.h"
#include "server/base/gzip.h"
#include "server/json/writer.h"

/* The files as they are, each an object; a zero stands behind them. */
__asm__(".pushsection .rodata\n"
        "openapi_answers:\n"
        "    .incbin \"server/api/openapi/answers.json\"\n"
        "    .byte 0\n"
        "openapi_examples:\n"
        "    .incbin \"server/api/openapi/examples.json\"\n"
        "    .byte 0\n"
        ".popsection\n");

extern const char openapi_answers[] __attribute__((visibility("hidden")));
extern const char openapi_examples[] __attribute__((visibility("hidden")));

/* ---- paths --------------------------------------------------------------- */

/* Whether an earlier row has the same path. */
static bool is_written(const struct http_route *routes, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (!strcmp(routes[i].path, routes[index].path))
            return true;
    return false;
}

static void write_path(struct json_writer *writer,
                       const struct http_route *routes, size_t count,
                       size_t first)
{
    static const char *const members[HTTP_METHODS] = {
        [HTTP_GET] = "get", [HTTP_POST] = "post", [HTTP_PUT] = "put",
        [HTTP_PATCH] = "patch", [HTTP_DELETE] = "delete",
        [HTTP_OPTIONS] = "options",
    };

    json_key(writer, routes[first].path);
    json_object_begin(writer);
    for (size_t i = first; i < count; i++) {
        if (strcmp(routes[i].path, routes[first].path))
            continue;
        json_key(writer, members[routes[i].method]);
        openapi_write_operation(writer, &routes[i]);
    }
    json_object_end(writer);
}

/* ---- the rest ------------------------------------------------------------ */

/* The members of an object that is JSON already, in the open one. */
static void write_members(struct json_writer *writer, const char *object)
{
    const char *first = strchr(object, '{') + 1;
    const char *last = strrchr(object, '}');

    json_raw(writer, first, (size_t)(last - first));
}

static void write_info(struct json_writer *writer)
{
    json_key(writer, "info");
    json_object_begin(writer);
    json_member_text(writer, "title", "descentd");
    json_member_text(writer, "summary", "Gradient descent as a service.");
    json_member_text(writer, "description",
                     "Post a job: a function, or data with a model; an "
                     "optimizer; stop rules. Every iteration is kept and "
                     "served. HEAD works wherever GET does. Every error is "
                     "application/problem+json and names all faults at "
                     "once.");
    json_member_text(writer, "version", DESCENTD_VERSION);
    json_key(writer, "license");
    json_object_begin(writer);
    json_member_text(writer, "name", "MIT");
    json_member_text(writer, "identifier", "MIT");
    json_object_end(writer);
    json_object_end(writer);
}

static void write_servers(struct json_writer *writer, const char *base_path)
{
    json_key(writer, "servers");
    json_array_begin(writer);
    json_object_begin(writer);
    json_member_text(writer, "url", *base_path ? base_path : "/");
    json_object_end(writer);
    json_array_end(writer);
}

static void write_components(struct json_writer *writer)
{
    json_key(writer, "components");
    json_object_begin(writer);
    json_key(writer, "schemas");
    json_object_begin(writer);
    schema_write_spec(writer);
    write_members(writer, openapi_answers);
    json_object_end(writer);
    json_key(writer, "examples");
    json_object_begin(writer);
    write_members(writer, openapi_examples);
    json_object_end(writer);
    json_object_end(writer);
}

void openapi_write(struct buffer *out, const struct http_route *routes,
                   size_t count, const char *base_path)
{
    struct json_writer writer;

    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_member_text(&writer, "openapi", "3.1.0");
    write_info(&writer);
    write_servers(&writer, base_path);
    json_key(&writer, "security"); /* no key is asked for */
    json_array_begin(&writer);
    json_array_end(&writer);
    json_key(&writer, "paths");
    json_object_begin(&writer);
    for (size_t i = 0; i < count; i++)
        if (!is_written(routes, i))
            write_path(&writer, routes, count, i);
    json_object_end(&writer);
    write_components(&writer);
    json_object_end(&writer);
}

/* ---- GET /openapi.json --------------------------------------------------- */

void openapi_document_fini(struct openapi_document *document)
{
    buffer_fini(&document->plain);
    buffer_fini(&document->packed);
    document->is_made = false;
}

static enum error make(struct http_request *request,
                       struct openapi_document *document)
{
    const struct http_route *routes;
    struct gzip *gzip;
    size_t count;

    buffer_init(&document->plain);
    buffer_init(&document->packed);
    TRY(gzip_new(&gzip));
    routes = http_routes(request, &count);
    openapi_write(&document->plain, routes, count, http_base_path(request));
    gzip_push(gzip, document->plain.bytes, document->plain.count, true,
              &document->packed);
    gzip_free(gzip);
    document->is_made = !document->plain.failed && !document->packed.failed;
    if (document->is_made)
        return OK;
    openapi_document_fini(document);
    return ERR_MEMORY;
}

enum http_next openapi_show(struct http_request *request)
{
    struct openapi_document *document = &api_of(request)->openapi;
    const struct buffer *body = &document->plain;
    const char *digest;

    if (!document->is_made && make(request, document) != OK)
        return problem_reply_error(request, ERR_MEMORY);
    digest = tag_digest(request, &document->plain);
    http_reply_header(request, "Cache-Control", "no-cache");
    http_reply_header(request, "Vary", "Accept-Encoding");
    if (!http_accepts_gzip(request))
        return http_reply_constant(request, TYPE_JSON, TAG(request, digest),
                                   body->bytes, body->count);
    body = &document->packed;
    http_reply_header(request, "Content-Encoding", "gzip");
    return http_reply_constant(request, TYPE_JSON,
                               TAG(request, digest, "gzip"), body->bytes,
                               body->count);
}
