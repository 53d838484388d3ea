/* gzip.c - gzip unpacked and packed piece by piece; zlib stops here. */
#include "server/base/gzip.h"

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

#define ZLIB_CONST
#include <zlib.h>

enum { GZIP_ONLY = 16 };     /* added to the bits of the window */

/* ---- unpacking ---------------------------------------------------------- */

enum { OUT_BYTES = 64 * 1024 };

struct gunzip {
    enum error (*emit)(void *context, const void *bytes, size_t count);
    void *context;
    z_stream stream;
    uint64_t packed, unpacked;   /* bytes so far, over all members */
    bool is_inside;              /* a member has begun, and not ended */
    bool has_member;
    unsigned char out[OUT_BYTES];
};

enum error gunzip_new(enum error (*emit)(void *context, const void *bytes,
                                         size_t count),
                      void *context, struct gunzip **ret)
{
    struct gunzip *gunzip = calloc(1, sizeof *gunzip);

    if (gunzip == NULL)
        return ERR_MEMORY;
    gunzip->emit = emit;
    gunzip->context = context;
    if (inflateInit2(&gunzip->stream, GZIP_ONLY + MAX_WBITS) != Z_OK) {
        free(gunzip);
        return ERR_MEMORY;
    }
    *ret = gunzip;
    return OK;
}

void gunzip_free(struct gunzip *gunzip)
{
    if (gunzip == NULL)
        return;
    inflateEnd(&gunzip->stream);
    free(gunzip);
}

/* Hand on what one call of inflate() wrote. */
static enum error emit(struct gunzip *gunzip)
{
    size_t count = OUT_BYTES - gunzip->stream.avail_out;

    gunzip->unpacked += count;
    if (gunzip->unpacked > GUNZIP_FREE_BYTES
        && gunzip->unpacked / GUNZIP_RATIO_MAX > gunzip->packed)
        return ERR_TOO_BIG;
    return count > 0 ? gunzip->emit(gunzip->context, gunzip->out, count) : OK;
}

/* One call of inflate(), with all its room for output. */
static enum error unpack_some(struct gunzip *gunzip)
{
    z_stream *stream = &gunzip->stream;
    unsigned before = stream->avail_in;
    int code;

    gunzip->is_inside = gunzip->has_member = true;
    stream->next_out = gunzip->out;
    stream->avail_out = OUT_BYTES;
    code = inflate(stream, Z_NO_FLUSH);
    gunzip->packed += before - stream->avail_in;
    if (code == Z_MEM_ERROR)
        return ERR_MEMORY;
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
        return ERR_INVALID;
    if (code == Z_STREAM_END) {
        gunzip->is_inside = false;
        if (inflateReset(stream) != Z_OK)
            return ERR_SYSTEM;
    }
    return emit(gunzip);
}

enum error gunzip_push(struct gunzip *gunzip, const void *bytes, size_t count)
{
    z_stream *stream = &gunzip->stream;

    assert(count <= UINT_MAX);
    stream->next_in = bytes;
    stream->avail_in = (unsigned)count;
    stream->avail_out = OUT_BYTES;
    /* Full output may mean that more is waiting inside a member; behind the
     * end of one nothing waits. */
    while (stream->avail_in > 0
           || (gunzip->is_inside && stream->avail_out == 0))
        TRY(unpack_some(gunzip));
    return OK;
}

enum error gunzip_end(struct gunzip *gunzip)
{
    return gunzip->has_member && !gunzip->is_inside ? OK : ERR_INVALID;
}

/* ---- packing ------------------------------------------------------------ */

/*
 * A window of 8 KiB and little state: numbers as text repeat digits, not
 * pages, and thousands of answers may be under way.
 */
enum {
    LEVEL = 1,
    WINDOW_BITS = 13,
    MEMORY_LEVEL = 6,
    ROOM_BYTES = 16 * 1024,  /* made at a time */
};

struct gzip {
    z_stream stream;
};

enum error gzip_new(struct gzip **ret)
{
    struct gzip *gzip = calloc(1, sizeof *gzip);

    if (gzip == NULL)
        return ERR_MEMORY;
    if (deflateInit2(&gzip->stream, LEVEL, Z_DEFLATED, WINDOW_BITS + GZIP_ONLY,
                     MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(gzip);
        return ERR_MEMORY;
    }
    *ret = gzip;
    return OK;
}

void gzip_free(struct gzip *gzip)
{
    if (gzip == NULL)
        return;
    deflateEnd(&gzip->stream);
    free(gzip);
}

void gzip_push(struct gzip *gzip, const void *bytes, size_t count, bool end,
               struct buffer *out)
{
    z_stream *stream = &gzip->stream;
    int code;

    assert(count <= UINT_MAX);
    stream->next_in = bytes;
    stream->avail_in = (unsigned)count;
    do {
        char *room = buffer_reserve(out, ROOM_BYTES);

        if (room == NULL)
            return;
        stream->next_out = (unsigned char *)room;
        stream->avail_out = ROOM_BYTES;
        code = deflate(stream, end ? Z_FINISH : Z_NO_FLUSH);
        assert(code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR);
        out->count += ROOM_BYTES - stream->avail_out;
    } while (stream->avail_out == 0 && code != Z_STREAM_END);
}
