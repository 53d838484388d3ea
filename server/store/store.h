/*
 * store.h - the verbs of a store: what is kept, whatever keeps it.
 *
 * Writes are asynchronous. A `struct store_write` is filled, handed over with
 * store_write(), and comes back through its `done` once it is on disk (or has
 * failed). Writes are carried out in the order handed over; whatever queued
 * while the last commit ran is the next commit. Reads go through a
 * `struct store_reader`, one a thread, and see every write that is done.
 */
#ifndef SERVER_STORE_STORE_H
#define SERVER_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/reason.h"
#include "server/base/identifier.h"
#include "server/store/life.h"

struct store;
struct store_reader;

enum {
    STORE_MESSAGE_BYTES = 512,
    STORE_CHUNK_ROWS = 512,      /* recorded iterations in a chunk */
    STORE_CHUNKS_MAX = 1 << 21,  /* chunks of a level of a trace */
    STORE_LEVELS = 16,
    STORE_LIST_MAX = 500,        /* jobs in one page */
    STORE_TAGS_MAX = 32,
    STORE_TEXT_BYTES_MAX = 16384, /* of the text to look for in names */
    STORE_JOB_DATASETS_MAX = 4,  /* datasets that one job's spec names */
    STORE_NAMES_MAX = 32,        /* names of one dataset */
};

#define STORE_RETENTION_DEFAULT INT64_C(-1)

/* Jobs in the life of a store: numbers have 38 bits. */
#define STORE_JOBS_MAX ((INT64_C(1) << 38) - 1)

/* ---- what is kept ------------------------------------------------------ */

/* A job. Texts are UTF-8; times are wall milliseconds, 0: there is none. */
struct store_job {
    int64_t number;              /* from 1, never used twice: the key */
    struct identifier id;        /* what clients see */
    int64_t revision;            /* grows with every change of the row */
    enum job_state state;
    enum job_wish requested;
    int64_t attempt;             /* from 1; grows when a run starts over */
    int64_t priority;            /* greater runs first */
    const char *name;            /* NULL: none */
    const char *tags[STORE_TAGS_MAX];
    size_t tag_count;
    const char *objective;       /* the kind's name; for lists and filters */
    const char *optimizer;
    int64_t dimension;
    int64_t max_iterations;
    int64_t created_ms, started_ms, finished_ms;
    int64_t retention_ms;        /* once ended it is kept so long; 0: for ever,
                                    STORE_RETENTION_DEFAULT: as the store's
                                    options say */
    /* once ended */
    int64_t expires_ms;          /* when it is forgotten; 0: never */
    const char *outcome_class;   /* NULL: none */
    const char *outcome_reason;
    const char *error;           /* of a failed job: a JSON object */
    int64_t iterations;
    double loss, gradient_norm, best_loss; /* NaN: unknown or not finite */
    int64_t best_iteration;
    double epoch;                /* passes over its rows; NaN: it has none */
    const char *trace_sha256;    /* server/jobs/digest.h; NULL: none */
    int64_t datasets[STORE_JOB_DATASETS_MAX]; /* numbers; of SUBMIT alone */
    size_t dataset_count;
    const char *spec;            /* JSON; NULL unless asked for */
    const char *result;          /* JSON; NULL unless asked for, or not ended */
};

/* A chunk of a trace: up to STORE_CHUNK_ROWS recorded iterations. The columns
 * are bytes to the store (server/jobs/chunk.h gives them meaning). */
struct store_chunk {
    int64_t number;              /* the job's */
    unsigned level;              /* 0 is every recorded iteration; below
                                    STORE_LEVELS */
    int64_t chunk;               /* from 0; below STORE_CHUNKS_MAX */
    int64_t first, last;         /* iterations of its first and last row */
    size_t rows;
    const void *columns;
    size_t columns_bytes;
};

/* A dataset. Its cells are a file, of which the store knows only the name: its
 * id (server/datasets/folder.h). */
