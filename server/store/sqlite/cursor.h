/*
 * cursor.h - where a page of a list ended, as a text for clients.
 *
 * Opaque to them: base64url over a check, the sort, and the sort value and
 * number of the page's last job. The check covers the query too, so that a
 * cursor is refused where it was changed or belongs to another query. It keeps
 * out mistakes, not malice: a made-up cursor only chooses where a list begins.
 */
#ifndef SERVER_STORE_SQLITE_CURSOR_H
#define SERVER_STORE_SQLITE_CURSOR_H

#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "server/store/listing.h"

struct sort_value {
    enum value_type type;
    int64_t integer;
    double real;
    const char *text;
};

struct page_cursor {
    struct sort_value value;
    int64_t number;
};

/* The text of a cursor in this query; NULL when the arena is used up. */
const char *cursor_format(const struct store_query *query,
                          const struct page_cursor *cursor,
                          struct arena *arena);

/*
 * Read query->cursor.
 *
 *   type   in   of the sort value, where it is not null
 *
 * Fails   ERR_INVALID it is not one of this query's; ERR_MEMORY
 * Owns    a text lives in the arena
 */
MUST_CHECK enum error cursor_parse(const struct store_query *query,
                                   enum value_type type, struct arena *arena,
                                   struct page_cursor *ret_cursor);

#endif
