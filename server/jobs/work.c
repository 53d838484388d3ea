/*
 * work.c - one job: claim, run, record, finish.
 *
 * The worker waits for no commit: claim, chunks and finish are handed to the
 * store in this order, and the job stays live until the last of them is on
 * disk. So a reader finds each row either here or there.
 */
#include "server/jobs/work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/pages.h"
#include "server/jobs/digest.h"
#include "server/jobs/pyramid.h"
#include "server/jobs/result.h"
#include "server/json/writer.h"

enum {
    CHUNKS_WAITING_MAX = 64,  /* of one job; then its worker waits */
    CHUNKS_WAITING_BYTES = 64 << 20, /* the same in bytes, but two at least */
    FINISHING_MAX = 256,      /* jobs; then every worker waits */
};

/* A write of this job, with what it points to. */
struct work_write {
    struct store_write write;
    struct work_shared *shared;
    struct live *live;
    struct store_chunk chunks[1 + 2 * PYRAMID_LEVELS];
    struct buffer result, error;
    char sha256[DIGEST_TEXT_BYTES];
};

/* The job while it runs: the recorder's sink. */
struct work {
    struct work_shared *shared;
    struct live *live;
    struct digest *digest;
    struct pyramid *pyramid;
};

/* ---- writes ------------------------------------------------------------ */

static struct work_write *write_new(struct work *work, enum store_verb verb)
{
    struct work_write *made = calloc(1, sizeof *made);

    if (!made)
        return NULL;
    made->shared = work->shared;
    made->live = work->live;
    made->write.verb = verb;
    made->write.context = made;
    /* A job that goes back to the queue does so because the server stops. */
    made->write.patient = verb != STORE_REQUEUE;
    live_hold(work->live);
    return made;
}

static void write_free(struct work_write *write)
{
    buffer_fini(&write->result);
    buffer_fini(&write->error);
    live_release(write->live);
    free(write);
}

static enum error write_send(struct work_write *write)
{
    enum error error =
        store_write(write->shared->store, &write->write, true);

    if (error != OK)
        write_free(write);
    return error;
}

static void log_job(const struct work_write *write, enum log_level level,
                    const char *event)
{
    const struct store_finish *end = &write->write.finish;
    bool has_ended = write->write.verb == STORE_FINISH;
    char id[IDENTIFIER_TEXT_BYTES];
    struct log_line line;

    identifier_format(&write->live->id, "job", id);
    log_begin(&line, level, event);
    log_text(&line, "job", id);
    if (write->write.error != OK)
        log_text(&line, "error", error_name(write->write.error));
    else if (has_ended)
        log_text(&line, "state", job_state_name(end->state));
    if (has_ended)
        log_text(&line, "outcome", end->outcome_reason);
    log_end(&line);
}

static void claim_done(struct store_write *done)
{
    struct work_write *write = done->context;
    struct work_shared *shared = write->shared;

    /* Canceled between queue and claim, or the store failed: what it does now
     * is for nothing, and finish_done() sees what becomes of it. */
    if (done->error == OK && shared->changed)
        shared->changed(shared->self, write->live->number);
    if (done->error != OK)
        atomic_store(&write->live->cancel, true);
    if (done->error != OK && done->error != ERR_CONFLICT
        && done->error != ERR_MISSING)
        log_job(write, LOG_WARNING, "job_not_claimed");
    write_free(write);
}

static enum error claim(struct work *work)
{
    struct work_write *write = write_new(work, STORE_CLAIM);

    if (!write)
        return ERR_MEMORY;
    write->write.move = (struct store_move){
        work->live->number, clock_wall_ms()};
    write->write.done = claim_done;
    return write_send(write);
}

/* ---- chunks ------------------------------------------------------------ */

static void chunk_done(struct store_write *done)
{
    struct work_write *write = done->context;
    struct live *live = write->live;

    recorder_drop_first(&live->recorder);
    if (done->error != OK)
        atomic_store(&live->cancel, true);
    pthread_mutex_lock(&live->lock);
    if (done->error != OK)
        live->store_error = done->error;
    else if (live->store_error == OK)
        live->chunks_stored++;
    live->chunks_waiting--;
    pthread_cond_signal(&live->stored);
    pthread_mutex_unlock(&live->lock);
    write_free(write);
}

/*
 * Encode a chunk for the store, and those of levels that it fills; with the
 * last one, all of them. They stand in one write: a level never has rows that
 * are not stored.
 */
