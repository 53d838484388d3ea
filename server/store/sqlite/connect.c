/* connect.c - a connection to the file: settings that all of them share. */
#include <ctype.h>

#include "server/base/buffer.h"
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

enum error sqlite_connect(const char *path, int flags, int busy_ms,
                          sqlite3 **ret_db)
{
    sqlite3 *db = NULL;
    enum error error;

    error = from_sqlite(db, sqlite3_open_v2(path, &db,
                                            flags | SQLITE_OPEN_NOMUTEX |
                                                SQLITE_OPEN_EXRESCODE,
                                            NULL));
    if (error != OK) {
        sqlite3_close(db);
        return error;
    }
    sqlite3_busy_timeout(db, busy_ms);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    *ret_db = db;
    return OK;
}

/* A path as a URI of SQLite's: https://sqlite.org/uri.html */
static void write_uri(const char *path, struct buffer *uri)
{
    buffer_text(uri, "file:");
    for (const char *at = path; *at != '\0'; at++)
        if (isalnum((unsigned char)*at) || *at == '/' || *at == '.')
            buffer_append(uri, at, 1);
        else
            buffer_format(uri, "%%%02x", (unsigned char)*at);
    buffer_text(uri, "?immutable=1");
    buffer_append(uri, "", 1);
}

enum error sqlite_connect_reading(const char *path, bool immutable,
                                  sqlite3 **ret_db)
{
    __attribute__((cleanup(buffer_fini))) struct buffer uri;

    buffer_init(&uri);
    if (!immutable)
        return sqlite_connect(path, SQLITE_OPEN_READONLY,
                              SQLITE_READER_BUSY_MS, ret_db);
    write_uri(path, &uri);
    if (uri.failed)
        return ERR_MEMORY;
    return sqlite_connect(uri.bytes, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
                          SQLITE_READER_BUSY_MS, ret_db);
}
