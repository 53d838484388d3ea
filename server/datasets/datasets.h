/*
 * datasets.h - the datasets of this process: uploaded ones, mapped while
 * somebody uses them, and those that are built in.
 *
 * Two that use one dataset share one mapping: the last to release it unmaps
 * it.
 */
#ifndef SERVER_DATASETS_DATASETS_H
#define SERVER_DATASETS_DATASETS_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "server/base/identifier.h"
#include "server/store/store.h"

struct builtin;
struct dataset;
struct dataset_hold;  /* a dataset while somebody uses it */
struct datasets;

struct datasets_options {
    struct store *store;       /* NULL: built-in ones only */
    uint64_t bytes_max;        /* of an upload, unpacked */
    unsigned uploads_max;      /* at once */
};

/*
 * Open the folder beside the store, and sweep it.
 *
 * Fails   ERR_SYSTEM with a message; ERR_MEMORY, ERR_STORAGE
 */
MUST_CHECK enum error datasets_open(const struct datasets_options *options,
                                    struct datasets **ret,
                                    char message[STORE_MESSAGE_BYTES]);
/* Wait for uploads to end: they must have been abandoned. Before the store is
 * closed. */
void datasets_finish(struct datasets *datasets);
/* Free all; everything was released. */
void datasets_close(struct datasets *datasets);

/*
 * Find a dataset by id ("ds_…") or by name; a built-in one by name.
 *
 *   reader    in   the caller's own
 *
 * Fails   ERR_MISSING there is none; ERR_CORRUPT its file is damaged or gone;
 *         ERR_MEMORY, ERR_STORAGE
 * Owns    dataset_release()
 * Thread  any
 * Cost    O(columns + words)
 */
MUST_CHECK enum error datasets_hold(struct datasets *datasets,
                                    struct store_reader *reader,
                                    const char *id_or_name,
                                    struct dataset_hold **ret);
void dataset_release(struct datasets *datasets, struct dataset_hold *hold);

/* What is held; its number in the store (0: it is built in), its id there. */
const struct dataset *dataset_held(const struct dataset_hold *hold);
int64_t dataset_held_number(const struct dataset_hold *hold);
const struct identifier *dataset_held_id(const struct dataset_hold *hold);
/* The built-in one that is held; NULL: it was uploaded. */
const struct builtin *dataset_held_builtin(const struct dataset_hold *hold);

/* options.bytes_max */
uint64_t datasets_bytes_max(const struct datasets *datasets);

/* Remove the file of a dataset whose row is gone, on a thread. */
void datasets_remove_file(struct datasets *datasets,
                          const struct identifier *id);

/* Whether a name may be given to a dataset: 1 to 200 bytes of UTF-8 without /
 * and control characters, and no id. NULL: it may; else what is wrong. */
const char *dataset_name_fault(const char *name);

#endif
