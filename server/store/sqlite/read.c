/* read.c - readers, and what they read by key. */
#include <stdlib.h>

#include "server/store/sqlite/row.h"
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

void sqlite_reader_close(struct store_reader *base)
{
    struct sqlite_reader *reader = (struct sqlite_reader *)base;

    readonly_reader_close((struct sqlite_store *)base->store, reader);
    reader_disconnect(reader);
    free(reader);
}

enum error sqlite_reader_open(struct store *base,
                              struct store_reader **ret_reader)
{
    struct sqlite_store *store = (struct sqlite_store *)base;
    struct sqlite_reader *reader = calloc(1, sizeof *reader);
    enum error error;

    if (reader == NULL)
        return ERR_MEMORY;
    reader->base.kind = base->kind;
    reader->base.store = base;
    reader->retention_ms = store->retention_ms;
    error = readonly_reader_open(store, reader);
    if (error != OK) {
        free(reader);
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
