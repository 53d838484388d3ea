/* trace_reply.c - what answers of every format have in common on their way. */
#include <stdlib.h>
#include <string.h>

#include "server/api/api.h"
#include "server/api/trace_formats.h"
#include "server/base/magic.h"

/* ---- what outlives the request ------------------------------------------ */

static enum error keep_names(struct arena *arena, struct trace_about *about)
{
    const char **names = arena_array(arena, about->n, sizeof *names);

    if (!names)
        return ERR_MEMORY;
    for (size_t i = 0; i < about->n; i++) {
        names[i] = arena_text(arena, about->names[i],
                              strlen(about->names[i]));
        if (!names[i])
            return ERR_MEMORY;
    }
    about->names = names;
    return OK;
}

enum error trace_keep(struct arena *arena, struct trace_selection *selection,
                      struct trace_about *about)
{
    size_t count = selection->column_count;
    struct trace_column *columns = arena_array(arena, count, sizeof *columns);

    if (!columns)
        return ERR_MEMORY;
    memcpy(columns, selection->columns, count * sizeof *columns);
    selection->columns = columns;
    if (!about)
        return OK;
    about->job = arena_text(arena, about->job, strlen(about->job));
    if (!about->job)
        return ERR_MEMORY;
    return about->names ? keep_names(arena, about) : OK;
}

/* ---- the reply ---------------------------------------------------------- */

#define BEGUN_MAGIC MAGIC('b', 'e', 'g', 'n')

/* A stream whose first block has been made already. */
struct begun {
    uint32_t magic;
    struct http_stream inner;
    struct buffer first;
};

static enum http_more next_block(void *self, struct buffer *out)
{
    struct begun *begun = MAGIC_CAST(self, struct begun, BEGUN_MAGIC);

    if (begun->first.count == 0)
        return begun->inner.next(begun->inner.self, out);
    buffer_append(out, begun->first.bytes, begun->first.count);
    buffer_fini(&begun->first);
    return HTTP_MORE;
}

static void close_begun(void *self)
{
    struct begun *begun = MAGIC_CAST(self, struct begun, BEGUN_MAGIC);

    begun->inner.close(begun->inner.self);
    buffer_fini(&begun->first);
    MAGIC_CLEAR(begun);
    free(begun);
}

static enum http_next go_on(struct http_request *request, const char *type,
                            const struct http_stream *stream,
                            struct buffer *first)
{
    struct begun *begun = calloc(1, sizeof *begun);

    if (!begun) {
        stream->close(stream->self);
        buffer_fini(first);
        return problem_reply_error(request, ERR_MEMORY);
    }
    *begun = (struct begun){BEGUN_MAGIC, *stream, *first};
    return http_reply_stream(request, 200, type,
                             &(struct http_stream){
                                 .next = next_block,
                                 .close = close_begun,
                                 .self = begun,
                                 .held_bytes = stream->held_bytes,
                                 .bytes = stream->bytes,
                             });
}

enum http_next trace_reply_stream(struct http_request *request,
                                  const char *type,
                                  const struct http_stream *stream)
{
    struct http_stream given = *stream;
    enum http_more more = HTTP_CUT;
    bool packs = http_accepts_gzip(request);
    struct buffer first;

    buffer_init(&first);
    if (!packs || http_gzip(&given) == OK)
        more = given.next(given.self, &first);
    if (packs && more != HTTP_CUT)
        http_reply_header(request, "Content-Encoding", "gzip");
    if (more == HTTP_MORE)
        return go_on(request, type, &given, &first);
    /* What fits in a block needs no stream, and has a length. */
    given.close(given.self);
    if (more == HTTP_END)
        return http_reply(request, 200, type, &first);
    buffer_fini(&first);
    return problem_reply(request, PROBLEM_INTERNAL, NULL);
}
