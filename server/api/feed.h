/*
 * feed.h - what all who follow one job share: how it is, and frames of its
 * trace.
 *
 * A feed watches its job, looks at it once when there is news, and tells its
 * followers. A frame of rows is made once for all who stand at the same place
 * and asked for the same columns; so what a follower costs is sending bytes.
 *
 * All of it is for the loop's thread.
 */
#ifndef SERVER_API_FEED_H
#define SERVER_API_FEED_H

#include "server/api/api.h"
#include "server/base/magic.h"
#include "server/jobs/trace.h"

struct feed_view;

/* Different choices of one job's rows at once: each keeps frames of its own,
 * of a megabyte together at most. */
enum { FEED_VIEWS_MAX = 32 };

#define FEED_MAGIC MAGIC('f', 'e', 'e', 'd')

/* How a job is; followers read it. */
struct feed {
    uint32_t magic;
    struct api *api;
    const char *base_path;        /* of links in the document */
    char id[IDENTIFIER_TEXT_BYTES];

    /* as last seen */
    enum error error;             /* why nothing could be seen; OK */
    bool is_gone;                 /* deleted: nothing below is true any more */
    struct store_job job;         /* texts in `arena` */
    struct trace trace;
    bool has_best;
    uint64_t best_iteration;
    double best_loss;

    /* the feed's own */
    struct arena arena;
    struct watch watch;
    int64_t looked_ns;
    struct buffer document;       /* empty: not made since the last look */
    struct feed_view *views;
    struct follower *followers;
    struct feed *next;            /* in its bucket */
};

/* One who follows, in the caller's storage. */
struct follower {
    void (*told)(struct follower *follower); /* there is news */
    void *context;                /* the caller's */
    struct feed *feed;            /* NULL: it follows nothing */
    struct feed_view *view;
    struct follower *previous, *next;
};

/* What a follower wants to see of the trace. */
struct feed_choice {
    const struct trace_column *columns; /* [column_count], copied */
    size_t column_count;
    size_t points;                /* in a frame, at most */
};

/*
 * Follow a job. `told` and `context` are set before.
 *
 * Fails   ERR_MEMORY; ERR_MISSING there is no such job; ERR_STORAGE; ERR_FULL
 *         FEED_VIEWS_MAX other choices are followed of it
 */
MUST_CHECK enum error feed_follow(struct http_request *request, int64_t number,
                                  const struct feed_choice *choice,
                                  struct follower *follower);

/* Follow it no more; does nothing where nothing is followed. */
void feed_leave(struct follower *follower);

/* Append the job's document, with a member "job" before the others. */
void feed_write_document(struct feed *feed, struct buffer *out);

/*
 * The same with a member "variables" behind it: the names of x, or null, as in
 * a page of the trace. Frames do not have them.
 *
 * Fails   as variable_names()
 */
MUST_CHECK enum error feed_write_snapshot(struct feed *feed,
                                          struct buffer *out);

/*
 * Append the rows of iterations > `after` that there are, thinned to the
 * follower's choice, as GET /jobs/{id}/trace would answer but for `variables`.
 * Of a trace without levels, which an older version recorded, as many of them
 * as are read at once.
 *
 *   ret_last  out  the last one's iteration
 *
 * Fails   as trace_page_new(): ERR_MISSING the job began anew
 */
MUST_CHECK enum error feed_write_points(struct follower *follower,
                                        int64_t after, struct buffer *out,
                                        uint64_t *ret_last);

#endif