struct store_dataset {
    int64_t number;              /* from 1, never used twice: the key */
    struct identifier id;        /* what clients see */
    const char *content;         /* equal: the same content, read the same
                                    way */
    int64_t created_ms;
    int64_t bytes;               /* of its file */
    const char *document;        /* JSON members, "rows" and so on */
    const char *columns;         /* JSON members that tell of its columns;
                                    NULL in lists */
    const char *names[STORE_NAMES_MAX]; /* sorted by byte; of an ADD at most
                                    one */
    size_t name_count;
};

/* ---- opening ----------------------------------------------------------- */

struct store_options {
    const char *location;        /* a file's path */
    size_t queue_max;            /* writes that may wait; more get ERR_FULL */
    int64_t retention_ms;        /* how long ended jobs are kept that have no
                                    time of their own; 0: for ever */
    bool must_exist;             /* what is no database is not made one */
    bool may_be_read_only;       /* where it cannot be written now it is opened
                                    to be read, and written once it can be */
};

/*
 * Open the store, take it for this process, bring its tables up to date, and
 * start its writer thread. A file that does not exist is made.
 *
 *   message   out  on failure, one sentence for the person who started us
 *
 * Fails   ERR_MISSING it must exist and does not; ERR_IN_USE another process
 *         has it, which the message names; ERR_NEWER its tables are newer
 *         than this program; ERR_INVALID it is another program's, or of a kind
 *         that is not built in; ERR_CORRUPT; ERR_DISK, ERR_STORAGE,
 *         ERR_MEMORY, ERR_SYSTEM
 * Owns    close with store_close()
 */
MUST_CHECK enum error store_open(const struct store_options *options,
                                 struct store **ret_store,
                                 char message[STORE_MESSAGE_BYTES]);

/* Carry out what is queued, checkpoint, close. Readers are closed before. */
void store_close(struct store *store);

/* The number of the newest migration that has been applied. */
int64_t store_version(const struct store *store);

/* What keeps a store from its work. */
enum store_condition {
    STORE_SOUND,
    STORE_DISK_FULL,   /* it can be read, and jobs can be deleted */
    STORE_READ_ONLY,   /* it can be read; the file system takes no writes */
    STORE_DAMAGED,     /* some of it can be read; since it was opened */
};

/* What keeps the store from its work now, and a sentence that says why and what
 * helps, "" for STORE_SOUND. It names no path. Thread: any. */
enum store_condition store_condition(struct store *store,
                                     char sentence[STORE_MESSAGE_BYTES]);

/* The database's file, by its absolute path: files that belong to it have names
 * that begin so. */
const char *store_path(const struct store *store);

/* What a store takes, in bytes. */
struct store_size {
    int64_t bytes;               /* the database itself */
    int64_t log_bytes;           /* writes that are not in it yet */
    int64_t free_bytes;          /* of its disk, for such as us */
    int64_t disk_bytes;
};

/* Look how large it is. Fails: ERR_STORAGE. Thread: any. Cost: some us. */
MUST_CHECK enum error store_size(struct store *store,
                                 struct store_size *ret);

/* ---- writing ----------------------------------------------------------- */

enum store_verb {
    STORE_SUBMIT,   /* a new job, queued */
    STORE_CLAIM,    /* queued -> running */
    STORE_RECORD,   /* chunks of the trace of a running job; one that is there
                       already is replaced */
    STORE_FINISH,   /* running -> completed, failed or canceled, with the last
                       chunks and the result, in one transaction; forgotten
                       where that was wished */
    STORE_REQUEUE,  /* running -> queued, attempt + 1; -> canceled, or the job
                       forgotten, where that was wished: no wish is lost. The
                       chunks stay: the next attempt replaces them one by one,
                       and those beyond its end are deleted after its FINISH */
    STORE_CANCEL,   /* queued -> canceled; running -> requested = cancel;
                       OK and no new revision where that is so already */
    STORE_DELETE,   /* forget an ended job at once; its trace, spec and result
                       are deleted a little at a time, between other writes */
    STORE_DISCARD,  /* forget a job in any state; a running one when it ends:
                       requested = cancel, and nothing happens where that is
                       so already */
    STORE_DATASET_ADD,    /* a new dataset; or a name more for the same
                             content, where it has not this name already:
                             ret_is_here. ERR_CONFLICT another dataset has the
                             name; ERR_FULL it has STORE_NAMES_MAX */
    STORE_DATASET_DELETE, /* forget a dataset; ERR_CONFLICT a job that has not
                             ended uses it */
    STORE_VERBS
};

