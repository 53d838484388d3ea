/*
 * writer.c - the writer thread: whatever queued is one commit.
 *
 * While a commit waits for the disk, writes pile up; they are the next group.
 * So a busy store pays one fsync for many writes, and an idle one answers a
 * single write at once; nothing is ever delayed to wait for company.
 */
#include <signal.h>

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

enum {
    GROUP_WRITES = 4096,                /* most in one transaction */
    GROUP_BYTES = 8 * 1024 * 1024,      /* most of trace in it, about */
    /* The WAL is checkpointed at these sizes: when nothing waits, at any time
     * (measured at 64 submitters: p99 4 ms, with the others alone 8 ms), and
     * at any time waiting for readers, who may else keep it growing. */
    WAL_IDLE_BYTES = 4 * 1024 * 1024,
    WAL_BUSY_BYTES = 16 * 1024 * 1024,
    WAL_FORCED_BYTES = 32 * 1024 * 1024,
    /* Jobs expire and traces are pruned for so long at a time, then whoever
     * waits is served; of a store that is never idle, a tenth of the time. */
    SLICE_NS = 5 * 1000 * 1000,
    PAUSE_NS = 9 * SLICE_NS,
    SLICE_SMALL_NS = SLICE_NS / 5, /* on a full disk: see reserve.h */
    RETRY_NS = 1000 * 1000 * 1000, /* after a slice that failed */
    SLEEP_MS_MAX = 60 * 1000,
};

/* Some consecutive writes of a list: those before `end`. */
struct group {
    struct store_write *first, *end;
    size_t count;
    size_t ordinary;    /* not urgent */
    bool is_transition; /* one of them must be on disk before it is answered */
};

static size_t chunks_bytes(const struct store_chunk *chunks, size_t count)
{
    size_t bytes = 0;

    for (size_t i = 0; i < count; i++)
        bytes += chunks[i].columns_bytes;
    return bytes;
}

static size_t trace_bytes(const struct store_write *write)
{
    if (write->verb == STORE_RECORD)
        return chunks_bytes(write->record.chunks, write->record.chunk_count);
    if (write->verb == STORE_REQUEUE)
        return chunks_bytes(write->requeue.chunks,
                            write->requeue.chunk_count);
    if (write->verb == STORE_FINISH)
        return chunks_bytes(write->finish.chunks, write->finish.chunk_count);
    return 0;
}

/* The first group of a list: as much of it as one transaction takes. */
static struct group cut_group(struct store_write *list)
{
    struct group group = {.first = list, .end = list};
    size_t bytes = 0;

    while (group.end != NULL && group.count < GROUP_WRITES &&
           bytes < GROUP_BYTES) {
        bytes += trace_bytes(group.end);
        group.count++;
        group.ordinary += !group.end->urgent;
        group.is_transition |= write_is_transition(group.end);
        group.end = group.end->next;
    }
    return group;
}

static enum error run(struct sqlite_store *store, enum write_statement which)
{
    struct binding binding = binding_begin(store->statements[which]);

    return binding_run(&binding);
}

/* Whether commits wait for the disk. A power cut may cost a trace its tail or
 * a job its claim; the job starts over then, nothing acknowledged is lost. */
static enum error set_synchronous(struct sqlite_store *store, bool full)
{
    if (store->is_full == full)
        return OK;
    TRY(statement_execute(store->db, full ? "PRAGMA synchronous = FULL"
                                          : "PRAGMA synchronous = NORMAL"));
    store->is_full = full;
    return OK;
}

/* A write that the present state forbids changes nothing and spoils nothing. */
static bool is_refusal(enum error error)
{
    return error == ERR_MISSING || error == ERR_CONFLICT
           || error == ERR_FULL;
}

static enum error carry_out_all(struct sqlite_store *store,
                                const struct group *group)
{
    TRY(set_synchronous(store, group->is_transition));
    TRY(run(store, SQL_BEGIN));
    for (struct store_write *at = group->first; at != group->end;
         at = at->next) {
        at->error = write_carry_out(store, at);
        if (at->error != OK && !is_refusal(at->error))
            return at->error;
    }
    TRY(count_keep(store));
    TRY(reserve_pages(store));
    return run(store, SQL_COMMIT);
}

static void log_failure(struct sqlite_store *store, enum error error,
                        size_t writes)
{
    struct log_line line;

    if (full_is(error))
        return; /* full_begin() says it, where no room is made */
    if (error == ERR_CORRUPT)
        damage_look(&store->base);
    log_begin(&line, LOG_ERROR, "store_failed");
    log_text(&line, "error", error_name(error));
    log_text(&line, "message", sqlite3_errmsg(store->db));
    log_integer(&line, "writes", (int64_t)writes);
    log_end(&line);
}