static enum error encode_chunks(struct work *work, const struct chunk *chunk,
                                bool is_last, struct buffer *out,
                                struct pyramid_chunks *levels)
{
    chunk_encode(chunk, 0, out);
    levels->items[0].first = (int64_t)chunk->scalars[COLUMN_ITERATION][0];
    levels->items[0].last =
        (int64_t)chunk->scalars[COLUMN_ITERATION][chunk->rows - 1];
    levels->items[0].rows = chunk->rows;
    levels->items[0].bytes = out->count;
    levels->count = 1;
    TRY(pyramid_add(work->pyramid, chunk, out, levels));
    if (is_last)
        TRY(pyramid_end(work->pyramid, out, levels));
    return out->failed ? ERR_MEMORY : OK;
}

/* Describe and encode a chunk for the store, in write->chunks. The bytes stay
 * with the chunk, which lives as long as its write. */
static enum error set_chunk(struct work *work, struct work_write *write,
                            struct recorded_chunk *from, bool is_last,
                            size_t *ret_count)
{
    struct pyramid_chunks made = {.items[0].chunk = from->index};

    TRY(encode_chunks(work, from->chunk, is_last, &from->encoded, &made));
    for (size_t i = 0; i < made.count; i++)
        write->chunks[i] = (struct store_chunk){
            .number = write->live->number,
            .level = made.items[i].level,
            .chunk = made.items[i].chunk,
            .first = made.items[i].first,
            .last = made.items[i].last,
            .rows = made.items[i].rows,
            .columns = from->encoded.bytes + made.items[i].offset,
            .columns_bytes = made.items[i].bytes,
        };
    *ret_count = made.count;
    return OK;
}

/* How many chunks of this job may wait for the store. Each is held twice: as
 * columns and as bytes. */
static unsigned chunks_waiting_max(const struct live *live)
{
    size_t bytes = 2 * chunk_bytes(live->recorder.form);
    size_t chunks = CHUNKS_WAITING_BYTES / bytes;

    if (chunks > CHUNKS_WAITING_MAX)
        return CHUNKS_WAITING_MAX;
    return chunks < 2 ? 2 : (unsigned)chunks;
}

/* The recorder's sink: hash the chunk and hand it to the store. */
static enum error chunk_full(void *self, struct recorded_chunk *chunk)
{
    struct work *work = self;
    struct live *live = work->live;
    struct work_write *write;
    enum error error;
    size_t count;

    TRY(digest_add(work->digest, chunk->chunk));
    write = write_new(work, STORE_RECORD);
    if (!write)
        return ERR_MEMORY;
    error = set_chunk(work, write, chunk, false, &count);
    if (error != OK) {
        write_free(write);
        return error;
    }
    write->write.record =
        (struct store_record){live->number, write->chunks, count};
    write->write.done = chunk_done;
    pthread_mutex_lock(&live->lock);
    while (live->chunks_waiting >= chunks_waiting_max(live))
        pthread_cond_wait(&live->stored, &live->lock);
    error = live->store_error;
    if (error == OK)
        live->chunks_waiting++;
    pthread_mutex_unlock(&live->lock);
    if (error != OK) {
        write_free(write);
        return error;
    }
    error = write_send(write);
    if (error != OK) {
        pthread_mutex_lock(&live->lock);
        live->chunks_waiting--;
        pthread_mutex_unlock(&live->lock);
    }
    return error;
}

/* How many rows the store has, once it has looked at all that it was given. */
static int64_t rows_stored(struct live *live)
{
    int64_t chunks;

    pthread_mutex_lock(&live->lock);
    while (live->chunks_waiting > 0)
        pthread_cond_wait(&live->stored, &live->lock);
    chunks = live->chunks_stored;
    pthread_mutex_unlock(&live->lock);
    return chunks * STORE_CHUNK_ROWS;
}

/* ---- the end ----------------------------------------------------------- */

static void one_finished(struct work_shared *shared)
{
    pthread_mutex_lock(&shared->lock);
    shared->finishing--;
    pthread_cond_signal(&shared->finished);
    pthread_mutex_unlock(&shared->lock);
}

static const char *end_event(const struct store_write *done)
{
    if (done->ret_wish == WISH_DELETE)
        return "job_deleted";
    return done->verb == STORE_FINISH ? "job_ended" : "job_requeued";
}

static void finish_done(struct store_write *done)
{
    struct work_write *write = done->context;
    struct work_shared *shared = write->shared;
    int64_t number = write->live->number;
    int64_t priority = write->live->spec.priority;
    bool refused = done->error == ERR_CONFLICT || done->error == ERR_MISSING;
    bool failed = done->error != OK && !refused;
    /* It was never claimed. Other conflicts are the rest of a cancel that came
     * before the claim. */
    bool unclaimed = done->error == ERR_CONFLICT
                  && done->ret_state == JOB_QUEUED;

    if (failed)
        log_job(write, LOG_WARNING, "job_not_stored");
    else if (done->error == OK)
        log_job(write, LOG_INFO, end_event(done));
    live_remove(&shared->live, write->live);
    write_free(write);
    one_finished(shared);
    if (failed || unclaimed)
        shared->unfinished(shared->pool, number, priority);
    if (shared->changed)
        shared->changed(shared->self, number);
}

