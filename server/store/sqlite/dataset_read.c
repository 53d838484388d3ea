/* dataset_read.c - datasets by key, in pages, and the jobs that use one. */
#include <string.h>

#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

#define SELECT                                                                \
    "SELECT d.number, d.id, d.content, d.created_ms, d.bytes, d.document, "
#define GET SELECT "d.columns FROM dataset d"

enum { NUMBER, ID, CONTENT, CREATED, BYTES, DOCUMENT, COLUMNS };

const char *const dataset_read_sql[DATASET_READ_STATEMENTS] = {
    [SQL_DATASET_GET_ID] = GET " WHERE d.id = ?1",
    [SQL_DATASET_GET_NAME] = GET " JOIN dataset_name n"
                             " ON n.number = d.number WHERE n.name = ?1",
    [SQL_DATASET_GET_NUMBER] = GET " WHERE d.number = ?1",
    [SQL_DATASET_LIST] = SELECT "NULL FROM dataset d WHERE d.id < ?1"
                         " ORDER BY d.id DESC LIMIT ?2",
    [SQL_DATASET_NAMES] = "SELECT name FROM dataset_name WHERE number = ?1"
                          " ORDER BY name",
    [SQL_DATASET_JOBS] =
        "SELECT job.id FROM job_dataset JOIN job"
        " ON job.number = job_dataset.job"
        " WHERE dataset = ?1 AND finished_ms IS NULL"
        " ORDER BY job.number LIMIT ?2",
};

static struct binding begin(struct sqlite_reader *reader,
                            enum dataset_read_statement which)
{
    return binding_begin(reader->dataset_statements[which]);
}

static enum error read_id(sqlite3_stmt *row, int column,
                          struct identifier *ret)
{
    const void *id = sqlite3_column_blob(row, column);

    if (id == NULL || sqlite3_column_bytes(row, column) != IDENTIFIER_BYTES)
        return ERR_CORRUPT;
    memcpy(ret->bytes, id, IDENTIFIER_BYTES);
    return OK;
}

static enum error read_names(struct sqlite_reader *reader,
                             struct arena *arena, struct store_dataset *ret)
{
    AUTO_BINDING row = begin(reader, SQL_DATASET_NAMES);
    enum error error = OK;

    give_integer(&row, ret->number);
    while (ret->name_count < STORE_NAMES_MAX
           && (error = binding_row(&row)) == OK) {
        const char **name = &ret->names[ret->name_count++];
        TRY(column_text(row.statement, 0, arena, name));
    }
    return error == ERR_MISSING ? OK : error;
}

static enum error read_row(struct sqlite_reader *reader, sqlite3_stmt *row,
                           struct arena *arena, struct store_dataset *ret)
{
    struct store_dataset found = {0};

    found.number = sqlite3_column_int64(row, NUMBER);
    found.created_ms = sqlite3_column_int64(row, CREATED);
    found.bytes = sqlite3_column_int64(row, BYTES);
    TRY(read_id(row, ID, &found.id));
    TRY(column_text(row, CONTENT, arena, &found.content));
    TRY(column_text(row, DOCUMENT, arena, &found.document));
    TRY(column_text(row, COLUMNS, arena, &found.columns));
    TRY(read_names(reader, arena, &found));
    *ret = found;
    return OK;
}

enum error sqlite_get_dataset(struct store_reader *base,
                              const struct identifier *id, const char *name,
                              int64_t number, struct arena *arena,
                              struct store_dataset *ret)
{
    struct sqlite_reader *reader = (struct sqlite_reader *)base;
    AUTO_BINDING row = begin(reader, id != NULL ? SQL_DATASET_GET_ID
                                     : name != NULL ? SQL_DATASET_GET_NAME
                                     : SQL_DATASET_GET_NUMBER);

    if (id != NULL)
        give_blob(&row, id->bytes, IDENTIFIER_BYTES);
    else if (name != NULL)
        give_text(&row, name);
    else
        give_integer(&row, number);
    TRY(binding_row(&row));
    return read_row(reader, row.statement, arena, ret);
}

enum error sqlite_list_datasets(struct store_reader *base,
                                const struct identifier *before, size_t limit,
                                struct arena *arena,
                                struct store_dataset *ret, size_t *ret_count)
{
    struct sqlite_reader *reader = (struct sqlite_reader *)base;
    AUTO_BINDING row = begin(reader, SQL_DATASET_LIST);
    struct identifier last;
    enum error error = OK;

    memset(last.bytes, 0xff, IDENTIFIER_BYTES); /* no UUID is greater */
    if (before != NULL)
        last = *before;
    give_blob(&row, last.bytes, IDENTIFIER_BYTES);
    give_integer(&row, (int64_t)limit);
    *ret_count = 0;
    while (*ret_count < limit && (error = binding_row(&row)) == OK) {
        TRY(read_row(reader, row.statement, arena, &ret[*ret_count]));
        ++*ret_count;
    }
    return error == ERR_MISSING ? OK : error;
}

enum error sqlite_dataset_jobs(struct store_reader *base, int64_t number,
                               size_t limit, struct identifier *ret,
                               size_t *ret_count)
{
    struct sqlite_reader *reader = (struct sqlite_reader *)base;
    AUTO_BINDING row = begin(reader, SQL_DATASET_JOBS);
    enum error error = OK;

    give_integer(&row, number);
    give_integer(&row, (int64_t)limit);
    *ret_count = 0;
    while (*ret_count < limit && (error = binding_row(&row)) == OK) {
        TRY(read_id(row.statement, 0, &ret[*ret_count]));
        ++*ret_count;
    }
    return error == ERR_MISSING ? OK : error;
}
