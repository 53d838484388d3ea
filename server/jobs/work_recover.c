/* work_recover.c - jobs that nobody runs, and that nobody here knows of. */
#include "server/base/clock.h"
#include "server/jobs/work_parts.h"

struct found {
    struct work_shared *shared;
    struct job_queue *queue;
    bool is_orphan_only;        /* those alone that no worker has */
    int64_t last;
    enum error error;
};

static int32_t as_priority(int64_t priority)
{
    if (priority > INT32_MAX)
        return INT32_MAX;
    return priority < INT32_MIN ? INT32_MIN : (int32_t)priority;
}

static void found_job(void *self, int64_t number, int64_t priority)
{
    struct found *found = self;
    struct job_queue_entry entry = {
        .number = number, .priority = as_priority(priority)};

    if (number > found->last)
        found->last = number;
    if (found->is_orphan_only && live_has(&found->shared->live, number))
        return;
    if (found->error == OK)
        found->error = job_queue_push(found->queue, entry);
}

static enum error find(struct found *found, struct store_reader *reader,
                       enum job_state state)
{
    TRY(store_each(reader, state, found_job, found));
    return found->error;
}

enum error work_find_jobs(struct work_shared *shared,
                          struct store_reader *reader,
                          struct job_queue *queue, int64_t *ret_last)
{
    struct found found = {.shared = shared, .queue = queue,
                          .is_orphan_only = true};

    TRY(find(&found, reader, JOB_RUNNING));
    found.is_orphan_only = false;
    TRY(find(&found, reader, JOB_QUEUED));
    *ret_last = found.last;
    return OK;
}

/* Say that the job was running when the last process ended. */
static enum error log_recovered(struct store_reader *reader, int64_t number)
{
    char id[IDENTIFIER_TEXT_BYTES];
    struct store_job job;
    struct arena arena;
    struct log_line line;
    enum error error;

    arena_init(&arena, 0);
    error = store_get_number(reader, number, STORE_ROW, &arena, &job);
    if (error == OK) {
        identifier_format(&job.id, "job", id);
        log_begin(&line, LOG_WARNING, "job_recovered");
        log_text(&line, "job", id);
        log_text(&line, "state", job_state_name(job.state));
        log_integer(&line, "attempt", job.attempt);
        log_end(&line);
    }
    arena_fini(&arena);
    return error == ERR_MISSING ? OK : error; /* it was to be deleted */
}

enum error work_put_back_running(struct work_shared *shared,
                                 struct store_reader *reader)
{
    struct job_queue queue = {0};
    struct found found = {.shared = shared, .queue = &queue};
    enum error error = find(&found, reader, JOB_RUNNING);
    struct job_queue_entry job;

    while (error == OK && job_queue_pop(&queue, &job)) {
        struct store_write write = {
            .verb = STORE_REQUEUE,
            .requeue = {.number = job.number, .now_ms = clock_wall_ms()},
        };

        error = store_write_wait(shared->store, &write);
        if (error == OK)
            error = log_recovered(reader, job.number);
        else if (error == ERR_DISK || error == ERR_READ_ONLY)
            error = OK; /* a worker that finds it tries again */
    }
    job_queue_fini(&queue);
    return error;
}
