/* tag.c - the one form of ETags. */
#include "server/api/tag.h"

/* A part that could not be made would leave out what tells two answers apart:
 * then there is no tag. It is told from one that is left out by this. */
static const char unmade[] = "";

const char *tag_make(struct http_request *request,
                     const char *const parts[TAG_PARTS_MAX])
{
    const char *tag = "";

    for (size_t i = 0; tag && i < TAG_PARTS_MAX; i++) {
        if (parts[i] == unmade)
            return NULL;
        if (parts[i] && *parts[i])
            tag = arena_format(http_arena(request), "%s%s%s", tag,
                               *tag ? "." : "", parts[i]);
    }
    return tag;
}

const char *tag_revision(struct http_request *request, int64_t revision)
{
    const char *text = arena_format(http_arena(request), "%lld",
                                    (long long)revision);

    return text ? text : unmade;
}

/* FNV-1a, 64 bits. Source: draft-eastlake-fnv, section 2. */
const char *tag_digest(struct http_request *request,
                       const struct buffer *bytes)
{
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    const char *text;

    for (size_t i = 0; i < bytes->count; i++)
        digest = (digest ^ (unsigned char)bytes->bytes[i])
                 * UINT64_C(0x100000001b3);
    text = arena_format(http_arena(request), "%016llx",
                        (unsigned long long)digest);
    return text ? text : unmade;
}