static enum error send_finish(struct work_write *write)
{
    struct work_shared *shared = write->shared;
    enum error error;

    write->write.done = finish_done;
    pthread_mutex_lock(&shared->lock);
    while (shared->finishing >= FINISHING_MAX)
        pthread_cond_wait(&shared->finished, &shared->lock);
    shared->finishing++;
    pthread_mutex_unlock(&shared->lock);
    error = write_send(write);
    if (error != OK)
        one_finished(shared);
    return error;
}

/* A failed job keeps the full chunks before the first that was not stored. */
static void set_error(struct work_write *write, enum error error)
{
    int64_t rows = rows_stored(write->live);
    struct store_finish *end = &write->write.finish;
    struct json_writer writer;

    *end = (struct store_finish){
        .number = write->live->number, .now_ms = clock_wall_ms(),
        .state = JOB_FAILED,
        .iterations =
            rows ? (rows - 1) * (int64_t)write->live->recorder.every : 0,
        .loss = NAN, .gradient_norm = NAN, .best_loss = NAN, .epoch = NAN,
    };
    json_writer_init(&writer, &write->error);
    json_object_begin(&writer);
    json_member_text(&writer, "code", error_name(error));
    json_member_text(&writer, "message", error_sentence(error));
    json_object_end(&writer);
    buffer_append(&write->error, "", 1);
    end->error = write->error.failed ? NULL : write->error.bytes;
}

static enum error set_result(struct work_write *write, struct work *work,
                             const struct run_result *result)
{
    struct recorder *recorder = &work->live->recorder;
    struct recorded_chunk *last = recorder->open;
    struct store_finish *job = &write->write.finish;

    *job = (struct store_finish){
        .number = work->live->number, .now_ms = clock_wall_ms()};
    last->chunk->rows =
        atomic_load_explicit(&last->rows, memory_order_relaxed);
    if (last->chunk->rows > 0) {
        TRY(digest_add(work->digest, last->chunk));
        TRY(set_chunk(work, write, last, true, &job->chunk_count));
        job->chunks = write->chunks;
    }
    TRY(digest_text(work->digest, write->sha256));
    result_write(&work->live->spec, result, recorder->time_s, write->sha256,
                 &write->result);
    buffer_append(&write->result, "", 1);
    if (write->result.failed)
        return ERR_MEMORY;
    job->result = write->result.bytes;
    job->iterations = (int64_t)result->iterations;
    job->loss = isfinite(result->loss) ? result->loss : NAN;
    job->gradient_norm =
        isfinite(result->gradient_norm) ? result->gradient_norm : NAN;
    job->trace_sha256 = write->sha256;
    job->best_loss =
        isfinite(result->best.loss) ? result->best.loss : NAN;
    job->best_iteration = (int64_t)result->best.iteration;
    job->epoch = recorder->metric_count > 0
                     ? (double)result->iterations / (double)recorder->an_epoch
                     : NAN;
    if (result->reason == REASON_CANCELED) {
        job->state = JOB_CANCELED;
    } else {
        job->state = JOB_COMPLETED;
        job->outcome_class =
            outcome_class_name(reason_texts[result->reason].outcome);
        job->outcome_reason = reason_texts[result->reason].name;
    }
    return OK;
}

/* Why the run could not do its work; OK when it could. */
static enum error run_error(struct live *live, enum error error,
                            const struct run_result *result)
{
    enum error store_error;

    pthread_mutex_lock(&live->lock);
    store_error = live->store_error;
    pthread_mutex_unlock(&live->lock);
    if (error != OK)
        return error;
    if (store_error != OK)
        return store_error;
    return result->reason == REASON_FAILED ? live->recorder.error : OK;
}

/* Whether the server's end, and nothing else, ended the run: by its flag, or
 * because what it wrote waited for space on the disk. */
static bool must_put_back(struct work *work, enum error error,
                          const struct run_result *result)
{
    if (!atomic_load(&work->shared->closing)
        || atomic_load(&work->live->canceled_by_user))
        return false;
    return error == ERR_DISK || error == ERR_READ_ONLY
        || (error == OK && result->reason == REASON_CANCELED);
}

