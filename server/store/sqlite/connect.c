/* connect.c - a connection to the file: settings that all of them share. */
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
