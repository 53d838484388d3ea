/*
 * recorder.h - what a run shows becomes chunks; what is due goes to a sink.
 *
 * The worker's thread writes rows; any thread may read them while they are
 * not stored yet. A row is published by an atomic store of the row count, so
 * that recording costs no lock; chunks change hands under one.
 */
#ifndef SERVER_JOBS_RECORDER_H
#define SERVER_JOBS_RECORDER_H

#include <pthread.h>
#include <stdatomic.h>

#include "server/jobs/chunk.h"
#include "server/jobs/spec.h"

struct slab;

/* A chunk on its way: being filled, waiting to be stored, or kept. */
struct recorded_chunk {
    struct recorded_chunk *next;    /* the one after it */
    int64_t index;                  /* chunk number, from 0 */
    _Atomic size_t rows;            /* published */
    struct chunk *chunk;            /* chunk->rows is set when it is full */
    struct buffer encoded;          /* the sink's, until it is dropped */
};

/* How far a run is. */
struct progress {
    uint64_t iteration;
    double loss, gradient_norm;
    double elapsed_s;
    uint64_t best_iteration;
    double best_loss;
    bool constrained;
    double violation, best_violation; /* of constraints, if there are any */
};

struct recorder {
    /* the worker's */
    struct chunk_form form;
    enum column metrics[METRICS_MAX]; /* of the objective's metrics */
    size_t metric_count;            /* 0: the job knows no rows */
    const struct spec *spec;
    /* Known at iteration 0: a model may leave rows out when it loads them. */
    _Atomic uint64_t an_epoch;      /* iterations; 1 where there are none */
    _Atomic uint64_t every;
    uint64_t due;                   /* the next iteration to record */
    uint64_t last;                  /* the one recorded last, if due > 0 */
    double time_limit_s;            /* infinite: none */
    int64_t began_ns;
    double time_s;                  /* as last read from the clock */
    unsigned clock_stride;          /* iterations between two readings */
    uint64_t clock_due;             /* the iteration of the next reading */
    uint64_t show_at;               /* the run's: the one to show next */
    struct recorded_chunk *open;    /* being filled */
    enum error error;               /* why recording stopped */
    struct slab *slabs;             /* memory of chunks that are all kept */

    /*
     * Called when `open` is full, on the worker's thread, to store it; a
     * further chunk is opened after it. An error ends the run. NULL: every
     * chunk is kept to the end.
     */
    enum error (*full)(void *sink, struct recorded_chunk *chunk);
    void *sink;

    /* shared, under `lock` */
    pthread_mutex_t lock;
    struct recorded_chunk *first;   /* oldest one that is not stored */
    struct recorded_chunk *spares;  /* dropped: memory for coming ones */
    size_t spare_count;
    struct progress progress;
    double *x, *best_x;             /* [n] at `progress` */
};

/*
 * Begin to record a run of `spec`; its time starts with iteration 0.
 *
 * Fails   ERR_MEMORY; recorder_fini() all the same
 */
MUST_CHECK enum error recorder_init(struct recorder *recorder,
                                    const struct spec *spec,
                                    enum error (*full)(
                                        void *sink,
                                        struct recorded_chunk *chunk),
                                    void *sink);

/* Free what it holds, every chunk included. */
void recorder_fini(struct recorder *recorder);

/* The observer of the run (self: the recorder). */
enum reason recorder_observe(void *recorder, const struct iteration *it,
                             enum reason reason);

/* Seconds since the run began. */
double recorder_elapsed_s(const struct recorder *recorder);

/* Take the oldest chunk out: it is stored. Its memory is kept for the next ones
 * or freed. Any thread. Not where every chunk is kept. */
void recorder_drop_first(struct recorder *recorder);

/* How many rows there are, and the iteration of the last. Any thread. */
void recorder_extent(struct recorder *recorder, uint64_t *ret_rows,
                     uint64_t *ret_last);

/*
 * Copy a chunk's published rows.
 *
 * Fails   ERR_MISSING it is not here: stored already, or not begun
 * Owns    the copy lives in `arena`
 * Thread  any
 */
MUST_CHECK enum error recorder_copy_chunk(struct recorder *recorder,
                                          int64_t index, struct arena *arena,
                                          struct chunk **ret);

/*
 * Copy one column of a chunk's published rows: a scalar, or with COLUMNS
 * x[dimension].
 *
 *   first, count  -        in   which rows
 *   ret           [count]  out  absent where x does not stand in the row
 *
 * Fails   ERR_MISSING the chunk is not here, or does not have those rows
 * Thread  any
 */
MUST_CHECK enum error recorder_copy_column(struct recorder *recorder,
                                           int64_t index, enum column scalar,
                                           size_t dimension, size_t first,
                                           size_t count, double *ret);

/* The number of the oldest chunk that is here. Any thread. */
int64_t recorder_first_chunk(struct recorder *recorder);

/* Copy the progress and, where the pointers are not NULL, x[n], best_x[n]. */
void recorder_progress(struct recorder *recorder, struct progress *ret,
                       double *x, double *best_x);

#endif
