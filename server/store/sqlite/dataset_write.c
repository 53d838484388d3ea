/*
 * dataset_write.c - the verbs that change datasets, and what a job uses.
 *
 * As in write.c: what is refused is refused before anything was changed.
 */
#include <assert.h>

#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

const char *const dataset_write_sql[DATASET_WRITE_STATEMENTS] = {
    [SQL_DATASET_EXISTS] = "SELECT 1 FROM dataset WHERE number = ?1",
    [SQL_DATASET_BY_CONTENT] = "SELECT number FROM dataset"
                               " WHERE content = ?1",
    [SQL_DATASET_BY_NAME] = "SELECT number FROM dataset_name WHERE name = ?1",
    [SQL_DATASET_COUNT_NAMES] = "SELECT count(*) FROM dataset_name"
                                " WHERE number = ?1",
    [SQL_DATASET_INSERT] =
        "INSERT INTO dataset (id, content, created_ms, bytes, document,"
        " columns) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [SQL_DATASET_INSERT_NAME] = "INSERT INTO dataset_name (number, name)"
                                " VALUES (?1, ?2)",
    [SQL_DATASET_USED] =
        "SELECT 1 FROM job_dataset JOIN job ON job.number = job_dataset.job"
        " WHERE dataset = ?1 AND finished_ms IS NULL",
    [SQL_DATASET_DELETE] = "DELETE FROM dataset WHERE number = ?1",
    [SQL_DATASET_DELETE_NAMES] = "DELETE FROM dataset_name WHERE number = ?1",
    [SQL_DATASET_DELETE_USES] = "DELETE FROM job_dataset WHERE dataset = ?1",
    /* Training and validation on the same rows is one use. */
    [SQL_JOB_USES] = "INSERT OR IGNORE INTO job_dataset (job, dataset)"
                     " VALUES (?1, ?2)",
    [SQL_JOB_USES_NO_MORE] = "DELETE FROM job_dataset WHERE job = ?1",
};

static struct binding begin(struct sqlite_store *store,
                            enum dataset_write_statement which)
{
    return binding_begin(store->dataset_statements[which]);
}

static enum error run_with(struct sqlite_store *store,
                           enum dataset_write_statement which, int64_t number)
{
    struct binding binding = begin(store, which);

    give_integer(&binding, number);
    return binding_run(&binding);
}

/* The number that a query with one value finds. */
static enum error find(struct binding *row, int64_t *ret)
{
    TRY(binding_row(row));
    *ret = sqlite3_column_int64(row->statement, 0);
    return OK;
}

static enum error find_number(struct sqlite_store *store,
                              enum dataset_write_statement which,
                              int64_t number, int64_t *ret)
{
    AUTO_BINDING row = begin(store, which);

    give_integer(&row, number);
    return find(&row, ret);
}

/* 0: there is none */
static enum error find_text(struct sqlite_store *store,
                            enum dataset_write_statement which,
                            const char *text, int64_t *ret)
{
    AUTO_BINDING row = begin(store, which);
    enum error error;

    give_text(&row, text);
    *ret = 0;
    error = find(&row, ret);
    return error == ERR_MISSING ? OK : error;
}

/* ---- adding and deleting ------------------------------------------------ */

static enum error insert(struct sqlite_store *store,
                         const struct store_dataset *dataset)
{
    struct binding row = begin(store, SQL_DATASET_INSERT);

    give_blob(&row, dataset->id.bytes, IDENTIFIER_BYTES);
    give_text(&row, dataset->content);
    give_integer(&row, dataset->created_ms);
    give_integer(&row, dataset->bytes);
    give_text(&row, dataset->document);
    give_text(&row, dataset->columns);
    return binding_run(&row);
}

static enum error add_name(struct sqlite_store *store, int64_t number,
                           const char *name)
{
    struct binding row = begin(store, SQL_DATASET_INSERT_NAME);

    give_integer(&row, number);
    give_text(&row, name);
    return binding_run(&row);
}

enum error dataset_row_add(struct sqlite_store *store,
                           struct store_write *write)
{
    const struct store_dataset *dataset = write->dataset_add;
    const char *name = dataset->name_count > 0 ? dataset->names[0] : NULL;
    int64_t same = 0, called = 0, names = 0;

    assert(dataset->name_count <= 1);
    TRY(find_text(store, SQL_DATASET_BY_CONTENT, dataset->content, &same));
    if (name != NULL)
        TRY(find_text(store, SQL_DATASET_BY_NAME, name, &called));
    if (called != 0 && called != same)
        return ERR_CONFLICT;
    if (same != 0)
        TRY(find_number(store, SQL_DATASET_COUNT_NAMES, same, &names));
    if (name != NULL && called == 0 && names >= STORE_NAMES_MAX)
        return ERR_FULL;
    write->ret_is_here = same != 0;
    write->ret_number = same;
    if (same == 0) {
        TRY(insert(store, dataset));
        write->ret_number = sqlite3_last_insert_rowid(store->db);
    }
    if (name == NULL || called != 0)
        return OK;
    return add_name(store, write->ret_number, name);
}

enum error dataset_row_delete(struct sqlite_store *store,
                              struct store_write *write)
{
    int64_t number = write->dataset_delete, found = 0;
    enum error error;

    TRY(find_number(store, SQL_DATASET_EXISTS, number, &found));
    error = find_number(store, SQL_DATASET_USED, number, &found);
    if (error == OK)
        return ERR_CONFLICT;
    if (error != ERR_MISSING)
        return error;
    TRY(run_with(store, SQL_DATASET_DELETE_USES, number));
    TRY(run_with(store, SQL_DATASET_DELETE_NAMES, number));
    return run_with(store, SQL_DATASET_DELETE, number);
}

/* ---- what a job uses ---------------------------------------------------- */

enum error dataset_uses_check(struct sqlite_store *store,
                              const struct store_job *job)
{
    int64_t found;

    for (size_t i = 0; i < job->dataset_count; i++)
        TRY(find_number(store, SQL_DATASET_EXISTS, job->datasets[i], &found));
    return OK;
}

enum error dataset_uses_add(struct sqlite_store *store,
                            const struct store_job *job, int64_t number)
{
    for (size_t i = 0; i < job->dataset_count; i++) {
        struct binding row = begin(store, SQL_JOB_USES);
        give_integer(&row, number);
        give_integer(&row, job->datasets[i]);
        TRY(binding_run(&row));
    }
    return OK;
}

enum error dataset_uses_delete(struct sqlite_store *store, int64_t number)
{
    return run_with(store, SQL_JOB_USES_NO_MORE, number);
}
