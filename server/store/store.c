/* store.c - what every kind of store has in common; the verbs' way to it. */
#include "server/store/store.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "server/store/kind.h"
#include "server/store/listing.h"

enum error store_open(const struct store_options *options,
                      struct store **ret_store,
                      char message[STORE_MESSAGE_BYTES])
{
    const char *scheme_end = strstr(options->location, "://");

    if (options->location[0] == '\0') {
        snprintf(message, STORE_MESSAGE_BYTES, "the store needs a file name");
        return ERR_INVALID;
    }
    if (scheme_end != NULL) {
        snprintf(message, STORE_MESSAGE_BYTES,
                 "a store of the kind %.*s:// is not supported by this build",
                 (int)(scheme_end - options->location), options->location);
        return ERR_INVALID;
    }
    return store_sqlite.open(options, ret_store, message);
}

void store_close(struct store *store)
{
    if (store != NULL)
        store->kind->close(store);
}

int64_t store_version(const struct store *store)
{
    return store->kind->version(store);
}

const char *store_path(const struct store *store)
{
    return store->kind->path(store);
}

enum error store_size(struct store *store, struct store_size *ret)
{
    return store->kind->size(store, ret);
}

enum error store_write(struct store *store, struct store_write *write,
                       bool urgent)
{
    assert(write->verb < STORE_VERBS);
    return queue_push(&store->queue, write, urgent);
}

enum error store_write_wait(struct store *store, struct store_write *write)
{
    assert(write->verb < STORE_VERBS);
    return queue_push_wait(&store->queue, write);
}

bool store_queue_is_full(struct store *store)
{
    return queue_is_full(&store->queue);
}

bool store_is_waiting(struct store *store)
{
    return atomic_load(&store->waiting);
}

void store_wait_no_more(struct store *store)
{
    atomic_store(&store->impatient, true);
}

enum store_condition store_condition(struct store *store,
                                     char sentence[STORE_MESSAGE_BYTES])
{
    return condition_get(&store->condition, sentence);
}

/* After a read: look for the damage that it came upon. */
static enum error ended(struct store_reader *reader, enum error error)
{
    reader->kind->read_end(reader);
    if (error == ERR_CORRUPT)
        reader->kind->look_for_damage(reader->store);
    return error;
}

enum error store_reader_open(struct store *store,
                             struct store_reader **ret_reader)
{
    return store->kind->reader_open(store, ret_reader);
}

void store_reader_close(struct store_reader *reader)
{
    if (reader != NULL)
        reader->kind->reader_close(reader);
}

enum error store_get(struct store_reader *reader, const struct identifier *id,
                     unsigned parts, struct arena *arena,
                     struct store_job *ret)
{
    TRY(reader->kind->read_begin(reader));
    return ended(reader,
                 reader->kind->get(reader, id, 0, parts, arena, ret));
}

enum error store_get_number(struct store_reader *reader, int64_t number,
                            unsigned parts, struct arena *arena,
                            struct store_job *ret)
{
    TRY(reader->kind->read_begin(reader));
    return ended(reader,
                 reader->kind->get(reader, NULL, number, parts, arena, ret));
}

enum error store_count(struct store_reader *reader, struct store_counts *ret)
{
    TRY(reader->kind->read_begin(reader));
    return ended(reader, reader->kind->count(reader, ret));
}

const char *store_sort_name(enum store_sort sort)
{
    assert(sort < STORE_SORTS);
    return store_sorts[sort].name;
}

enum error store_list(struct store_reader *reader,
                      const struct store_query *query, struct arena *arena,
                      struct store_page *ret)
{
    struct store_page page = {0};

    TRY(store_list_slice(reader, query, INT64_MAX, arena, &page));
    *ret = page;
    return OK;
}

enum error store_list_slice(struct store_reader *reader,
                            const struct store_query *query, int64_t until_ns,
                            struct arena *arena, struct store_page *page)
{
    assert(query->limit >= 1 && query->limit <= STORE_LIST_MAX);
    assert(query->sort < STORE_SORTS);
    TRY(reader->kind->read_begin(reader));
    return ended(reader,
                 reader->kind->list(reader, query, until_ns, arena, page));
}

enum error store_read_chunk(struct store_reader *reader, int64_t number,
                            unsigned level, int64_t chunk,
                            struct arena *arena, struct store_chunk *ret)
{
    TRY(reader->kind->read_begin(reader));
    return ended(reader,
                 reader->kind->read_chunk(reader, number, level, chunk, arena,
                                          ret));
}

enum error store_read_pieces(struct store_reader *reader, int64_t number,
                             struct store_piece *pieces, size_t count)
{
    TRY(reader->kind->read_begin(reader));
    return ended(reader,
                 reader->kind->read_pieces(reader, number, pieces, count));
}

enum error store_read_text(struct store_reader *reader, int64_t number,
                           enum store_parts part, struct store_text *text)
{
    TRY(reader->kind->read_begin(reader));
    return ended(reader,
                 reader->kind->read_text(reader, number, part, text));
}

enum error store_last_chunk(struct store_reader *reader, int64_t number,
                            unsigned level, struct store_chunk *ret)
{
    TRY(reader->kind->read_begin(reader));
    return ended(reader,
                 reader->kind->last_chunk(reader, number, level, ret));
}

enum error store_get_dataset(struct store_reader *reader,
                             const struct identifier *id, const char *name,
                             int64_t number, struct arena *arena,
                             struct store_dataset *ret)
{
    TRY(reader->kind->read_begin(reader));
    return ended(reader,
                 reader->kind->get_dataset(reader, id, name, number, arena,
                                           ret));
}

enum error store_list_datasets(struct store_reader *reader,
                               const struct identifier *before, size_t limit,
                               struct arena *arena, struct store_dataset *ret,
                               size_t *ret_count)
{
    assert(limit >= 1 && limit <= STORE_LIST_MAX);
    TRY(reader->kind->read_begin(reader));
    return ended(reader,
                 reader->kind->list_datasets(reader, before, limit, arena, ret,
                                             ret_count));
}

enum error store_dataset_jobs(struct store_reader *reader, int64_t number,
                              size_t limit, struct identifier *ret,
                              size_t *ret_count)
{
    TRY(reader->kind->read_begin(reader));
    return ended(reader,
                 reader->kind->dataset_jobs(reader, number, limit, ret,
                                            ret_count));
}

enum error store_each(struct store_reader *reader, enum job_state state,
                      void (*visit)(void *self, int64_t number,
                                    int64_t priority),
                      void *self)
{
    TRY(reader->kind->read_begin(reader));
    return ended(reader, reader->kind->each(reader, state, visit, self));
}
