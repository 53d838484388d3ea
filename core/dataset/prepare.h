/*
 * prepare.h - from a dataset to the rows a model learns from.
 *
 * A job's server plans: which columns are features, what is the target, how
 * many rows and bytes; without a look at the cells. The job's worker fills:
 * splits, standardizes, shuffles. What was fitted is a `struct transform`,
 * kept with the model, through which predict sends other rows.
 */
#ifndef CORE_DATASET_PREPARE_H
#define CORE_DATASET_PREPARE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/dataset/dataset.h"
#include "core/dataset/reader.h"
#include "core/dataset/rows.h"

/* What a job asks for. Zero is the default of all but `data` and `target`. */
struct preparation_request {
    const struct dataset *data;
    const struct dataset *validation;    /* another dataset; NULL: none */
    const char *target;                  /* a column; "label" of a sparse one */
    bool classes;                        /* the target is one of some classes
                                            (words or integers) */
    const char *const *features;         /* NULL: all but the target (and qid);
                                            of a sparse one it must be NULL */
    size_t feature_count;
    const char *const *one_hot;          /* categories or integer columns that
                                            become a feature for each value */
    size_t one_hot_count;
    enum missing_policy missing;         /* of the job: error, mean or drop */
    bool standardize;                    /* features; refused for sparse ones,
                                            which it would make dense */
    bool standardize_target;
    double validation_fraction;          /* in [0, 1) */
    bool float32;
    bool shuffle;                        /* the training rows lie in an order
                                            drawn from the seed */
    const char *pointer;                 /* "/objective", for faults */
};

/* One feature: how it is made of a row of cells. */
struct transform_feature {
    const char *column;                  /* name */
    const char *word;                    /* 1 where the cell is this word, else
                                            0; NULL: no one-hot of a category */
    double integer;                      /* the same for one-hot of an integer
                                            column; NAN: not */
    double fill;                         /* the feature's value where the cell
                                            is missing; NAN: there must be
                                            one */
    double mean, scale;                  /* the feature is (v - mean) / scale;
                                            0 and 1 where nothing is to do */
};

/* All that predict needs: plain data, to be written to JSON and read again. */
struct transform {
    size_t feature_count;
    const struct transform_feature *features; /* NULL: a sparse dataset's, that
                                            are called c1, c2, … */
    const char *target;                  /* name */
    size_t class_count;                  /* 0: the target is a number */
    const char *const *classes;          /* [class_count] labels as text, in
                                            the order of the classes */
    bool classes_are_words;              /* else they are integers */
    double target_mean, target_scale;    /* target = mean + scale * prediction;
                                            0 and 1 where nothing is to do */
};

/* What will be loaded. */
struct preparation {
    size_t features;                     /* columns of the rows, > 0 */
    uint64_t training_rows;              /* exact; with "drop" at most */
    uint64_t validation_rows;            /* the same; 0: there is none */
    bool rows_may_drop;                  /* some of them may be left out */
    enum rows_layout layout;
    uint64_t nonzeros;                   /* of both parts, if sparse */
    uint64_t memory_bytes;               /* that prepare_fill() takes of its
                                            arena, at most */
    struct transform transform;          /* names and classes; numbers that are
                                            fitted follow at filling */
    struct preparation_parts *parts;     /* of prepare.c alone */
};

/*
 * Check a request against its dataset, and say what will be loaded.
 *
 * Fails   ERR_INVALID after at least one fault; ERR_TOO_BIG after a fault,
 *         when a size overflows; ERR_MEMORY
 * Owns    everything lives in `arena`; the dataset must outlive it
 * Thread  any
 * Cost    O(columns + words): no pass over the cells
 */
MUST_CHECK enum error prepare_plan(struct arena *arena,
                                   const struct preparation_request *request,
                                   struct faults *faults,
                                   struct preparation *ret);

struct prepared {
    struct rows training, validation;    /* validation.count is 0: none */
    struct transform transform;          /* whole */
};

struct filling;  /* a load that is under way */

/*
 * Begin to load the rows. Which are kept for validation, and in which order
 * they lie, follows from the seed; what is fitted (means, scales, fills) is of
 * the training part alone. What need not change is not copied: then the rows
 * point into the dataset's own bytes.
 *
 * Fails   ERR_MEMORY
 * Owns    everything lives in `arena`, or in the dataset's bytes; what `plan`
 *         points to must outlive it
 * Thread  one at a time for an arena
 */
MUST_CHECK enum error prepare_begin(const struct preparation *plan,
                                    uint64_t seed, struct arena *arena,
                                    struct filling **ret);

/*
 * Load a piece of them.
 *
 *   ret_more  out  there is more to do
 *   ret       out  the rows; untouched while there is
 *
 * Fails   ERR_MEMORY; ERR_MISSING when no row is left for training;
 *         ERR_CORRUPT when the dataset's cells are damaged
 * Cost    O(cells) in all; a piece some milliseconds, the last O(rows)
 */
MUST_CHECK enum error prepare_step(struct filling *filling, bool *ret_more,
                                   struct prepared *ret);

/*
 * The same at once.
 *
 *   cancel   in   looked at between pieces; when it is true this returns
 *                 ERR_CLOSING. NULL: nobody cancels
 */
MUST_CHECK enum error prepare_fill(const struct preparation *plan,
                                   uint64_t seed, const atomic_bool *cancel,
                                   struct arena *arena, struct prepared *ret);

/* A value of a row that is to be predicted: JSON's or a CSV's cell. */
struct named_cell {
    const char *column;
    struct cell cell;                    /* missing, a number or a word; a word
                                            that is a number's text serves as
                                            that number */
};

/*
 * Send one row through the transformation. Cells of columns that are no
 * features are ignored; a feature that is not given is missing.
 *
 *   cells     [count]     in   in any order
 *   pointer   -           in   of the row, for faults: "/rows/0"
 *   ret       [features]  out
 *
 * Fails   ERR_INVALID after at least one fault (a value is missing, a word
 *         that training did not know, with a suggestion)
 * Thread  any
 */
MUST_CHECK enum error transform_row(const struct transform *transform,
                                    const struct named_cell *cells,
                                    size_t count, const char *pointer,
                                    struct faults *faults, double *ret);

#endif
