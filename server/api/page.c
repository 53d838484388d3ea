/* page.c - a page of a list. */
#include "server/api/page.h"

#include "server/api/api.h"

void page_begin(struct page_answer *answer)
{
    buffer_init(&answer->body);
    json_writer_init(&answer->writer, &answer->body);
    json_object_begin(&answer->writer);
    json_key(&answer->writer, "items");
    json_array_begin(&answer->writer);
}

void page_items_end(struct page_answer *answer)
{
    json_array_end(&answer->writer);
}

void page_drop(struct page_answer *answer)
{
    buffer_fini(&answer->body);
}

enum http_next page_reply(struct http_request *request,
                          struct page_answer *answer, const char *next)
{
    char *link;

    json_member_text(&answer->writer, "next", next);
    json_object_end(&answer->writer);
    if (next) {
        link = arena_format(http_arena(request), "<%s>; rel=\"next\"",
                            http_target_with(request, "cursor", next));
        if (link)
            http_reply_header(request, "Link", link);
    }
    return http_reply(request, 200, TYPE_JSON, &answer->body);
}
