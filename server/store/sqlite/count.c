/*
 * count.c - how many jobs there are of each state and outcome.
 *
 * A transaction collects what its writes change, and adds it to the table
 * job_count before it commits: a few rows a group, however many writes it has.
 */
#include <assert.h>
#include <string.h>

#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

/* The check of a row that would be inserted comes before the conflict: fewer
 * than none may not stand there. */
const char *const count_sql[COUNT_STATEMENTS] = {
    [SQL_COUNT_ADD] =
        "INSERT INTO job_count (state, outcome_class, jobs)"
        " VALUES (?1, ?2, max(?3, 0)) ON CONFLICT (state, outcome_class)"
        " DO UPDATE SET jobs = jobs + ?3",
};

/* The class of this name; OUTCOME_CLASSES: none of them, or NULL. */
static enum outcome_class find_class(const char *name)
{
    enum outcome_class class = 0;

    while (class < OUTCOME_CLASSES
           && (name == NULL || strcmp(outcome_class_name(class), name) != 0))
        class++;
    return class;
}

void count_change(struct sqlite_store *store, enum job_state state,
                  const char *outcome_class, int64_t change)
{
    assert(state < JOB_STATES);
    store->count_changes[state][find_class(outcome_class)] += change;
}

void count_forget(struct sqlite_store *store)
{
    memset(store->count_changes, 0, sizeof store->count_changes);
}

enum error count_keep(struct sqlite_store *store)
{
    for (enum job_state s = 0; s < JOB_STATES; s++)
        for (enum outcome_class c = 0; c <= OUTCOME_CLASSES; c++) {
            struct binding row;

            if (store->count_changes[s][c] == 0)
                continue;
            row = binding_begin(store->count_statements[SQL_COUNT_ADD]);
            give_text(&row, job_state_name(s));
            give_text(&row, c < OUTCOME_CLASSES ? outcome_class_name(c) : "");
            give_integer(&row, store->count_changes[s][c]);
            TRY(binding_run(&row));
        }
    count_forget(store);
    return OK;
}

enum error sqlite_count(struct store_reader *base, struct store_counts *ret)
{
    struct sqlite_reader *reader = (struct sqlite_reader *)base;
    AUTO_BINDING row = binding_begin(reader->statements[SQL_COUNTS]);
    struct store_counts counts = {{0}};
    enum error error;

    while ((error = binding_row(&row)) == OK) {
        const char *name = (const char *)sqlite3_column_text(row.statement, 0);
        enum job_state state = name != NULL ? job_state_find(name) : JOB_STATES;
        const char *class = (const char *)sqlite3_column_text(row.statement,
                                                              1);
        int64_t jobs = sqlite3_column_int64(row.statement, 2);

        if (state == JOB_STATES)
            return ERR_CORRUPT;
        counts.states[state] += jobs;
        if (find_class(class) < OUTCOME_CLASSES)
            counts.classes[find_class(class)] += jobs;
    }
    if (error != ERR_MISSING)
        return error;
    *ret = counts;
    return OK;
}
