/*
 * upload.h - a dataset on its way in: bytes from the loop, unpacked, hashed,
 * read and stored on a thread of its own, in bounded memory.
 *
 *     loop    upload_put … upload_end            upload_drop
 *               │ pipe         ▲ news              │
 *     thread    ▼              │                   ▼
 *             unpack ─► hash ─► raw bytes, reader ─► file ─► row ─► outcome
 */
#ifndef SERVER_DATASETS_UPLOAD_H
#define SERVER_DATASETS_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/fault.h"
#include "core/dataset/reader.h"
#include "server/datasets/datasets.h"
#include "server/base/hash.h"

/* What is to be done. Its texts are copied. */
struct upload_order {
    const char *name;               /* NULL: none */
    const struct format *format;
    struct reader_options options;
    bool is_gzip;
    bool has_digest;
    unsigned char digest[HASH_BYTES]; /* of the bytes as they are sent */

    /* Called on the upload's thread when there is room again, and when it is
     * over. Must not wait. */
    void (*news)(void *context);
    void *context;                  /* must outlive the upload's thread */
    void (*forget)(void *context);  /* the thread is done with `context` */
};

enum upload_flaw {
    UPLOAD_WELL,
    UPLOAD_FAULTY,      /* outcome.faults: 422 */
    UPLOAD_TOO_LARGE,   /* outcome.detail, limit: 413 */
    UPLOAD_DIGEST,      /* Content-Digest is not that of the bytes */
    UPLOAD_NAME,        /* outcome.detail: the name cannot be had */
    UPLOAD_FAILED,      /* outcome.error: memory, disk, … */
};

struct upload_outcome {
    enum upload_flaw flaw;
    enum error error;
    struct faults *faults;      /* the upload's */
    const char *detail;
    uint64_t limit;
    int64_t number;             /* of UPLOAD_WELL: store_dataset.number */
    bool is_here;               /* the same content was here already */
};

struct upload;

/*
 * Begin.
 *
 * Fails   ERR_FULL as many run as may; ERR_MEMORY, ERR_SYSTEM; then forget()
 *         is not called
 * Owns    upload_drop()
 * Thread  the loop, as all below
 */
MUST_CHECK enum error upload_start(struct datasets *datasets,
                                   const struct upload_order *order,
                                   struct upload **ret);

/* Put bytes; how many there was room for. */
size_t upload_put(struct upload *upload, const void *bytes, size_t count);
/* All bytes were put. */
void upload_end(struct upload *upload);
/* The outcome once it is over, else NULL. Lives until upload_drop(). */
const struct upload_outcome *upload_outcome(const struct upload *upload);
/* Be done with it; one that is not over yet is abandoned, and leaves nothing
 * behind. */
void upload_drop(struct upload *upload);

#endif
