/*
 * readonly.c - a store that cannot be written now is read, and written as soon
 * as it can be.
 *
 * SQLite keeps one piece of shared memory for all connections of a process to a
 * file, and as long as one of them has it read-only it is so for all. So the
 * readers of such a store hold a gate while they read, and whoever opens the
 * connection that writes closes theirs first; each opens its own anew when it
 * reads next.
 */
#include <stdio.h>
#include <sys/statvfs.h>

#include "server/base/log.h"
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

/* ---- beginning ---------------------------------------------------------- */

/* Whether it is ours, and of a version that this program reads. */
static enum error try_reading(struct sqlite_store *store, bool immutable)
{
    char message[STORE_MESSAGE_BYTES];
    sqlite3 *db = NULL;
    enum error error = sqlite_connect_reading(store->path, immutable, &db);

    if (error == OK)
        error = sqlite_recognize(db, store->path, message);
    if (error == OK)
        error = statement_number(db, "PRAGMA user_version", &store->version);
    if (error == OK && store->version != sqlite_version_newest())
        error = ERR_INVALID; /* it would have to be migrated */
    sqlite3_close(db);
    return error;
}

enum error readonly_begin(struct sqlite_store *store, enum error why)
{
    struct read_only *read_only = &store->read_only;
    enum error error = try_reading(store, false);

    /* Without room for the log's index nothing is read with it; what the
     * database has without its log is all there is if the log is empty. */
    if (error != OK && reserve_log_bytes(store) == 0) {
        read_only->is_immutable = true;
        error = try_reading(store, true);
    }
    TRY(error);
    read_only->is = true;
    read_only->why = why;
    full_begin(store, why);
    return OK;
}

/* ---- readers ------------------------------------------------------------ */

enum error readonly_reader_open(struct sqlite_store *store,
                                struct sqlite_reader *reader)
{
    struct read_only *read_only = &store->read_only;

    pthread_mutex_lock(&read_only->gate);
    enum error error = reader_connect(store, reader);
    reader->is_gated = read_only->is && error == OK;
    if (reader->is_gated) {
        reader->next = read_only->readers;
        read_only->readers = reader;
    }
    pthread_mutex_unlock(&read_only->gate);
    return error;
}

void readonly_reader_close(struct sqlite_store *store,
                           struct sqlite_reader *reader)
{
    struct read_only *read_only = &store->read_only;

    if (!reader->is_gated)
        return;
    pthread_mutex_lock(&read_only->gate);
    for (struct sqlite_reader **at = &read_only->readers; *at != NULL;
         at = &(*at)->next)
        if (*at == reader) {
            *at = reader->next;
            break;
        }
    pthread_mutex_unlock(&read_only->gate);
}

enum error sqlite_read_begin(struct store_reader *base)
{
    struct sqlite_reader *reader = (struct sqlite_reader *)base;
    struct sqlite_store *store = (struct sqlite_store *)base->store;
    enum error error = OK;

    if (!reader->is_gated)
        return OK;
    pthread_mutex_lock(&store->read_only.gate);
    if (reader->db == NULL)
        error = reader_connect(store, reader);
    if (error == OK && store->read_only.is)
        return OK; /* sqlite_read_end() opens the gate */
    if (error == OK)
        reader->is_gated = false;
    pthread_mutex_unlock(&store->read_only.gate);
    return error;
}

void sqlite_read_end(struct store_reader *base)
{
    struct sqlite_reader *reader = (struct sqlite_reader *)base;

    if (reader->is_gated)
        pthread_mutex_unlock(
            &((struct sqlite_store *)base->store)->read_only.gate);
}

/* ---- ending ------------------------------------------------------------- */

/* Whether it is worth while to close the readers' connections. */
static bool may_be_writable(struct sqlite_store *store)
{
    struct statvfs system;

    if (statvfs(store->path, &system) != 0 || system.f_flag & ST_RDONLY)
        return false;
    return reserve_make(store) == OK;
}

/* The gate is held. */
static enum error open_writing(struct sqlite_store *store,
                               char message[STORE_MESSAGE_BYTES])
{
    TRY(sqlite_take_lock(store, message));
    for (struct sqlite_reader *at = store->read_only.readers; at != NULL;
         at = at->next)
        reader_disconnect(at);
    TRY(reserve_open(store));
    return sqlite_open_writing(store, message);
}

void readonly_end(struct sqlite_store *store)
{
    struct read_only *read_only = &store->read_only;
    char message[STORE_MESSAGE_BYTES] = "";

    if (!may_be_writable(store))
        return;
    pthread_mutex_lock(&read_only->gate);
    enum error error = open_writing(store, message);
    if (error == OK) {
        read_only->is = false;
        read_only->readers = NULL;
    }
    pthread_mutex_unlock(&read_only->gate);
    if (error == OK)
        log_event(LOG_INFO, "store_writable", "file", store->path);
    else if (!full_is(error))
        log_event(LOG_ERROR, "store_not_writable", "message", message);
}