/* The job moves. */
struct store_move {
    int64_t number;
    int64_t now_ms;
};

struct store_record {
    int64_t number;
    const struct store_chunk *chunks;
    size_t chunk_count;
    enum error *first_error;    /* NULL, or where the first failure of a run's
                                   records is kept: further ones, and its
                                   FINISH, get ERR_CONFLICT, so that a trace
                                   has no hole. The writer's until the run's
                                   last write is done */
};

struct store_requeue {
    int64_t number;
    int64_t now_ms;
    const struct store_chunk *chunks;  /* the last ones, to be seen until the
                                          next attempt comes to them */
    size_t chunk_count;
};

/* How a run ended. */
struct store_finish {
    int64_t number;
    int64_t now_ms;
    enum job_state state;              /* an ended one */
    const char *outcome_class, *outcome_reason, *error, *result; /* or NULL */
    const char *trace_sha256;
    int64_t iterations;
    double loss, gradient_norm, best_loss; /* NaN: unknown or not finite */
    int64_t best_iteration;
    double epoch;                      /* NaN: it has no rows */
    const struct store_chunk *chunks;  /* the last ones */
    size_t chunk_count;
    const enum error *first_error;     /* NULL, or as its records have it */
};

/* What is asked for from outside. */
struct store_wish {
    int64_t number;
    int64_t now_ms;                    /* when it is canceled */
    int64_t if_revision;               /* ERR_CONFLICT where the job has
                                          another; 0: any */
};

struct store_write {
    /* In: the verb, and what it is given. Everything pointed to stays as it is
     * until `done`. */
    enum store_verb verb;
    union {
        const struct store_job *submit;   /* all but number, revision, state,
                                             and what there is once ended */
        struct store_move claim;
        struct store_record record;
        struct store_requeue requeue;
        struct store_finish finish;
        struct store_wish wish;           /* CANCEL, DELETE, DISCARD */
        const struct store_dataset *dataset_add; /* all but number */
        int64_t dataset_delete;           /* its number */
    };
    bool patient;           /* CLAIM, RECORD, FINISH, REQUEUE: on a full disk
                               it waits for space, in order with others */

    /* Out, valid in `done`. */
    bool ret_is_changed;    /* ERR_CONFLICT for a wish's if_revision */
    enum error error;       /* OK, and it is on disk (RECORD: in the file);
                               ERR_MISSING no such job (SUBMIT: a dataset of
                               it is gone); ERR_CONFLICT its state
                               forbids it; ERR_DISK, ERR_READ_ONLY,
                               ERR_STORAGE */
    int64_t ret_number;     /* SUBMIT, DATASET_ADD */
    bool ret_is_here;       /* DATASET_ADD: the same content was here, as
                               ret_number */
    int64_t ret_revision;   /* after the write; RECORD: 0 */
    enum job_state ret_state;  /* the job's state after the write, or the one
                                  that forbade it; of a forgotten job the
                                  one that it had */
    enum job_wish ret_wish;    /* WISH_DELETE after FINISH or REQUEUE: the job
                                  is forgotten */

    /* Called once, on the writer's thread, after the commit. It must not wait.
     * The store does not touch the write after this call begins. */
    void (*done)(struct store_write *write);
    void *context;          /* the caller's */

    struct store_write *next;  /* the store's */
    bool urgent;               /* the store's */
};

/*
 * Hand over a write. With `urgent` it is taken even where the queue is full:
 * for what the server itself must bring to an end. `done` is called unless
 * this function fails.
 *
 * Fails   ERR_FULL the queue is full; ERR_CLOSING
 * Thread  any
 */
