/*
 * pyramid.h - levels of a trace: few of its rows, among which is every extreme.
 *
 * A level cuts the rows into units of `stride` rows: row u * stride is the
 * first of unit u. (Rows are counted, not iterations: `every` does not matter.)
 * Of each unit it keeps
 *
 *     the first and the last row,
 *     of every scalar column that does not only rise (column.h) the rows of
 *     the least and the greatest finite number and the first that is not
 *     finite,
 *
 * each row once, in order: any rows that are whole units have their extremes
 * among those that are kept. Beside them stands a tally of every column over
 * the unit (tally.h), of scalars without the extremes, which the rows have:
 * so means and counts of long windows are exact as well.
 *
 * The stride of level 1 is 128, of each further one four times that; a level
 * is made of the one below. Level 0 is the rows themselves.
 *
 * Why: 1000 points of a window are to take less than 2 ms over HTTP, whatever
 * the window's length. Up to 32 768 rows are read as they are in that time;
 * from there on the finest units, of 128, give at least 512 candidates of a
 * smooth curve and more of any other, and cost 1 to 3 bytes an iteration
 * (units of 64 would cost twice that). With a ratio of four no window takes
 * more than 2000 units where 500 are enough; with 16 one that just misses a
 * level would read 8000.
 *
 * A chunk of a level holds a fixed number of units, so many that their rows
 * fit in a chunk, and only whole units. The last chunk of a run may hold
 * fewer; rows after the last whole unit are left to the finer levels, at most
 * three units of each, and to level 0. A run that never fills a chunk of
 * level 1 has no levels: its rows are few.
 *
 * x stands in a level's rows where it stands in every row of level 0; long
 * ones that stand once in a chunk do not.
 */
#ifndef SERVER_JOBS_PYRAMID_H
#define SERVER_JOBS_PYRAMID_H

#include "server/jobs/chunk.h"
#include "server/jobs/tally.h"

enum {
    PYRAMID_STRIDE = 128,        /* rows of a unit of level 1 */
    PYRAMID_RATIO = 4,           /* units of a level in one of the next */
    PYRAMID_LEVELS = 8,          /* with level 0; the last one's stride is
                                    524 288 */
    PYRAMID_UNITS_MAX = 32,      /* in a chunk */
};

/* ---- how levels are laid out ------------------------------------------- */

/* Rows of a unit of a level, 1 for level 0. */
uint64_t pyramid_stride(unsigned level);

/* How many units a level's chunk holds, of a trace of this form: a power of
 * two, at least PYRAMID_RATIO. */
size_t pyramid_units(struct chunk_form form);

/* The form of a level's chunks. */
struct chunk_form pyramid_form(struct chunk_form form);

/* What is stored of each unit's tallies, as an array of numbers. */
enum pyramid_number {
    PYRAMID_PRESENT, PYRAMID_NONFINITE, PYRAMID_MEAN,
    PYRAMID_SCALAR_NUMBERS,      /* those before it stand for every column */
    PYRAMID_LEAST = PYRAMID_SCALAR_NUMBERS,
    PYRAMID_LEAST_ROW, PYRAMID_GREATEST, PYRAMID_GREATEST_ROW,
    PYRAMID_NUMBERS              /* of a coordinate of x */
};

/* How many such arrays follow a chunk of this form of a level: at its `end`
 * stand as many struct packing, whose offsets are from there. */
size_t pyramid_arrays(struct chunk_form form);

/* Which of them holds a number of a scalar column, or with COLUMNS of
 * x[dimension]. */
size_t pyramid_array(struct chunk_form form, enum column scalar,
                     size_t dimension, enum pyramid_number number);

/* The most bytes that all levels of so many rows take in the store. */
double pyramid_bytes_max(struct chunk_form form, double rows);

/* ---- building ---------------------------------------------------------- */

struct pyramid;

/* Chunks of levels that have become full, and room for one of level 0. */
struct pyramid_chunks {
    struct {
        unsigned level;
        int64_t chunk;
        int64_t first, last;     /* iterations of its rows */
        size_t rows;
        size_t offset, bytes;    /* in the buffer */
    } items[1 + 2 * PYRAMID_LEVELS];
    size_t count;
};

/*
 * Begin the levels of a trace.
 *
 * Owns    pyramid_free()
 * Fails   ERR_MEMORY
 */
MUST_CHECK enum error pyramid_new(struct chunk_form form,
                                  struct pyramid **ret);
void pyramid_free(struct pyramid *pyramid);

/*
 * Take the next chunk of level 0: full but for the last.
 *
 *   out  in/out  the chunks that it fills are appended, encoded
 *   ret  in/out  and described
 *
 * Fails   ERR_MEMORY
 * Cost    about 3 ns a row of dimension 2
 */
MUST_CHECK enum error pyramid_add(struct pyramid *pyramid,
                                  const struct chunk *chunk,
                                  struct buffer *out,
                                  struct pyramid_chunks *ret);

/* The trace has ended: append what is not full. Fails: ERR_MEMORY. */
MUST_CHECK enum error pyramid_end(struct pyramid *pyramid, struct buffer *out,
                                  struct pyramid_chunks *ret);

#endif
