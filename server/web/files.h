/*
 * files.h - the files of the dashboard, as they lie in the program.
 *
 * `embed` puts server/web/dist in at build time: each file as it is and packed
 * with gzip. What the page or a script refers to has its content's digest in
 * its name, so that a browser may keep it for ever; the page itself keeps its
 * own name.
 */
#ifndef SERVER_WEB_FILES_H
#define SERVER_WEB_FILES_H

#include <stddef.h>

#include "core/base/error.h"
#include "server/base/buffer.h"

#define WEB_PAGE "index.html"     /* the page; it refers to the others */

/*   file of dist   Content-Type */
#define WEB_FILE_TABLE(ROW)                                                   \
    ROW("index.html",   "text/html; charset=utf-8")                           \
    ROW("app.js",       "text/javascript; charset=utf-8")                     \
    ROW("common.js",    "text/javascript; charset=utf-8")                     \
    ROW("job.js",       "text/javascript; charset=utf-8")                     \
    ROW("new.js",       "text/javascript; charset=utf-8")                     \
    ROW("data.js",      "text/javascript; charset=utf-8")                     \
    ROW("compare.js",   "text/javascript; charset=utf-8")                     \
    ROW("status.js",    "text/javascript; charset=utf-8")                     \
    ROW("api.js",       "text/javascript; charset=utf-8")                     \
    ROW("app.css",      "text/css; charset=utf-8")

/* A row of the table. */
struct web_file {
    const char *name;            /* NULL ends it */
    const char *type;
};
extern const struct web_file web_files[];

/* A file in the program. */
struct web_asset {
    const char *name;            /* as browsers ask for it:
                                    "app.0123456789abcdef.js" */
    const char *file;            /* of dist: "app.js"; NULL ends the table */
    const char *digest;          /* of its bytes: 16 digits, base 16 */
    const char *bytes;
    size_t count;
    const char *packed;          /* gzip of them */
    size_t packed_count;
};
extern const struct web_asset web_assets[]; /* made by embed; {0} ends it */

/* The row of a file of dist, or NULL. */
const struct web_file *web_file_find(const char *name);

/* The file that browsers ask for by this name, or NULL. */
const struct web_asset *web_asset_find(const char *name);

/*
 * Read a file of the table from a folder, as it is now: for those who work on
 * the dashboard. In the page the names of the others get assets/ before them.
 *
 *   ret  in/out  empty; its bytes are the file's
 *
 * Fails   ERR_MISSING it cannot be opened, or is no file; ERR_TOO_BIG more
 *         than 16 MiB; ERR_SYSTEM errno says why; ERR_MEMORY
 * Cost    reads at once: not for many visitors
 */
MUST_CHECK enum error web_file_read(const char *folder,
                                    const struct web_file *file,
                                    struct buffer *ret);

#endif
