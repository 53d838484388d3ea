/* size.c - how large the files of the database are, and what its disk has. */
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "server/store/sqlite/sqlite.h"

enum error sqlite_size(struct store *base, struct store_size *ret)
{
    struct sqlite_store *store = (struct sqlite_store *)base;
    struct stat database;
    struct statvfs disk;

    if (stat(store->path, &database) != 0 || statvfs(store->path, &disk) != 0)
        return ERR_STORAGE;
    *ret = (struct store_size){
        .bytes = database.st_size,
        .log_bytes = reserve_log_bytes(store),
        .free_bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize,
        .disk_bytes = (int64_t)disk.f_blocks * (int64_t)disk.f_frsize,
    };
    return OK;
}
