/*
 * work_claim.c - a job from the queue: its row, its spec, the claim.
 *
 * Nothing is changed in the store before the spec has been read, so that what
 * goes wrong up to here leaves the job as it was: queued.
 */
#include <string.h>

#include "server/base/clock.h"
#include "server/jobs/work_parts.h"

/* The row, with its spec; after too many tries without, if the spec is what
 * cannot be read: ret_spec_error. */
static enum error read_row(struct work *work, struct store_reader *reader,
                           struct arena *arena, struct store_job *ret,
                           enum error *ret_spec_error)
{
    int64_t number = work->entry.number;
    enum error error =
        store_get_number(reader, number, STORE_SPEC, arena, ret);

    if (error == OK || !work_error_passes(error)
        || work_tries_again(work, error))
        return error;
    *ret_spec_error = error;
    return store_get_number(reader, number, STORE_ROW, arena, ret);
}

static enum error read_spec(struct work *work, struct store_reader *reader,
                            const char *text)
{
    const struct spec_source source = {
        .datasets = work->shared->datasets, .reader = reader};
    struct live *live = work->live;
    struct faults *faults = ARENA_NEW(&live->arena, struct faults);
    struct json_flaw flaw;

    if (!text) /* the row of a job without one */
        return ERR_CORRUPT;
    if (!faults)
        return ERR_MEMORY;
    faults_init(faults, &live->arena);
    TRY(spec_read_from(&live->arena, text, strlen(text), &source, faults,
                       &flaw, &live->spec));
    return recorder_init(&live->recorder, &live->spec, work_chunk_full, work);
}

/* The store has it as running, and nobody runs it. Afterwards it is queued, or
 * has ended as was wished meanwhile. */
static enum error put_back(struct work *work, enum job_state *ret_state)
{
    struct work_shared *shared = work->shared;
    struct store_write write = {
        .verb = STORE_REQUEUE,
        .requeue = {.number = work->entry.number, .now_ms = clock_wall_ms()},
    };
    enum error error = store_write_wait(shared->store, &write);

    if (error == ERR_CONFLICT || error == ERR_MISSING)
        error = OK; /* as it is now, or gone */
    TRY(error);
    *ret_state = write.ret_state;
    if (write.ret_wish == WISH_DELETE || write.error == ERR_MISSING)
        *ret_state = JOB_CANCELED; /* and forgotten */
    if (shared->changed)
        shared->changed(shared->self, work->entry.number);
    return OK;
}

enum error work_read(struct work *work, struct store_reader *reader,
                     bool *ret_is_to_run, enum error *ret_spec_error)
{
    struct live *live = work->live;
    enum error error, spec_error = OK;
    struct store_job job;
    struct arena arena;

    arena_init(&arena, 0);
    error = read_row(work, reader, &arena, &job, &spec_error);
    if (error == OK && job.state == JOB_RUNNING)
        error = put_back(work, &job.state);
    if (error == OK && job.state == JOB_QUEUED) {
        live->id = job.id;
        if (spec_error == OK)
            spec_error = read_spec(work, reader, job.spec);
        if (work_tries_again(work, spec_error))
            error = spec_error;
        *ret_spec_error = spec_error;
        *ret_is_to_run = error == OK;
    }
    arena_fini(&arena);
    return error == ERR_MISSING ? OK : error; /* deleted meanwhile */
}

static void claim_done(struct store_write *done)
{
    struct work *work = MAGIC_CAST(done->context, struct work, WORK_MAGIC);
    struct work_shared *shared = work->shared;
    bool is_refused = done->error == ERR_CONFLICT
                   || done->error == ERR_MISSING;
    struct log_line line;

    if (done->error == OK) {
        if (shared->changed)
            shared->changed(shared->self, work->entry.number);
        return;
    }
    /* Canceled between queue and claim, or the store failed: what the worker
     * does now is for nothing, and the end sees what becomes of it. */
    atomic_store(&work->live->cancel, true);
    if (is_refused)
        return;
    work_log_begin(&line, LOG_WARNING, "job_not_claimed", work->live);
    log_text(&line, "error", error_name(done->error));
    log_end(&line);
}

enum error work_claim(struct work *work)
{
    struct work_shared *shared = work->shared;
    struct live *live = work->live;

    work->claim = (struct store_write){
        .verb = STORE_CLAIM,
        .claim = {live->number, clock_wall_ms()},
        .patient = true,
        .done = claim_done,
        .context = work,
    };
    if (live->recorder.open)
        live_show(&shared->live, live);
    if (atomic_load(&shared->closing)) /* before it was in the table */
        atomic_store(&live->cancel, true);
    return store_write(shared->store, &work->claim, true);
}
