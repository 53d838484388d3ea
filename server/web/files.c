/* files.c - the dashboard's files: found by name, or read from a folder. */
#include "server/web/files.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 1 << 24 };

const struct web_file web_files[] = {
#define ROW(name, type) {name, type},
    WEB_FILE_TABLE(ROW)
#undef ROW
    {0},
};

const struct web_file *web_file_find(const char *name)
{
    for (const struct web_file *at = web_files; at->name; at++)
        if (!strcmp(at->name, name))
            return at;
    return NULL;
}

const struct web_asset *web_asset_find(const char *name)
{
    for (const struct web_asset *at = web_assets; at->file; at++)
        if (!strcmp(at->name, name))
            return at;
    return NULL;
}

/* Read all of an open file; `ret` has room for it. */
static enum error read_bytes(int fd, struct buffer *ret)
{
    struct stat status;
    ssize_t count;

    if (fstat(fd, &status))
        return ERR_SYSTEM;
    if (!S_ISREG(status.st_mode))
        return ERR_MISSING;
    if (status.st_size > FILE_BYTES_MAX)
        return ERR_TOO_BIG;
    if (!buffer_reserve(ret, (size_t)status.st_size + 1))
        return ERR_MEMORY;
    /* It may shrink or grow meanwhile: then the next look is right. */
    while (ret->count < (size_t)status.st_size) {
        count = read(fd, ret->bytes + ret->count,
                     (size_t)status.st_size - ret->count);
        if (count < 0)
            return ERR_SYSTEM;
        if (count == 0)
            break;
        ret->count += (size_t)count;
    }
    return OK;
}

/* The length of ="NAME", of a file of the table, at the start of a text; 0:
 * there is none. */
static size_t reference_length(const char *text, const char *end)
{
    for (const struct web_file *at = web_files; at->name; at++) {
        size_t bytes = strlen(at->name);

        if ((size_t)(end - text) >= bytes + 3 && !memcmp(text, "=\"", 2)
            && !memcmp(text + 2, at->name, bytes) && text[2 + bytes] == '"')
            return bytes + 3;
    }
    return 0;
}

/* Put assets/ before the names that the page refers to, as embed does. */
static enum error point_to_assets(struct buffer *page)
{
    const char *at = page->bytes, *end = at + page->count;
    struct buffer changed;

    buffer_init(&changed);
    while (at < end) {
        size_t bytes = reference_length(at, end);

        if (bytes > 0) {
            buffer_text(&changed, "=\"assets/");
            buffer_append(&changed, at + 2, bytes - 2);
        } else {
            buffer_append(&changed, at, 1);
        }
        at += bytes > 0 ? bytes : 1;
    }
    if (changed.failed) {
        buffer_fini(&changed);
        return ERR_MEMORY;
    }
    buffer_fini(page);
    *page = changed;
    return OK;
}

enum error web_file_read(const char *folder, const struct web_file *file,
                         struct buffer *ret)
{
    char path[PATH_MAX];
    enum error error;
    int fd;

    if (snprintf(path, sizeof path, "%s/%s", folder, file->name) >= PATH_MAX)
        return ERR_MISSING;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return ERR_MISSING;
    error = read_bytes(fd, ret);
    close(fd);
    if (error == OK && !strcmp(file->name, WEB_PAGE))
        error = point_to_assets(ret);
    return error;
}
