/* sqlite.h - a store in one SQLite file: what its parts share. */
#ifndef SERVER_STORE_SQLITE_SQLITE_H
#define SERVER_STORE_SQLITE_SQLITE_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/store/kind.h"

enum {
    SQLITE_APPLICATION = 0x44534344, /* "DSCD": PRAGMA application_id */
    SQLITE_PAGE_BYTES = 8192,
    SQLITE_READER_BUSY_MS = 2000, /* how long a read waits for a lock */
    SQLITE_WRITER_BUSY_MS = 200,  /* and a forced checkpoint for readers */
    SQLITE_LISTS = 16,      /* kinds of lists that stay prepared in a reader */
};

/* write.c's statements. */
enum write_statement {
    SQL_BEGIN, SQL_COMMIT, SQL_ROLLBACK,
    SQL_FIND, SQL_INSERT_JOB, SQL_INSERT_TAG, SQL_INSERT_SPEC,
    SQL_CLAIM, SQL_RECORD, SQL_FINISH, SQL_INSERT_RESULT, SQL_REQUEUE,
    SQL_CANCEL, SQL_WISH, SQL_FIND_TAGS, SQL_DELETE_TAG, SQL_DELETE_SPEC,
    SQL_DELETE_RESULT, SQL_DELETE_TRACE, SQL_DELETE_JOB,
    WRITE_STATEMENTS
};

/* dataset_write.c's statements. */
enum dataset_write_statement {
    SQL_DATASET_EXISTS, SQL_DATASET_BY_CONTENT, SQL_DATASET_BY_NAME,
    SQL_DATASET_COUNT_NAMES, SQL_DATASET_INSERT, SQL_DATASET_INSERT_NAME,
    SQL_DATASET_USED, SQL_DATASET_DELETE, SQL_DATASET_DELETE_NAMES,
    SQL_DATASET_DELETE_USES, SQL_JOB_USES, SQL_JOB_USES_NO_MORE,
    DATASET_WRITE_STATEMENTS
};

struct sqlite_store {
    struct store base;
    char *path;             /* absolute */
    int lock;               /* held on PATH-lock; -1: not yet */
    int64_t version;        /* newest migration applied */

    /* The writer's, from its start to its end. This is the only connection
     * that writes or checkpoints: two may damage the WAL (SQLite < 3.51.3). */
    sqlite3 *db;
    sqlite3_stmt *statements[WRITE_STATEMENTS];
    sqlite3_stmt *dataset_statements[DATASET_WRITE_STATEMENTS];
    pthread_t writer;
    bool is_full;           /* PRAGMA synchronous is FULL, not NORMAL */
    int64_t wal_bytes;      /* in use, after the last commit */
    int64_t wal_tried;      /* wal_bytes when a checkpoint was last tried */
};

/* read.c's statements. */
enum read_statement {
    SQL_GET, SQL_GET_NUMBER, SQL_CHUNK, SQL_EACH,
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
    sqlite3 *db;            /* read-only */
    sqlite3_stmt *statements[READ_STATEMENTS];
    sqlite3_stmt *dataset_statements[DATASET_READ_STATEMENTS];
    sqlite3_stmt *lists[SQLITE_LISTS]; /* list.c's; NULL: free */
    size_t lists_oldest;    /* the next to be replaced */
};

/* connect.c: settings that all connections share. */
MUST_CHECK enum error sqlite_connect(const char *path, int flags, int busy_ms,
                                     sqlite3 **ret_db);

/* migrate.c: recognise the file, then bring its tables up to date. */
MUST_CHECK enum error sqlite_recognize(sqlite3 *db, const char *path,
                                       char message[STORE_MESSAGE_BYTES]);
MUST_CHECK enum error sqlite_migrate(sqlite3 *db, const char *path,
                                     int64_t *ret_version,
                                     char message[STORE_MESSAGE_BYTES]);

/* writer.c */
MUST_CHECK enum error writer_start(struct sqlite_store *store);
void writer_stop(struct sqlite_store *store);

/* write.c: one write inside a transaction. */
extern const char *const write_sql[WRITE_STATEMENTS];
MUST_CHECK enum error write_carry_out(struct sqlite_store *store,
                                      struct store_write *write);
/* Whether the commit must reach the disk before it is answered. */
bool write_is_transition(const struct store_write *write);

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

/* read.c, list.c: the verbs of the kind. */
enum error sqlite_reader_open(struct store *store,
                              struct store_reader **ret_reader);
void sqlite_reader_close(struct store_reader *reader);
enum error sqlite_get(struct store_reader *reader, const struct identifier *id,
                      int64_t number, unsigned parts, struct arena *arena,
                      struct store_job *ret);
enum error sqlite_list(struct store_reader *reader,
                       const struct store_query *query, struct arena *arena,
                       struct store_page *ret);
enum error sqlite_read_chunk(struct store_reader *reader, int64_t number,
                             unsigned level, int64_t chunk,
                             struct arena *arena, struct store_chunk *ret);
enum error sqlite_read_pieces(struct store_reader *reader, int64_t number,
                              struct store_piece *pieces, size_t count);
enum error sqlite_each(struct store_reader *reader, enum job_state state,
                       void (*visit)(void *self, int64_t number,
                                     int64_t priority),
                       void *self);

/* The key of a chunk: job << 36 | level << 32 | chunk. */
int64_t trace_key(int64_t number, unsigned level, int64_t chunk);

#endif
