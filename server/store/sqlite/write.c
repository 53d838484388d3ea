/*
 * write.c - the verbs that change the store, one function each.
 *
 * A verb looks at the job first and returns ERR_MISSING or ERR_CONFLICT before
 * it has changed anything: a refused write spoils no group. Every other error
 * undoes the transaction.
 */
#include <assert.h>

#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"
#include "server/store/sqlite/tags.h"

/* A move's first parameters: number, the state it leaves, the one it gets. */
#define MOVE                                                                  \
    "UPDATE job SET state = ?3, revision = revision + 1, requested = NULL, "

const char *const write_sql[WRITE_STATEMENTS] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_PAGES] = "PRAGMA page_count",
    [SQL_FREE_PAGES] = "PRAGMA freelist_count",
    [SQL_FIND] = "SELECT state, requested, revision, discard FROM job"
                 " WHERE number = ?1",
    [SQL_INSERT_JOB] =
        "INSERT INTO job (id, priority, name, tags, objective, optimizer,"
        " dimension, max_iterations, created_ms, retention_ms)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    /* The same tag twice is the same tag. */
    [SQL_INSERT_TAG] = "INSERT OR IGNORE INTO job_tag (number, tag, created_ms)"
                       " VALUES (?1, ?2, ?3)",
    [SQL_INSERT_SPEC] = "INSERT INTO job_spec (number, spec) VALUES (?1, ?2)",
    [SQL_CLAIM] = MOVE "started_ms = ?4 WHERE number = ?1 AND state = ?2",
    [SQL_RECORD] =
        "INSERT OR REPLACE INTO trace (id, first, last, rows, columns)"
        " VALUES (?1, ?2, ?3, ?4, ?5)",
    [SQL_FINISH] = MOVE
        "finished_ms = ?4, outcome_class = ?5, outcome_reason = ?6,"
        " error = ?7, iterations = ?8, loss = ?9, best_loss = ?10,"
        " best_iteration = ?11, gradient_norm = ?12, trace_sha256 = ?13,"
        " epoch = ?14"
        " WHERE number = ?1 AND state = ?2",
    [SQL_INSERT_RESULT] = "INSERT INTO job_result (number, result)"
                          " VALUES (?1, ?2)",
    [SQL_REQUEUE] = MOVE "attempt = attempt + 1, started_ms = NULL"
                    " WHERE number = ?1 AND state = ?2",
    [SQL_CANCEL] = MOVE "finished_ms = ?4, iterations = ?5"
                   " WHERE number = ?1 AND state = ?2",
    [SQL_WISH] = "UPDATE job SET requested = ?2, discard = ?3,"
                 " revision = revision + 1 WHERE number = ?1",
    [SQL_FIND_LISTED] = "SELECT tags, created_ms, state, outcome_class"
                      " FROM job WHERE number = ?1",
    [SQL_DELETE_TAG] = "DELETE FROM job_tag WHERE number = ?1 AND tag = ?2"
                       " AND created_ms = ?3",
    [SQL_DELETE_JOB] = "DELETE FROM job WHERE number = ?1",
};

static struct binding with(struct sqlite_store *store,
                           enum write_statement which, int64_t number)
{
    struct binding binding = binding_begin(store->statements[which]);

    give_integer(&binding, number);
    return binding;
}

/* The job that a write is for; 0: it is for none that is there. */
static int64_t number_of(const struct store_write *write)
{
    switch (write->verb) {
    case STORE_CLAIM:
        return write->claim.number;
    case STORE_REQUEUE:
        return write->requeue.number;
    case STORE_RECORD:
        return write->record.number;
    case STORE_FINISH:
        return write->finish.number;
    case STORE_CANCEL: case STORE_DELETE: case STORE_DISCARD:
        return write->wish.number;
    case STORE_SUBMIT: case STORE_DATASET_ADD: case STORE_DATASET_DELETE:
    case STORE_VERBS:
        break;
    }
    return 0;
}

static bool is_wish(enum store_verb verb)
{
    return verb == STORE_CANCEL || verb == STORE_DELETE
        || verb == STORE_DISCARD;
}

/* Look at the job of a write: ret_state, ret_wish and ret_revision. */
static enum error find(struct sqlite_store *store, struct store_write *write)
{
    AUTO_BINDING job = with(store, SQL_FIND, number_of(write));