static void roll_back(struct sqlite_store *store)
{
    count_forget(store);
    /* Some errors have rolled back already; then there is nothing to do. */
    if (!sqlite3_get_autocommit(store->db) && run(store, SQL_ROLLBACK) != OK)
        log_event(LOG_ERROR, "store_rollback_failed", "message",
                  sqlite3_errmsg(store->db));
}

/* One transaction for the group; when it fails nothing of it remains. */
static enum error commit_group(struct sqlite_store *store,
                               const struct group *group)
{
    if (store->db == NULL)
        return store->read_only.why;
    enum error error = carry_out_all(store, group);

    if (error != OK) {
        log_failure(store, error, group->count);
        roll_back(store);
    }
    return error;
}

/* The first chunk that a run loses for good. */
static void note_lost(const struct store_write *write)
{
    enum error *first =
        write->verb == STORE_RECORD ? write->record.first_error : NULL;

    if (first && *first == OK)
        *first = write->error;
}

/* Whether it waits for space, once it was tried. */
static bool waits(struct sqlite_store *store, const struct store_write *write)
{
    return full_is(write->error) && full_must_wait(store, write);
}

/* Commit one write; on a full disk again, once there may be room. */
static void settle_alone(struct sqlite_store *store, struct store_write *write)
{
    struct group alone = {
        .first = write,
        .end = write->next,
        .count = 1,
        .is_transition = write_is_transition(write),
    };
    enum error error = commit_group(store, &alone);

    for (unsigned attempt = 0;
         error == ERR_DISK && full_make_room(store, write, attempt);
         attempt++) {
        store->reserve.is_exact = write_is_deletion(write);
        error = commit_group(store, &alone);
        store->reserve.is_exact = false;
    }
    if (full_is(error))
        full_begin(store, error);
    if (error != OK)
        write->error = error;
    if (error != OK && !waits(store, write))
        note_lost(write);
}

/* Commit a group; after its failure each write by itself, so that only those
 * fail that are at fault. Behind one that waits for space others wait untried,
 * for they may build upon it. */
static void settle_group(struct sqlite_store *store, const struct group *group)
{
    enum error error = OK;

    if (group->count > 1 && commit_group(store, group) == OK)
        return;
    for (struct store_write *at = group->first; at != group->end;
         at = at->next) {
        if (full_is(error) && full_must_wait(store, at)) {
            at->error = error;
            continue;
        }
        settle_alone(store, at);
        if (waits(store, at))
            error = at->error;
    }
}

static void answer_group(struct sqlite_store *store, const struct group *group)
{
    queue_finish(&store->base.queue, group->ordinary);
    for (struct store_write *at = group->first, *next; at != group->end;
         at = next) {
        next = at->next; /* `done` may free the write */
        if (waits(store, at))
            full_wait(store, at);
        else
            at->done(at);
    }
}

/*
 * Move the WAL into the database, so that it can start over.
 *
 *   mode   in   PASSIVE goes as far as readers let it; RESTART waits for them
 */
static void checkpoint(struct sqlite_store *store, int mode)
{
    int code = sqlite3_wal_checkpoint_v2(store->db, NULL, mode, NULL, NULL);

    /* Whatever remains is tried again after some more growth. */
    store->wal_tried = store->wal_bytes;
    if (code != SQLITE_OK && code != SQLITE_BUSY)
        log_event(LOG_ERROR, "store_checkpoint_failed", "message",
                  sqlite3_errmsg(store->db));
}

/* Whether the WAL holds `limit` and has grown since the last attempt. */
static bool wal_exceeds(struct sqlite_store *store, int64_t limit)
{
    if (store->wal_bytes < store->wal_tried)
        store->wal_tried = 0; /* it started over */
    return store->wal_bytes >= limit &&
           store->wal_bytes >= store->wal_tried + WAL_IDLE_BYTES;
}

/* ---- between writes: jobs that expire, traces to be pruned -------------- */

static enum error clean_in_transaction(struct sqlite_store *store,
                                       int64_t slice_ns)
{
    int64_t until_ns = clock_monotonic_ns() + slice_ns;

    TRY(set_synchronous(store, false)); /* lost by a power cut: done again */
    TRY(run(store, SQL_BEGIN));
    TRY(expire_until(store, until_ns));
    TRY(prune_until(store, until_ns));
    TRY(count_keep(store));
    TRY(reserve_pages(store));
    return run(store, SQL_COMMIT);
}

static enum error try_to_clean(struct sqlite_store *store, int64_t slice_ns)
{
    enum error error = clean_in_transaction(store, slice_ns);

    if (error != OK) {
        log_failure(store, error, 0);
        roll_back(store);
        store->prune_waits = store->expires_unknown = true;
    }
    return error;
}

/* A slice; on a full disk a small one, with room made for it. */
static enum error clean_slice(struct sqlite_store *store)
{
    enum error error = try_to_clean(store, SLICE_NS);

