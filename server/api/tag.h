/*
 * tag.h - the one form of ETags.
 *
 *     "7"   "7.9c3e…"   "7.result"   "3fa1….csv.gzip"   "landscape.…"
 *
 * First what the answer is of: a job's revision, the digest of a trace, a
 * digest of the answer or of what it is made from. Then, with dots, which form
 * of it: equal tags are equal bytes. http_match() and http_knows_revision() go
 * by the revision before the first dot.
 */
#ifndef SERVER_API_TAG_H
#define SERVER_API_TAG_H

#include "server/http/http.h"

/* A tag of parts, of which empty ones (or NULL) are left out. In the request's
 * arena; NULL without memory, which http_reply_tagged() sees to. */
enum { TAG_PARTS_MAX = 5 };
const char *tag_make(struct http_request *request,
                     const char *const parts[TAG_PARTS_MAX]);
#define TAG(request, ...)                                                     \
    tag_make((request), (const char *const[TAG_PARTS_MAX]){__VA_ARGS__})

/* A revision as a part; in the request's arena. */
const char *tag_revision(struct http_request *request, int64_t revision);

/* The bytes' digest as a part: equal bytes have equal ones, and others, but
 * for a chance of 2^-64, others. In the request's arena. */
const char *tag_digest(struct http_request *request,
                       const struct buffer *bytes);

#endif
