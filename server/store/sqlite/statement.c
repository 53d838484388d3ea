/* statement.c - prepared statements: kept, given their values, stepped. */
#include "server/store/sqlite/statement.h"

#include "server/base/log.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Why the system last refused a write: for want of space (SQLite knows ENOSPC
 * only; a quota and a limit on the file's size are the same to us), because the
 * file system takes none, or for another reason. SQLite keeps the number with
 * each file, and not with a failed COMMIT. */
static enum error refused_write(sqlite3 *db)
{
    sqlite3_file *files[2] = {NULL, NULL};

    sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &files[0]);
    sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &files[1]);
    for (size_t i = 0; i < 2; i++) {
        int number = 0;
        if (files[i] != NULL && files[i]->pMethods != NULL)
            files[i]->pMethods->xFileControl(
                files[i], SQLITE_FCNTL_LAST_ERRNO, &number);
        if (number == ENOSPC || number == EDQUOT || number == EFBIG)
            return ERR_DISK;
        if (number == EROFS)
            return ERR_READ_ONLY;
    }
    return ERR_STORAGE;
}

enum error from_sqlite(sqlite3 *db, int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return OK;
    case SQLITE_NOMEM:
        return ERR_MEMORY;
    case SQLITE_TOOBIG:
        return ERR_TOO_BIG;
    case SQLITE_FULL:
        return ERR_DISK;
    case SQLITE_IOERR:
        /* That of the log's index is not kept: there was no room for it. */
        return code == SQLITE_IOERR_SHMSIZE ? ERR_DISK : refused_write(db);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    case SQLITE_READONLY:
        return ERR_READ_ONLY;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return ERR_SYSTEM;
    case SQLITE_CONSTRAINT:
        return code == SQLITE_CONSTRAINT_UNIQUE ? ERR_CONFLICT : ERR_STORAGE;
    default:
        return ERR_STORAGE;
    }
}

enum error statements_prepare(sqlite3 *db, size_t count,
                              const char *const *sql,
                              sqlite3_stmt **statements)
{
    for (size_t i = 0; i < count; i++)
        TRY(from_sqlite(db, sqlite3_prepare_v3(db, sql[i], -1,
                                               SQLITE_PREPARE_PERSISTENT,
                                               &statements[i], NULL)));
    return OK;
}

void statements_finalize(size_t count, sqlite3_stmt **statements)
{
    for (size_t i = 0; i < count; i++) {
        sqlite3_finalize(statements[i]);
        statements[i] = NULL;
    }
}

enum error statement_execute(sqlite3 *db, const char *sql)
{
    return from_sqlite(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

enum error statement_number(sqlite3 *db, const char *sql, int64_t *ret_number)
{
    sqlite3_stmt *statement = NULL;
    enum error error = from_sqlite(
        db, sqlite3_prepare_v2(db, sql, -1, &statement, NULL));

    if (error == OK) {
        struct binding binding = binding_begin(statement);
        error = binding_row(&binding);
    }
    if (error == OK)
        *ret_number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return error;
}

struct binding binding_begin(sqlite3_stmt *statement)
{
    return (struct binding){.statement = statement};
}

/* Damage is logged where it is met: in which file, by which statement, and so
 * of which table. */
static void log_damage(sqlite3_stmt *statement, int code)
{
    sqlite3 *db = sqlite3_db_handle(statement);
    struct log_line line;

    if ((code & 0xff) != SQLITE_CORRUPT)
        return;
    log_begin(&line, LOG_ERROR, "store_damaged");
    log_text(&line, "file", sqlite3_db_filename(db, "main"));
    log_text(&line, "statement", sqlite3_sql(statement));
    log_text(&line, "message", sqlite3_errmsg(db));
    log_end(&line);
}

/* Keep the first refusal. */
static void note(struct binding *binding, int code)
{
    if (binding->code == SQLITE_OK)
        binding->code = code;
}

void give_integer(struct binding *binding, int64_t value)
{
    note(binding, sqlite3_bind_int64(binding->statement, ++binding->count,
                                     value));
}

void give_time(struct binding *binding, int64_t wall_ms)
{
    if (wall_ms != 0)
        give_integer(binding, wall_ms);
    else
        give_text(binding, NULL);
}

void give_real(struct binding *binding, double value)
{
    note(binding, sqlite3_bind_double(binding->statement, ++binding->count,
                                      value));
}

void give_text(struct binding *binding, const char *text)
{
    note(binding, sqlite3_bind_text64(binding->statement, ++binding->count,
                                      text, text != NULL ? strlen(text) : 0,
                                      SQLITE_STATIC, SQLITE_UTF8));
}

void give_blob(struct binding *binding, const void *bytes, size_t count)
{
    /* No bytes are an empty blob, not NULL. */
    note(binding, sqlite3_bind_blob64(binding->statement, ++binding->count,
                                      count > 0 ? bytes : "", count,
                                      SQLITE_STATIC));
}

enum error binding_run(struct binding *binding)
{
    sqlite3 *db = sqlite3_db_handle(binding->statement);
    int code = binding->code;

    if (code == SQLITE_OK)
        code = sqlite3_step(binding->statement);
    log_damage(binding->statement, code);
    enum error error = from_sqlite(db, code);
    binding_end(binding);
    return error;
}

enum error binding_row(struct binding *binding)
{
    sqlite3 *db = sqlite3_db_handle(binding->statement);
    int code = binding->code;

    if (code == SQLITE_OK)
        code = sqlite3_step(binding->statement);
    if (code == SQLITE_ROW)
        return OK;
    log_damage(binding->statement, code);
    enum error error = code == SQLITE_DONE ? ERR_MISSING
                                           : from_sqlite(db, code);
    binding_end(binding);
    return error;
}

void binding_end(struct binding *binding)
{
    sqlite3_reset(binding->statement);
}

double column_real(sqlite3_stmt *statement, int column)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return NAN;
    return sqlite3_column_double(statement, column);
}

enum error column_text(sqlite3_stmt *statement, int column,
                       struct arena *arena, const char **ret_text)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL) {
        *ret_text = NULL;
        return OK;
    }
    const char *text = (const char *)sqlite3_column_text(statement, column);
    if (text == NULL)
        return ERR_MEMORY;
    size_t bytes = (size_t)sqlite3_column_bytes(statement, column);
    const char *copy = arena_text(arena, text, bytes);
    if (copy == NULL)
        return ERR_MEMORY;
    *ret_text = copy;
    return OK;
}

enum error column_blob(sqlite3_stmt *statement, int column,
                       struct arena *arena, const void **ret_bytes,
                       size_t *ret_count)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    size_t count = (size_t)sqlite3_column_bytes(statement, column);

    if (count == 0) {
        *ret_bytes = NULL;
        *ret_count = 0;
        return OK;
    }
    if (bytes == NULL)
        return ERR_MEMORY;
    void *copy = arena_array(arena, count, 1);
    if (copy == NULL)
        return ERR_MEMORY;
    memcpy(copy, bytes, count);
    *ret_bytes = copy;
    *ret_count = count;
    return OK;
}
