/* datasets.c - datasets in use: found, mapped once, counted. */
#include "server/datasets/datasets.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/base/parameter.h"
#include "server/datasets/internal.h"

enum {
    NAME_BYTES_MAX_HERE = 200,   /* of a dataset */
    CHORES_MAX = 64,             /* files being removed */
};

/* ---- opening and closing ------------------------------------------------ */

static enum error open_folder(struct datasets *datasets,
                              char message[STORE_MESSAGE_BYTES])
{
    struct store *store = datasets->options.store;
    struct store_reader *reader = NULL;
    enum error error;

    if (store == NULL)
        return OK;
    TRY(folder_open(store_path(store), &datasets->folder, message));
    TRY(store_reader_open(store, &reader));
    error = folder_sweep(&datasets->folder, reader);
    store_reader_close(reader);
    return error;
}

static enum error init(struct datasets *datasets,
                       const struct datasets_options *options)
{
    datasets->options = *options;
    datasets->folder.fd = -1;
    if (pthread_mutex_init(&datasets->mutex, NULL) != 0)
        return ERR_SYSTEM;
    if (threads_init(&datasets->uploads, options->uploads_max) == OK) {
        if (threads_init(&datasets->chores, CHORES_MAX) == OK)
            return OK;
        threads_fini(&datasets->uploads);
    }
    pthread_mutex_destroy(&datasets->mutex);
    return ERR_SYSTEM;
}

enum error datasets_open(const struct datasets_options *options,
                         struct datasets **ret,
                         char message[STORE_MESSAGE_BYTES])
{
    struct datasets *datasets = calloc(1, sizeof *datasets);
    enum error error;

    if (datasets == NULL)
        return ERR_MEMORY;
    error = init(datasets, options);
    if (error != OK) {
        free(datasets);
        return error;
    }
    error = open_folder(datasets, message);
    if (error != OK) {
        datasets_finish(datasets);
        datasets_close(datasets);
        return error;
    }
    *ret = datasets;
    return OK;
}

void datasets_finish(struct datasets *datasets)
{
    if (datasets == NULL)
        return;
    threads_fini(&datasets->uploads);
    threads_fini(&datasets->chores);
}

static void hold_free(struct dataset_hold *hold)
{
    if (hold->builtin == NULL && hold->bytes != NULL)
        munmap((void *)(uintptr_t)hold->bytes, hold->count);
    arena_fini(&hold->arena);
    free(hold);
}

void datasets_close(struct datasets *datasets)
{
    if (datasets == NULL)
        return;
    while (datasets->holds != NULL) {
        struct dataset_hold *hold = datasets->holds;

        datasets->holds = hold->next;
        hold_free(hold);
    }
    folder_close(&datasets->folder);
    pthread_mutex_destroy(&datasets->mutex);
    free(datasets);
}

/* ---- loading: with the lock --------------------------------------------- */

static enum error load_builtin(struct dataset_hold *hold)
{
    const struct parameter *table = hold->builtin->parameters;
    size_t count = parameter_count(table);
    double *values = arena_array(&hold->arena, count + 1, sizeof *values);

    if (values == NULL)
        return ERR_MEMORY;
    parameter_defaults(table, values);
    TRY(builtin_make(hold->builtin, values, &hold->arena, &hold->bytes,
                     &hold->count));
    return dataset_view(&hold->arena, hold->bytes, hold->count, &hold->data);
}

static enum error load_file(struct datasets *datasets,
                            struct dataset_hold *hold)
{
    enum error error = folder_map(&datasets->folder, &hold->id, &hold->bytes,
                                  &hold->count);

    if (error == ERR_MISSING) /* its row is there: it must be */
        error = ERR_CORRUPT;
    if (error == OK)
        error = dataset_view(&hold->arena, hold->bytes, hold->count,
                             &hold->data);
    return error;
}

/* A hold that nobody has yet. */
static enum error load(struct datasets *datasets,
                       const struct dataset_hold *key,
                       struct dataset_hold **ret)
{
    struct dataset_hold *hold = calloc(1, sizeof *hold);
    enum error error;

    if (hold == NULL)
        return ERR_MEMORY;
    *hold = *key;
    arena_init(&hold->arena, 0);
    error = hold->builtin != NULL ? load_builtin(hold)
                                  : load_file(datasets, hold);
    if (error != OK) {
        hold_free(hold);
        return error;
    }
    hold->next = datasets->holds;
    datasets->holds = hold;
    *ret = hold;
    return OK;
}