    TRY(binding_row(&job));
    sqlite3_stmt *row = job.statement;
    const char *state = (const char *)sqlite3_column_text(row, 0);
    if (state == NULL)
        return ERR_MEMORY;
    write->ret_state = job_state_find(state);
    if (sqlite3_column_type(row, 1) == SQLITE_NULL)
        write->ret_wish = WISH_NONE;
    else
        write->ret_wish = sqlite3_column_int(row, 3) ? WISH_DELETE
                                                     : WISH_CANCEL;
    write->ret_revision = sqlite3_column_int64(row, 2);
    write->ret_number = number_of(write);
    return write->ret_state < JOB_STATES ? OK : ERR_CORRUPT;
}

/* Begin a move of the job that find() looked at. */
static struct binding move(struct sqlite_store *store,
                           enum write_statement which,
                           const struct store_write *write, enum job_state to)
{
    struct binding binding = with(store, which, write->ret_number);

    assert(job_may_move(write->ret_state, to));
    give_text(&binding, job_state_name(write->ret_state));
    give_text(&binding, job_state_name(to));
    return binding;
}

/* Run a move and say what the job is now. */
static enum error run_move(struct sqlite_store *store, struct binding *binding,
                           struct store_write *write, enum job_state to)
{
    TRY(binding_run(binding));
    assert(sqlite3_changes(store->db) == 1);
    count_change(store, write->ret_state, NULL, -1);
    count_change(store, to, to == JOB_COMPLETED ? write->finish.outcome_class
                                                : NULL, 1);
    write->ret_state = to;
    write->ret_wish = WISH_NONE;
    write->ret_revision++;
    store->expires_unknown |= job_has_ended(to);
    return OK;
}

static enum error insert_tags(struct sqlite_store *store,
                              const struct store_job *job, int64_t number)
{
    for (size_t i = 0; i < job->tag_count; i++) {
        struct binding tag = with(store, SQL_INSERT_TAG, number);
        give_text(&tag, job->tags[i]);
        give_integer(&tag, job->created_ms);
        TRY(binding_run(&tag));
    }
    return OK;
}

static enum error insert_job(struct sqlite_store *store,
                             const struct store_job *job, const char *tags)
{
    struct binding row = binding_begin(store->statements[SQL_INSERT_JOB]);

    give_blob(&row, job->id.bytes, IDENTIFIER_BYTES);
    give_integer(&row, job->priority);
    give_text(&row, job->name);
    give_text(&row, tags);
    give_text(&row, job->objective);
    give_text(&row, job->optimizer);
    give_integer(&row, job->dimension);
    give_integer(&row, job->max_iterations);
    give_integer(&row, job->created_ms);
    if (job->retention_ms != STORE_RETENTION_DEFAULT)
        give_integer(&row, job->retention_ms);
    else
        give_text(&row, NULL);
    return binding_run(&row);
}

static enum error submit(struct sqlite_store *store, struct store_write *write)
{
    const struct store_job *job = write->submit;
    __attribute__((cleanup(buffer_fini))) struct buffer tags;

    buffer_init(&tags);
    if (job->tag_count > 0)
        TRY(tags_join(job, &tags));
    TRY(dataset_uses_check(store, job));
    TRY(insert_job(store, job, tags.bytes));
    count_change(store, JOB_QUEUED, NULL, 1);
    write->ret_number = sqlite3_last_insert_rowid(store->db);
    write->ret_revision = 1;
    write->ret_state = JOB_QUEUED;
    write->ret_wish = WISH_NONE;
    TRY(insert_tags(store, job, write->ret_number));
    TRY(dataset_uses_add(store, job, write->ret_number));
    if (job->spec == NULL)
        return OK;
    struct binding spec = with(store, SQL_INSERT_SPEC, write->ret_number);
    give_text(&spec, job->spec);
    return binding_run(&spec);
}

static enum error claim(struct sqlite_store *store, struct store_write *write)
{
    struct binding row = move(store, SQL_CLAIM, write, JOB_RUNNING);

    give_time(&row, write->claim.now_ms);
    return run_move(store, &row, write, JOB_RUNNING);
}

