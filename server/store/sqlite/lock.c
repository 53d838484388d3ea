/* lock.c - one process has the store: a lock on a file beside it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/store/sqlite/sqlite.h"

enum { HOLDER_BYTES = 64 };

/* Say in the lock file who has it. It is for people alone: where the disk is
 * full the refusal names nobody. */
static void write_holder(int lock)
{
    char text[HOLDER_BYTES], since[TIME_TEXT_BYTES];
    int bytes;

    time_format(clock_wall_ms(), since);
    bytes = snprintf(text, sizeof text, "pid %ld since %s\n", (long)getpid(),
                     since);
    if (ftruncate(lock, 0) != 0 || pwrite(lock, text, (size_t)bytes, 0) < 0)
        return; /* the database itself will say what is wrong with the disk */
}

static void refuse_holder(struct sqlite_store *store,
                          char message[STORE_MESSAGE_BYTES])
{
    char text[HOLDER_BYTES];
    ssize_t bytes = pread(store->lock, text, sizeof text - 1, 0);

    text[bytes > 0 ? bytes : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
    snprintf(message, STORE_MESSAGE_BYTES,
             "%s is in use by another process%s%s", store->path,
             *text ? ": " : "", text);
}

/* The lock's file; on a file system that takes no writes one that is there, or
 * none, where nobody else can write either. -1 with errno, or unlockable. */
static int open_lock(const char *name, bool *ret_unlockable)
{
    int file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    *ret_unlockable = false;
    if (file >= 0 || errno != EROFS)
        return file;
    file = open(name, O_RDONLY | O_CLOEXEC);
    *ret_unlockable = file < 0 && errno == ENOENT;
    return file;
}

/*
 * Lock the store for this process.
 *
 * The lock stands on a file beside the database: closing a descriptor of the
 * database itself would drop the locks that SQLite holds on it in this process
 * (POSIX). The file stays, for removing it would let two in; it says who has
 * the lock, or had it last.
 */
enum error sqlite_take_lock(struct sqlite_store *store,
                            char message[STORE_MESSAGE_BYTES])
{
    char *name = NULL;
    bool unlockable;

    if (store->lock >= 0)
        return OK;
    if (asprintf(&name, "%s-lock", store->path) < 0)
        return ERR_MEMORY;
    store->lock = open_lock(name, &unlockable);
    if (store->lock < 0 && !unlockable)
        snprintf(message, STORE_MESSAGE_BYTES, "cannot open %s: %s", name,
                 strerror(errno));
    free(name);
    if (store->lock < 0)
        return unlockable ? OK : ERR_SYSTEM;
    if (flock(store->lock, LOCK_EX | LOCK_NB) == 0) {
        write_holder(store->lock);
        return OK;
    }
    if (errno == EWOULDBLOCK) {
        refuse_holder(store, message);
        return ERR_IN_USE;
    }
    snprintf(message, STORE_MESSAGE_BYTES, "cannot lock %s: %s", store->path,
             strerror(errno));
    return ERR_SYSTEM;
}
