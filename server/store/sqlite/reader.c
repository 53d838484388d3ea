/* reader.c - a reader's connection, and the statements that it keeps. */
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

enum error reader_connect(const struct sqlite_store *store,
                          struct sqlite_reader *reader)
{
    static const char settings[] =
        "PRAGMA query_only = ON;"
        "PRAGMA mmap_size = 2147418112;"
        "PRAGMA temp_store = MEMORY;";
    bool immutable = store->read_only.is && store->read_only.is_immutable;
    enum error error =
        sqlite_connect_reading(store->path, immutable, &reader->db);

    if (error == OK)
        error = statement_execute(reader->db, settings);
    if (error == OK)
        error = statements_prepare(reader->db, READ_STATEMENTS, read_sql,
                                   reader->statements);
    if (error == OK)
        error = statements_prepare(reader->db, DATASET_READ_STATEMENTS,
                                   dataset_read_sql,
                                   reader->dataset_statements);
    if (error != OK)
        reader_disconnect(reader);
    return error;
}

void reader_disconnect(struct sqlite_reader *reader)
{
    statements_finalize(READ_STATEMENTS, reader->statements);
    statements_finalize(DATASET_READ_STATEMENTS, reader->dataset_statements);
    statements_finalize(SQLITE_LISTS, reader->lists);
    sqlite3_close(reader->db);
    reader->db = NULL;
}