MUST_CHECK enum error store_write(struct store *store,
                                  struct store_write *write, bool urgent);

/* Hand over a write (urgent) and wait for it: the error is the write's own.
 * `done` and `context` are the store's. Not on the writer's thread. */
MUST_CHECK enum error store_write_wait(struct store *store,
                                       struct store_write *write);

/* Whether a write that is not urgent would get ERR_FULL now. Thread: any. */
bool store_queue_is_full(struct store *store);

/* Whether patient writes wait for space: a job more would wait as well, and
 * take memory meanwhile. Thread: any. */
bool store_is_waiting(struct store *store);

/* Patient writes are patient no more: those that wait fail soon, as others do.
 * Before whoever waits for them ends. Thread: any. */
void store_wait_no_more(struct store *store);

/* ---- reading ----------------------------------------------------------- */

/* Open a reader for the calling thread; close it before the store. */
MUST_CHECK enum error store_reader_open(struct store *store,
                                        struct store_reader **ret_reader);
void store_reader_close(struct store_reader *reader);

/* Which large columns a read brings along. */
enum store_parts { STORE_ROW = 0, STORE_SPEC = 1, STORE_RESULT = 2 };

/*
 * Get one job by what clients call it, or by number.
 *
 *   parts   in   STORE_SPEC | STORE_RESULT
 *
 * Fails   ERR_MISSING; ERR_MEMORY; ERR_STORAGE
 * Owns    the texts live in `arena`
 */
MUST_CHECK enum error store_get(struct store_reader *reader,
                                const struct identifier *id, unsigned parts,
                                struct arena *arena, struct store_job *ret);
MUST_CHECK enum error store_get_number(struct store_reader *reader,
                                       int64_t number, unsigned parts,
                                       struct arena *arena,
                                       struct store_job *ret);

/* Some bytes of a job's spec or result. */
struct store_text {
    size_t offset, bytes;
    void *to;                    /* [bytes] */
    size_t ret_bytes;            /* fewer where the text ends */
    size_t ret_total;            /* of the whole text */
};

/*
 * Get a piece of a job's spec or result: the rest of it is not read, but a
 * piece far behind costs some µs more.
 *
 *   part  in  STORE_SPEC or STORE_RESULT
 *
 * Fails   ERR_MISSING; ERR_STORAGE, ERR_MEMORY
 */
MUST_CHECK enum error store_read_text(struct store_reader *reader,
                                      int64_t number, enum store_parts part,
                                      struct store_text *text);

/* How many jobs there are. */
struct store_counts {
    int64_t states[JOB_STATES];
    int64_t classes[OUTCOME_CLASSES]; /* of those that are completed */
};

/*
 * Count the jobs of the whole store.
 *
 * Fails   ERR_STORAGE, ERR_MEMORY
 * Cost    reads a few rows that are kept up to date, however many jobs
 */
MUST_CHECK enum error store_count(struct store_reader *reader,
                                  struct store_counts *ret);

enum store_sort {
    SORT_CREATED, SORT_NAME, SORT_PRIORITY, SORT_ITERATIONS, SORT_LOSS,
    STORE_SORTS
};

/* "created_at", "name", "priority", "iterations", "loss" */
const char *store_sort_name(enum store_sort sort);

struct store_query {
    unsigned states;             /* bit (1 << state) for each; 0: all */
    unsigned classes;            /* bit (1 << class of outcome); 0: all, also
                                    jobs that have none */
    const char *tag, *optimizer, *objective;   /* NULL: any */
    const char *text;            /* NULL, or part of the name, any case of
                                    the letters A to Z */
    int64_t created_after_ms, created_before_ms; /* exclusive; 0: open */
    enum store_sort sort;
    bool descending;             /* nulls come last all the same */
    size_t limit;                /* 1 ... STORE_LIST_MAX */
    const char *cursor;          /* as an earlier page returned it, or NULL */
};

struct store_walk;

struct store_page {
    struct store_job *jobs;      /* [count], without spec and result */
    size_t count;
    const char *next;            /* cursor of the next page, or NULL */
    struct store_walk *walk;     /* not NULL: there are jobs to look at yet */
};

