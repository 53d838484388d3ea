/*
 * upload.c - a dataset on its way in.
 *
 * The unpacked bytes go to a scratch file and to the reader at once; a reader
 * that has to look again (a column that was numbers turned out to be words)
 * gets them from there. What the reader writes becomes the dataset's file:
 * first on the disk and under its name, then in the database, so that a row
 * always has its file.
 */
#include "server/datasets/upload.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/gzip.h"
#include "server/datasets/document.h"
#include "server/datasets/internal.h"
#include "server/datasets/pipe.h"

enum {
    PIPE_BYTES = 256 * 1024,
    BLOCK_BYTES = 64 * 1024,
    /* Stored bytes for one of the file: a cell of 8 bytes takes at least its
     * delimiter. And what there is beside the cells. */
    STORED_RATIO_MAX = 8,
    STORED_MORE_BYTES = 16 << 20,
};

struct upload {
    struct datasets *datasets;
    struct upload_order order;
    struct arena arena;            /* texts of the order, and faults */
    struct faults faults;
    struct pipe pipe;
    atomic_int users;              /* the loop and the thread */
    atomic_bool is_abandoned, is_over;
    struct upload_outcome outcome; /* whole when is_over */

    /* the thread's */
    struct identifier id;
    int raw, stored;               /* files; -1: none */
    bool has_file;                 /* a file by that id is in the folder */
    uint64_t bytes;                /* unpacked so far */
    struct hash *sent_hash, *bytes_hash;
    unsigned char sha256[HASH_BYTES]; /* of the unpacked bytes */
    struct gunzip *gunzip;
    struct reader *reader;
    char *block;                   /* [BLOCK_BYTES] */
};

/* ---- outcomes ----------------------------------------------------------- */

/* What was found first counts. Returns the error that ends the work. */
static enum error settle(struct upload *upload, enum upload_flaw flaw,
                         enum error error, const char *detail)
{
    struct upload_outcome *outcome = &upload->outcome;

    if (outcome->flaw == UPLOAD_WELL) {
        outcome->flaw = flaw;
        outcome->error = error;
        outcome->detail = detail;
    }
    return error;
}

static enum error too_large(struct upload *upload, const char *detail,
                            uint64_t limit)
{
    if (upload->outcome.flaw == UPLOAD_WELL)
        upload->outcome.limit = limit;
    return settle(upload, UPLOAD_TOO_LARGE, ERR_TOO_BIG, detail);
}

/* What the reader said. */
static enum error judge_reader(struct upload *upload, enum error error)
{
    const struct faults *faults = &upload->faults;
    uint64_t limit = upload->datasets->options.bytes_max * STORED_RATIO_MAX;

    if (error == OK)
        return OK;
    if (faults->out_of_memory)
        error = ERR_MEMORY;
    if (error == ERR_TOO_BIG)
        return too_large(upload, faults->total > 0 ? faults->items[0].detail
                                 : "the dataset would be too large", limit);
    return settle(upload, error == ERR_INVALID ? UPLOAD_FAULTY
                                               : UPLOAD_FAILED, error, NULL);
}

static enum error not_gzip(struct upload *upload, const char *detail)
{
    fault_add_at(&upload->faults, "", 0, 0, FAULT_SYNTAX, NULL, "%s", detail);
    return settle(upload, UPLOAD_FAULTY, ERR_INVALID, NULL);
}

/* ---- the first time through --------------------------------------------- */

/* Unpacked bytes, in order. */
static enum error take_bytes(void *self, const void *bytes, size_t count)
{
    struct upload *upload = self;
    uint64_t limit = upload->datasets->options.bytes_max;

    if (count > limit - upload->bytes)
        return too_large(upload, "the body unpacks to more than its limit",
                         limit);
    TRY(hash_add(upload->bytes_hash, bytes, count));
    TRY(file_write(upload->raw, upload->bytes, bytes, count));
    upload->bytes += count;
    return judge_reader(upload, reader_push(upload->reader, bytes, count));
}

