/* folder.c - the files of datasets beside the database. */
#include "server/datasets/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/log.h"

enum { NAME_BYTES = IDENTIFIER_TEXT_BYTES + sizeof ".new" };

/* What a call that failed with errno means. */
static enum error from_errno(void)
{
    switch (errno) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return ERR_DISK;
    case ENOENT:
        return ERR_MISSING;
    case ENOMEM:
        return ERR_MEMORY;
    default:
        return ERR_STORAGE;
    }
}

static void name_of(const struct identifier *id, const char *suffix,
                    char name[NAME_BYTES])
{
    char text[IDENTIFIER_TEXT_BYTES];

    identifier_format(id, "ds", text);
    snprintf(name, NAME_BYTES, "%s%s", text, suffix);
}

/* ---- the folder --------------------------------------------------------- */

enum error folder_open(const char *database, struct folder *ret,
                       char message[STORE_MESSAGE_BYTES])
{
    *ret = (struct folder){.fd = -1};
    if (asprintf(&ret->path, "%s-datasets", database) < 0) {
        ret->path = NULL;
        return ERR_MEMORY;
    }
    if (mkdir(ret->path, 0700) == 0 || errno == EEXIST)
        ret->fd = open(ret->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (ret->fd >= 0)
        return OK;
    snprintf(message, STORE_MESSAGE_BYTES, "cannot use the folder %s: %s",
             ret->path, strerror(errno));
    folder_close(ret);
    return ERR_SYSTEM;
}

void folder_close(struct folder *folder)
{
    if (folder->path != NULL && folder->fd >= 0)
        close(folder->fd);
    free(folder->path);
    *folder = (struct folder){.fd = -1};
}

/* Whether a file belongs to a dataset of the store. */
static enum error is_known(struct store_reader *reader, const char *name,
                           bool *ret)
{
    __attribute__((cleanup(arena_fini))) struct arena arena;
    struct store_dataset dataset;
    struct identifier id;
    enum error error;

    arena_init(&arena, 0); /* before any return, which ends it */
    *ret = false;
    if (!identifier_parse(name, "ds", &id))
        return OK;
    error = store_get_dataset(reader, &id, NULL, 0, &arena, &dataset);
    *ret = error == OK;
    return error == ERR_MISSING ? OK : error;
}

static enum error sweep(const struct folder *folder, DIR *listing,
                        struct store_reader *reader)
{
    for (struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        bool known;

        if (entry->d_name[0] == '.')
            continue;
        TRY(is_known(reader, entry->d_name, &known));
        if (known)
            continue;
        if (unlinkat(folder->fd, entry->d_name, 0) == 0)
            log_event(LOG_INFO, "dataset_file_swept", "file", entry->d_name);
        else
            log_event(LOG_WARNING, "dataset_file_not_swept", "file",
                      entry->d_name);
    }
    return OK;
}

enum error folder_sweep(const struct folder *folder,
                        struct store_reader *reader)
{
    DIR *listing = opendir(folder->path);
    enum error error;

    if (listing == NULL)
        return from_errno();
    error = sweep(folder, listing, reader);
    closedir(listing);
    return error;
}

/* ---- files -------------------------------------------------------------- */

static enum error create(const struct folder *folder, const char *name,
                         int *ret_fd)
{
    int fd = openat(folder->fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
                    0600);

    if (fd < 0)
        return from_errno();
    *ret_fd = fd;
    return OK;
}

enum error folder_scratch(const struct folder *folder, int *ret_fd)
{
    struct identifier id;
    char name[NAME_BYTES];

    TRY(identifier_new(&id));
    name_of(&id, ".new", name);
    TRY(create(folder, name, ret_fd));
    unlinkat(folder->fd, name, 0); /* else the next start sweeps it */
    return OK;
}

enum error folder_begin(const struct folder *folder,
                        const struct identifier *id, int *ret_fd)
{
    char name[NAME_BYTES];

    name_of(id, ".new", name);
    return create(folder, name, ret_fd);
}

enum error folder_keep(const struct folder *folder,
                       const struct identifier *id, int fd)
{
    char from[NAME_BYTES], to[NAME_BYTES];

    name_of(id, ".new", from);
    name_of(id, "", to);
    if (fsync(fd) != 0
        || renameat(folder->fd, from, folder->fd, to) != 0
        || fsync(folder->fd) != 0)
        return from_errno();
    return OK;
}

static void remove_file(const struct folder *folder, const char *name)
{
    if (unlinkat(folder->fd, name, 0) != 0 && errno != ENOENT)
        log_event(LOG_WARNING, "dataset_file_not_removed", "file", name);
}

void folder_drop(const struct folder *folder, const struct identifier *id)
{
    char name[NAME_BYTES];

    name_of(id, ".new", name);
    remove_file(folder, name);
    folder_remove(folder, id);
}

void folder_remove(const struct folder *folder, const struct identifier *id)
{
    char name[NAME_BYTES];

    name_of(id, "", name);
    remove_file(folder, name);
}

static enum error map(int fd, const void **ret_bytes, size_t *ret_count)
{
    struct stat file;
    void *bytes;

    if (fstat(fd, &file) != 0)
        return from_errno();
    if (file.st_size == 0)
        return ERR_CORRUPT;
    bytes = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (bytes == MAP_FAILED)
        return from_errno();
    *ret_bytes = bytes;
    *ret_count = (size_t)file.st_size;
    return OK;
}

enum error folder_map(const struct folder *folder, const struct identifier *id,
                      const void **ret_bytes, size_t *ret_count)
{
    char name[NAME_BYTES];
    enum error error;
    int fd;

    name_of(id, "", name);
    fd = openat(folder->fd, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return from_errno();
    error = map(fd, ret_bytes, ret_count);
    close(fd);
    return error;
}

enum error file_write(int fd, uint64_t offset, const void *bytes,
                      size_t count)
{
    const char *at = bytes;

    while (count > 0) {
        ssize_t written = pwrite(fd, at, count, (off_t)offset);

        if (written < 0 && errno != EINTR)
            return from_errno();
        if (written <= 0)
            continue;
        at += written;
        offset += (uint64_t)written;
        count -= (size_t)written;
    }
    return OK;
}
