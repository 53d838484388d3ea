/*
 * job_text.h - a job's spec or result as it is stored: read piece by piece as
 * the client takes it. It may have a million numbers.
 */
#ifndef SERVER_API_JOB_TEXT_H
#define SERVER_API_JOB_TEXT_H

#include "server/api/api.h"

/* What stands behind the text, in place of its last byte. */
struct job_text_tail {
    /* Append the next piece; false: it was the last. */
    bool (*write)(struct job_text_tail *tail, struct buffer *out);
    void (*close)(struct job_text_tail *tail);
    size_t held_bytes;
};

/*
 * Reply with a text and its tag; a 304 and the answer to HEAD read its length
 * alone.
 *
 *   part  in  STORE_SPEC, or STORE_RESULT of a job that has one: 404 if not
 *   tag   in  see tag.h
 *   tail  in  NULL: none; else it is closed in every case
 */
enum http_next job_text_reply(struct http_request *request, int64_t number,
                              enum store_parts part, const char *tag,
                              struct job_text_tail *tail);

#endif
