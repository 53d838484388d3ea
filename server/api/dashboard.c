/* dashboard.c - the dashboard: its page at /, what belongs to it in /assets. */
#include "server/api/dashboard.h"

#include <string.h>

#include "server/api/api.h"
#include "server/api/operations.h"
#include "server/api/tag.h"
#include "server/web/files.h"

#define FOR_EVER "public, max-age=31536000, immutable"

/* A page that runs its own scripts and asks its own server, and nothing else:
 * not even a script may write markup. */
static const char page_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'";

static void add_page_headers(struct http_request *request)
{
    http_reply_header(request, "Content-Security-Policy", page_policy);
    http_reply_header(request, "Referrer-Policy", "no-referrer");
}

/* From the folder of --web-root, as it is now. */
static enum http_next reply_from_folder(struct http_request *request,
                                        const struct web_file *file)
{
    struct buffer body;
    enum error error;

    buffer_init(&body);
    error = web_file_read(api_of(request)->web_root, file, &body);
    if (error == OK)
        return http_reply(request, 200, file->type, &body);
    buffer_fini(&body);
    if (error == ERR_MISSING)
        return problem_reply(request, PROBLEM_NOT_FOUND,
                             "the folder of --web-root has no such file");
    return problem_reply_error(request, error);
}

static enum http_next reply_from_program(struct http_request *request,
                                         const struct web_asset *asset,
                                         const char *vary)
{
    const char *type = web_file_find(asset->file)->type;

    http_reply_header(request, "Vary", vary);
    if (!http_accepts_gzip(request))
        return http_reply_constant(request, type, TAG(request, asset->digest),
                                   asset->bytes, asset->count);
    http_reply_header(request, "Content-Encoding", "gzip");
    return http_reply_constant(request, type,
                               TAG(request, asset->digest, "gzip"),
                               asset->packed, asset->packed_count);
}

static enum http_next reply_page(struct http_request *request,
                                 const struct web_asset *page)
{
    const char *place;

    if (http_is_base_path_alone(request)) {
        place = arena_format(http_arena(request), "%s/",
                             http_base_path(request));
        if (!place)
            return problem_reply_error(request, ERR_MEMORY);
        http_reply_header(request, "Location", place);
        return http_reply_empty(request, 308);
    }
    add_page_headers(request);
    if (api_of(request)->web_root)
        return reply_from_folder(request, web_file_find(WEB_PAGE));
    http_reply_header(request, "Cache-Control", "no-cache");
    return reply_from_program(request, page, "Accept, Accept-Encoding");
}

enum http_next home_show(struct http_request *request)
{
    static const char *const types[] = {TYPE_JSON, "text/html", NULL};
    const struct web_asset *page = web_asset_find(WEB_PAGE);

    if (!page && !api_of(request)->web_root)
        return index_show(request);
    if (http_accept(request, types) == 1)
        return reply_page(request, page);
    http_reply_header(request, "Vary", "Accept");
    return index_show(request);
}

enum http_next asset_show(struct http_request *request)
{
    const char *name = http_capture(request, 0);
    const struct web_asset *asset = web_asset_find(name);
    const struct web_file *file = web_file_find(name);

    if (api_of(request)->web_root && file)
        return reply_from_folder(request, file);
    if (api_of(request)->web_root || !asset || !strcmp(name, WEB_PAGE))
        return problem_reply(request, PROBLEM_NOT_FOUND,
                             "the dashboard has no such file; its page is at "
                             "/");
    http_reply_header(request, "Cache-Control", FOR_EVER);
    return reply_from_program(request, asset, "Accept-Encoding");
}