static struct dataset_hold *find(struct datasets *datasets,
                                 const struct dataset_hold *key)
{
    struct dataset_hold *hold = datasets->holds;

    while (hold != NULL && (hold->builtin != key->builtin
                            || hold->number != key->number))
        hold = hold->next;
    return hold;
}

static enum error find_or_load(struct datasets *datasets,
                               const struct dataset_hold *key,
                               struct dataset_hold **ret)
{
    struct dataset_hold *hold;
    enum error error = OK;

    pthread_mutex_lock(&datasets->mutex);
    hold = find(datasets, key);
    if (hold == NULL)
        error = load(datasets, key, &hold);
    if (error == OK)
        hold->references++;
    pthread_mutex_unlock(&datasets->mutex);
    if (error == OK)
        *ret = hold;
    return error;
}

/* ---- holding and releasing ---------------------------------------------- */

static enum error find_key(struct store_reader *reader, const char *text,
                           struct dataset_hold *ret)
{
    __attribute__((cleanup(arena_fini))) struct arena arena;
    struct store_dataset dataset;
    struct identifier id;
    bool is_id = identifier_parse(text, "ds", &id);

    arena_init(&arena, 0);
    ret->builtin = is_id ? NULL : builtin_find(text);
    if (ret->builtin != NULL)
        return OK;
    if (reader == NULL)
        return ERR_MISSING;
    TRY(store_get_dataset(reader, is_id ? &id : NULL, text, 0, &arena,
                          &dataset));
    ret->number = dataset.number;
    ret->id = dataset.id;
    return OK;
}

enum error datasets_hold(struct datasets *datasets,
                         struct store_reader *reader, const char *id_or_name,
                         struct dataset_hold **ret)
{
    struct dataset_hold key = {.number = 0};

    TRY(find_key(reader, id_or_name, &key));
    return find_or_load(datasets, &key, ret);
}

/* Out of the list. Built-in ones stay: they are small, and made slowly. */
static void unlink_hold(struct datasets *datasets, struct dataset_hold *hold)
{
    struct dataset_hold **place = &datasets->holds;

    while (*place != hold)
        place = &(*place)->next;
    *place = hold->next;
}

void dataset_release(struct datasets *datasets, struct dataset_hold *hold)
{
    bool is_last;

    if (hold == NULL)
        return;
    pthread_mutex_lock(&datasets->mutex);
    assert(hold->references > 0);
    is_last = --hold->references == 0 && hold->builtin == NULL;
    if (is_last)
        unlink_hold(datasets, hold);
    pthread_mutex_unlock(&datasets->mutex);
    if (is_last)
        hold_free(hold);
}

const struct dataset *dataset_held(const struct dataset_hold *hold)
{
    return &hold->data;
}

int64_t dataset_held_number(const struct dataset_hold *hold)
{
    return hold->number;
}

const struct identifier *dataset_held_id(const struct dataset_hold *hold)
{
    return &hold->id;
}

const struct builtin *dataset_held_builtin(const struct dataset_hold *hold)
{
    return hold->builtin;
}

uint64_t datasets_bytes_max(const struct datasets *datasets)
{
    return datasets->options.bytes_max;
}

/* ---- files that are gone ------------------------------------------------ */

struct removal {
    struct datasets *datasets;
    struct identifier id;
};

static void remove_file(void *argument)
{
    struct removal *removal = argument;

    folder_remove(&removal->datasets->folder, &removal->id);
    free(removal);
}

void datasets_remove_file(struct datasets *datasets,
                          const struct identifier *id)
{
    struct removal *removal = malloc(sizeof *removal);

    if (removal != NULL) {
        *removal = (struct removal){datasets, *id};
        if (threads_start(&datasets->chores, remove_file, NULL, removal) == OK)
            return;
    }
    free(removal);
    folder_remove(&datasets->folder, id);
}

/* ---- names -------------------------------------------------------------- */

const char *dataset_name_fault(const char *name)
{
    struct identifier id;

    if (name[0] == '\0' || strlen(name) > NAME_BYTES_MAX_HERE)
        return "a name has 1 to 200 bytes";
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return "a path cannot name . or ..: clients take them out of it";
    for (const char *p = name; *p != '\0'; p++)
        if (*p == '/' || (unsigned char)*p < ' ' || *p == 0x7f)
            return "a name holds no / and no control characters";
    if (identifier_parse(name, "ds", &id))
        return "a name must not look like an id";
    return NULL;
}