static enum error insert_chunks(struct sqlite_store *store, int64_t number,
                                const struct store_chunk *chunks,
                                size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct store_chunk *chunk = &chunks[i];
        int64_t key = trace_key(number, chunk->level, chunk->chunk);
        struct binding row = with(store, SQL_RECORD, key);
        give_integer(&row, chunk->first);
        give_integer(&row, chunk->last);
        give_integer(&row, (int64_t)chunk->rows);
        give_blob(&row, chunk->columns, chunk->columns_bytes);
        TRY(binding_run(&row));
    }
    return OK;
}

static enum error record(struct sqlite_store *store, struct store_write *write)
{
    const struct store_record *part = &write->record;

    write->ret_revision = 0;
    if (write->ret_wish == WISH_DELETE)
        return OK; /* nobody will read it: a full disk keeps no deletion */
    if (part->first_error && *part->first_error != OK)
        return ERR_CONFLICT;
    return insert_chunks(store, part->number, part->chunks,
                         part->chunk_count);
}

/* Count a job no more, whose state and outcome stand in the row. */
static enum error uncount(struct sqlite_store *store, sqlite3_stmt *row)
{
    const char *name = (const char *)sqlite3_column_text(row, 2);
    enum job_state state;

    if (name == NULL)
        return ERR_MEMORY;
    state = job_state_find(name);
    if (state == JOB_STATES)
        return ERR_CORRUPT;
    count_change(store, state, (const char *)sqlite3_column_text(row, 3), -1);
    return OK;
}

/* Delete its tags, and count it no more. */
static enum error leave_lists(struct sqlite_store *store, int64_t number)
{
    __attribute__((cleanup(arena_fini))) struct arena arena;
    struct store_job job = {0};
    const char *text = NULL;

    arena_init(&arena, 0);
    AUTO_BINDING tags = with(store, SQL_FIND_LISTED, number);
    TRY(binding_row(&tags));
    TRY(column_text(tags.statement, 0, &arena, &text));
    TRY(tags_split(text, &arena, &job));
    int64_t created = sqlite3_column_int64(tags.statement, 1);
    TRY(uncount(store, tags.statement));
    for (size_t i = 0; i < job.tag_count; i++) {
        struct binding row = with(store, SQL_DELETE_TAG, number);
        give_text(&row, job.tags[i]);
        give_integer(&row, created);
        TRY(binding_run(&row));
    }
    return OK;
}

/* What is long is only noted, and goes later. */
enum error write_forget_job(struct sqlite_store *store, int64_t number)
{
    TRY(leave_lists(store, number));
    TRY(dataset_uses_delete(store, number));
    TRY(prune_note_job(store, number));
    struct binding row = with(store, SQL_DELETE_JOB, number);
    return binding_run(&row);
}

static enum error delete(struct sqlite_store *store, struct store_write *write)
{
    return write_forget_job(store, write->ret_number);
}

static enum error finish(struct sqlite_store *store, struct store_write *write)
{
    const struct store_finish *end = &write->finish;

    assert(job_has_ended(end->state));
    if (write->ret_wish == WISH_DELETE)
        return delete(store, write);
    if (end->first_error && *end->first_error != OK)
        return ERR_CONFLICT;
    TRY(insert_chunks(store, end->number, end->chunks, end->chunk_count));
    struct binding row = move(store, SQL_FINISH, write, end->state);
    give_time(&row, end->now_ms);
    give_text(&row, end->outcome_class);
    give_text(&row, end->outcome_reason);
    give_text(&row, end->error);
    give_integer(&row, end->iterations);
    give_real(&row, end->loss);
    give_real(&row, end->best_loss);
    give_integer(&row, end->best_iteration);
    give_real(&row, end->gradient_norm);
    give_text(&row, end->trace_sha256);
    give_real(&row, end->epoch);
    TRY(run_move(store, &row, write, end->state));
    TRY(prune_note_retried(store, end->number, end->iterations));
    if (end->result == NULL)
        return OK;
    struct binding result = with(store, SQL_INSERT_RESULT, end->number);
    give_text(&result, end->result);
    return binding_run(&result);
}

/* Cancel what does not run: the trace of an attempt before stays. */
static enum error cancel_now(struct sqlite_store *store,
                             struct store_write *write, int64_t now_ms)
{
    struct binding row = move(store, SQL_CANCEL, write, JOB_CANCELED);
    int64_t last;

