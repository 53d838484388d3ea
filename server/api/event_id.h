/*
 * event_id.h - what the `id:` of an event says: how far a client has come.
 *
 *     of one job      1840          iterations up to 1840 were given
 *                     1840.end      and the event `end`
 *     of several      9c3ef00d:1840,22.end,-1   in the order asked for; before
 *                                   them a digest of that list; -1: none yet
 *
 * An iteration is the same after a restart of the server, whether the run went
 * on or began anew, and it is what `after` of a trace means.
 */
#ifndef SERVER_API_EVENT_ID_H
#define SERVER_API_EVENT_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/buffer.h"

/* How far a client has come with one job. */
struct event_position {
    int64_t after;               /* -1: no iteration was given */
    bool is_over;                /* `end` was given */
};

enum { EVENT_LIST_BYTES = sizeof "9c3ef00d" };

/* The digest of a list of jobs, as it stands in the query. */
void event_list_digest(const char *jobs, char ret[EVENT_LIST_BYTES]);

/*
 * Read an id.
 *
 *   list  -        in   the list's digest; NULL: of one job
 *   ret   [count]  out  untouched where it is no such id
 */
bool event_id_read(const char *text, const char *list,
                   struct event_position *ret, size_t count);

/* Append positions [count], which are given one by one. */
struct event_id_writer {
    struct buffer *out;
    bool has_items;
};
void event_id_add(struct event_id_writer *writer,
                  const struct event_position *position);

#endif
