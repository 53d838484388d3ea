/* window_parts.h - what the files of a window share: stretches of candidates,
 * and reading columns of them in batches. */
#ifndef SERVER_JOBS_WINDOW_PARTS_H
#define SERVER_JOBS_WINDOW_PARTS_H

#include "server/jobs/chunk.h"
#include "server/jobs/pyramid.h"
#include "server/jobs/window.h"

/* Candidates that follow one another in one chunk. */
struct stretch {
    unsigned level;
    int64_t chunk;
    bool is_found;           /* its head was read: it is in the store, in the
                                newest form. Else trace_chunk() has it. */
    struct chunk_head head;
    uint64_t row, end;       /* the trace's rows that it stands for */
    size_t first, count;     /* rows of the chunk */
    size_t place, places;    /* its candidates: rows, or units */
    uint64_t *rows;          /* of a level: [count] their rows of the trace */
    const struct packing *tallies; /* of units: [pyramid_arrays()] */
};

struct window {
    const struct trace *trace;
    enum window_use use;
    size_t units;            /* in a chunk of a level */
    uint64_t stored_rows;    /* of a running job's attempt, so many are surely
                                in the store; UINT64_MAX: it does not run */
    struct arena *arena;
    struct stretch *stretches;
    size_t count, capacity;  /* of stretches */
    size_t candidates;
};

/* Whether its candidates are units. */
static inline bool stretch_is_of_units(const struct window *window,
                                       const struct stretch *stretch)
{
    return window->use != WINDOW_ROWS && stretch->level > 0;
}

/* The first unit of a stretch of a level, in its chunk. */
size_t stretch_unit(const struct window *window,
                    const struct stretch *stretch);

/* ---- window_read.c: columns in batches --------------------------------- */

/* Numbers of one stretch that have been read, as they were asked for: with
 * PYRAMID_NUMBERS of rows, else that number of units. */
typedef void window_take(void *self, const struct stretch *stretch,
                         const struct trace_column *column,
                         enum pyramid_number number, const double *numbers);

struct window_batch;

/*
 * Begin to read columns of stretches: at most a batch at a time is in memory,
 * read in one transaction.
 *
 *   take  in  called for each that was asked for, in that order, until the end
 *
 * Owns    window_batch_end()
 */
MUST_CHECK enum error window_batch_begin(struct window *window,
                                         window_take *take, void *self,
                                         struct window_batch **ret);

/* Ask for a column of a stretch: its rows [first, first + count). */
MUST_CHECK enum error window_batch_add(struct window_batch *batch,
                                       const struct stretch *stretch,
                                       const struct trace_column *column);

/* Ask for some rows of the chunk: rows[count] stays until they are taken. */
MUST_CHECK enum error window_batch_add_rows(struct window_batch *batch,
                                            const struct stretch *stretch,
                                            const struct trace_column *column,
                                            const uint16_t *rows,
                                            size_t count);

/* Ask for a number of all units of the chunk, of a stretch of units. */
MUST_CHECK enum error window_batch_add_units(struct window_batch *batch,
                                             const struct stretch *stretch,
                                             const struct trace_column *column,
                                             enum pyramid_number number);

/* Read what was asked for and not read yet; free the batch whether `error` is
 * OK or not. Returns `error`, or its own. */
MUST_CHECK enum error window_batch_end(struct window_batch *batch,
                                       enum error error);

#endif
