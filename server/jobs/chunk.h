/*
 * chunk.h - the columns of up to 512 recorded iterations: in memory, as stored
 * bytes, and as the bytes that trace_sha256 is taken of.
 */
#ifndef SERVER_JOBS_CHUNK_H
#define SERVER_JOBS_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/run/run.h"
#include "server/base/buffer.h"
#include "server/jobs/column.h"
#include "server/jobs/packing.h"
#include "server/jobs/spec.h"
#include "server/store/store.h"

/* How x stands in a chunk. */
enum chunk_x {
    CHUNK_X_NONE,   /* not at all */
    CHUNK_X_ROWS,   /* in every row: n columns */
    CHUNK_X_FIRST,  /* once, of the first row: n numbers */
};

/* What all chunks of one trace share. */
struct chunk_form {
    size_t n;               /* dimension */
    enum chunk_x x;
    column_set columns;     /* COLUMN_SET_ALWAYS, and what else there is */
};

struct chunk_form chunk_form_of(const struct spec *spec);

/* Up to STORE_CHUNK_ROWS rows. Column c of the scalars is the array
 * scalars[c], or what chunk_column() says; coordinate i of row r is
 * x[i * STORE_CHUNK_ROWS + r], or x[i] for CHUNK_X_FIRST. */
struct chunk {
    struct chunk_form form;
    size_t rows;
    double scalars[COLUMNS_ALWAYS][STORE_CHUNK_ROWS];
    double x[];             /* and behind it the columns not always there */
};

/* A scalar column of the chunk's form: STORE_CHUNK_ROWS numbers. */
double *chunk_column(struct chunk *chunk, enum column c);
const double *chunk_column_of(const struct chunk *chunk, enum column c);

/* Bytes of a chunk of this form; allocate that much for one. */
size_t chunk_bytes(struct chunk_form form);

/*
 * What stands where there is no number: x that was not recorded, the gradient
 * of a method that asks for none. A quiet NaN with a payload, which no
 * arithmetic makes; stored and hashed bit for bit.
 */
#define CHUNK_ABSENT_BITS UINT64_C(0x7ff8000000000ab5)

static inline double chunk_absent(void)
{
    uint64_t bits = CHUNK_ABSENT_BITS;
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline bool chunk_is_absent(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return bits == CHUNK_ABSENT_BITS;
}

/*
 * Write one iteration as row `row`; `rows` is left as it is, so that the
 * caller decides when the row can be seen. Inline: it runs at each iteration.
 */
static inline void chunk_write_row(struct chunk *chunk, size_t row,
                                   const struct iteration *it, double time_s)
{
    chunk->scalars[COLUMN_ITERATION][row] = (double)it->iteration;
    chunk->scalars[COLUMN_TIME_S][row] = time_s;
    chunk->scalars[COLUMN_LOSS][row] = it->loss;
    chunk->scalars[COLUMN_GRADIENT_NORM][row] =
        it->has_gradient ? it->gradient_norm : chunk_absent();
    chunk->scalars[COLUMN_STEP_NORM][row] = it->step_norm;
    chunk->scalars[COLUMN_LEARNING_RATE][row] = it->learning_rate;
    chunk->scalars[COLUMN_EVALUATIONS][row] = (double)it->evaluations;
    if (column_is_in(chunk->form.columns, COLUMN_CONSTRAINT_VIOLATION))
        chunk_column(chunk, COLUMN_CONSTRAINT_VIOLATION)[row] = it->violation;
    if (chunk->form.x == CHUNK_X_ROWS)
        for (size_t i = 0; i < chunk->form.n; i++)
            chunk->x[i * STORE_CHUNK_ROWS + row] = it->x[i];
    else if (chunk->form.x == CHUNK_X_FIRST && row == 0)
        for (size_t i = 0; i < chunk->form.n; i++)
            chunk->x[i] = it->x[i];
}

/*
 * Write epoch and metrics of the same row, or that there are none.
 *
 *   metrics  [count]  in  the column of each metric of the objective
 */
void chunk_write_metrics(struct chunk *chunk, size_t row,
                         const struct iteration *it,
                         const enum column *metrics, size_t count);

/*
 * Make every NaN of a row the one quiet NaN, so that digests agree on every
 * CPU; what is absent stays so. For rows whose iteration is not finite: the
 * last of a run, or a trial.
 */
void chunk_plain_nans(struct chunk *chunk, size_t row);

/*
 * Append the stored form: a head, then the packed columns (packing.h).
 *
 *   units  in  of a level's rows, how many units (pyramid.h); 0: they are
 *              recorded rows
 */
void chunk_encode(const struct chunk *chunk, size_t units,
                  struct buffer *out);

/*
 * Read the stored form, of this version or an earlier one.
 *
 * Fails   ERR_CORRUPT the bytes are no such chunk; ERR_MEMORY
 * Owns    the chunk lives in `arena`
 */
MUST_CHECK enum error chunk_decode(const void *bytes, size_t count,
                                   struct arena *arena, struct chunk **ret);

/* ---- parts of the stored form ------------------------------------------ */

/* The first bytes of a stored chunk, which tell where each column is. */
struct chunk_head {
    struct chunk_form form;
    size_t rows, units;
    size_t end;                      /* bytes of the chunk */
    const struct packing *packings;
};

/* How many bytes they are. */
size_t chunk_head_bytes(struct chunk_form form);

/*
 * Read the head of a chunk of this version.
 *
 *   bytes  [count]  in   aligned to 8; the head points into them
 *
 * Fails   ERR_CORRUPT it is none, or of an earlier version
 */
MUST_CHECK enum error chunk_head_read(const void *bytes, size_t count,
                                      struct chunk_head *ret);

/* How a scalar column is packed, or with COLUMNS x[dimension]; NULL: it does
 * not stand in the rows. */
const struct packing *chunk_packing(const struct chunk_head *head,
                                    enum column scalar, size_t dimension);

#endif
