/* trace_made.h - traces made by chance, stored as a worker stores them. */
#ifndef TESTS_UNIT_TRACE_MADE_H
#define TESTS_UNIT_TRACE_MADE_H

#include "server/jobs/chunk.h"
#include "tests/unit/store_fixture.h"

/* How a column goes. */
enum made_shape {
    MADE_FALLING,      /* smooth */
    MADE_NOISY,
    MADE_SPIKES,       /* flat but for single rows, up and down */
    MADE_PLATEAUS,     /* the same for hundreds of rows */
    MADE_BROKEN,       /* NaN and infinities here and there */
    MADE_HUGE,         /* the sum of a few is infinite */
    MADE_ABSENT,       /* throughout */
    MADE_SPARSE,       /* one in 300 */
    MADE_SHAPES
};

struct made_trace {
    struct chunk_form form;
    uint64_t rows, every, last;      /* as struct trace has them */
    struct chunk **chunks;
    size_t chunk_count;
};

/*
 * Make a trace.
 *
 *   last  in  iteration of the last row; out of step where `every` does not
 *             divide it
 */
void made_init(struct made_trace *made, struct chunk_form form,
               uint64_t every, uint64_t last, uint64_t seed);
void made_fini(struct made_trace *made);

/* The number of a scalar column, or with COLUMNS of x[dimension]. */
double made_number(const struct made_trace *made, uint64_t row,
                   enum column scalar, size_t dimension);

/* How it is stored. */
enum made_stored {
    MADE_LEVELS,       /* as it is today */
    MADE_ROWS,         /* without levels */
    MADE_VERSION_1,    /* without levels, in the first form of chunks */
};

/* Store it as that of an ended job. Returns the job's number. */
int64_t made_store(const struct made_trace *made, struct fixture *fixture,
                   enum made_stored how);

#endif
