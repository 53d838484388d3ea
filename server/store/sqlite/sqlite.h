/* sqlite.h - a store in one SQLite file: what its parts share. */
#ifndef SERVER_STORE_SQLITE_SQLITE_H
#define SERVER_STORE_SQLITE_SQLITE_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/store/kind.h"
#include "server/store/sqlite/reserve.h"

enum {
    SQLITE_APPLICATION = 0x44534344, /* "DSCD": PRAGMA application_id */
    SQLITE_PAGE_BYTES = 8192,
    SQLITE_READER_BUSY_MS = 2000, /* how long a read waits for a lock */
    SQLITE_WRITER_BUSY_MS = 200,  /* and a forced checkpoint for readers */
    SQLITE_LISTS = 32,      /* kinds of lists that stay prepared in a reader */
};

/* write.c's statements. */
enum write_statement {
    SQL_BEGIN, SQL_COMMIT, SQL_ROLLBACK, SQL_PAGES, SQL_FREE_PAGES,
    SQL_FIND, SQL_INSERT_JOB, SQL_INSERT_TAG, SQL_INSERT_SPEC,
    SQL_CLAIM, SQL_RECORD, SQL_FINISH, SQL_INSERT_RESULT, SQL_REQUEUE,
    SQL_CANCEL, SQL_WISH, SQL_FIND_LISTED, SQL_DELETE_TAG, SQL_DELETE_JOB,
    WRITE_STATEMENTS
};

/* prune.c's statements. */
enum prune_statement {
    SQL_PRUNE_NOTE, SQL_PRUNE_NOTE_RETRIED, SQL_PRUNE_NEXT, SQL_PRUNE_END,
    SQL_PRUNE_SPEC, SQL_PRUNE_RESULT, SQL_NEXT_CHUNK, SQL_LAST_CHUNK,
    SQL_NEXT_CHUNK_27, SQL_LAST_CHUNK_27, SQL_DELETE_CHUNK,
    SQL_DELETE_CHUNK_27,
    PRUNE_STATEMENTS
};

/* dataset_write.c's statements. */
enum dataset_write_statement {
    SQL_DATASET_EXISTS, SQL_DATASET_BY_CONTENT, SQL_DATASET_BY_NAME,
    SQL_DATASET_COUNT_NAMES, SQL_DATASET_INSERT, SQL_DATASET_INSERT_NAME,
    SQL_DATASET_USED, SQL_DATASET_DELETE, SQL_DATASET_DELETE_NAMES,
    SQL_DATASET_DELETE_USES, SQL_JOB_USES, SQL_JOB_USES_NO_MORE,
    DATASET_WRITE_STATEMENTS
};

/* expire.c's statements. */
enum expire_statement {
    SQL_EXPIRES_FIRST, SQL_FINISHED_FIRST,
    EXPIRE_STATEMENTS
};

/* count.c's statements. */
enum count_statement { SQL_COUNT_ADD, COUNT_STATEMENTS };

struct sqlite_reader;

/* Opened to be read, until it can be written: see readonly.c. */
struct read_only {
    pthread_mutex_t gate;   /* held while one of its readers reads */
    bool is;                /* it is so yet */
    bool is_immutable;      /* its files are read without shared memory */
    enum error why;         /* ERR_DISK, ERR_READ_ONLY */
    struct sqlite_reader *readers; /* opened meanwhile */
};

/* Looking for damage, once: see damage.c. */
struct damage {
    pthread_mutex_t mutex;  /* guards all below */
    bool begun;             /* the thread is to be joined */
    bool closing;
    pthread_t thread;
    sqlite3 *db;            /* the thread's; NULL: none to be interrupted */
};

struct sqlite_store {
    struct store base;
    char *path;             /* absolute */
    int lock;               /* held on PATH-lock; -1: not yet */
    struct read_only read_only;
    struct damage damage;
    int64_t version;        /* newest migration applied */
    int64_t retention_ms;   /* of jobs without their own; 0: for ever */

