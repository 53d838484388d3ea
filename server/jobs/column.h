/*
 * column.h - the scalar columns of a trace, in their order everywhere.
 *
 * Chunks, the digest, JSON, CSV, NDJSON, the parameter `fields` and
 * GET /columns follow from the table. Adding a metric is a row at its end and
 * a name in the objective's list of metrics.
 */
#ifndef SERVER_JOBS_COLUMN_H
#define SERVER_JOBS_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whole numbers are doubles too: they are exact up to 2^53. The place of an
 * optional column is a bit in stored chunks: new ones stand at the end. */
enum column {
    COLUMN_ITERATION,
    COLUMN_TIME_S,
    COLUMN_LOSS,
    COLUMN_GRADIENT_NORM,
    COLUMN_STEP_NORM,
    COLUMN_LEARNING_RATE,
    COLUMN_EVALUATIONS,
    COLUMNS_ALWAYS,              /* those before it stand in every trace */
    COLUMN_CONSTRAINT_VIOLATION = COLUMNS_ALWAYS,
    COLUMN_EPOCH,
    COLUMN_TRAINING_LOSS,
    COLUMN_VALIDATION_LOSS,
    COLUMN_ACCURACY,
    COLUMN_VALIDATION_ACCURACY,
    COLUMN_RMSE,
    COLUMN_VALIDATION_RMSE,
    COLUMN_R_SQUARED,
    COLUMN_VALIDATION_R_SQUARED,
    COLUMNS
};

/* Which traces have it. */
enum column_of {
    COLUMN_OF_ALL,
    COLUMN_OF_CONSTRAINTS,       /* of jobs with constraints */
    COLUMN_OF_ROWS,              /* of jobs over rows: at the start, where
                                    epochs end and at the end; else absent */
    COLUMN_OF_METRICS,           /* the same, where the objective has it */
};

struct column_text {
    const char *name;            /* "time_s" */
    const char *sentence;
    const char *unit;            /* "s"; NULL: a number, or the loss's own */
    enum column_of of;
    bool is_measured;            /* by a clock: not in the digest */
    bool only_rises;             /* from row to row, or stays, in all of them:
                                    its extremes are at the ends */
};

extern const struct column_text column_texts[COLUMNS];

/* The column of that name; COLUMNS: there is none. */
enum column column_find(const char *name);

/* A set of columns: bit c is column c. */
typedef uint32_t column_set;

#define COLUMN_SET_ALWAYS (((column_set)1 << COLUMNS_ALWAYS) - 1)

static inline column_set column_bit(enum column column)
{
    return (column_set)1 << column;
}

static inline bool column_is_in(column_set set, enum column column)
{
    return (set & column_bit(column)) != 0;
}

/* How many there are. */
static inline size_t column_count(column_set set)
{
    return (size_t)__builtin_popcount(set);
}

#endif
