/* prepare_parts.h - what planning leaves for filling. */
#ifndef CORE_DATASET_PREPARE_PARTS_H
#define CORE_DATASET_PREPARE_PARTS_H

#include "core/dataset/prepare.h"

#define NO_CLASS UINT32_MAX

/* A column that becomes one feature, or one for each of its values. */
struct source {
    size_t column[2];          /* in the data, in the validation dataset */
    size_t first, count;       /* features */
    bool hot;                  /* one for each value */
    const uint32_t *values[2]; /* of a category, by code: which value it is */
};

struct preparation_parts {
    const struct dataset *data[2]; /* [1]: for validation, or NULL */
    struct source *sources;
    size_t source_count;
    size_t target[2];          /* columns */
    const uint32_t *classes[2]; /* of a category, by code */
    bool is_class, standardize, standardize_target, float32, shuffle, drops;
    bool fills;                /* means stand for missing values */
    uint64_t validation_rows;  /* of data[0] */
};

/* The place of an integer among a column's, or NO_CLASS. */
uint32_t find_integer(const struct column *column, double value);

#endif
