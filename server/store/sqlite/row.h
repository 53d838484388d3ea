/* row.h - the columns of a job, named once for every query that reads one. */
#ifndef SERVER_STORE_SQLITE_ROW_H
#define SERVER_STORE_SQLITE_ROW_H

#include <sqlite3.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "server/store/store.h"

#define JOB_COLUMN_TABLE(ROW)                                                 \
    ROW(NUMBER, "number")                                                     \
    ROW(ID, "id")                                                             \
    ROW(REVISION, "revision")                                                 \
    ROW(STATE, "state")                                                       \
    ROW(REQUESTED, "requested")                                               \
    ROW(DISCARD, "discard")                                                   \
    ROW(ATTEMPT, "attempt")                                                   \
    ROW(PRIORITY, "priority")                                                 \
    ROW(NAME, "name")                                                         \
    ROW(TAGS, "tags")                                                         \
    ROW(OBJECTIVE, "objective")                                               \
    ROW(OPTIMIZER, "optimizer")                                               \
    ROW(DIMENSION, "dimension")                                               \
    ROW(MAX_ITERATIONS, "max_iterations")                                     \
    ROW(CREATED, "created_ms")                                                \
    ROW(STARTED, "started_ms")                                                \
    ROW(FINISHED, "finished_ms")                                              \
    ROW(OUTCOME_CLASS, "outcome_class")                                       \
    ROW(OUTCOME_REASON, "outcome_reason")                                     \
    ROW(ERROR, "error")                                                       \
    ROW(ITERATIONS, "iterations")                                             \
    ROW(LOSS, "loss")                                                         \
    ROW(BEST_LOSS, "best_loss")                                               \
    ROW(BEST_ITERATION, "best_iteration")                                     \
    ROW(GRADIENT_NORM, "gradient_norm")                                       \
    ROW(TRACE_SHA256, "trace_sha256")                                         \
    ROW(EPOCH, "epoch")                                                       \
    ROW(RETENTION, "retention_ms")

enum job_column {
#define ROW(value, name) JOB_COLUMN_##value,
    JOB_COLUMN_TABLE(ROW)
#undef ROW
    JOB_COLUMN_SPEC, /* two more, that a query adds or gives as NULL */
    JOB_COLUMN_RESULT,
};

/* "job.number, job.id, ... ": the caller goes on with spec and result. */
#define JOB_COLUMN_SQL(value, name) "job." name ", "
#define JOB_COLUMNS JOB_COLUMN_TABLE(JOB_COLUMN_SQL)

/* Read the present row; texts go to the arena. `retention_ms`: of jobs that
 * have none of their own. */
MUST_CHECK enum error row_read_job(sqlite3_stmt *row, int64_t retention_ms,
                                   struct arena *arena,
                                   struct store_job *ret_job);

#endif
