/* prepare.c - the connection that writes: opened, made ready, closed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

/* Keep count of the WAL; SQLite's own checkpoint is off with this. */
static int note_wal(void *self, sqlite3 *db, const char *name, int pages)
{
    struct sqlite_store *store = self;

    (void)db;
    (void)name;
    store->wal_bytes = (int64_t)pages * (SQLITE_PAGE_BYTES + 24);
    return SQLITE_OK;
}

/* Why SQLite opened it to be read only. */
static enum error refuse_writing(const struct sqlite_store *store,
                                 char message[STORE_MESSAGE_BYTES])
{
    struct statvfs system;

    if (statvfs(store->path, &system) == 0 && system.f_flag & ST_RDONLY) {
        snprintf(message, STORE_MESSAGE_BYTES,
                 "%s is on a file system that is mounted read-only",
                 store->path);
        return ERR_READ_ONLY;
    }
    snprintf(message, STORE_MESSAGE_BYTES, "%s may not be written",
             store->path);
    return ERR_SYSTEM;
}

/* Open the writing connection and look at what the file is. */
static enum error connect_writer(struct sqlite_store *store,
                                 char message[STORE_MESSAGE_BYTES])
{
    enum error error =
        sqlite_connect(store->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                       SQLITE_WRITER_BUSY_MS, &store->db);
    int step = DATABASE_STEP_BYTES;

    if (error != OK) {
        snprintf(message, STORE_MESSAGE_BYTES, "cannot open %s: %s",
                 store->path, strerror(errno));
        return error;
    }
    if (sqlite3_db_readonly(store->db, "main") == 1)
        return refuse_writing(store, message);
    /* A checkpoint cuts off no room that reserve_pages() has got. */
    sqlite3_file_control(store->db, "main", SQLITE_FCNTL_CHUNK_SIZE, &step);
    return sqlite_recognize(store->db, store->path, message);
}

static enum error prepare_statements(struct sqlite_store *store)
{
    TRY(statements_prepare(store->db, WRITE_STATEMENTS, write_sql,
                           store->statements));
    TRY(statements_prepare(store->db, PRUNE_STATEMENTS, prune_sql,
                           store->prune_statements));
    TRY(statements_prepare(store->db, EXPIRE_STATEMENTS, expire_sql,
                           store->expire_statements));
    TRY(statements_prepare(store->db, COUNT_STATEMENTS, count_sql,
                           store->count_statements));
    return statements_prepare(store->db, DATASET_WRITE_STATEMENTS,
                              dataset_write_sql, store->dataset_statements);
}

/* Carry the log that an earlier process left into the database. */
static enum error empty_log(struct sqlite_store *store)
{
    store->reserve.is_exact = true;
    enum error error = reserve_pages(store);
    store->reserve.is_exact = false;
    TRY(error);
    return statement_execute(store->db, "PRAGMA wal_checkpoint(TRUNCATE);");
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
    TRY(prepare_statements(store));
    TRY(empty_log(store));
    sqlite3_wal_hook(store->db, note_wal, store);
    /* What an earlier process left. */
    store->prune_waits = store->expires_unknown = true;
    return OK;
}

static enum error open_once(struct sqlite_store *store,
                            char message[STORE_MESSAGE_BYTES])
{
    message[0] = '\0';
    enum error error = connect_writer(store, message);
    if (error == OK)
        error = prepare(store, message);
    if (error != OK && message[0] == '\0')
        snprintf(message, STORE_MESSAGE_BYTES, "cannot open %s: %s (%s)",
                 store->path, error_sentence(error),
                 sqlite3_errmsg(store->db));
    if (error != OK)
        sqlite_close_writing(store);
    return error;
}

enum error sqlite_open_writing(struct sqlite_store *store,
                               char message[STORE_MESSAGE_BYTES])
{
    enum error error = open_once(store, message);

    if (error != ERR_DISK || !store->reserve.is_made)
        return error;
    reserve_give_up(store);
    TRY(open_once(store, message));
    reserve_give_up(store); /* now the log is there, and gets the room */
    return OK;
}

void sqlite_close_writing(struct sqlite_store *store)
{
    statements_finalize(WRITE_STATEMENTS, store->statements);
    statements_finalize(DATASET_WRITE_STATEMENTS, store->dataset_statements);
    statements_finalize(PRUNE_STATEMENTS, store->prune_statements);
    statements_finalize(EXPIRE_STATEMENTS, store->expire_statements);
    statements_finalize(COUNT_STATEMENTS, store->count_statements);
    sqlite3_close(store->db);
    store->db = NULL;
}
