/* work_parts.c - which errors are worth another try, and other small things
 * that the chapters of work.h have in common. */
#include "server/jobs/work_parts.h"

#include <stdlib.h>

bool work_error_passes(enum error error)
{
    switch (error) {
    case ERR_MEMORY: case ERR_FULL: case ERR_CORRUPT: case ERR_DISK:
    case ERR_READ_ONLY: case ERR_STORAGE: case ERR_SYSTEM: case ERR_CLOSING:
        return true;
    case OK: case ERR_INVALID: case ERR_TOO_BIG: case ERR_MISSING:
    case ERR_CONFLICT: case ERR_IN_USE: case ERR_NEWER: case ERRORS:
        break;
    }
    return false;
}

bool work_error_is_of_disk(enum error error)
{
    return error == ERR_DISK || error == ERR_READ_ONLY
        || error == ERR_STORAGE;
}

bool work_tries_again(const struct work *work, enum error error)
{
    return work_error_passes(error) && work->entry.tries + 1 < WORK_TRIES;
}

void work_count_failure(struct job_queue_entry *entry, bool is_its_own)
{
    if (entry->failures < UINT16_MAX)
        entry->failures++;
    if (is_its_own && entry->tries < UINT16_MAX)
        entry->tries++;
}

void work_log_begin(struct log_line *line, enum log_level level,
                    const char *event, const struct live *live)
{
    char id[IDENTIFIER_TEXT_BYTES];

    identifier_format(&live->id, "job", id);
    log_begin(line, level, event);
    log_text(line, "job", id);
}

void work_free(struct work *work)
{
    digest_free(work->digest);
    pyramid_free(work->pyramid);
    buffer_fini(&work->rows);
    buffer_fini(&work->result);
    buffer_fini(&work->error_text);
    live_release(work->live);
    MAGIC_CLEAR(work);
    free(work);
}
