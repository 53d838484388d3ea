/* tags.c - a job's tags as one text. */
#include "server/store/sqlite/tags.h"

#include <assert.h>
#include <string.h>

static void append_tag(struct buffer *text, const char *tag)
{
    for (const char *at = tag; *at != '\0'; at++)
        if (*at == '\n')
            buffer_append(text, "\\n", 2);
        else if (*at == '\\')
            buffer_append(text, "\\\\", 2);
        else
            buffer_append(text, at, 1);
}

enum error tags_join(const struct store_job *job, struct buffer *text)
{
    assert(job->tag_count <= STORE_TAGS_MAX);
    for (size_t i = 0; i < job->tag_count; i++) {
        if (i > 0)
            buffer_append(text, "\n", 1);
        append_tag(text, job->tags[i]);
    }
    buffer_append(text, "", 1);
    return text->failed ? ERR_MEMORY : OK;
}

/* Take the escapes out of a tag, in place. */
static void unescape(char *tag)
{
    char *to = tag;

    for (const char *at = tag; *at != '\0'; at++) {
        if (*at == '\\' && at[1] != '\0') {
            at++;
            *to++ = *at == 'n' ? '\n' : *at;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
}

enum error tags_split(const char *text, struct arena *arena,
                      struct store_job *job)
{
    job->tag_count = 0;
    while (text != NULL) {
        const char *end = strchrnul(text, '\n');
        if (job->tag_count == STORE_TAGS_MAX)
            return ERR_CORRUPT;
        char *tag = arena_text(arena, text, (size_t)(end - text));
        if (tag == NULL)
            return ERR_MEMORY;
        unescape(tag);
        job->tags[job->tag_count++] = tag;
        text = *end == '\n' ? end + 1 : NULL;
    }
    return OK;
}
