/* reply_header.c - headers of the coming reply. */
#include "server/http/reply_header.h"

#include <string.h>
#include <strings.h>

#include "server/http/request.h"

void http_reply_header(struct http_request *request, const char *name,
                       const char *value)
{
    struct arena *arena = &request->arena;
    struct reply_header *header = ARENA_NEW(arena, struct reply_header);

    if (header != NULL) {
        header->name = arena_text(arena, name, strlen(name));
        header->value = arena_text(arena, value, strlen(value));
    }
    if (header == NULL || header->name == NULL || header->value == NULL) {
        request->reply_failed = true;
        return;
    }
    header->next = request->reply_headers;
    request->reply_headers = header;
}

bool reply_header_is_set(const struct http_request *request, const char *name)
{
    const struct reply_header *h = request->reply_headers;

    for (; h != NULL; h = h->next)
        if (strcasecmp(h->name, name) == 0)
            return true;
    return false;
}
