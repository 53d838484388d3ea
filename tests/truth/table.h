/* table.h - tables of the truth folder as rows for a model. */
#ifndef TESTS_TRUTH_TABLE_H
#define TESTS_TRUTH_TABLE_H

#include "core/base/arena.h"
#include "core/dataset/rows.h"

/*
 * Read datasets/NAME.csv, its last column the target, or datasets/NAME as
 * LIBSVM. False where the truth folder is absent, after a line "# skipped".
 *
 *   features   in   of LIBSVM: at least so many; 0: as many as there are
 *
 * Owns    everything lives in `arena`
 */
bool table_read_csv(struct arena *arena, const char *name, struct rows *ret);
bool table_read_libsvm(struct arena *arena, const char *name, size_t features,
                       struct rows *ret);

/* (x - mean) / population deviation of every column of dense rows, and the
 * same of the target. */
void table_standardize(struct rows *rows);
void table_standardize_target(struct rows *rows);

/* Every cell times `factor`. */
void table_scale(struct rows *rows, double factor);

/* The target times `factor`. */
void table_scale_target(struct rows *rows, double factor);

/* Labels 1 and -1 (or greater and smaller) become classes 1 and 0. */
void table_number_labels(struct rows *rows);

#endif