static enum error finish(struct work *work, enum error error,
                         const struct run_result *result)
{
    struct live *live = work->live;
    struct work_write *write;
    bool put_back;

    error = run_error(live, error, result);
    put_back = must_put_back(work, error, result);
    if (put_back)
        error = OK; /* what it recorded is recorded again */
    write = write_new(work, put_back ? STORE_REQUEUE : STORE_FINISH);
    if (!write)
        return ERR_MEMORY;
    if (put_back)
        write->write.move = (struct store_move){
            live->number, clock_wall_ms()};
    if (error == OK && !put_back)
        error = set_result(write, work, result);
    if (error != OK) {
        write->write.verb = STORE_FINISH;
        set_error(write, error);
    }
    return send_finish(write);
}

/* ---- a job ------------------------------------------------------------- */

/* Run a live job; it is in the table, and leaves it when it is stored. */
static enum error run(struct work *work, enum error spec_error)
{
    struct live *live = work->live;
    struct run_result result = {.reason = REASON_FAILED};
    struct run job;
    enum error error = spec_error;

    TRY(claim(work));
    if (error == OK)
        error = digest_new(&work->digest);
    if (error == OK)
        error = pyramid_new(live->recorder.form, &work->pyramid);
    if (error == OK) {
        job = spec_run(&live->spec);
        job.cancel = &live->cancel;
        job.observe = recorder_observe;
        job.observer = &live->recorder;
        job.show_at = &live->recorder.show_at;
        error = run_minimize(&job, &live->arena, &result);
    }
    error = finish(work, error, &result);
    digest_free(work->digest);
    pyramid_free(work->pyramid);
    return error;
}

/* A live job in the making: its spec and its recorder. */
static enum error live_new(struct work *work, struct store_reader *reader,
                           const struct store_job *job, struct live **ret,
                           enum error *ret_spec_error)
{
    const struct spec_source source = {
        .datasets = work->shared->datasets, .reader = reader};
    struct live *live = calloc(1, sizeof *live);
    struct json_flaw flaw;
    struct faults *faults;

    if (!live)
        return ERR_MEMORY;
    live->number = job->number;
    live->id = job->id;
    atomic_init(&live->references, 1);
    arena_init_from(&live->arena, 0, &pages_huge);
    pthread_mutex_init(&live->lock, NULL);
    pthread_cond_init(&live->stored, NULL);
    faults = ARENA_NEW(&live->arena, struct faults);
    *ret_spec_error = ERR_MEMORY;
    if (faults) {
        faults_init(faults, &live->arena);
        *ret_spec_error = spec_read_from(&live->arena, job->spec,
                                         strlen(job->spec), &source, faults,
                                         &flaw, &live->spec);
    }
    if (*ret_spec_error == OK)
        *ret_spec_error = recorder_init(&live->recorder, &live->spec,
                                        chunk_full, work);
    *ret = live;
    return OK;
}

void work_run_job(struct work_shared *shared, struct store_reader *reader,
                  int64_t number)
{
    struct work work = {.shared = shared};
    struct store_job job;
    struct arena arena;
    struct log_line line;
    enum error error, spec_error = OK;

    arena_init(&arena, 0);
    error = store_get_number(reader, number, STORE_SPEC, &arena, &job);
    if (error == OK && job.state == JOB_QUEUED)
        error = live_new(&work, reader, &job, &work.live, &spec_error);
    arena_fini(&arena);
    if (error == OK && work.live) {
        live_insert(&shared->live, work.live);
        if (atomic_load(&shared->closing)) /* before it could be found */
            atomic_store(&work.live->cancel, true);
        error = run(&work, spec_error);
        if (error != OK) /* no write will come back for it */
            live_remove(&shared->live, work.live);
        live_release(work.live);
    }
    if (error == OK || error == ERR_MISSING) /* deleted meanwhile */
        return;
    log_begin(&line, LOG_ERROR, "job_not_run");
    log_integer(&line, "job_number", number);
    log_text(&line, "error", error_name(error));
    log_end(&line);
}

enum error work_recover_job(struct work_shared *shared,
                            struct store_reader *reader, int64_t number)
{
    struct store_write write = {
        .verb = STORE_REQUEUE,
        .move = {number, clock_wall_ms()},
    };
    struct store_job job;
    struct arena arena;
    enum error error;

    arena_init(&arena, 0);
    error = store_get_number(reader, number, STORE_ROW, &arena, &job);
    arena_fini(&arena);
    if (error == ERR_MISSING || (error == OK && job.state != JOB_RUNNING))
        return OK;
    TRY(error);
    error = store_write_wait(shared->store, &write);
    return error == ERR_CONFLICT || error == ERR_MISSING ? OK : error;
}