static enum error take_packed(struct upload *upload, const void *bytes,
                              size_t count)
{
    enum error error = gunzip_push(upload->gunzip, bytes, count);

    if (upload->outcome.flaw != UPLOAD_WELL)
        return error;
    if (error == ERR_INVALID)
        return not_gzip(upload, "the bytes are not gzip, or damaged");
    if (error == ERR_TOO_BIG)
        return too_large(upload, "gzip may unpack to at most 100 times its "
                         "size",
                         upload->datasets->options.bytes_max);
    return error;
}

static enum error take_sent(struct upload *upload, const void *bytes,
                            size_t count)
{
    if (upload->sent_hash != NULL)
        TRY(hash_add(upload->sent_hash, bytes, count));
    if (upload->gunzip != NULL)
        return take_packed(upload, bytes, count);
    return take_bytes(upload, bytes, count);
}

static enum error check_digest(struct upload *upload)
{
    unsigned char digest[HASH_BYTES];

    if (upload->sent_hash == NULL)
        return OK;
    TRY(hash_end(upload->sent_hash, digest));
    if (memcmp(digest, upload->order.digest, HASH_BYTES) == 0)
        return OK;
    return settle(upload, UPLOAD_DIGEST, ERR_INVALID, NULL);
}

static enum error take_all(struct upload *upload)
{
    size_t count;
    bool has_room;

    for (;;) {
        TRY(pipe_take(&upload->pipe, upload->block, BLOCK_BYTES, &count,
                      &has_room));
        if (has_room)
            upload->order.news(upload->order.context);
        if (count == 0)
            break;
        TRY(take_sent(upload, upload->block, count));
    }
    TRY(check_digest(upload));
    if (upload->gunzip != NULL && gunzip_end(upload->gunzip) != OK)
        return not_gzip(upload, "the gzip ends in the middle");
    TRY(hash_end(upload->bytes_hash, upload->sha256));
    return judge_reader(upload, reader_end(upload->reader));
}

/* ---- again -------------------------------------------------------------- */

static enum error push_again(struct upload *upload)
{
    uint64_t at = 0;

    while (at < upload->bytes) {
        ssize_t got = pread(upload->raw, upload->block, BLOCK_BYTES,
                            (off_t)at);

        if (atomic_load(&upload->is_abandoned))
            return ERR_CLOSING;
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return ERR_STORAGE;
        TRY(judge_reader(upload, reader_push(upload->reader, upload->block,
                                             (size_t)got)));
        at += (uint64_t)got;
    }
    return judge_reader(upload, reader_end(upload->reader));
}

static enum error read_again(struct upload *upload)
{
    while (reader_wants_again(upload->reader)) {
        TRY(judge_reader(upload, reader_again(upload->reader)));
        TRY(push_again(upload));
    }
    return OK;
}

/* ---- storing ------------------------------------------------------------ */

static enum error write_stored(void *self, uint64_t offset, const void *bytes,
                               size_t count)
{
    struct upload *upload = self;

    return file_write(upload->stored, offset, bytes, count);
}

/* What is told of a dataset, and what makes two of them the same. */
struct description {
    struct arena arena;
    struct buffer document, columns, content;
};

static enum error view_stored(struct upload *upload, const char *sha256,
                              struct description *ret)
{
    size_t count = (size_t)reader_bytes(upload->reader);
    struct dataset data;
    enum error error;
    void *bytes;

    bytes = mmap(NULL, count, PROT_READ, MAP_SHARED, upload->stored, 0);
    if (bytes == MAP_FAILED)
        return errno == ENOMEM ? ERR_MEMORY : ERR_STORAGE;
    error = dataset_view(&ret->arena, bytes, count, &data);
    if (error == OK) {
        document_content(&data, sha256, &ret->document);
        document_columns(&data, &ret->columns);
    }
    munmap(bytes, count);
    return error;
}

/* What makes two uploads the same: the bytes, and how they were read. Words
 * have commas between them, as no word holds one. */
