/* row.c - a job from a row. */
#include "server/store/sqlite/row.h"

#include <string.h>

#include "server/store/sqlite/statement.h"
#include "server/store/sqlite/tags.h"

static enum error read_state(sqlite3_stmt *row, struct store_job *job)
{
    const char *state = (const char *)sqlite3_column_text(row,
                                                          JOB_COLUMN_STATE);

    if (state == NULL)
        return ERR_MEMORY;
    job->state = job_state_find(state);
    if (job->state == JOB_STATES)
        return ERR_CORRUPT;
    if (sqlite3_column_type(row, JOB_COLUMN_REQUESTED) != SQLITE_NULL)
        job->requested = sqlite3_column_int(row, JOB_COLUMN_DISCARD)
                             ? WISH_DELETE : WISH_CANCEL;
    return OK;
}

static void read_numbers(sqlite3_stmt *row, struct store_job *job)
{
    job->number = sqlite3_column_int64(row, JOB_COLUMN_NUMBER);
    job->revision = sqlite3_column_int64(row, JOB_COLUMN_REVISION);
    job->attempt = sqlite3_column_int64(row, JOB_COLUMN_ATTEMPT);
    job->priority = sqlite3_column_int64(row, JOB_COLUMN_PRIORITY);
    job->dimension = sqlite3_column_int64(row, JOB_COLUMN_DIMENSION);
    job->max_iterations = sqlite3_column_int64(row, JOB_COLUMN_MAX_ITERATIONS);
    /* NULL reads as 0. */
    job->created_ms = sqlite3_column_int64(row, JOB_COLUMN_CREATED);
    job->started_ms = sqlite3_column_int64(row, JOB_COLUMN_STARTED);
    job->finished_ms = sqlite3_column_int64(row, JOB_COLUMN_FINISHED);
    job->iterations = sqlite3_column_int64(row, JOB_COLUMN_ITERATIONS);
    job->best_iteration = sqlite3_column_int64(row, JOB_COLUMN_BEST_ITERATION);
    job->loss = column_real(row, JOB_COLUMN_LOSS);
    job->gradient_norm = column_real(row, JOB_COLUMN_GRADIENT_NORM);
    job->best_loss = column_real(row, JOB_COLUMN_BEST_LOSS);
    job->epoch = column_real(row, JOB_COLUMN_EPOCH);
}

static void read_retention(sqlite3_stmt *row, int64_t retention_ms,
                           struct store_job *job)
{
    job->retention_ms = STORE_RETENTION_DEFAULT;
    if (sqlite3_column_type(row, JOB_COLUMN_RETENTION) != SQLITE_NULL)
        retention_ms = job->retention_ms =
            sqlite3_column_int64(row, JOB_COLUMN_RETENTION);
    if (job_has_ended(job->state) && retention_ms > 0)
        job->expires_ms = job->finished_ms + retention_ms;
}

static enum error read_texts(sqlite3_stmt *row, struct arena *arena,
                             struct store_job *job)
{
    const struct {
        enum job_column column;
        const char **text;
    } texts[] = {
        {JOB_COLUMN_NAME, &job->name},
        {JOB_COLUMN_OBJECTIVE, &job->objective},
        {JOB_COLUMN_OPTIMIZER, &job->optimizer},
        {JOB_COLUMN_OUTCOME_CLASS, &job->outcome_class},
        {JOB_COLUMN_OUTCOME_REASON, &job->outcome_reason},
        {JOB_COLUMN_ERROR, &job->error},
        {JOB_COLUMN_TRACE_SHA256, &job->trace_sha256},
        {JOB_COLUMN_SPEC, &job->spec},
        {JOB_COLUMN_RESULT, &job->result},
    };
    const char *tags = NULL;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        TRY(column_text(row, texts[i].column, arena, texts[i].text));
    TRY(column_text(row, JOB_COLUMN_TAGS, arena, &tags));
    return tags_split(tags, arena, job);
}

enum error row_read_job(sqlite3_stmt *row, int64_t retention_ms,
                        struct arena *arena, struct store_job *ret_job)
{
    struct store_job job = {0};
    const void *id = sqlite3_column_blob(row, JOB_COLUMN_ID);

    if (id == NULL
        || sqlite3_column_bytes(row, JOB_COLUMN_ID) != IDENTIFIER_BYTES)
        return ERR_CORRUPT;
    memcpy(job.id.bytes, id, IDENTIFIER_BYTES);
    read_numbers(row, &job);
    TRY(read_state(row, &job));
    read_retention(row, retention_ms, &job);
    TRY(read_texts(row, arena, &job));
    *ret_job = job;
    return OK;
}
