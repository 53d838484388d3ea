/*
 * digest.h - trace_sha256: one number that says two traces are the same.
 *
 * The recorded iterations in blocks of 512 rows, the last one shorter. A
 * block's bytes are its columns iteration, loss, gradient_norm, step_norm,
 * learning_rate, evaluations, those that only some traces have (of a job with
 * constraints constraint_violation, of one over rows epoch and the metrics, in
 * the order of column.h), x.0, x.1, … one after the other, each value a
 * little-endian IEEE double, NaN as 0x7ff8000000000000, an absent number
 * (gradient_norm of a method that asks for no gradient, a metric between the
 * ends of epochs) as 0x7ff8000000000ab5. (Beyond
 * dimension 64 x stands once in a block, of its first row; with "x": false not
 * at all.)
 * time_s is measured, and so left out.
 *
 *     trace_sha256 = SHA-256(SHA-256(block 0) || SHA-256(block 1) || …)
 *
 * Hashing block by block lets a run that is taken up again go on from what is
 * stored.
 */
#ifndef SERVER_JOBS_DIGEST_H
#define SERVER_JOBS_DIGEST_H

#include "core/base/error.h"
#include "server/jobs/chunk.h"

enum { DIGEST_TEXT_BYTES = 65 };

struct digest;  /* in the making; one thread at a time */

MUST_CHECK enum error digest_new(struct digest **ret);
void digest_free(struct digest *digest);

/* Add the next block: full but for the last. Fails: ERR_SYSTEM. */
MUST_CHECK enum error digest_add(struct digest *digest,
                                 const struct chunk *chunk);

/* Write the digest of what was added, as lower-case hex. More can be added. */
MUST_CHECK enum error digest_text(struct digest *digest,
                                  char text[DIGEST_TEXT_BYTES]);

#endif
