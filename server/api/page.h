/* page.h - a page of a list: {"items": […], "next": …}, and the header Link. */
#ifndef SERVER_API_PAGE_H
#define SERVER_API_PAGE_H

#include "server/http/http.h"
#include "server/json/writer.h"

struct page_answer {
    struct buffer body;
    struct json_writer writer;   /* for the items, one value each */
};

/* Begin: the items are written next. */
void page_begin(struct page_answer *answer);

/* End the items: other members of the page may follow. */
void page_items_end(struct page_answer *answer);

/* Give it up: no reply follows. */
void page_drop(struct page_answer *answer);

/* Reply with it, its items ended. `next`: the cursor of the next page; NULL:
 * this is the last one. */
enum http_next page_reply(struct http_request *request,
                          struct page_answer *answer, const char *next);

#endif
