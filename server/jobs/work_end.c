/*
 * work_end.c - how a job leaves its worker: finished, or put back.
 *
 * The end is one write that is there since before the claim: a worker without
 * any memory still gives its job back.
 */
#include <math.h>

#include "server/base/clock.h"
#include "server/jobs/result.h"
#include "server/jobs/work_parts.h"
#include "server/json/writer.h"

enum { FINISHING_MAX = 256 }; /* jobs; then every worker waits */

/* ---- the write has come back -------------------------------------------- */

static void one_finished(struct work_shared *shared)
{
    pthread_mutex_lock(&shared->lock);
    shared->finishing--;
    pthread_cond_signal(&shared->finished);
    pthread_mutex_unlock(&shared->lock);
}

/* Why the job is to be tried again, whatever its last write did; OK: it is
 * not. */
static enum error again_why(const struct work *work)
{
    const struct store_write *end = &work->end;

    if (end->error == ERR_CONFLICT && work->records_error != OK)
        return work->records_error;
    if (end->error == ERR_CONFLICT && end->ret_state == JOB_QUEUED)
        return work->claim.error == OK ? ERR_STORAGE /* claimed, but lost */
                                       : work->claim.error;
    if (end->error == ERR_CONFLICT || end->error == ERR_MISSING)
        return OK; /* the rest of a cancel that came before the claim */
    if (end->error != OK)
        return end->error;
    if (end->verb == STORE_REQUEUE && end->ret_state == JOB_QUEUED
        && end->ret_wish == WISH_NONE)
        return work->why;
    return OK;
}

static const char *end_event(const struct store_write *end)
{
    if (end->error != OK)
        return "job_not_stored";
    if (end->ret_wish == WISH_DELETE)
        return "job_deleted";
    return end->verb == STORE_FINISH ? "job_ended" : "job_requeued";
}

static void log_end_of(const struct work *work, enum error why)
{
    const struct store_write *end = &work->end;
    struct log_line line;

    if (end->error != OK && why == OK)
        return; /* as was wished: whoever wished it has logged it */
    work_log_begin(&line, why == OK ? LOG_INFO : LOG_WARNING, end_event(end),
                   work->live);
    if (why == OK && end->verb == STORE_FINISH) {
        log_text(&line, "state", job_state_name(end->finish.state));
        log_text(&line, "outcome", end->finish.outcome_reason);
        why = work->why;
    }
    if (why != OK) {
        log_integer(&line, "failures", work->entry.failures + 1);
        log_text(&line, "error", error_name(why));
    }
    log_end(&line);
}

static void end_done(struct store_write *done)
{
    struct work *work = MAGIC_CAST(done->context, struct work, WORK_MAGIC);
    struct work_shared *shared = work->shared;
    struct job_queue_entry entry = work->entry;
    enum error why = again_why(work);
    bool is_well = done->error == OK && done->verb == STORE_FINISH;

    log_end_of(work, why);
    work_count_failure(&entry, !work_error_is_of_disk(why));
    live_remove(&shared->live, work->live);
    work_free(work);
    one_finished(shared);
    if (why != OK)
        shared->again(shared->pool, entry);
    else if (is_well)
        shared->ended(shared->pool);
    if (shared->changed)
        shared->changed(shared->self, entry.number);
}

/* ---- what the write says ------------------------------------------------ */

/* The rows that are not stored: whoever saw them finds them again. Only those
 * that the next attempt has as well, and none where there is no memory. */
static void set_last_rows(struct work *work)
{
    struct live *live = work->live;
    struct recorded_chunk *open = live->recorder.open;
    struct chunk *chunk = open ? open->chunk : NULL;
    struct buffer *columns = &work->rows;
    const double *iterations;

    work->last.count = 0;
    if (!chunk)
        return;
    iterations = chunk->scalars[COLUMN_ITERATION];
    chunk->rows = atomic_load_explicit(&open->rows, memory_order_relaxed);
    if (chunk->rows > 0 && (uint64_t)iterations[chunk->rows - 1]
                               % live->recorder.every != 0)
        chunk->rows--;
    if (chunk->rows == 0)
        return;
    chunk_encode(chunk, 0, columns);
    work->last.items[0] = (struct store_chunk){
        .number = live->number, .chunk = open->index,
        .first = (int64_t)iterations[0],
        .last = (int64_t)iterations[chunk->rows - 1],
        .rows = chunk->rows,
        .columns = columns->bytes, .columns_bytes = columns->count,
    };
    work->last.count = columns->failed ? 0 : 1;
}

/* Back to the queue: for the next start, or with `why` to be tried again. */
static void set_put_back(struct work *work, enum error why)
{
    work->why = why;
    if (work_rows_stored(work->live) / STORE_CHUNK_ROWS
        == (work->live->recorder.open ? work->live->recorder.open->index : 0))
        set_last_rows(work);
    else
        work->last.count = 0; /* there would be a hole before them */
    work->end.verb = STORE_REQUEUE;
    work->end.requeue = (struct store_requeue){
        .number = work->live->number, .now_ms = clock_wall_ms(),
        .chunks = work->last.items, .chunk_count = work->last.count,
    };
}

static enum error write_error(struct work *work, enum error error)
{
    struct buffer *text = &work->error_text;
    struct json_writer writer;