    for (unsigned attempt = 0;
         error == ERR_DISK && full_make_room_to_delete(store, attempt);
         attempt++) {
        store->reserve.is_exact = true;
        error = try_to_clean(store, SLICE_SMALL_NS);
        store->reserve.is_exact = false;
    }
    if (full_is(error))
        full_begin(store, error);
    return error;
}

/* Whether there is something to clean; ret_error: whether that is known. */
static bool has_to_clean(struct sqlite_store *store, enum error *ret_error)
{
    *ret_error = expire_look(store);
    return *ret_error == OK && (store->prune_waits
                                || store->expires_ms <= clock_wall_ms());
}

/* Clean for a slice of time, if it is time and there is something. False: not,
 * or it failed. */
static bool clean(struct sqlite_store *store, bool idle)
{
    bool wait = clock_monotonic_ns() < store->slice_next_ns;
    enum error error;

    if (store->db == NULL || (wait && (store->slice_failed || !idle)))
        return false;
    bool begun = has_to_clean(store, &error);
    if (error != OK)
        log_failure(store, error, 0);
    if (begun)
        error = clean_slice(store);
    store->slice_failed = error != OK;
    store->slice_next_ns =
        clock_monotonic_ns() + (error == OK ? PAUSE_NS : RETRY_NS);
    return begun && error == OK;
}

/* Until when the writer may sleep: a job expires, a slice is tried again. The
 * wall clock may be set meanwhile: it is looked at once a minute. */
static int64_t next_slice_ns(const struct sqlite_store *store)
{
    int64_t wait_ms;

    if (store->slice_failed)
        return store->slice_next_ns;
    if (store->db == NULL || store->expires_ms == INT64_MAX)
        return INT64_MAX;
    wait_ms = store->expires_ms - clock_wall_ms();
    if (wait_ms > SLEEP_MS_MAX)
        wait_ms = SLEEP_MS_MAX;
    return clock_monotonic_ns() + (wait_ms > 0 ? wait_ms * 1000000 : 1);
}

static int64_t sleep_until_ns(struct sqlite_store *store)
{
    int64_t slice_ns = next_slice_ns(store), look_ns = full_look_ns(store);

    return slice_ns < look_ns ? slice_ns : look_ns;
}

/* While others wait for space, patient writes of a list wait with them. Returns
 * what is left of the list. */
static struct store_write *hold_back(struct sqlite_store *store,
                                     struct store_write *list)
{
    struct store_write **at = &list;

    while (store->waiting != NULL && *at != NULL) {
        struct store_write *write = *at;
        if (full_must_wait(store, write)) {
            *at = write->next;
            full_wait(store, write);
        } else {
            at = &write->next;
        }
    }
    return list;
}

/* Carry out a whole list. */
static void carry_out(struct sqlite_store *store, struct store_write *list)
{
    while ((list = hold_back(store, list)) != NULL) {
        struct group group = cut_group(list);
        settle_group(store, &group);
        list = group.end;
        answer_group(store, &group);
        if (wal_exceeds(store, WAL_BUSY_BYTES))
            checkpoint(store, store->wal_bytes < WAL_FORCED_BYTES
                                  ? SQLITE_CHECKPOINT_PASSIVE
                                  : SQLITE_CHECKPOINT_RESTART);
        clean(store, false);
    }
}

/* Now and then: is there space, can it be written? Then what waits is tried. */
static void try_waiting(struct sqlite_store *store)
{
    if (!full_is_time(store))
        return;
    if (store->read_only.is)
        readonly_end(store);
    full_look(store);
    carry_out(store, full_take_waiting(store));
}

static void *write_until_closed(void *self)
{
    struct sqlite_store *store = self;
    struct store_queue *queue = &store->base.queue;
    struct store_write *list;

    while (queue_take(queue, 0, &list)) {
        if (list == NULL) {
            if (wal_exceeds(store, WAL_IDLE_BYTES))
                checkpoint(store, SQLITE_CHECKPOINT_PASSIVE);
            if (clean(store, true))
                continue;
            if (!queue_take(queue, sleep_until_ns(store), &list))
                break;
        }
        carry_out(store, list);
        try_waiting(store);
    }
    atomic_store(&store->base.impatient, true);
    carry_out(store, full_take_waiting(store));
    if (store->db != NULL)
        checkpoint(store, SQLITE_CHECKPOINT_TRUNCATE);
    return NULL;
}

enum error writer_start(struct sqlite_store *store)
{
    sigset_t all, former;

    /* Signals are for the main thread: a new thread inherits this mask. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &former);
    int failed = pthread_create(&store->writer, NULL, write_until_closed,
                                store);
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    if (failed)
        return ERR_SYSTEM;
    pthread_setname_np(store->writer, "writer");
    return OK;
}

void writer_stop(struct sqlite_store *store)
{
    queue_close(&store->base.queue);
    pthread_join(store->writer, NULL);
}
