/* event_id.c - the positions in an event's id. */
#include "server/api/event_id.h"

#include <stdio.h>
#include <string.h>

#include "server/json/number.h"

/* FNV-1a, 32 bits. Source: draft-eastlake-fnv, section 2. */
void event_list_digest(const char *jobs, char ret[EVENT_LIST_BYTES])
{
    uint32_t digest = 0x811c9dc5u;

    for (; *jobs; jobs++)
        digest = (digest ^ (unsigned char)*jobs) * 0x01000193u;
    snprintf(ret, EVENT_LIST_BYTES, "%08x", digest);
}

/* Read "1840", "1840.end", "-1"; NULL: it is none. */
static const char *read_position(const char *at, struct event_position *ret)
{
    enum { DIGITS_MAX = 15 };
    size_t digits;

    *ret = (struct event_position){.after = -1};
    if (!strncmp(at, "-1", 2)) {
        at += 2;
    } else {
        digits = strspn(at, "0123456789");
        if (digits == 0 || digits > DIGITS_MAX)
            return NULL;
        ret->after = 0;
        for (size_t i = 0; i < digits; i++)
            ret->after = 10 * ret->after + (at[i] - '0');
        at += digits;
    }
    if (!strncmp(at, ".end", 4)) {
        ret->is_over = true;
        at += 4;
    }
    return at;
}

/* Go through the positions; `ret` may be NULL. */
static bool read_positions(const char *at, struct event_position *ret,
                           size_t count)
{
    struct event_position position;

    for (size_t i = 0; i < count; i++) {
        if (i > 0 && *at++ != ',')
            return false;
        at = read_position(at, &position);
        if (at == NULL)
            return false;
        if (ret != NULL)
            ret[i] = position;
    }
    return *at == '\0';
}

bool event_id_read(const char *text, const char *list,
                   struct event_position *ret, size_t count)
{
    if (list != NULL) {
        if (strncmp(text, list, EVENT_LIST_BYTES - 1) != 0
            || text[EVENT_LIST_BYTES - 1] != ':')
            return false;
        text += EVENT_LIST_BYTES;
    }
    return read_positions(text, NULL, count)
        && read_positions(text, ret, count);
}

void event_id_add(struct event_id_writer *writer,
                  const struct event_position *position)
{
    char *text = buffer_reserve(writer->out, NUMBER_TEXT_BYTES + 1);

    if (!text)
        return;
    if (writer->has_items)
        *text++ = ',';
    writer->out->count += writer->has_items
                          + number_write_integer(position->after, text);
    if (position->is_over)
        buffer_text(writer->out, ".end");
    writer->has_items = true;
}
