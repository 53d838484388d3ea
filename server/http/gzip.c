/* gzip.c - streams whose bytes go out packed. */
#include "server/base/gzip.h"

#include <assert.h>
#include <stdlib.h>

#include "server/base/magic.h"
#include "server/http/http.h"

enum {
    BLOCK_BYTES = 64 * 1024,
    HELD_BYTES = 80 * 1024, /* by zlib */
    PIECES_MAX = 4,         /* of the stream inside, for one of ours: bounds
                               what is made at a time where it packs well */
};

#define PACKED_MAGIC MAGIC('g', 'z', 'i', 'p')

struct packed {
    uint32_t magic;
    struct http_stream inner;
    struct buffer in;       /* made by `inner` */
    struct gzip *gzip;
};

static enum http_more next(void *self, struct buffer *out)
{
    struct packed *packed = MAGIC_CAST(self, struct packed, PACKED_MAGIC);
    enum http_more more = HTTP_MORE;

    for (size_t pieces = 0; more == HTTP_MORE && !out->failed
         && (out->count == 0
             || (out->count < BLOCK_BYTES && pieces < PIECES_MAX));
         pieces++) {
        buffer_clear(&packed->in);
        more = packed->inner.next(packed->inner.self, &packed->in);
        if (more == HTTP_CUT || packed->in.failed)
            return HTTP_CUT;
        gzip_push(packed->gzip, packed->in.bytes, packed->in.count,
                  more == HTTP_END, out);
    }
    buffer_fini(&packed->in); /* the client may be slow */
    return more;
}

static void packed_close(void *self)
{
    struct packed *packed = MAGIC_CAST(self, struct packed, PACKED_MAGIC);

    if (packed->inner.close != NULL)
        packed->inner.close(packed->inner.self);
    gzip_free(packed->gzip);
    buffer_fini(&packed->in);
    MAGIC_CLEAR(packed);
    free(packed);
}

enum error http_gzip(struct http_stream *stream)
{
    struct packed *packed = calloc(1, sizeof *packed);

    assert(stream->bell == NULL);
    if (packed == NULL)
        return ERR_MEMORY;
    packed->magic = PACKED_MAGIC;
    if (gzip_new(&packed->gzip) != OK) {
        free(packed);
        return ERR_MEMORY;
    }
    packed->inner = *stream;
    buffer_init(&packed->in);
    *stream = (struct http_stream){
        .next = next, .close = packed_close, .self = packed,
        .held_bytes = stream->held_bytes + HELD_BYTES};
    return OK;
}
