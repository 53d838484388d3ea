/*
 * pieces.c - bytes of chunks, without the rest of them.
 *
 * SQLite's incremental reads move from row to row without a statement, and
 * follow a blob's pages only as far as is asked: measured, 0.3 to 0.6 µs for a
 * column of a chunk, where a statement takes 5 to 8 for the whole.
 */
#include "server/store/sqlite/sqlite.h"
#include "server/store/sqlite/statement.h"

struct cursor {
    sqlite3 *db;
    const char *table;
    sqlite3_blob *blob;     /* NULL: on no chunk */
    int64_t key;
};

static void cursor_close(struct cursor *cursor)
{
    sqlite3_blob_close(cursor->blob); /* nothing was written: nothing fails */
    cursor->blob = NULL;
}

/* Move to a chunk. ERR_MISSING: there is none; the cursor is closed. */
static enum error cursor_move(struct cursor *cursor, int64_t key)
{
    int code;

    if (cursor->blob && cursor->key == key)
        return OK;
    if (cursor->blob)
        code = sqlite3_blob_reopen(cursor->blob, key);
    else
        code = sqlite3_blob_open(cursor->db, "main", cursor->table, "columns",
                                 key, 0, &cursor->blob);
    cursor->key = key;
    if (code == SQLITE_OK)
        return OK;
    cursor_close(cursor);
    /* This code alone says that no row has the key: the table is ours. */
    return code == SQLITE_ERROR ? ERR_MISSING : from_sqlite(cursor->db, code);
}

/* The chunk of a piece, in the one table or the other: what was recorded
 * before migration 5 has no levels. */
static enum error find(struct cursor *chunks, struct cursor *chunks_27,
                       int64_t number, const struct store_piece *piece,
                       struct cursor **ret)
{
    enum error error =
        cursor_move(chunks, trace_key(number, piece->level, piece->chunk));

    *ret = chunks;
    if (error != ERR_MISSING || piece->level > 0
        || number > TRACE_27_NUMBER_MAX)
        return error;
    *ret = chunks_27;
    return cursor_move(chunks_27,
                       trace_27_key(number, piece->level, piece->chunk));
}

static enum error read_piece(struct cursor *chunks, struct cursor *chunks_27,
                             int64_t number, struct store_piece *piece)
{
    struct cursor *cursor;
    enum error error = find(chunks, chunks_27, number, piece, &cursor);
    size_t bytes;

    piece->ret_bytes = 0;
    piece->ret_found = error == OK;
    if (error != OK)
        return error == ERR_MISSING ? OK : error;
    bytes = (size_t)sqlite3_blob_bytes(cursor->blob);
    if (piece->offset >= bytes)
        return OK;
    bytes -= piece->offset;
    if (bytes > piece->bytes)
        bytes = piece->bytes;
    piece->ret_bytes = bytes;
    return from_sqlite(cursor->db,
                       sqlite3_blob_read(cursor->blob, piece->to, (int)bytes,
                                         (int)piece->offset));
}

enum error sqlite_read_pieces(struct store_reader *base, int64_t number,
                              struct store_piece *pieces, size_t count)
{
    sqlite3 *db = ((struct sqlite_reader *)base)->db;
    struct cursor chunks = {.db = db, .table = "trace"};
    struct cursor chunks_27 = {.db = db, .table = "trace_27"};
    enum error error = OK;

    for (size_t i = 0; i < count && error == OK; i++)
        error = read_piece(&chunks, &chunks_27, number, &pieces[i]);
    cursor_close(&chunks);
    cursor_close(&chunks_27);
    return error;
}
