/* work_chunks.c - chunks of a trace on their way to the store. */
#include <stdlib.h>

#include "server/jobs/work_parts.h"

#define CHUNK_MAGIC MAGIC('c', 'h', 'n', 'k')

enum {
    CHUNKS_WAITING_MAX = 64,  /* of one job; then its worker waits */
    CHUNKS_WAITING_BYTES = 64 << 20, /* the same in bytes, but two at least */
};

/* A RECORD with what it points to. */
struct chunk_write {
    uint32_t magic;
    struct store_write write;
    struct live *live;
    struct work_chunks chunks;
};

static void write_free(struct chunk_write *write)
{
    live_release(write->live);
    MAGIC_CLEAR(write);
    free(write);
}

/* A level never has rows that are not stored: they stand in one write. The
 * bytes stay with the chunk, which lives as long as its write. */
enum error work_chunks_encode(struct work *work,
                              struct recorded_chunk *from, bool is_last,
                              struct work_chunks *chunks)
{
    const struct chunk *chunk = from->chunk;
    struct buffer *columns = &from->encoded;
    struct pyramid_chunks made = {.count = 1};

    chunk_encode(chunk, 0, columns);
    made.items[0].chunk = from->index;
    made.items[0].first = (int64_t)chunk->scalars[COLUMN_ITERATION][0];
    made.items[0].last =
        (int64_t)chunk->scalars[COLUMN_ITERATION][chunk->rows - 1];
    made.items[0].rows = chunk->rows;
    made.items[0].bytes = columns->count;
    TRY(pyramid_add(work->pyramid, chunk, columns, &made));
    if (is_last)
        TRY(pyramid_end(work->pyramid, columns, &made));
    if (columns->failed)
        return ERR_MEMORY;
    for (size_t i = 0; i < made.count; i++)
        chunks->items[i] = (struct store_chunk){
            .number = work->live->number,
            .level = made.items[i].level,
            .chunk = made.items[i].chunk,
            .first = made.items[i].first,
            .last = made.items[i].last,
            .rows = made.items[i].rows,
            .columns = columns->bytes + made.items[i].offset,
            .columns_bytes = made.items[i].bytes,
        };
    chunks->count = made.count;
    return OK;
}

/* What the store does not take ends the run; the first error is the one. */
static void chunk_done(struct store_write *done)
{
    struct chunk_write *write =
        MAGIC_CAST(done->context, struct chunk_write, CHUNK_MAGIC);
    struct live *live = write->live;

    recorder_drop_first(&live->recorder);
    if (done->error != OK)
        atomic_store(&live->cancel, true);
    pthread_mutex_lock(&live->lock);
    if (live->store_error == OK)
        live->store_error = done->error;
    if (live->store_error == OK)
        live->chunks_stored++;
    live->chunks_waiting--;
    pthread_cond_signal(&live->stored);
    pthread_mutex_unlock(&live->lock);
    write_free(write);
}

/* How many chunks of this job may wait for the store. Each is held twice: as
 * columns and as bytes. */
static unsigned chunks_waiting_max(const struct live *live)
{
    size_t bytes = 2 * chunk_bytes(live->recorder.form);
    size_t chunks = CHUNKS_WAITING_BYTES / bytes;

    if (chunks > CHUNKS_WAITING_MAX)
        return CHUNKS_WAITING_MAX;
    return chunks < 2 ? 2 : (unsigned)chunks;
}

/* Wait until there is room for one chunk more, and take it. Fails: as the store
 * did with an earlier one. */
static enum error take_room(struct live *live)
{
    enum error error;

    pthread_mutex_lock(&live->lock);
    while (live->chunks_waiting >= chunks_waiting_max(live))
        pthread_cond_wait(&live->stored, &live->lock);
    error = live->store_error;
    if (error == OK)
        live->chunks_waiting++;
    pthread_mutex_unlock(&live->lock);
    return error;
}

static void give_room(struct live *live)
{
    pthread_mutex_lock(&live->lock);
    live->chunks_waiting--;
    pthread_mutex_unlock(&live->lock);
}

static enum error send(struct work *work, struct chunk_write *write)
{
    struct live *live = write->live;
    enum error error;

    write->write = (struct store_write){
        .verb = STORE_RECORD,
        .record = {live->number, write->chunks.items, write->chunks.count,
                   &work->records_error},
        .patient = true,
        .done = chunk_done,
        .context = write,
    };
    TRY(take_room(live));
    error = store_write(work->shared->store, &write->write, true);
    if (error != OK)
        give_room(live);
    return error;
}

enum error work_chunk_full(void *self, struct recorded_chunk *chunk)
{
    struct work *work = MAGIC_CAST(self, struct work, WORK_MAGIC);
    struct chunk_write *write;
    enum error error;

    TRY(digest_add(work->digest, chunk->chunk));
    write = calloc(1, sizeof *write);
    if (!write)
        return ERR_MEMORY;
    write->magic = CHUNK_MAGIC;
    write->live = work->live;
    live_hold(work->live);
    error = work_chunks_encode(work, chunk, false, &write->chunks);
    if (error == OK)
        error = send(work, write);
    if (error != OK)
        write_free(write);
    return error;
}

int64_t work_rows_stored(struct live *live)
{
    int64_t chunks;

    pthread_mutex_lock(&live->lock);
    while (live->chunks_waiting > 0)
        pthread_cond_wait(&live->stored, &live->lock);
    chunks = live->chunks_stored;
    pthread_mutex_unlock(&live->lock);
    return chunks * STORE_CHUNK_ROWS;
}
