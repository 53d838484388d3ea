/*
 * tags.h - a job's tags as one text: job.tags.
 *
 * A line each; a newline in a tag is written \n, a backslash \\.
 */
#ifndef SERVER_STORE_SQLITE_TAGS_H
#define SERVER_STORE_SQLITE_TAGS_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "server/base/buffer.h"
#include "server/store/store.h"

/* Append the job's tags as one text, terminated with NUL. */
MUST_CHECK enum error tags_join(const struct store_job *job,
                                struct buffer *text);

/*
 * Read such a text to job->tags.
 *
 *   text   in   NULL where the job has no tags
 *
 * Fails   ERR_MEMORY; ERR_CORRUPT more tags than a job can have
 */
MUST_CHECK enum error tags_split(const char *text, struct arena *arena,
                                 struct store_job *job);

#endif