static void write_content(const struct upload *upload, const char *sha256,
                          const char *document, struct buffer *out)
{
    const struct reader_options *options = &upload->order.options;
    const char *read_as = strstr(document, "\"read_as\":");

    assert(read_as != NULL); /* document_content() ends with it */
    buffer_format(out, "%s %s", sha256, read_as);
    if (options->missing_words != NULL)
        buffer_text(out, " words");
    for (size_t i = 0; i < options->missing_word_count; i++)
        buffer_format(out, ",%s", options->missing_words[i]);
}

static enum error judge_store(struct upload *upload,
                              const struct store_write *write)
{
    if (write->error == ERR_CONFLICT)
        return settle(upload, UPLOAD_NAME, ERR_CONFLICT,
                      "another dataset has this name: choose another, or "
                      "delete that one first");
    if (write->error == ERR_FULL)
        return settle(upload, UPLOAD_NAME, ERR_FULL,
                      "this content is here, under as many names as a "
                      "dataset may have");
    return write->error;
}

static enum error add_row(struct upload *upload,
                          const struct description *description)
{
    const struct store_dataset dataset = {
        .id = upload->id,
        .content = description->content.bytes,
        .created_ms = clock_wall_ms(),
        .bytes = (int64_t)reader_bytes(upload->reader),
        .document = description->document.bytes,
        .columns = description->columns.bytes,
        .names = {upload->order.name},
        .name_count = upload->order.name != NULL,
    };
    struct store_write write = {
        .verb = STORE_DATASET_ADD, .dataset_add = &dataset};

    write.error = store_write_wait(upload->datasets->options.store, &write);
    if (write.error == ERR_STORAGE)
        upload->has_file = false; /* the next start knows whether it has a
                                     row, and sweeps it where it has none */
    TRY(judge_store(upload, &write));
    upload->outcome.number = write.ret_number;
    upload->outcome.is_here = write.ret_is_here;
    upload->has_file = write.ret_is_here; /* then ours is one too many */
    return OK;
}

static enum error terminate(struct buffer *buffer)
{
    buffer_append(buffer, "", 1);
    return buffer->failed ? ERR_MEMORY : OK;
}

static enum error describe(struct upload *upload, struct description *ret)
{
    char sha256[HASH_TEXT_BYTES];

    hash_format(upload->sha256, sha256);
    TRY(view_stored(upload, sha256, ret));
    TRY(terminate(&ret->document));
    TRY(terminate(&ret->columns));
    write_content(upload, sha256, ret->document.bytes, &ret->content);
    return terminate(&ret->content);
}

static enum error keep_described(struct upload *upload,
                                 struct description *description)
{
    TRY(describe(upload, description));
    TRY(folder_keep(&upload->datasets->folder, &upload->id, upload->stored));
    if (atomic_load(&upload->is_abandoned))
        return ERR_CLOSING;
    return add_row(upload, description);
}

static enum error keep(struct upload *upload)
{
    struct description description;
    enum error error;

    if (ftruncate(upload->stored, (off_t)reader_bytes(upload->reader)) != 0)
        return ERR_STORAGE;
    arena_init(&description.arena, 0);
    buffer_init(&description.document);
    buffer_init(&description.columns);
    buffer_init(&description.content);
    error = keep_described(upload, &description);
    buffer_fini(&description.content);
    buffer_fini(&description.columns);
    buffer_fini(&description.document);
    arena_fini(&description.arena);
    return error;
}

/* ---- the thread --------------------------------------------------------- */

static enum error prepare(struct upload *upload)
{
    const struct sink sink = {upload, write_stored};
    const struct folder *folder = &upload->datasets->folder;
    uint64_t stored_max = upload->datasets->options.bytes_max
                          * STORED_RATIO_MAX + STORED_MORE_BYTES;

    upload->block = malloc(BLOCK_BYTES);
    if (upload->block == NULL)
        return ERR_MEMORY;
    TRY(hash_new(&upload->bytes_hash));
    if (upload->order.has_digest)
        TRY(hash_new(&upload->sent_hash));
    if (upload->order.is_gzip)
        TRY(gunzip_new(take_bytes, upload, &upload->gunzip));
    TRY(identifier_new(&upload->id));
    TRY(folder_scratch(folder, &upload->raw));
    TRY(folder_begin(folder, &upload->id, &upload->stored));
    upload->has_file = true;
    return reader_new(upload->order.format, &upload->order.options,
                      stored_max, &sink, &upload->faults, &upload->reader);
}

