/* job_text.c - a job's spec or result, read piece by piece. */
#include "server/api/job_text.h"

#include <stdlib.h>

enum { PIECE_BYTES = 64 * 1024 };

struct job_text {
    struct api *api;
    int64_t number;
    enum store_parts part;
    size_t offset, total;          /* total: without what the tail replaces */
    struct job_text_tail *tail;
};

/* Append the next piece; *ret_total is the length of all. */
static enum error read_piece(struct job_text *text, size_t bytes,
                             struct buffer *out, size_t *ret_total)
{
    struct store_text piece = {.offset = text->offset, .bytes = bytes};

    piece.to = buffer_reserve(out, bytes > 0 ? bytes : 1);
    if (!piece.to)
        return ERR_MEMORY;
    TRY(store_read_text(text->api->reader, text->number, text->part, &piece));
    out->count += piece.ret_bytes;
    text->offset += piece.ret_bytes;
    *ret_total = piece.ret_total;
    return OK;
}

static enum http_more next(void *self, struct buffer *out)
{
    struct job_text *text = self;
    size_t left = text->total - text->offset, total, before = out->count;

    if (left > 0) {
        if (left > PIECE_BYTES)
            left = PIECE_BYTES;
        if (read_piece(text, left, out, &total) != OK
            || out->count - before < left)
            return HTTP_CUT; /* the job was deleted meanwhile */
        return text->offset < text->total || text->tail ? HTTP_MORE
                                                        : HTTP_END;
    }
    return text->tail->write(text->tail, out) ? HTTP_MORE : HTTP_END;
}

static void close_text(void *self)
{
    struct job_text *text = self;

    if (text->tail)
        text->tail->close(text->tail);
    free(text);
}

/* What fits into a piece needs no stream. */
static enum http_next reply_short(struct http_request *request,
                                  const char *tag, struct job_text *text)
{
    struct buffer body;
    size_t total;
    enum error error;

    buffer_init(&body);
    error = read_piece(text, text->total, &body, &total);
    close_text(text);
    if (error == OK)
        return http_reply_tagged(request, 200, TYPE_JSON, tag, &body);
    buffer_fini(&body);
    return problem_reply_error(request, error);
}

static enum http_next reply(struct http_request *request, const char *tag,
                            struct job_text *text)
{
    struct http_stream stream = {
        .next = next, .close = close_text, .self = text,
        .held_bytes = PIECE_BYTES
            + (text->tail ? text->tail->held_bytes : 0),
        .bytes = text->tail ? 0 : text->total,
    };

    if (!text->tail && text->total <= PIECE_BYTES)
        return reply_short(request, tag, text);
    return http_reply_stream_tagged(request, 200, TYPE_JSON, tag, &stream);
}

enum http_next job_text_reply(struct http_request *request, int64_t number,
                              enum store_parts part, const char *tag,
                              struct job_text_tail *tail)
{
    struct job_text *text = calloc(1, sizeof *text);
    struct buffer nothing;
    enum error error;

    if (!text) {
        if (tail)
            tail->close(tail);
        return problem_reply_error(request, ERR_MEMORY);
    }
    *text = (struct job_text){.api = api_of(request), .number = number,
                              .part = part, .tail = tail};
    buffer_init(&nothing);
    error = read_piece(text, 0, &nothing, &text->total);
    buffer_fini(&nothing);
    if (error == OK && text->total == 0)
        error = ERR_CORRUPT;
    if (error != OK) {
        close_text(text);
        return error == ERR_MISSING
             ? problem_reply(request, PROBLEM_NOT_FOUND, "there is no such "
                             "job")
             : problem_reply_error(request, error);
    }
    text->total -= tail != NULL;
    http_reply_header(request, "Cache-Control", "no-cache");
    return reply(request, tag, text);
}