    /* The writer's, from its start to its end. This is the only connection
     * that writes or checkpoints: two may damage the WAL (SQLite < 3.51.3). */
    sqlite3 *db;            /* NULL: it cannot be written yet */
    struct reserve reserve;
    struct store_write *waiting; /* patient writes, in order; NULL: none */
    struct store_write **waiting_end;
    int64_t look_ns;        /* when to look again whether there is space */
    sqlite3_stmt *statements[WRITE_STATEMENTS];
    sqlite3_stmt *dataset_statements[DATASET_WRITE_STATEMENTS];
    sqlite3_stmt *prune_statements[PRUNE_STATEMENTS];
    sqlite3_stmt *expire_statements[EXPIRE_STATEMENTS];
    sqlite3_stmt *count_statements[COUNT_STATEMENTS];
    /* what the present transaction changes, by state and outcome; the last
     * column is of jobs without one */
    int64_t count_changes[JOB_STATES][OUTCOME_CLASSES + 1];
    bool prune_waits;       /* there may be something to prune */
    int64_t expires_ms;     /* when the next job expires; INT64_MAX: none */
    bool expires_unknown;   /* a job has ended since it was looked for */
    bool slice_failed;      /* the last one; then a while goes by */
    int64_t slice_next_ns;  /* when there may be one though others write */
    pthread_t writer;
    bool is_full;           /* PRAGMA synchronous is FULL, not NORMAL */
    int64_t wal_bytes;      /* in use, after the last commit */
    int64_t wal_tried;      /* wal_bytes when a checkpoint was last tried */
};

/* reader.c's statements, of read.c. */
enum read_statement {
    SQL_GET, SQL_GET_NUMBER, SQL_CHUNK, SQL_LAST, SQL_LAST_27, SQL_EACH,
    SQL_COUNTS,
    READ_STATEMENTS
};

/* dataset_read.c's statements. */
enum dataset_read_statement {
    SQL_DATASET_GET_ID, SQL_DATASET_GET_NAME, SQL_DATASET_GET_NUMBER,
    SQL_DATASET_LIST, SQL_DATASET_NAMES, SQL_DATASET_JOBS,
    DATASET_READ_STATEMENTS
};

struct sqlite_reader {
    struct store_reader base;
    int64_t retention_ms;   /* the store's */
    bool is_gated;          /* it was opened where nothing could be written */
    struct sqlite_reader *next; /* of those */
    sqlite3 *db;            /* read-only; NULL: closed by readonly_end() */
    sqlite3_stmt *statements[READ_STATEMENTS];
    sqlite3_stmt *dataset_statements[DATASET_READ_STATEMENTS];
    sqlite3_stmt *lists[SQLITE_LISTS]; /* list.c's; NULL: free */
    size_t lists_oldest;    /* the next to be replaced */
};

/* connect.c: settings that all connections share. */
MUST_CHECK enum error sqlite_connect(const char *path, int flags, int busy_ms,
                                     sqlite3 **ret_db);
/* The same to read only; `immutable`: without its log and shared memory. */
MUST_CHECK enum error sqlite_connect_reading(const char *path, bool immutable,
                                             sqlite3 **ret_db);

/* migrate.c: recognise the file, then bring its tables up to date. */
MUST_CHECK enum error sqlite_recognize(sqlite3 *db, const char *path,
                                       char message[STORE_MESSAGE_BYTES]);
MUST_CHECK enum error sqlite_migrate(sqlite3 *db, const char *path,
                                     int64_t *ret_version,
                                     char message[STORE_MESSAGE_BYTES]);

/* The newest version that this program knows. */
int64_t sqlite_version_newest(void);

/* lock.c: take the lock, where that is not done. */
MUST_CHECK enum error sqlite_take_lock(struct sqlite_store *store,
                                       char message[STORE_MESSAGE_BYTES]);

/* prepare.c: the connection that writes, opened (on a full disk with the
 * reserve's room) or, after a failure, not there; and closed. */
MUST_CHECK enum error sqlite_open_writing(struct sqlite_store *store,
                                          char message[STORE_MESSAGE_BYTES]);
void sqlite_close_writing(struct sqlite_store *store);

