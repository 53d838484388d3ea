/*
 * statement.h - prepared statements: kept, given their values, stepped.
 *
 * SQLite's result codes end here: what leaves this folder is an enum error.
 */
#ifndef SERVER_STORE_SQLITE_STATEMENT_H
#define SERVER_STORE_SQLITE_STATEMENT_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"

/* The error that a result code of `db` stands for. */
enum error from_sqlite(sqlite3 *db, int code);

/* Prepare sql[count] to statements[count], to be kept for long. */
MUST_CHECK enum error statements_prepare(sqlite3 *db, size_t count,
                                         const char *const *sql,
                                         sqlite3_stmt **statements);
void statements_finalize(size_t count, sqlite3_stmt **statements);

/* Carry out statements without values and without rows. */
MUST_CHECK enum error statement_execute(sqlite3 *db, const char *sql);

/* The one number that a query such as "PRAGMA user_version" returns. */
MUST_CHECK enum error statement_number(sqlite3 *db, const char *sql,
                                       int64_t *ret_number);

/*
 * A statement that gets its values, one parameter after the other. A value
 * that SQLite refuses makes the run fail, so that only the run is checked.
 * What was given stays the caller's, and as it is until the run is over.
 */
struct binding {
    sqlite3_stmt *statement;
    int count;          /* parameters given so far */
    int code;           /* SQLite's, of the first that it refused */
};

struct binding binding_begin(sqlite3_stmt *statement);
void give_integer(struct binding *binding, int64_t value);
void give_time(struct binding *binding, int64_t wall_ms);     /* 0: NULL */
void give_real(struct binding *binding, double value);        /* NaN: NULL */
void give_text(struct binding *binding, const char *text);    /* may be NULL */
void give_blob(struct binding *binding, const void *bytes, size_t count);

/* Run a statement that returns no rows. */
MUST_CHECK enum error binding_run(struct binding *binding);

/*
 * Step to the next row. After anything but OK the statement is reset; after
 * OK the caller steps on or resets it.
 *
 * Fails   ERR_MISSING there is no further row
 */
MUST_CHECK enum error binding_row(struct binding *binding);

/* Be done with the rows; the reader's view of the database ends. */
void binding_end(struct binding *binding);

#define AUTO_BINDING __attribute__((cleanup(binding_end))) struct binding

/* Columns of the present row. */
double column_real(sqlite3_stmt *statement, int column);      /* NULL: NaN */
MUST_CHECK enum error column_text(sqlite3_stmt *statement, int column,
                                  struct arena *arena, const char **ret_text);
MUST_CHECK enum error column_blob(sqlite3_stmt *statement, int column,
                                  struct arena *arena, const void **ret_bytes,
                                  size_t *ret_count);

#endif