/*
 * List jobs, by key and not by offset: a page is not disturbed by jobs that
 * come or go meanwhile. Jobs whose sort value is null come last.
 *
 * Fails   ERR_INVALID the cursor is not one of this query's; ERR_TOO_BIG
 *         the text is; ERR_MEMORY, ERR_STORAGE
 */
MUST_CHECK enum error store_list(struct store_reader *reader,
                                 const struct store_query *query,
                                 struct arena *arena, struct store_page *ret);

/*
 * The same for a while: jobs that the filters do not let pass may be many.
 *
 *   until_ns  in      by the monotonic clock; one job is looked at in any case
 *   page      in/out  all zero before the first call; as long as page->walk is
 *                     not NULL afterwards, call again with the same query and
 *                     arena. Jobs that come or go meanwhile do not disturb it
 */
MUST_CHECK enum error store_list_slice(struct store_reader *reader,
                                       const struct store_query *query,
                                       int64_t until_ns, struct arena *arena,
                                       struct store_page *page);

/*
 * Get one chunk of a trace.
 *
 * Fails   ERR_MISSING there is none; ERR_MEMORY, ERR_STORAGE
 * Owns    ret->columns lives in `arena`
 */
MUST_CHECK enum error store_read_chunk(struct store_reader *reader,
                                       int64_t number, unsigned level,
                                       int64_t chunk, struct arena *arena,
                                       struct store_chunk *ret);

/* Some bytes of a chunk's columns. */
struct store_piece {
    unsigned level;
    int64_t chunk;
    size_t offset, bytes;
    void *to;                    /* [bytes] */
    size_t ret_bytes;            /* fewer where the columns end */
    bool ret_found;              /* false: there is no such chunk */
};

/*
 * Get pieces of a trace: in order of level and chunk they are found quickest.
 * What is not read costs nothing, so a column of hundreds of chunks takes
 * less than a millisecond.
 *
 *   pieces  [count]  in/out  `to` is filled
 *
 * Fails   ERR_MEMORY, ERR_STORAGE; no such chunk is no failure
 */
MUST_CHECK enum error store_read_pieces(struct store_reader *reader,
                                        int64_t number,
                                        struct store_piece *pieces,
                                        size_t count);

/*
 * Get the last chunk of a level that is there, without its columns.
 *
 * Fails   as store_read_chunk()
 */
MUST_CHECK enum error store_last_chunk(struct store_reader *reader,
                                       int64_t number, unsigned level,
                                       struct store_chunk *ret);

/*
 * Get one dataset: by id; by name where `id` is NULL; by number where both
 * are.
 *
 * Fails   ERR_MISSING; ERR_MEMORY; ERR_STORAGE
 * Owns    the texts live in `arena`
 */
MUST_CHECK enum error store_get_dataset(struct store_reader *reader,
                                        const struct identifier *id,
                                        const char *name, int64_t number,
                                        struct arena *arena,
                                        struct store_dataset *ret);

/*
 * List datasets, the newest id first.
 *
 *   before  -        in   only ids that come after it in this order; NULL: all
 *   limit   -        in   1 … STORE_LIST_MAX
 *   ret     [limit]  out
 */
MUST_CHECK enum error store_list_datasets(struct store_reader *reader,
                                          const struct identifier *before,
                                          size_t limit, struct arena *arena,
                                          struct store_dataset *ret,
                                          size_t *ret_count);

/*
 * The jobs that use a dataset and have not ended, in order of number.
 *
 *   ret  [limit]  out
 */
MUST_CHECK enum error store_dataset_jobs(struct store_reader *reader,
                                         int64_t number, size_t limit,
                                         struct identifier *ret,
                                         size_t *ret_count);

/*
 * Call `visit` for every job in a state, in the order of number: what a start
 * finds in the queue.
 */
MUST_CHECK enum error store_each(struct store_reader *reader,
                                 enum job_state state,
                                 void (*visit)(void *self, int64_t number,
                                               int64_t priority),
                                 void *self);

#endif