/* readonly.c: a store that cannot be written, because of `why`, is opened to be
 * read; the message of why it cannot stays where that fails. The writer tries
 * to end it: then readers read, from their next verb on, what it writes. */
MUST_CHECK enum error readonly_begin(struct sqlite_store *store,
                                     enum error why);
void readonly_end(struct sqlite_store *store);
/* A reader comes and goes; a verb of it begins and ends. */
MUST_CHECK enum error readonly_reader_open(struct sqlite_store *store,
                                           struct sqlite_reader *reader);
void readonly_reader_close(struct sqlite_store *store,
                           struct sqlite_reader *reader);
enum error sqlite_read_begin(struct store_reader *reader);
void sqlite_read_end(struct store_reader *reader);

/* full.c: a disk without space. */
bool full_is(enum error error);
/* There is none, or nothing may be written: say so. */
void full_begin(struct sqlite_store *store, enum error error);
/* After a write found none: make room in the log, as far as is possible and
 * right for this write, which is then tried once more. `attempt` counts from 0;
 * false: there is nothing more to be done. */
bool full_make_room(struct sqlite_store *store,
                    const struct store_write *write, unsigned attempt);
/* The same for what deletes. */
bool full_make_room_to_delete(struct sqlite_store *store, unsigned attempt);
/* Whether a write that found no space waits for it; and it waits. */
bool full_must_wait(const struct sqlite_store *store,
                    const struct store_write *write);
void full_wait(struct sqlite_store *store, struct store_write *write);
/* Those that wait; now none does. */
struct store_write *full_take_waiting(struct sqlite_store *store);
/* When it is time to look whether there is space; INT64_MAX: there is nothing
 * to be looked at. Then whether it is that time, and the look. */
int64_t full_look_ns(struct sqlite_store *store);
bool full_is_time(struct sqlite_store *store);
void full_look(struct sqlite_store *store);

/* damage.c: say that the database is damaged, and find out where, on a thread
 * of its own, the first time. Thread: any. */
void damage_look(struct store *store);
MUST_CHECK enum error damage_init(struct damage *damage);
void damage_fini(struct damage *damage);

/* writer.c */
MUST_CHECK enum error writer_start(struct sqlite_store *store);
void writer_stop(struct sqlite_store *store);

/* write.c: one write inside a transaction. */
extern const char *const write_sql[WRITE_STATEMENTS];
MUST_CHECK enum error write_carry_out(struct sqlite_store *store,
                                      struct store_write *write);
/* Forget a job that does not run, inside a transaction. */
MUST_CHECK enum error write_forget_job(struct sqlite_store *store,
                                       int64_t number);
/* Whether the commit must reach the disk before it is answered. */
bool write_is_transition(const struct store_write *write);
/* Whether it ends something, and so gets the log's room on a full disk; and
 * whether it deletes, and so gets the last pages too. */
bool write_is_end(const struct store_write *write);
bool write_is_deletion(const struct store_write *write);

/* prune.c: notes are made in a write's transaction; a slice is one. */
extern const char *const prune_sql[PRUNE_STATEMENTS];
/* A job's row is gone: all else of it is to go. */
MUST_CHECK enum error prune_note_job(struct sqlite_store *store,
                                     int64_t number);
/* A job ended at an iteration: where it had started over, chunks of earlier
 * attempts that end after it are to go. */
MUST_CHECK enum error prune_note_retried(struct sqlite_store *store,
                                         int64_t number, int64_t iteration);
/* Delete until it is time; prune_waits then tells whether there is more. */
MUST_CHECK enum error prune_until(struct sqlite_store *store,
                                  int64_t until_ns);
/* The last iteration in the chunks of a job that are there; -1: none. */
MUST_CHECK enum error trace_last(struct sqlite_store *store, int64_t number,
                                 int64_t *ret_iteration);

/* expire.c: find out when the next job expires; forget those whose time has
 * come, in a transaction, until it is time. */
extern const char *const expire_sql[EXPIRE_STATEMENTS];
MUST_CHECK enum error expire_look(struct sqlite_store *store);
MUST_CHECK enum error expire_until(struct sqlite_store *store,
                                   int64_t until_ns);

