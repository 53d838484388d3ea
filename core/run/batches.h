/*
 * batches.h - which rows each iteration of a run takes.
 *
 * The rows of iteration k are a function of the seed, k and nothing else: a
 * run that is taken up again, or forked, needs no more than k. An epoch visits
 * each row once; its last batch may be smaller.
 */
#ifndef CORE_RUN_BATCHES_H
#define CORE_RUN_BATCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/objective/batch.h"

/* In which order an epoch visits the rows. */
enum shuffle {
    SHUFFLE_ROWS,    /* drawn anew for each epoch */
    SHUFFLE_BLOCKS,  /* batches are rows that lie side by side, in memory that
                        was shuffled once (struct loading); which one comes
                        when is drawn anew */
    SHUFFLE_NONE,    /* as they lie, every time */
    SHUFFLES
};

struct shuffle_text {
    const char *name, *sentence;
};

extern const struct shuffle_text shuffle_texts[SHUFFLES];

/* What a spec says about batches. */
struct batching {
    size_t batch_rows;              /* 0: the run knows no rows and no epochs;
                                       as many as there are, or more: all */
    enum shuffle shuffle;
    const uint32_t *const *order;   /* [epochs_ordered] the rows of each epoch
                                       in turn, each [rows]; begins again when
                                       there are more epochs. NULL: shuffle
                                       says */
    size_t epochs_ordered;
};

struct batches {
    struct batching how;
    size_t rows;                    /* of an epoch */
    uint64_t an_epoch;              /* batches in it */
    uint64_t seed;
    uint64_t epoch, epoch_first;    /* whose order is there, and its first
                                       iteration */
    bool is_drawn;                  /* there is one */
    uint32_t *order;                /* [rows] or [an_epoch]: of `epoch` */
};

/* Batches in an epoch of so many rows; 1 without rows. */
uint64_t batches_in_epoch(const struct batching *how, size_t rows);

/*
 * Prepare. `rows` is at most 2^32.
 *
 * Fails   ERR_MEMORY
 * Cost    4 bytes a row in `arena` where rows are shuffled
 */
MUST_CHECK enum error batches_init(struct batches *batches,
                                   const struct batching *how, size_t rows,
                                   uint64_t seed, struct arena *arena);

/*
 * The rows of iteration k: those at which its loss and gradient are taken, and
 * which the update after it uses.
 *
 * Owns    ret->rows is lent until the next call
 * Cost    O(1), and O(rows) where k is in another epoch than the call before
 */
void batches_at(struct batches *batches, uint64_t k, struct batch *ret);

/*
 * The rows of iteration k and of those after it in its epoch, where each takes
 * one row, as one batch: `most` of them, or as many as are left.
 *
 *   k     in  of the epoch of the last call
 *   most  in  > 0
 *
 * Owns    ret->rows is lent until the next call
 */
void batches_ahead(const struct batches *batches, uint64_t k, size_t most,
                   struct batch *ret);

#endif