    json_writer_init(&writer, text);
    json_object_begin(&writer);
    json_member_text(&writer, "code", error_name(error));
    json_member_text(&writer, "message", error_sentence(error));
    if (work_error_passes(error))
        json_member_integer(&writer, "tries", work->entry.tries + 1);
    json_object_end(&writer);
    buffer_append(text, "", 1);
    return text->failed ? ERR_MEMORY : OK;
}

/* A failed job keeps the full chunks before the first that was not stored. */
static enum error set_failed(struct work *work, enum error error)
{
    int64_t rows = work_rows_stored(work->live);
    int64_t every = (int64_t)work->live->recorder.every;

    TRY(write_error(work, error));
    work->why = error;
    work->end.verb = STORE_FINISH;
    work->end.finish = (struct store_finish){
        .number = work->live->number, .now_ms = clock_wall_ms(),
        .state = JOB_FAILED, .error = work->error_text.bytes,
        .iterations = rows ? (rows - 1) * every : 0,
        .loss = NAN, .gradient_norm = NAN, .best_loss = NAN, .epoch = NAN,
    };
    return OK;
}

static double if_finite(double value)
{
    return isfinite(value) ? value : NAN;
}

static void set_finish(struct work *work, const struct run_result *result)
{
    const struct recorder *recorder = &work->live->recorder;
    struct store_finish *end = &work->end.finish;

    work->end.verb = STORE_FINISH;
    *end = (struct store_finish){
        .number = work->live->number, .now_ms = clock_wall_ms(),
        .state = JOB_CANCELED,
        .result = work->result.bytes,
        .trace_sha256 = work->sha256,
        .iterations = (int64_t)result->iterations,
        .loss = if_finite(result->loss),
        .gradient_norm = if_finite(result->gradient_norm),
        .best_loss = if_finite(result->best.loss),
        .best_iteration = (int64_t)result->best.iteration,
        .epoch = recorder->metric_count > 0
                     ? (double)result->iterations / (double)recorder->an_epoch
                     : NAN,
        .chunks = work->last.items,
        .chunk_count = work->last.count,
        .first_error = &work->records_error,
    };
    if (result->reason == REASON_CANCELED)
        return;
    end->state = JOB_COMPLETED;
    end->outcome_class =
        outcome_class_name(reason_texts[result->reason].outcome);
    end->outcome_reason = reason_texts[result->reason].name;
}

static enum error set_result(struct work *work,
                             const struct run_result *result)
{
    struct recorder *recorder = &work->live->recorder;
    struct recorded_chunk *last = recorder->open;

    last->chunk->rows =
        atomic_load_explicit(&last->rows, memory_order_relaxed);
    if (last->chunk->rows > 0) {
        TRY(digest_add(work->digest, last->chunk));
        TRY(work_chunks_encode(work, last, true, &work->last));
    }
    TRY(digest_text(work->digest, work->sha256));
    result_write(&work->live->spec, result, recorder->time_s, work->sha256,
                 &work->result);
    buffer_append(&work->result, "", 1);
    if (work->result.failed)
        return ERR_MEMORY;
    set_finish(work, result);
    return OK;
}

/* ---- which way out ------------------------------------------------------ */

/* Why the run could not do its work; OK when it could. */
static enum error run_error(const struct live *live, enum error error,
                            const struct run_result *result)
{
    if (error != OK)
        return error;
    return result->reason == REASON_FAILED ? live->recorder.error : OK;
}

/* What the store has said to chunks so far. What it says later the end itself
 * finds: it stands only where every chunk before it does. */
static enum error store_error(struct live *live)
{
    enum error error;

    pthread_mutex_lock(&live->lock);
    error = live->store_error;
    pthread_mutex_unlock(&live->lock);
    return error;
}

static bool is_closing(const struct work *work,
                       const struct run_result *result)
{
    return result->reason == REASON_CANCELED
        && atomic_load(&work->shared->closing)
        && !atomic_load(&work->live->canceled_by_user);
}

static void decide(struct work *work, enum error error,
                   const struct run_result *result)
{
    enum error of_store = store_error(work->live);

    error = run_error(work->live, error, result);
    if (work_error_is_of_disk(of_store)) {
        set_put_back(work, of_store);
        return;
    }
    if (error == OK)
        error = of_store;
    if (error == OK && is_closing(work, result)) {
        set_put_back(work, OK);
        return;
    }
    if (error == OK)
        error = set_result(work, result);
    if (error != OK && !work_tries_again(work, error)
        && set_failed(work, error) == OK)
        return;
    if (error != OK)
        set_put_back(work, error);
}

void work_end(struct work *work, enum error error,
              const struct run_result *result)
{
    struct work_shared *shared = work->shared;

    decide(work, error, result);
    /* On a full disk it waits as the writes before it do, which it must not
     * overtake: the claim is part of `work`. */
    work->end.patient = true;
    work->end.done = end_done;
    work->end.context = work;
    pthread_mutex_lock(&shared->lock);
    while (shared->finishing >= FINISHING_MAX)
        pthread_cond_wait(&shared->finished, &shared->lock);
    shared->finishing++;
    pthread_mutex_unlock(&shared->lock);
    error = store_write(shared->store, &work->end, true);
    assert(error == OK); /* urgent, and the pool stops before the store */
}
