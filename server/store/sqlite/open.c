/* open.c - find the file, make it ours, start its writer; and the way back. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/log.h"
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

/* Make an empty file, which is a new store, where a name leads to none: also
 * behind a link. Nobody else reads what this process writes. */
static bool make_file(const char *location)
{
    int file = open(location, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (file < 0)
        return false;
    close(file);
    return true;
}

/*
 * The absolute path of the file, its links followed, so that all names of a
 * file lead to one lock; of a file that is not there once it has been made. (A
 * file that is there is not opened here: to close it again would drop the
 * locks that SQLite holds on it in this process.) NULL with errno.
 */
static char *resolve(const char *location, bool create)
{
    char *path = realpath(location, NULL);

    if (path == NULL && errno == ENOENT && create && make_file(location))
        path = realpath(location, NULL);
    return path;
}

/* Whether there is something in the file: an empty one is no database. */
static bool is_filled(const char *path)
{
    struct stat file;

    return stat(path, &file) == 0 && file.st_size > 0;
}

static enum error find_file(struct sqlite_store *store,
                            const struct store_options *options,
                            char message[STORE_MESSAGE_BYTES])
{
    store->path = resolve(options->location, !options->must_exist);
    if (store->path != NULL && (!options->must_exist || is_filled(store->path)))
        return OK;
    if (options->must_exist && (store->path != NULL || errno == ENOENT)) {
        snprintf(message, STORE_MESSAGE_BYTES,
                 "%s is no database: --create makes it one",
                 options->location);
        return ERR_MISSING;
    }
    snprintf(message, STORE_MESSAGE_BYTES, "cannot open %s: %s",
             options->location, strerror(errno));
    return errno == ENOMEM ? ERR_MEMORY : ERR_SYSTEM;
}

static void close_all(struct sqlite_store *store)
{
    bool is_open = store->db != NULL;

    damage_fini(&store->damage);
    sqlite_close_writing(store);
    /* SQLite has removed its log. The next start tries again where there is no
     * room for it even now. */
    if (is_open && reserve_make(store) != OK)
        log_event(LOG_WARNING, "no_reserve", "file", store->reserve.path);
    reserve_fini(store);
    if (store->lock >= 0)
        close(store->lock);
    pthread_mutex_destroy(&store->read_only.gate);
    condition_fini(&store->base.condition);
    free(store->path);
    free(store);
}

/* Room for what a full disk will need. Without it, the log's. */
static void open_reserve(struct sqlite_store *store)
{
    enum error error = reserve_make(store);

    if (error == OK)
        return;
    log_event(LOG_WARNING, "no_reserve", "error", error_name(error));
    full_begin(store, error);
    reserve_give_up(store);
}

static enum error open_database(struct sqlite_store *store,
                                const struct store_options *options,
                                char message[STORE_MESSAGE_BYTES])
{
    enum error error = sqlite_open_writing(store, message);

    if (error == OK)
        open_reserve(store);
    else if (options->may_be_read_only && full_is(error)
             && readonly_begin(store, error) == OK)
        error = OK;
    return error;
}

static enum error open_all(struct sqlite_store *store,
                           const struct store_options *options,
                           char message[STORE_MESSAGE_BYTES])
{
    TRY(find_file(store, options, message));
    TRY(sqlite_take_lock(store, message));
    TRY(reserve_init(store));
    TRY(open_database(store, options, message));
    TRY(queue_init(&store->base.queue, options->queue_max));
    enum error error = writer_start(store);
    if (error != OK)
        queue_fini(&store->base.queue);
    return error;
}

static void mutexes_fini(struct sqlite_store *store, unsigned count)
{
    if (count > 0)
        condition_fini(&store->base.condition);
    if (count > 1)
        pthread_mutex_destroy(&store->read_only.gate);
}

/* A store that close_all() can close. NULL: out of memory. */
static struct sqlite_store *store_new(const struct store_options *options)
{
    struct sqlite_store *store = calloc(1, sizeof *store);
    unsigned made = 0;

    if (store == NULL)
        return NULL;
    store->base.kind = &store_sqlite;
    store->lock = store->reserve.database = -1;
    store->retention_ms = options->retention_ms;
    store->waiting_end = &store->waiting;
    if (condition_init(&store->base.condition) == OK && ++made
        && pthread_mutex_init(&store->read_only.gate, NULL) == 0 && ++made
        && damage_init(&store->damage) == OK)
        return store;
    mutexes_fini(store, made);
    free(store);
    return NULL;
}

static enum error sqlite_open(const struct store_options *options,
                              struct store **ret_store,
                              char message[STORE_MESSAGE_BYTES])
{
    struct sqlite_store *store = store_new(options);
    enum error error = ERR_MEMORY;

    message[0] = '\0';
    if (store != NULL)
        error = open_all(store, options, message);
    if (error == OK) {
        *ret_store = &store->base;
        return OK;
    }
    if (message[0] == '\0')
        snprintf(message, STORE_MESSAGE_BYTES, "cannot open %s: %s",
                 options->location, error_sentence(error));
    if (store != NULL)
        close_all(store);
    return error;
}

static void sqlite_close(struct store *base)
{
    struct sqlite_store *store = (struct sqlite_store *)base;

    writer_stop(store);
    queue_fini(&store->base.queue);
    close_all(store);
}

static int64_t sqlite_version(const struct store *base)
{
    return ((const struct sqlite_store *)base)->version;
}

static const char *sqlite_path(const struct store *base)
{
    return ((const struct sqlite_store *)base)->path;
}

const struct store_kind store_sqlite = {
    .open = sqlite_open,
    .close = sqlite_close,
    .version = sqlite_version,
    .path = sqlite_path,
    .size = sqlite_size,
    .reader_open = sqlite_reader_open,
    .reader_close = sqlite_reader_close,
    .read_begin = sqlite_read_begin,
    .read_end = sqlite_read_end,
    .look_for_damage = damage_look,
    .get = sqlite_get,
    .count = sqlite_count,
    .list = sqlite_list,
    .read_chunk = sqlite_read_chunk,
    .read_pieces = sqlite_read_pieces,
    .read_text = sqlite_read_text,
    .last_chunk = sqlite_last_chunk,
    .get_dataset = sqlite_get_dataset,
    .list_datasets = sqlite_list_datasets,
    .dataset_jobs = sqlite_dataset_jobs,
    .each = sqlite_each,
};
