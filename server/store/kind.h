/*
 * kind.h - what a kind of store offers to store.c: one table of verbs.
 *
 * Writes are the same for every kind up to its writer: they go into the
 * store's queue, from which the kind takes them in groups.
 */
#ifndef SERVER_STORE_KIND_H
#define SERVER_STORE_KIND_H

#include <stdatomic.h>

#include "server/store/condition.h"
#include "server/store/queue.h"
#include "server/store/store.h"

/* Every kind's store begins with this. */
struct store {
    const struct store_kind *kind;
    struct condition condition;
    atomic_bool waiting;        /* what store_is_waiting() tells */
    atomic_bool impatient;      /* store_wait_no_more() was called */
    struct store_queue queue;   /* the kind's open makes it, close ends it */
};

/* Every kind's reader begins with this. */
struct store_reader {
    const struct store_kind *kind;
    struct store *store;
};

/* The verbs keep the promises of their namesakes in store.h. */
struct store_kind {
    enum error (*open)(const struct store_options *options,
                       struct store **ret_store,
                       char message[STORE_MESSAGE_BYTES]);
    void (*close)(struct store *store);
    int64_t (*version)(const struct store *store);
    const char *(*path)(const struct store *store);
    enum error (*size)(struct store *store, struct store_size *ret);
    enum error (*reader_open)(struct store *store,
                              struct store_reader **ret_reader);
    void (*reader_close)(struct store_reader *reader);
    /* Around each of the verbs below. */
    enum error (*read_begin)(struct store_reader *reader);
    void (*read_end)(struct store_reader *reader);
    /* A read came upon damage: where is it? Must not take long. */
    void (*look_for_damage)(struct store *store);
    /* By id, or by number where `id` is NULL. */
    enum error (*get)(struct store_reader *reader,
                      const struct identifier *id, int64_t number,
                      unsigned parts, struct arena *arena,
                      struct store_job *ret);
    enum error (*count)(struct store_reader *reader,
                        struct store_counts *ret);
    enum error (*list)(struct store_reader *reader,
                       const struct store_query *query, int64_t until_ns,
                       struct arena *arena, struct store_page *page);
    enum error (*read_chunk)(struct store_reader *reader, int64_t number,
                             unsigned level, int64_t chunk,
                             struct arena *arena, struct store_chunk *ret);
    enum error (*read_pieces)(struct store_reader *reader, int64_t number,
                              struct store_piece *pieces, size_t count);
    enum error (*read_text)(struct store_reader *reader, int64_t number,
                            enum store_parts part, struct store_text *text);
    enum error (*last_chunk)(struct store_reader *reader, int64_t number,
                             unsigned level, struct store_chunk *ret);
    enum error (*get_dataset)(struct store_reader *reader,
                              const struct identifier *id, const char *name,
                              int64_t number, struct arena *arena,
                              struct store_dataset *ret);
    enum error (*list_datasets)(struct store_reader *reader,
                                const struct identifier *before,
                                size_t limit, struct arena *arena,
                                struct store_dataset *ret,
                                size_t *ret_count);
    enum error (*dataset_jobs)(struct store_reader *reader, int64_t number,
                               size_t limit, struct identifier *ret,
                               size_t *ret_count);
    enum error (*each)(struct store_reader *reader, enum job_state state,
                       void (*visit)(void *self, int64_t number,
                                     int64_t priority),
                       void *self);
};

extern const struct store_kind store_sqlite;

#endif