/* count.c: note that jobs of a kind came (1) or went (-1); bring the table up
 * to date, before the commit; forget what was noted, when it was undone. */
extern const char *const count_sql[COUNT_STATEMENTS];
void count_change(struct sqlite_store *store, enum job_state state,
                  const char *outcome_class, int64_t change);
MUST_CHECK enum error count_keep(struct sqlite_store *store);
void count_forget(struct sqlite_store *store);
enum error sqlite_count(struct store_reader *reader,
                        struct store_counts *ret);

/* dataset_write.c */
extern const char *const dataset_write_sql[DATASET_WRITE_STATEMENTS];
MUST_CHECK enum error dataset_row_add(struct sqlite_store *store,
                                      struct store_write *write);
MUST_CHECK enum error dataset_row_delete(struct sqlite_store *store,
                                         struct store_write *write);
/* Whether all datasets of a new job are there: else ERR_MISSING. */
MUST_CHECK enum error dataset_uses_check(struct sqlite_store *store,
                                         const struct store_job *job);
/* Note which datasets a job uses; or that it uses none any more. */
MUST_CHECK enum error dataset_uses_add(struct sqlite_store *store,
                                       const struct store_job *job,
                                       int64_t number);
MUST_CHECK enum error dataset_uses_delete(struct sqlite_store *store,
                                          int64_t number);

/* dataset_read.c */
extern const char *const dataset_read_sql[DATASET_READ_STATEMENTS];
enum error sqlite_get_dataset(struct store_reader *reader,
                              const struct identifier *id, const char *name,
                              int64_t number, struct arena *arena,
                              struct store_dataset *ret);
enum error sqlite_list_datasets(struct store_reader *reader,
                                const struct identifier *before, size_t limit,
                                struct arena *arena,
                                struct store_dataset *ret, size_t *ret_count);
enum error sqlite_dataset_jobs(struct store_reader *reader, int64_t number,
                               size_t limit, struct identifier *ret,
                               size_t *ret_count);

/* reader.c: a reader's connection. */
MUST_CHECK enum error reader_connect(const struct sqlite_store *store,
                                     struct sqlite_reader *reader);
void reader_disconnect(struct sqlite_reader *reader);

/* size.c */
enum error sqlite_size(struct store *base, struct store_size *ret);

/* read.c, list.c: the verbs of the kind. */
enum error sqlite_reader_open(struct store *store,
                              struct store_reader **ret_reader);
void sqlite_reader_close(struct store_reader *reader);
enum error sqlite_get(struct store_reader *reader, const struct identifier *id,
                      int64_t number, unsigned parts, struct arena *arena,
                      struct store_job *ret);
enum error sqlite_list(struct store_reader *reader,
                       const struct store_query *query, int64_t until_ns,
                       struct arena *arena, struct store_page *page);
enum error sqlite_read_chunk(struct store_reader *reader, int64_t number,
                             unsigned level, int64_t chunk,
                             struct arena *arena, struct store_chunk *ret);
enum error sqlite_read_text(struct store_reader *reader, int64_t number,
                            enum store_parts part, struct store_text *text);
enum error sqlite_read_pieces(struct store_reader *reader, int64_t number,
                              struct store_piece *pieces, size_t count);
enum error sqlite_last_chunk(struct store_reader *reader, int64_t number,
                             unsigned level, struct store_chunk *ret);
enum error sqlite_each(struct store_reader *reader, enum job_state state,
                       void (*visit)(void *self, int64_t number,
                                     int64_t priority),
                       void *self);

/* key.c: the key of a chunk, number << 25 | level << 21 | chunk: a job's chunks
 * are one range of keys, and so are those of each of its levels. */
int64_t trace_key(int64_t number, unsigned level, int64_t chunk);

/* Its key in trace_27, which holds what was recorded before migration 5, of
 * jobs up to this number: number << 36 | level << 32 | chunk. */
#define TRACE_27_NUMBER_MAX ((INT64_C(1) << 27) - 1)
int64_t trace_27_key(int64_t number, unsigned level, int64_t chunk);

#endif
