/* migrate.c - recognise a database and bring its tables up to date. */
#include <inttypes.h>
#include <stdio.h>

#include "server/store/sqlite/migration.h"
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

int64_t sqlite_version_newest(void)
{
    const struct migration *at = sqlite_migrations;

    while (at->sql != NULL)
        at++;
    return at == sqlite_migrations ? 0 : at[-1].number;
}

static enum error judge(const char *path, int64_t application,
                        int64_t version, int64_t objects,
                        char message[STORE_MESSAGE_BYTES])
{
    if (application == 0 && version == 0 && objects == 0)
        return OK; /* new */
    if (application != SQLITE_APPLICATION) {
        snprintf(message, STORE_MESSAGE_BYTES,
                 "%s is a database of another program", path);
        return ERR_INVALID;
    }
    if (version > sqlite_version_newest()) {
        snprintf(message, STORE_MESSAGE_BYTES,
                 "%s was made by a newer descentd: its tables are version "
                 "%" PRId64 ", this program knows %" PRId64,
                 path, version, sqlite_version_newest());
        return ERR_NEWER;
    }
    return OK;
}

enum error sqlite_recognize(sqlite3 *db, const char *path,
                            char message[STORE_MESSAGE_BYTES])
{
    int64_t application = 0, version = 0, objects = 0;
    enum error error;

    error = statement_number(db, "PRAGMA application_id", &application);
    if (error == OK)
        error = statement_number(db, "PRAGMA user_version", &version);
    if (error == OK)
        error = statement_number(db, "SELECT count(*) FROM sqlite_schema",
                                 &objects);
    if (error == OK)
        return judge(path, application, version, objects, message);
    if (error == ERR_CORRUPT)
        snprintf(message, STORE_MESSAGE_BYTES,
                 "%s is damaged or not a database (%s)", path,
                 sqlite3_errmsg(db));
    else
        snprintf(message, STORE_MESSAGE_BYTES, "cannot read %s: %s", path,
                 sqlite3_errmsg(db));
    return error;
}

/* Carry out one migration in a transaction that is open already. */
static enum error apply(sqlite3 *db, const struct migration *migration)
{
    char stamp[128];

    snprintf(stamp, sizeof stamp,
             "PRAGMA application_id = %d; PRAGMA user_version = %" PRId64,
             SQLITE_APPLICATION, migration->number);
    TRY(statement_execute(db, migration->sql));
    TRY(statement_execute(db, stamp));
    return statement_execute(db, "COMMIT");
}

enum error sqlite_migrate(sqlite3 *db, const char *path, int64_t *ret_version,
                          char message[STORE_MESSAGE_BYTES])
{
    int64_t version = 0;

    TRY(statement_number(db, "PRAGMA user_version", &version));
    for (const struct migration *at = sqlite_migrations; at->sql; at++) {
        if (at->number <= version)
            continue;
        TRY(statement_execute(db, "BEGIN IMMEDIATE"));
        enum error error = apply(db, at);
        if (error != OK) {
            snprintf(message, STORE_MESSAGE_BYTES,
                     "%s: migration %s failed: %s", path, at->name,
                     sqlite3_errmsg(db));
            sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
            return error;
        }
        version = at->number;
    }
    *ret_version = version;
    return OK;
}
