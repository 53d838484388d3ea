/*
 * expire.c - ended jobs whose time has come are forgotten, the oldest first.
 *
 * A job is kept for its own time, or for the store's. Two indexes lead to the
 * next of either kind, so that nothing is scanned; what a forgotten job leaves
 * is pruned like that of a deleted one.
 */
#include "server/base/clock.h"
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

const char *const expire_sql[EXPIRE_STATEMENTS] = {
    [SQL_EXPIRES_FIRST] =
        "SELECT number, finished_ms + retention_ms FROM job"
        " WHERE retention_ms > 0 AND finished_ms IS NOT NULL"
        " ORDER BY finished_ms + retention_ms LIMIT 1",
    [SQL_FINISHED_FIRST] =
        "SELECT number, finished_ms FROM job"
        " WHERE retention_ms IS NULL AND finished_ms IS NOT NULL"
        " ORDER BY finished_ms LIMIT 1",
};

/* A job and when it is to be forgotten; INT64_MAX: there is none. */
struct next {
    int64_t number, expires_ms;
};

/* The first job that a statement finds, if it is before `next`. */
static enum error look(struct sqlite_store *store,
                       enum expire_statement which, int64_t retention_ms,
                       struct next *next)
{
    AUTO_BINDING row = binding_begin(store->expire_statements[which]);
    enum error error = binding_row(&row);

    if (error == ERR_MISSING)
        return OK;
    TRY(error);
    int64_t expires_ms = sqlite3_column_int64(row.statement, 1) + retention_ms;
    if (expires_ms < next->expires_ms)
        *next = (struct next){sqlite3_column_int64(row.statement, 0),
                              expires_ms};
    return OK;
}

static enum error find_next(struct sqlite_store *store, struct next *next)
{
    *next = (struct next){.expires_ms = INT64_MAX};
    TRY(look(store, SQL_EXPIRES_FIRST, 0, next));
    if (store->retention_ms > 0)
        TRY(look(store, SQL_FINISHED_FIRST, store->retention_ms, next));
    return OK;
}

enum error expire_look(struct sqlite_store *store)
{
    struct next next;

    if (!store->expires_unknown)
        return OK;
    TRY(find_next(store, &next));
    store->expires_ms = next.expires_ms;
    store->expires_unknown = false;
    return OK;
}

enum error expire_until(struct sqlite_store *store, int64_t until_ns)
{
    int64_t now_ms = clock_wall_ms();
    struct next next;

    while (store->expires_ms <= now_ms && clock_monotonic_ns() < until_ns) {
        TRY(find_next(store, &next));
        store->expires_ms = next.expires_ms;
        if (next.expires_ms <= now_ms)
            TRY(write_forget_job(store, next.number));
    }
    return OK;
}
