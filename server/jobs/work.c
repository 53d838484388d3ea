/*
 * work.c - one job on one worker: the way through the chapters of work.h.
 *
 * The worker waits for no commit: claim, chunks and end are handed to the store
 * in this order, and the job stays live until the last of them is on disk. So
 * a reader finds each row either here or there.
 */
#include <stdlib.h>

#include "server/jobs/work_parts.h"

/* NULL: out of memory, or another worker has the job: ret_is_elsewhere. */
static struct work *work_new(struct work_shared *shared,
                             struct job_queue_entry entry,
                             bool *ret_is_elsewhere)
{
    struct work *work = calloc(1, sizeof *work);

    if (!work)
        return NULL;
    work->magic = WORK_MAGIC;
    work->shared = shared;
    work->entry = entry;
    work->live = live_new(entry.number);
    if (work->live && live_insert(&shared->live, work->live))
        return work;
    *ret_is_elsewhere = work->live != NULL;
    work_free(work);
    return NULL;
}

static enum error run(struct work *work, struct run_result *ret)
{
    struct live *live = work->live;
    struct run job = spec_run(&live->spec);

    TRY(digest_new(&work->digest));
    TRY(pyramid_new(live->recorder.form, &work->pyramid));
    job.cancel = &live->cancel;
    job.observe = recorder_observe;
    job.observer = &live->recorder;
    job.show_at = &live->recorder.show_at;
    return run_minimize(&job, &live->arena, ret);
}

/* Leave a job that is not claimed. */
static void leave(struct work *work)
{
    live_remove(&work->shared->live, work->live);
    work_free(work);
}

void work_run_job(struct work_shared *shared, struct store_reader *reader,
                  struct job_queue_entry entry)
{
    struct run_result result = {.reason = REASON_FAILED};
    bool is_elsewhere = false, is_to_run = false;
    struct work *work = work_new(shared, entry, &is_elsewhere);
    enum error error, spec_error = OK;

    if (!work && !is_elsewhere)
        work_not_begun(shared, entry, ERR_MEMORY);
    if (!work)
        return;
    error = work_read(work, reader, &is_to_run, &spec_error);
    if (error == OK && is_to_run)
        error = work_claim(work);
    if (error != OK || !is_to_run) {
        leave(work);
        if (error != OK)
            work_not_begun(shared, entry, error);
        return;
    }
    error = spec_error == OK ? run(work, &result) : spec_error;
    work_end(work, error, &result);
}

void work_not_begun(struct work_shared *shared, struct job_queue_entry entry,
                    enum error error)
{
    struct log_line line;

    work_count_failure(&entry, true);
    log_begin(&line, LOG_WARNING, "job_not_begun");
    log_integer(&line, "job_number", entry.number);
    log_integer(&line, "failures", entry.failures);
    log_text(&line, "error", error_name(error));
    log_end(&line);
    shared->again(shared->pool, entry);
}
