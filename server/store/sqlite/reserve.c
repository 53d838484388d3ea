/* reserve.c - room on a full disk, for what makes room. */
#include "server/store/sqlite/reserve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/log.h"
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

/* Give a stretch of a file its blocks. */
static enum error allocate(int file, int64_t from, int64_t to)
{
    int failed;

    do
        failed = posix_fallocate(file, (off_t)from, (off_t)(to - from));
    while (failed == EINTR);
    switch (failed) {
    case 0:
    case EINVAL:     /* the file system cannot: it is as it always was */
    case EOPNOTSUPP:
        return OK;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return ERR_DISK;
    case EROFS:
        return ERR_READ_ONLY;
    default:
        return ERR_STORAGE;
    }
}

/* ---- the database ------------------------------------------------------- */

enum error reserve_init(struct sqlite_store *store)
{
    struct reserve *reserve = &store->reserve;
    struct stat file;

    if (asprintf(&reserve->path, "%s-reserve", store->path) < 0) {
        reserve->path = NULL;
        return ERR_MEMORY;
    }
    reserve->is_made = stat(reserve->path, &file) == 0
                    && (int64_t)file.st_blocks * 512 >= RESERVE_BYTES;
    return reserve_open(store);
}

enum error reserve_open(struct sqlite_store *store)
{
    struct reserve *reserve = &store->reserve;
    struct stat file;

    if (reserve->database >= 0)
        return OK;
    reserve->database = open(store->path, O_RDWR | O_CLOEXEC);
    if (reserve->database < 0)
        return OK; /* SQLite will say what is wrong with it */
    if (fstat(reserve->database, &file) != 0)
        return ERR_SYSTEM;
    /* But for its end the file has had its room for long. */
    if (file.st_size > DATABASE_STEP_BYTES)
        reserve->allocated = file.st_size - DATABASE_STEP_BYTES;
    return OK;
}

void reserve_fini(struct sqlite_store *store)
{
    if (store->reserve.database >= 0)
        close(store->reserve.database);
    free(store->reserve.path);
    store->reserve = (struct reserve){.database = -1};
}

static enum error grow(struct reserve *reserve, int64_t to)
{
    TRY(allocate(reserve->database, reserve->allocated, to));
    reserve->allocated = to;
    return OK;
}

enum error reserve_pages(struct sqlite_store *store)
{
    struct reserve *reserve = &store->reserve;
    AUTO_BINDING pages = binding_begin(store->statements[SQL_PAGES]);

    TRY(binding_row(&pages));
    int64_t bytes = sqlite3_column_int64(pages.statement, 0)
                  * SQLITE_PAGE_BYTES;
    if (bytes <= reserve->allocated || reserve->database < 0)
        return OK;
    if (reserve->is_exact)
        return grow(reserve, bytes);
    int64_t steps = bytes / DATABASE_STEP_BYTES + 1;
    return grow(reserve, steps * DATABASE_STEP_BYTES);
}

/* ---- the log ------------------------------------------------------------ */

/* The log's name; NULL without memory. */
static char *log_path(const struct sqlite_store *store)
{
    char *path;

    return asprintf(&path, "%s-wal", store->path) < 0 ? NULL : path;
}

int64_t reserve_log_bytes(const struct sqlite_store *store)
{
    char *path = log_path(store);
    struct stat file;
    bool is_there = path != NULL && stat(path, &file) == 0;

    free(path);
    return is_there ? (int64_t)file.st_size : 0;
}

/* SQLite takes what follows its last page in the log for nothing. */
static enum error allocate_log(struct sqlite_store *store)
{
    char *path = log_path(store);
    enum error error;
    int file;

    if (path == NULL)
        return ERR_MEMORY;
    file = open(path, O_RDWR | O_CLOEXEC); /* SQLite has no lock on it */
    free(path);
    if (file < 0)
        return ERR_STORAGE;
    error = allocate(file, 0, RESERVE_LOG_BYTES);
    close(file);
    return error;
}

/* ---- the reserve -------------------------------------------------------- */

static enum error from_errno(void)
{
    switch (errno) {
    case EROFS:
        return ERR_READ_ONLY;
    case ENOSPC:
    case EDQUOT:
        return ERR_DISK;
    default:
        return ERR_STORAGE;
    }
}

/* A file of the reserve's size; without `keep` it is gone again, and it is only
 * known that there is room. */
static enum error make_file(const char *path, bool keep)
{
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    enum error error;

    if (file < 0)
        return from_errno();
    if (!keep)
        unlink(path); /* before: nothing is left by a crash */
    error = allocate(file, 0, RESERVE_BYTES);
    close(file);
    if (keep && error != OK)
        unlink(path);
    return error;
}

enum error reserve_make(struct sqlite_store *store)
{
    if (store->reserve.is_made)
        return OK;
    TRY(make_file(store->reserve.path, true));
    store->reserve.is_made = true;
    return OK;
}

static void log_given_up(const struct sqlite_store *store)
{
    struct log_line line;

    log_begin(&line, LOG_WARNING, "reserve_given_up");
    log_text(&line, "file", store->reserve.path);
    log_integer(&line, "bytes", RESERVE_BYTES);
    log_end(&line);
}

void reserve_give_up(struct sqlite_store *store)
{
    if (store->reserve.is_made) {
        unlink(store->reserve.path);
        log_given_up(store);
    }
    store->reserve.is_made = false;
    if (store->db != NULL && reserve_log_bytes(store) < RESERVE_LOG_BYTES
        && allocate_log(store) == ERR_MEMORY)
        log_event(LOG_WARNING, "log_without_room", "error",
                  error_name(ERR_MEMORY));
    /* Without space for it, what follows may fail, and says so. */
}

bool reserve_has_room(struct sqlite_store *store)
{
    char *path;

    if (!store->reserve.is_made)
        return reserve_make(store) == OK;
    if (asprintf(&path, "%s.new", store->reserve.path) < 0)
        return false;
    bool has_room = make_file(path, false) == OK;
    free(path);
    return has_room;
}