static enum error receive(struct upload *upload)
{
    TRY(prepare(upload));
    TRY(take_all(upload));
    TRY(read_again(upload));
    return keep(upload);
}

/* Nothing of a broken upload stays. */
static void clean_up(struct upload *upload)
{
    if (upload->has_file)
        folder_drop(&upload->datasets->folder, &upload->id);
    if (upload->raw >= 0)
        close(upload->raw);
    if (upload->stored >= 0)
        close(upload->stored);
    reader_free(upload->reader);
    gunzip_free(upload->gunzip);
    hash_free(upload->sent_hash);
    hash_free(upload->bytes_hash);
    free(upload->block);
}

static void leave(struct upload *upload)
{
    if (atomic_fetch_sub(&upload->users, 1) > 1)
        return;
    pipe_fini(&upload->pipe);
    arena_fini(&upload->arena);
    free(upload);
}

static void run(void *self)
{
    struct upload *upload = self;
    enum error error = receive(upload);

    if (error != OK)
        settle(upload, UPLOAD_FAILED, error, NULL);
    clean_up(upload);
    upload->outcome.faults = &upload->faults;
}

/* The loop hears of it. */
static void tell(void *self)
{
    struct upload *upload = self;
    struct upload_order order = upload->order;

    pipe_close(&upload->pipe);
    atomic_store(&upload->is_over, true);
    order.news(order.context);
    leave(upload);
    order.forget(order.context);
}

/* ---- the loop's side ---------------------------------------------------- */

static bool copy_text(struct arena *arena, const char **text)
{
    if (*text != NULL)
        *text = arena_text(arena, *text, strlen(*text));
    return *text != NULL;
}

static enum error copy_order(struct upload *upload,
                             const struct upload_order *from)
{
    struct upload_order *order = &upload->order;
    size_t count = from->options.missing_word_count;
    const char **words;

    *order = *from;
    if (from->name != NULL && !copy_text(&upload->arena, &order->name))
        return ERR_MEMORY;
    if (from->options.missing_words == NULL)
        return OK;
    words = arena_array(&upload->arena, count + 1, sizeof *words);
    if (words == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        words[i] = from->options.missing_words[i];
        if (!copy_text(&upload->arena, &words[i]))
            return ERR_MEMORY;
    }
    order->options.missing_words = words;
    return OK;
}

enum error upload_start(struct datasets *datasets,
                        const struct upload_order *order,
                        struct upload **ret)
{
    struct upload *upload = calloc(1, sizeof *upload);
    enum error error;

    if (upload == NULL)
        return ERR_MEMORY;
    upload->datasets = datasets;
    upload->raw = upload->stored = -1;
    arena_init(&upload->arena, 0);
    faults_init(&upload->faults, &upload->arena);
    atomic_init(&upload->users, 2);
    error = pipe_init(&upload->pipe, PIPE_BYTES);
    if (error != OK) {
        free(upload);
        return error;
    }
    error = copy_order(upload, order);
    if (error == OK)
        error = threads_start(&datasets->uploads, run, tell, upload);
    if (error != OK) {
        atomic_store(&upload->users, 1);
        leave(upload);
        return error;
    }
    *ret = upload;
    return OK;
}

size_t upload_put(struct upload *upload, const void *bytes, size_t count)
{
    return pipe_put(&upload->pipe, bytes, count);
}

void upload_end(struct upload *upload)
{
    pipe_end(&upload->pipe);
}

const struct upload_outcome *upload_outcome(const struct upload *upload)
{
    return atomic_load(&upload->is_over) ? &upload->outcome : NULL;
}

void upload_drop(struct upload *upload)
{
    if (upload == NULL)
        return;
    atomic_store(&upload->is_abandoned, true);
    pipe_break(&upload->pipe);
    leave(upload);
}
