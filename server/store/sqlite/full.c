/*
 * full.c - a disk without space: what is refused, what waits, what makes room.
 *
 * New jobs are refused. What a running job writes waits, in order, and its
 * worker with it, until there is space. What deletes or ends something gets
 * room in the log: the log begins anew, with the reserve's room if its own is
 * too small. So it is for every write where the database has free pages, which
 * is how jobs are taken again when others were deleted, or where the log has
 * grown so far that it has the room.
 */
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

enum {
    LOOK_NS = 500 * 1000 * 1000,  /* between two looks whether there is space */
    FREE_PAGES_MIN = (1 << 20) / SQLITE_PAGE_BYTES, /* room for new jobs */
};

bool full_is(enum error error)
{
    return error == ERR_DISK || error == ERR_READ_ONLY;
}

/* ---- saying so ---------------------------------------------------------- */

#define FULL_SENTENCE                                                         \
    "the disk is full: new jobs may be refused, running ones wait, reads go "  \
    "on; delete jobs or datasets, or free space, and all goes on by itself"
#define FULL_UNOPENED_SENTENCE                                                \
    "the disk is full, without the room that it takes to open the database "  \
    "for writing: it is read only; free space, and all goes on by itself"
#define READ_ONLY_SENTENCE                                                    \
    "the database's file system takes no writes: it is read only; mount it "  \
    "to be written, and all goes on by itself"

void full_begin(struct sqlite_store *store, enum error error)
{
    struct condition *condition = &store->base.condition;
    struct log_line line;
    const char *sentence = READ_ONLY_SENTENCE;

    if (error == ERR_DISK)
        sentence = store->read_only.is ? FULL_UNOPENED_SENTENCE
                                       : FULL_SENTENCE;
    store->look_ns = clock_monotonic_ns() + LOOK_NS;
    if (!condition_set(condition,
                       error == ERR_DISK ? STORE_DISK_FULL : STORE_READ_ONLY,
                       sentence))
        return;
    log_begin(&line, LOG_ERROR, error_name(error));
    log_text(&line, "file", store->path);
    log_text(&line, "meaning", sentence);
    log_end(&line);
}

static void end(struct sqlite_store *store)
{
    if (condition_set(&store->base.condition, STORE_SOUND, ""))
        log_event(LOG_INFO, "disk_has_space", "file", store->path);
}

/* Whether it was said. */
static bool is_on(struct sqlite_store *store)
{
    char sentence[STORE_MESSAGE_BYTES];
    enum store_condition is = condition_get(&store->base.condition, sentence);

    return is == STORE_DISK_FULL || is == STORE_READ_ONLY;
}

/* ---- making room -------------------------------------------------------- */

/* Whether the database has pages that new jobs can use. */
static bool has_free_pages(struct sqlite_store *store)
{
    AUTO_BINDING row = binding_begin(store->statements[SQL_FREE_PAGES]);

    return binding_row(&row) == OK
        && sqlite3_column_int64(row.statement, 0) >= FREE_PAGES_MIN;
}

static void give_up_reserve(struct sqlite_store *store)
{
    full_begin(store, ERR_DISK);
    reserve_give_up(store);
}

/* The log begins anew. With enough room of its own it leaves the reserve. */
static void restart_log(struct sqlite_store *store)
{
    int code;

    if (reserve_log_bytes(store) < RESERVE_LOG_BYTES)
        give_up_reserve(store);
    code = sqlite3_wal_checkpoint_v2(store->db, NULL,
                                     SQLITE_CHECKPOINT_RESTART, NULL, NULL);
    if (code == SQLITE_OK)
        store->wal_bytes = 0;
    else
        log_event(LOG_ERROR, "store_checkpoint_failed", "message",
                  sqlite3_errmsg(store->db));
}

bool full_make_room_to_delete(struct sqlite_store *store, unsigned attempt)
{
    if (store->db == NULL)
        return false;
    if (attempt == 0)
        restart_log(store);
    else if (attempt == 1 && store->reserve.is_made)
        give_up_reserve(store); /* for the database's pages */
    else
        return false;
    return true;
}

bool full_make_room(struct sqlite_store *store,
                    const struct store_write *write, unsigned attempt)
{
    if (write_is_deletion(write))
        return full_make_room_to_delete(store, attempt);
    if (store->db == NULL || attempt > 0)
        return false;
    if (!write_is_end(write) && !has_free_pages(store)
        && store->wal_bytes <= RESERVE_LOG_BYTES)
        return false;
    restart_log(store);
    return true;
}

/* ---- waiting ------------------------------------------------------------ */

bool full_must_wait(const struct sqlite_store *store,
                    const struct store_write *write)
{
    return write->patient && !atomic_load(&store->base.impatient);
}

void full_wait(struct sqlite_store *store, struct store_write *write)
{
    if (store->waiting == NULL) {
        store->waiting_end = &store->waiting;
        store->look_ns = clock_monotonic_ns() + LOOK_NS;
    }
    write->next = NULL;
    *store->waiting_end = write;
    store->waiting_end = &write->next;
    atomic_store(&store->base.waiting, true);
}

struct store_write *full_take_waiting(struct sqlite_store *store)
{
    struct store_write *list = store->waiting;

    store->waiting = NULL;
    atomic_store(&store->base.waiting, false);
    return list;
}

/* ---- looking ------------------------------------------------------------ */

/* A reserve more would fit; or the database has free pages, and the log room to
 * use them. */
static bool has_space(struct sqlite_store *store)
{
    if (reserve_has_room(store))
        return true;
    return has_free_pages(store)
        && (store->reserve.is_made
            || reserve_log_bytes(store) >= RESERVE_LOG_BYTES);
}

int64_t full_look_ns(struct sqlite_store *store)
{
    bool looks = store->waiting != NULL || store->read_only.is || is_on(store);

    return looks ? store->look_ns : INT64_MAX;
}

bool full_is_time(struct sqlite_store *store)
{
    if (store->waiting != NULL && atomic_load(&store->base.impatient))
        return true;
    if (clock_monotonic_ns() < full_look_ns(store))
        return false;
    store->look_ns = clock_monotonic_ns() + LOOK_NS;
    return true;
}

void full_look(struct sqlite_store *store)
{
    if (store->db != NULL && is_on(store) && has_space(store))
        end(store);
}
