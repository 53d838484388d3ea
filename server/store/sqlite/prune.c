/*
 * prune.c - what jobs leave behind is deleted a little at a time.
 *
 * To delete a trace is to walk through all its pages: 1.5 GB took 0.4 s. So a
 * job that is deleted is forgotten at once, with a note in the table `prune`;
 * what it leaves is deleted in slices, when nothing waits or seldom enough. An
 * attempt that ended before an earlier one had leaves chunks beyond its end:
 * the note says from which iteration on.
 */
#include "server/base/clock.h"
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

#define FIND(table, order)                                                    \
    "SELECT id, last FROM " table " WHERE id BETWEEN ?1 AND ?2"               \
    " ORDER BY id " order "LIMIT 1"

const char *const prune_sql[PRUNE_STATEMENTS] = {
    [SQL_PRUNE_NOTE] =
        "INSERT INTO prune (number, above) VALUES (?1, ?2)"
        " ON CONFLICT (number) DO UPDATE SET above = min(above, ?2)",
    [SQL_PRUNE_NOTE_RETRIED] =
        "INSERT INTO prune (number, above)"
        " SELECT number, ?2 FROM job WHERE number = ?1 AND attempt > 1"
        " ON CONFLICT (number) DO UPDATE SET above = min(above, ?2)",
    [SQL_PRUNE_NEXT] = "SELECT number, above FROM prune"
                       " ORDER BY number LIMIT 1",
    [SQL_PRUNE_END] = "DELETE FROM prune WHERE number = ?1",
    [SQL_PRUNE_SPEC] = "DELETE FROM job_spec WHERE number = ?1",
    [SQL_PRUNE_RESULT] = "DELETE FROM job_result WHERE number = ?1",
    [SQL_NEXT_CHUNK] = FIND("trace", ""),
    [SQL_LAST_CHUNK] = FIND("trace", "DESC "),
    [SQL_NEXT_CHUNK_27] = FIND("trace_27", ""),
    [SQL_LAST_CHUNK_27] = FIND("trace_27", "DESC "),
    [SQL_DELETE_CHUNK] = "DELETE FROM trace WHERE id = ?1",
    [SQL_DELETE_CHUNK_27] = "DELETE FROM trace_27 WHERE id = ?1",
};

/* The two tables of chunks. */
static const struct table {
    enum prune_statement next, last, delete;
    int64_t (*key)(int64_t number, unsigned level, int64_t chunk);
    int64_t number_max;
} tables[] = {
    {SQL_NEXT_CHUNK, SQL_LAST_CHUNK, SQL_DELETE_CHUNK, trace_key,
     STORE_JOBS_MAX},
    {SQL_NEXT_CHUNK_27, SQL_LAST_CHUNK_27, SQL_DELETE_CHUNK_27, trace_27_key,
     TRACE_27_NUMBER_MAX},
};

enum { TABLES = sizeof tables / sizeof *tables };

/* A level of a job's trace in one of them. */
struct part {
    const struct table *table;
    int64_t number;
    unsigned level;
};

static struct binding with(struct sqlite_store *store,
                           enum prune_statement which, int64_t value)
{
    struct binding binding = binding_begin(store->prune_statements[which]);

    give_integer(&binding, value);
    return binding;
}

static enum error run_with(struct sqlite_store *store,
                           enum prune_statement which, int64_t value)
{
    struct binding binding = with(store, which, value);

    return binding_run(&binding);
}

/* ---- notes -------------------------------------------------------------- */

static enum error note(struct sqlite_store *store, enum prune_statement which,
                       int64_t number, int64_t above)
{
    struct binding row = with(store, which, number);

    give_integer(&row, above);
    TRY(binding_run(&row));
    if (sqlite3_changes(store->db) > 0)
        store->prune_waits = true;
    return OK;
}

enum error prune_note_job(struct sqlite_store *store, int64_t number)
{
    return note(store, SQL_PRUNE_NOTE, number, -1);
}

enum error prune_note_retried(struct sqlite_store *store, int64_t number,
                              int64_t iteration)
{
    return note(store, SQL_PRUNE_NOTE_RETRIED, number, iteration);
}

/* ---- chunks ------------------------------------------------------------- */