    TRY(trace_last(store, write->ret_number, &last));
    give_time(&row, now_ms);
    if (last >= 0)
        give_integer(&row, last);
    else
        give_text(&row, NULL);
    return run_move(store, &row, write, JOB_CANCELED);
}

static enum error requeue(struct sqlite_store *store,
                          struct store_write *write)
{
    const struct store_requeue *from = &write->requeue;

    if (write->ret_wish == WISH_DELETE)
        return delete(store, write);
    TRY(insert_chunks(store, from->number, from->chunks, from->chunk_count));
    if (write->ret_wish == WISH_CANCEL)
        return cancel_now(store, write, from->now_ms);
    struct binding row = move(store, SQL_REQUEUE, write, JOB_QUEUED);
    return run_move(store, &row, write, JOB_QUEUED);
}

/* Keep what is wished of a running job. */
static enum error keep_wish(struct sqlite_store *store,
                            struct store_write *write, enum job_wish wish)
{
    struct binding row = with(store, SQL_WISH, write->ret_number);

    give_text(&row, job_wish_name(wish));
    give_integer(&row, wish == WISH_DELETE);
    TRY(binding_run(&row));
    write->ret_wish = wish;
    write->ret_revision++;
    return OK;
}

static enum error cancel(struct sqlite_store *store, struct store_write *write)
{
    if (write->ret_state == JOB_QUEUED)
        return cancel_now(store, write, write->wish.now_ms);
    if (write->ret_state == JOB_CANCELED || write->ret_wish != WISH_NONE)
        return OK;
    return keep_wish(store, write, WISH_CANCEL);
}

static enum error discard(struct sqlite_store *store,
                          struct store_write *write)
{
    if (write->ret_state != JOB_RUNNING)
        return delete(store, write);
    if (write->ret_wish == WISH_DELETE)
        return OK;
    return keep_wish(store, write, WISH_DELETE);
}

#define IN(state) (1u << (state))

static const struct {
    enum error (*carry_out)(struct sqlite_store *, struct store_write *);
    unsigned from;      /* the states it is for; 0: no job is there yet */
    bool is_transition; /* not answered before it is on disk */
    enum { ADDS, ENDS, DELETES } what; /* write_is_end(), _is_deletion() */
} verbs[STORE_VERBS] = {
    [STORE_SUBMIT]  = {submit, 0, true, ADDS},
    [STORE_CLAIM]   = {claim, IN(JOB_QUEUED), false, ADDS},
    [STORE_RECORD]  = {record, IN(JOB_RUNNING), false, ADDS},
    [STORE_FINISH]  = {finish, IN(JOB_RUNNING), true, ENDS},
    [STORE_REQUEUE] = {requeue, IN(JOB_RUNNING), true, DELETES},
    [STORE_CANCEL]  = {cancel, IN(JOB_QUEUED) | IN(JOB_RUNNING) |
                               IN(JOB_CANCELED), true, DELETES},
    [STORE_DELETE]  = {delete, IN(JOB_COMPLETED) | IN(JOB_FAILED) |
                               IN(JOB_CANCELED), true, DELETES},
    [STORE_DISCARD] = {discard, IN(JOB_STATES) - 1, true, DELETES},
    [STORE_DATASET_ADD]    = {dataset_row_add, 0, true, ADDS},
    [STORE_DATASET_DELETE] = {dataset_row_delete, 0, true, DELETES},
};

enum error write_carry_out(struct sqlite_store *store,
                           struct store_write *write)
{
    unsigned from = verbs[write->verb].from;

    if (from != 0) {
        TRY(find(store, write));
        write->ret_is_changed =
            is_wish(write->verb) && write->wish.if_revision != 0
            && write->wish.if_revision != write->ret_revision;
        if (write->ret_is_changed)
            return ERR_CONFLICT;
        if (!(from & IN(write->ret_state)))
            return ERR_CONFLICT;
    }
    return verbs[write->verb].carry_out(store, write);
}

bool write_is_transition(const struct store_write *write)
{
    return verbs[write->verb].is_transition;
}

bool write_is_end(const struct store_write *write)
{
    return verbs[write->verb].what != ADDS;
}

bool write_is_deletion(const struct store_write *write)
{
    return verbs[write->verb].what == DELETES
        || (write->verb == STORE_FINISH && write->ret_wish == WISH_DELETE);
}
