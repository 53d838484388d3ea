/* read.c - readers, and what they read by key. */
#include <stdlib.h>

#include "server/store/sqlite/row.h"
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

/* The large columns are fetched when their bit of ?2 is set, in the same
 * statement: what is read is the job at one moment. */
#define GET                                                                   \
    "SELECT " JOB_COLUMNS                                                     \
    "CASE WHEN ?2 & 1 THEN"                                                   \
    " (SELECT spec FROM job_spec s WHERE s.number = job.number) END,"         \
    "CASE WHEN ?2 & 2 THEN"                                                   \
    " (SELECT result FROM job_result r WHERE r.number = job.number) END"      \
    " FROM job WHERE "

_Static_assert(STORE_SPEC == 1 && STORE_RESULT == 2, "as in GET");

#define LAST(table)                                                           \
    "SELECT id & 2097151, first, last, rows FROM " table                      \
    " WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1"

_Static_assert(STORE_CHUNKS_MAX - 1 == 2097151, "as in LAST");

static const char *const read_sql[READ_STATEMENTS] = {
    [SQL_GET] = GET "id = ?1",
    [SQL_GET_NUMBER] = GET "number = ?1",
    [SQL_CHUNK] =
        "SELECT first, last, rows, columns FROM trace WHERE id = ?1 UNION ALL "
        "SELECT first, last, rows, columns FROM trace_27 WHERE id = ?2",
    [SQL_LAST] = LAST("trace"),
    [SQL_LAST_27] = LAST("trace_27"),
    [SQL_EACH] = "SELECT number, priority FROM job WHERE state = ?1"
                 " ORDER BY number",
    [SQL_COUNTS] = "SELECT state, outcome_class, jobs FROM job_count",
};

void sqlite_reader_close(struct store_reader *base)
{
    struct sqlite_reader *reader = (struct sqlite_reader *)base;

    statements_finalize(READ_STATEMENTS, reader->statements);
    statements_finalize(DATASET_READ_STATEMENTS, reader->dataset_statements);
    statements_finalize(SQLITE_LISTS, reader->lists);
    sqlite3_close(reader->db);
    free(reader);
}

enum error sqlite_reader_open(struct store *base,
                              struct store_reader **ret_reader)
{
    static const char settings[] =
        "PRAGMA query_only = ON;"
        "PRAGMA mmap_size = 268435456;"
        "PRAGMA temp_store = MEMORY;";
    struct sqlite_store *store = (struct sqlite_store *)base;
    struct sqlite_reader *reader = calloc(1, sizeof *reader);
    enum error error;

    if (reader == NULL)
        return ERR_MEMORY;
    reader->base.kind = base->kind;
    reader->base.store = base;
    reader->retention_ms = store->retention_ms;
    error = sqlite_connect(store->path, SQLITE_OPEN_READONLY,
                           SQLITE_READER_BUSY_MS, &reader->db);
    if (error == OK)
        error = statement_execute(reader->db, settings);
    if (error == OK)
        error = statements_prepare(reader->db, READ_STATEMENTS, read_sql,
                                   reader->statements);
    if (error == OK)
        error = statements_prepare(reader->db, DATASET_READ_STATEMENTS,
                                   dataset_read_sql,
                                   reader->dataset_statements);
    if (error != OK) {
        sqlite_reader_close(&reader->base);
        return error;
    }
    *ret_reader = &reader->base;
    return OK;
}

enum error sqlite_get(struct store_reader *base, const struct identifier *id,
                      int64_t number, unsigned parts, struct arena *arena,
                      struct store_job *ret)
{
    struct sqlite_reader *reader = (struct sqlite_reader *)base;
    enum read_statement which = id != NULL ? SQL_GET : SQL_GET_NUMBER;
    AUTO_BINDING row = binding_begin(reader->statements[which]);

    if (id != NULL)
        give_blob(&row, id->bytes, IDENTIFIER_BYTES);
    else
        give_integer(&row, number);
    give_integer(&row, parts);
    TRY(binding_row(&row));
    return row_read_job(row.statement, reader->retention_ms, arena, ret);
}

enum error sqlite_read_chunk(struct store_reader *base, int64_t number,
                             unsigned level, int64_t chunk,
                             struct arena *arena, struct store_chunk *ret)
{
    struct sqlite_reader *reader = (struct sqlite_reader *)base;
    struct store_chunk found = {number, level, chunk};
    AUTO_BINDING row = binding_begin(reader->statements[SQL_CHUNK]);

    give_integer(&row, trace_key(number, level, chunk));
    if (number <= TRACE_27_NUMBER_MAX)
        give_integer(&row, trace_27_key(number, level, chunk));
    else
        give_text(&row, NULL);
    TRY(binding_row(&row));
    found.first = sqlite3_column_int64(row.statement, 0);
    found.last = sqlite3_column_int64(row.statement, 1);
    found.rows = (size_t)sqlite3_column_int64(row.statement, 2);
    TRY(column_blob(row.statement, 3, arena, &found.columns,
                    &found.columns_bytes));
    *ret = found;
    return OK;
}

/* The last chunk in one table, if it is beyond the one found before. */
static enum error last_in_table(struct sqlite_reader *reader,
                                enum read_statement which, int64_t from,
                                int64_t to, struct store_chunk *chunk)
{
    AUTO_BINDING row = binding_begin(reader->statements[which]);

    give_integer(&row, from);
    give_integer(&row, to);
    enum error error = binding_row(&row);
    if (error == ERR_MISSING)
        return OK;
    TRY(error);
    int64_t found = sqlite3_column_int64(row.statement, 0);
    if (found <= chunk->chunk)
        return OK;
    chunk->chunk = found;
    chunk->first = sqlite3_column_int64(row.statement, 1);
    chunk->last = sqlite3_column_int64(row.statement, 2);
    chunk->rows = (size_t)sqlite3_column_int64(row.statement, 3);
    return OK;
}

enum error sqlite_last_chunk(struct store_reader *base, int64_t number,
                             unsigned level, struct store_chunk *ret)
{
    struct sqlite_reader *reader = (struct sqlite_reader *)base;
    struct store_chunk chunk = {number, level, -1};
    int64_t end = STORE_CHUNKS_MAX - 1;

    TRY(last_in_table(reader, SQL_LAST, trace_key(number, level, 0),
                      trace_key(number, level, end), &chunk));
    if (number <= TRACE_27_NUMBER_MAX)
        TRY(last_in_table(reader, SQL_LAST_27, trace_27_key(number, level, 0),
                          trace_27_key(number, level, end), &chunk));
    if (chunk.chunk < 0)
        return ERR_MISSING;
    *ret = chunk;
    return OK;
}

enum error sqlite_each(struct store_reader *base, enum job_state state,
                       void (*visit)(void *self, int64_t number,
                                     int64_t priority),
                       void *self)
{
    struct sqlite_reader *reader = (struct sqlite_reader *)base;
    AUTO_BINDING row = binding_begin(reader->statements[SQL_EACH]);
    enum error error;

    give_text(&row, job_state_name(state));
    while ((error = binding_row(&row)) == OK)
        visit(self, sqlite3_column_int64(row.statement, 0),
              sqlite3_column_int64(row.statement, 1));
    return error == ERR_MISSING ? OK : error;
}