/* The first or last chunk of a part from `chunk` on. ERR_MISSING: none. */
static enum error find(struct sqlite_store *store, const struct part *part,
                       enum prune_statement which, int64_t chunk,
                       int64_t *ret_id, int64_t *ret_last)
{
    const struct table *table = part->table;
    AUTO_BINDING row =
        with(store, which, table->key(part->number, part->level, chunk));

    give_integer(&row, table->key(part->number, part->level,
                                  STORE_CHUNKS_MAX - 1));
    TRY(binding_row(&row));
    *ret_id = sqlite3_column_int64(row.statement, 0);
    *ret_last = sqlite3_column_int64(row.statement, 1);
    return OK;
}

enum error trace_last(struct sqlite_store *store, int64_t number,
                      int64_t *ret_iteration)
{
    int64_t id, last;

    *ret_iteration = -1;
    for (size_t i = 0; i < TABLES; i++) {
        struct part part = {&tables[i], number, 0};
        if (number > part.table->number_max)
            continue;
        enum error error = find(store, &part, part.table->last, 0, &id, &last);
        if (error != OK && error != ERR_MISSING)
            return error;
        if (error == OK && last > *ret_iteration)
            *ret_iteration = last;
    }
    return OK;
}

/* The number from which on chunks of a part end after an iteration; further
 * down none does. Chunks before or behind it may be missing. */
static enum error find_above(struct sqlite_store *store,
                             const struct part *part, int64_t above,
                             int64_t *ret_chunk)
{
    int64_t low = 0, high = above < 0 ? 0 : STORE_CHUNKS_MAX - 1, id, last;

    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        enum error error = find(store, part, part->table->next, middle, &id,
                                &last);
        if (error != OK && error != ERR_MISSING)
            return error;
        if (error == OK && last <= above)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_chunk = low;
    return OK;
}

/* ---- slices ------------------------------------------------------------- */

/* Delete the chunks of a part that end after an iteration, until it is time.
 * In rising order: in falling order every page that becomes free is written
 * once more (measured: 1.03 pages a chunk against 0.03). */
static enum error prune_part(struct sqlite_store *store,
                             const struct part *part, int64_t above,
                             int64_t until_ns)
{
    int64_t chunk, id, last;
    enum error error;

    TRY(find_above(store, part, above, &chunk));
    while (clock_monotonic_ns() < until_ns) {
        error = find(store, part, part->table->next, chunk, &id, &last);
        if (error == ERR_MISSING || (error == OK && last <= above))
            return OK;
        TRY(error);
        TRY(run_with(store, part->table->delete, id));
    }
    return OK;
}

static enum error prune_trace(struct sqlite_store *store, int64_t number,
                              int64_t above, int64_t until_ns)
{
    for (size_t i = 0; i < TABLES; i++)
        for (unsigned level = 0; level < STORE_LEVELS; level++) {
            struct part part = {&tables[i], number, level};
            if (number <= part.table->number_max)
                TRY(prune_part(store, &part, above, until_ns));
        }
    return OK;
}

/* Delete what a note is about, until it is time; then the note. */
static enum error prune_job(struct sqlite_store *store, int64_t number,
                            int64_t above, int64_t until_ns)
{
    if (above < 0) {
        TRY(run_with(store, SQL_PRUNE_SPEC, number));
        TRY(run_with(store, SQL_PRUNE_RESULT, number));
    }
    TRY(prune_trace(store, number, above, until_ns));
    if (clock_monotonic_ns() >= until_ns)
        return OK; /* there may be more */
    return run_with(store, SQL_PRUNE_END, number);
}

enum error prune_until(struct sqlite_store *store, int64_t until_ns)
{
    while (store->prune_waits && clock_monotonic_ns() < until_ns) {
        AUTO_BINDING row =
            binding_begin(store->prune_statements[SQL_PRUNE_NEXT]);
        enum error error = binding_row(&row);
        if (error == ERR_MISSING) {
            store->prune_waits = false;
            return OK;
        }
        TRY(error);
        int64_t number = sqlite3_column_int64(row.statement, 0);
        int64_t above = sqlite3_column_int64(row.statement, 1);
        binding_end(&row);
        TRY(prune_job(store, number, above, until_ns));
    }
    return OK;
}
