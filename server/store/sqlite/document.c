/* document.c - a job's spec or result, some bytes of it at a time. */
#include <string.h>

#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

static enum error read_blob(sqlite3 *db, sqlite3_blob *blob,
                            struct store_text *text)
{
    size_t total = (size_t)sqlite3_blob_bytes(blob), bytes = text->bytes;

    if (text->offset >= total)
        bytes = 0;
    else if (bytes > total - text->offset)
        bytes = total - text->offset;
    if (bytes > 0)
        TRY(from_sqlite(db, sqlite3_blob_read(blob, text->to, (int)bytes,
                                              (int)text->offset)));
    text->ret_bytes = bytes;
    text->ret_total = total;
    return OK;
}

enum error sqlite_read_text(struct store_reader *base, int64_t number,
                            enum store_parts part, struct store_text *text)
{
    sqlite3 *db = ((struct sqlite_reader *)base)->db;
    bool is_spec = part == STORE_SPEC;
    sqlite3_blob *blob = NULL;
    enum error error;
    int code = sqlite3_blob_open(db, "main",
                                 is_spec ? "job_spec" : "job_result",
                                 is_spec ? "spec" : "result", number, 0,
                                 &blob);

    if (code == SQLITE_OK)
        error = read_blob(db, blob, text);
    else /* this code alone says that no row has the key: the table is ours */
        error = code == SQLITE_ERROR ? ERR_MISSING : from_sqlite(db, code);
    sqlite3_blob_close(blob); /* nothing was written: nothing fails */
    return error;
}
