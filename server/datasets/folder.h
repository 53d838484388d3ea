/*
 * folder.h - the files of datasets, in a folder of their own beside the
 * database: FILE-datasets/, mode 0700.
 *
 *     ds_….new   in the making; of a process that was killed: swept at start
 *     ds_…       whole, on disk; without a row in the database an orphan, and
 *                swept at start
 */
#ifndef SERVER_DATASETS_FOLDER_H
#define SERVER_DATASETS_FOLDER_H

#include <stdint.h>

#include "core/base/error.h"
#include "server/base/identifier.h"
#include "server/store/store.h"

struct folder {
    char *path;
    int fd;
};

/* Open the folder of a database; make it where there is none. Fails:
 * ERR_MEMORY, ERR_SYSTEM with a message. */
MUST_CHECK enum error folder_open(const char *database, struct folder *ret,
                                  char message[STORE_MESSAGE_BYTES]);
void folder_close(struct folder *folder);

/* Remove what no dataset of the store has. */
MUST_CHECK enum error folder_sweep(const struct folder *folder,
                                   struct store_reader *reader);

/* A file to write and read that has no name: it is gone when it is closed. */
MUST_CHECK enum error folder_scratch(const struct folder *folder,
                                     int *ret_fd);
/* Begin the file of a dataset; then folder_keep() or folder_drop(). */
MUST_CHECK enum error folder_begin(const struct folder *folder,
                                   const struct identifier *id, int *ret_fd);
/* It is written: bring it to the disk, and give it its name. */
MUST_CHECK enum error folder_keep(const struct folder *folder,
                                  const struct identifier *id, int fd);
void folder_drop(const struct folder *folder, const struct identifier *id);

/* Remove a whole file. */
void folder_remove(const struct folder *folder, const struct identifier *id);

/* Map a whole file, to be read only. Fails: ERR_MISSING; ERR_CORRUPT it is
 * empty; ERR_SYSTEM. Owns: munmap(). */
MUST_CHECK enum error folder_map(const struct folder *folder,
                                 const struct identifier *id,
                                 const void **ret_bytes, size_t *ret_count);

/* Write all of it, at this place. Fails: ERR_DISK, ERR_STORAGE. */
MUST_CHECK enum error file_write(int fd, uint64_t offset, const void *bytes,
                                 size_t count);

#endif
