/* open.c - take the file, make it ours, start its writer; and the way back. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

/* Make an empty file, which is a new store, where a name leads to none: also
 * behind a link. Nobody else reads what this process writes. */
static bool make_file(const char *location)
{
    int file = open(location, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (file < 0)
        return false;
    close(file);
    return true;
}

/*
 * The absolute path of the file, its links followed, so that all names of a
 * file lead to one lock; of a file that is not there once it has been made. (A
 * file that is there is not opened here: to close it again would drop the
 * locks that SQLite holds on it in this process.) NULL with errno.
 */
static char *resolve(const char *location, bool create)
{
    char *path = realpath(location, NULL);

    if (path == NULL && errno == ENOENT && create && make_file(location))
        path = realpath(location, NULL);
    return path;
}

/* Whether there is something in the file: an empty one is no database. */
static bool is_filled(const char *path)
{
    struct stat file;

    return stat(path, &file) == 0 && file.st_size > 0;
}

static enum error find_file(struct sqlite_store *store,
                            const struct store_options *options,
                            char message[STORE_MESSAGE_BYTES])
{
    store->path = resolve(options->location, !options->must_exist);
    if (store->path != NULL && (!options->must_exist || is_filled(store->path)))
        return OK;
    if (options->must_exist && (store->path != NULL || errno == ENOENT)) {
        snprintf(message, STORE_MESSAGE_BYTES,
                 "%s is no database: --create makes it one",
                 options->location);
        return ERR_MISSING;
    }
    snprintf(message, STORE_MESSAGE_BYTES, "cannot open %s: %s",
             options->location, strerror(errno));
    return errno == ENOMEM ? ERR_MEMORY : ERR_SYSTEM;
}

/* ---- the lock ----------------------------------------------------------- */

enum { HOLDER_BYTES = 64 };

/* Say in the lock file who has it. It is for people alone: where the disk is
 * full the refusal names nobody. */
static void write_holder(int lock)
{
    char text[HOLDER_BYTES], since[TIME_TEXT_BYTES];
    int bytes;

    time_format(clock_wall_ms(), since);
    bytes = snprintf(text, sizeof text, "pid %ld since %s\n", (long)getpid(),
                     since);
    if (ftruncate(lock, 0) != 0 || pwrite(lock, text, (size_t)bytes, 0) < 0)
        return; /* the database itself will say what is wrong with the disk */
}

static void refuse_holder(struct sqlite_store *store,
                          char message[STORE_MESSAGE_BYTES])
{
    char text[HOLDER_BYTES];
    ssize_t bytes = pread(store->lock, text, sizeof text - 1, 0);

    text[bytes > 0 ? bytes : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
    snprintf(message, STORE_MESSAGE_BYTES,
             "%s is in use by another process%s%s", store->path,
             *text ? ": " : "", text);
}

/*
 * Lock the store for this process.
 *
 * The lock stands on a file beside the database: closing a descriptor of the
 * database itself would drop the locks that SQLite holds on it in this process
 * (POSIX). The file stays, for removing it would let two in; it says who has
 * the lock, or had it last.
 */
static enum error take_lock(struct sqlite_store *store,
                            char message[STORE_MESSAGE_BYTES])
{
    char *name = NULL;

    if (asprintf(&name, "%s-lock", store->path) < 0)
        return ERR_MEMORY;
    store->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (store->lock < 0) {
        snprintf(message, STORE_MESSAGE_BYTES, "cannot open %s: %s", name,
                 strerror(errno));
        free(name);
        return ERR_SYSTEM;
    }
    free(name);
    if (flock(store->lock, LOCK_EX | LOCK_NB) == 0) {
        write_holder(store->lock);
        return OK;
    }
    if (errno == EWOULDBLOCK) {
        refuse_holder(store, message);
        return ERR_IN_USE;
    }
    snprintf(message, STORE_MESSAGE_BYTES, "cannot lock %s: %s", store->path,
             strerror(errno));
    return ERR_SYSTEM;
}

/* Keep count of the WAL; SQLite's own checkpoint is off with this. */
static int note_wal(void *self, sqlite3 *db, const char *name, int pages)
{
    struct sqlite_store *store = self;

    (void)db;
    (void)name;
    store->wal_bytes = (int64_t)pages * (SQLITE_PAGE_BYTES + 24);
    return SQLITE_OK;
}

/* Open the writing connection and look at what the file is. */
static enum error connect_writer(struct sqlite_store *store,
                                 char message[STORE_MESSAGE_BYTES])
{
    enum error error =
        sqlite_connect(store->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                       SQLITE_WRITER_BUSY_MS, &store->db);

    if (error != OK) {
        snprintf(message, STORE_MESSAGE_BYTES, "cannot open %s: %s",
                 store->path, strerror(errno));
        return error;
    }
    if (sqlite3_db_readonly(store->db, "main") == 1) {
        snprintf(message, STORE_MESSAGE_BYTES, "%s may not be written",
                 store->path);
        return ERR_SYSTEM;
    }
    return sqlite_recognize(store->db, store->path, message);
}

/* Once the file is known to be ours: settings, tables, a small WAL. */
static enum error prepare(struct sqlite_store *store,
                          char message[STORE_MESSAGE_BYTES])
{
    static const char settings[] =
        "PRAGMA page_size = 8192;" /* SQLITE_PAGE_BYTES */
        "PRAGMA journal_mode = WAL;"
        "PRAGMA synchronous = FULL;"
        "PRAGMA wal_autocheckpoint = 0;"
        "PRAGMA journal_size_limit = 33554432;" /* WAL_FORCED_BYTES */
        "PRAGMA secure_delete = OFF;"
        "PRAGMA temp_store = MEMORY;"
        "PRAGMA cache_size = -16384;";
    static const char empty_wal[] = "PRAGMA wal_checkpoint(TRUNCATE);";

    int64_t has_wal = 0;

    TRY(statement_execute(store->db, settings));
    TRY(statement_number(store->db, "SELECT journal_mode = 'wal'"
                                    " FROM pragma_journal_mode", &has_wal));
    if (!has_wal) {
        snprintf(message, STORE_MESSAGE_BYTES,
                 "%s is on a file system without shared memory, which a "
                 "write-ahead log needs", store->path);
        return ERR_SYSTEM;
    }
    store->is_full = true;
    TRY(sqlite_migrate(store->db, store->path, &store->version, message));
    TRY(statement_execute(store->db, empty_wal));
    sqlite3_wal_hook(store->db, note_wal, store);
    TRY(statements_prepare(store->db, WRITE_STATEMENTS, write_sql,
                           store->statements));
    TRY(statements_prepare(store->db, PRUNE_STATEMENTS, prune_sql,
                           store->prune_statements));
    TRY(statements_prepare(store->db, EXPIRE_STATEMENTS, expire_sql,
                           store->expire_statements));
    TRY(statements_prepare(store->db, COUNT_STATEMENTS, count_sql,
                           store->count_statements));
    /* What an earlier process left. */
    store->prune_waits = store->expires_unknown = true;
    return statements_prepare(store->db, DATASET_WRITE_STATEMENTS,
                              dataset_write_sql, store->dataset_statements);
}

static void close_all(struct sqlite_store *store)
{
    statements_finalize(WRITE_STATEMENTS, store->statements);
    statements_finalize(DATASET_WRITE_STATEMENTS, store->dataset_statements);
    statements_finalize(PRUNE_STATEMENTS, store->prune_statements);
    statements_finalize(EXPIRE_STATEMENTS, store->expire_statements);
    statements_finalize(COUNT_STATEMENTS, store->count_statements);
    sqlite3_close(store->db);
    if (store->lock >= 0)
        close(store->lock);
    free(store->path);
    free(store);
}

static enum error open_all(struct sqlite_store *store,
                           const struct store_options *options,
                           char message[STORE_MESSAGE_BYTES])
{
    TRY(find_file(store, options, message));
    TRY(take_lock(store, message));
    TRY(connect_writer(store, message));
    enum error error = prepare(store, message);
    if (error != OK && message[0] == '\0')
        snprintf(message, STORE_MESSAGE_BYTES, "cannot open %s: %s (%s)",
                 store->path, error_sentence(error),
                 sqlite3_errmsg(store->db));
    TRY(error);
    TRY(queue_init(&store->base.queue, options->queue_max));
    error = writer_start(store);
    if (error != OK)
        queue_fini(&store->base.queue);
    return error;
}

static enum error sqlite_open(const struct store_options *options,
                              struct store **ret_store,
                              char message[STORE_MESSAGE_BYTES])
{
    struct sqlite_store *store = calloc(1, sizeof *store);
    enum error error = ERR_MEMORY;

    message[0] = '\0';
    if (store != NULL) {
        store->base.kind = &store_sqlite;
        store->lock = -1;
        store->retention_ms = options->retention_ms;
        error = open_all(store, options, message);
    }
    if (error == OK) {
        *ret_store = &store->base;
        return OK;
    }
    if (message[0] == '\0')
        snprintf(message, STORE_MESSAGE_BYTES, "cannot open %s: %s",
                 options->location, error_sentence(error));
    if (store != NULL)
        close_all(store);
    return error;
}

static void sqlite_close(struct store *base)
{
    struct sqlite_store *store = (struct sqlite_store *)base;

    writer_stop(store);
    queue_fini(&store->base.queue);
    close_all(store);
}

static int64_t sqlite_version(const struct store *base)
{
    return ((const struct sqlite_store *)base)->version;
}

static const char *sqlite_path(const struct store *base)
{
    return ((const struct sqlite_store *)base)->path;
}

const struct store_kind store_sqlite = {
    .open = sqlite_open,
    .close = sqlite_close,
    .version = sqlite_version,
    .path = sqlite_path,
    .reader_open = sqlite_reader_open,
    .reader_close = sqlite_reader_close,
    .get = sqlite_get,
    .count = sqlite_count,
    .list = sqlite_list,
    .read_chunk = sqlite_read_chunk,
    .read_pieces = sqlite_read_pieces,
    .last_chunk = sqlite_last_chunk,
    .get_dataset = sqlite_get_dataset,
    .list_datasets = sqlite_list_datasets,
    .dataset_jobs = sqlite_dataset_jobs,
    .each = sqlite_each,
};
