/*
 * event_types.h - the types of events, as rows of one table.
 *
 * A new type is a row: its name, when it is due, and what its data is. What a
 * follower has been given so far stands in `struct event_job`.
 */
#ifndef SERVER_API_EVENT_TYPES_H
#define SERVER_API_EVENT_TYPES_H

#include "server/api/event_id.h"
#include "server/api/feed.h"

/* One job of a stream of events. */
struct event_job {
    struct follower follower;
    struct event_position position; /* rows that were given, and `end` */
    bool has_snapshot;
    int64_t revision;             /* of the job, as it was given last */
    bool has_best;
    uint64_t best_iteration;      /* given last */
};

struct event_type {
    const char *name;
    const char *sentence;         /* what it tells, for the documentation */
    bool (*is_due)(const struct event_job *job);

    /*
     * Append the data, one line of JSON, and note in the job what was given.
     *
     * Fails   ERR_MEMORY; as feed_write_points()
     */
    enum error (*write)(struct event_job *job, struct buffer *out);
};

/* In the order in which they are given where several are due; ends with a
 * NULL. */
extern const struct event_type *const event_types[];

#endif
