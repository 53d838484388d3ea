/* work_parts.h - what the four chapters of work.h share. */
#ifndef SERVER_JOBS_WORK_PARTS_H
#define SERVER_JOBS_WORK_PARTS_H

#include "core/run/run.h"
#include "server/base/buffer.h"
#include "server/base/log.h"
#include "server/base/magic.h"
#include "server/jobs/digest.h"
#include "server/jobs/pyramid.h"
#include "server/jobs/work.h"

#define WORK_MAGIC MAGIC('w', 'o', 'r', 'k')

enum { WORK_CHUNKS = 1 + 2 * PYRAMID_LEVELS }; /* in one write, at most */

/* Chunks of all levels on their way to the store. */
struct work_chunks {
    struct store_chunk items[WORK_CHUNKS];
    size_t count;
};

/*
 * A job on its worker. Its two writes that must not fail for want of memory,
 * claim and end, are part of it: once a job is claimed its way back needs
 * nothing more. From work_end() on it belongs to the writer's thread, and is
 * freed there.
 */
struct work {
    uint32_t magic;
    struct work_shared *shared;
    struct job_queue_entry entry;
    struct live *live;
    struct digest *digest;
    struct pyramid *pyramid;

    struct store_write claim;
    struct store_write end;
    enum error why;              /* `end` puts the job back, or fails it; OK:
                                    neither, or the pool closes */
    enum error records_error;    /* the writer's: the first chunk it lost */
    struct work_chunks last;     /* of `end`, with what else it points to */
    struct buffer rows, result, error_text;
    char sha256[DIGEST_TEXT_BYTES];
};

/* Free it; its live job loses a reference. */
void work_free(struct work *work);

/* Whether an error may pass by itself: of memory and the disk, not of what
 * somebody has written. */
bool work_error_passes(enum error error);

/* Whether the job is to be tried again after this error, which was its own. */
bool work_tries_again(const struct work *work, enum error error);

/* Begin a log line on a job. */
void work_log_begin(struct log_line *line, enum log_level level,
                    const char *event, const struct live *live);

/* Count a failure in an entry. */
void work_count_failure(struct job_queue_entry *entry, bool is_its_own);

/* What the store says of a disk that fails, which is not the job's fault. */
bool work_error_is_of_disk(enum error error);

/* ---- work_claim.c ------------------------------------------------------- */

/*
 * Read the job and its spec, and put it back to the queue where the store has
 * it as running.
 *
 *   ret_is_to_run      false: it is not queued any more
 *   ret_spec_error     with it the job fails, once it is claimed
 *
 * Fails   what is to be tried again
 */
MUST_CHECK enum error work_read(struct work *work, struct store_reader *reader,
                                bool *ret_is_to_run,
                                enum error *ret_spec_error);

/* Hand over the claim, and show the job to readers. Fails: ERR_CLOSING. */
MUST_CHECK enum error work_claim(struct work *work);

/* ---- work_chunks.c ------------------------------------------------------ */

/* The recorder's sink: hash the chunk and hand it to the store. */
MUST_CHECK enum error work_chunk_full(void *work,
                                      struct recorded_chunk *chunk);

/* Encode a chunk, and those of levels that it fills; with the last one, all of
 * them. Fails: ERR_MEMORY. */
MUST_CHECK enum error work_chunks_encode(struct work *work,
                                         struct recorded_chunk *from,
                                         bool is_last,
                                         struct work_chunks *chunks);

/* How many rows the store has, once it has looked at all that it was given. */
int64_t work_rows_stored(struct live *live);

/* ---- work_end.c --------------------------------------------------------- */

/* Hand over the job's last write: what the run came to, or that it is put back.
 * `work` belongs to the writer's thread afterwards.
 *
 *   error   in   why there was no run; OK: there was one
 */
void work_end(struct work *work, enum error error,
              const struct run_result *result);

#endif
