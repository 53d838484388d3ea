/* cells.h - the cells of a dataset as they are stored. */
#ifndef CORE_DATASET_CELLS_H
#define CORE_DATASET_CELLS_H

#include "core/dataset/dataset.h"

/* A number, the code of a word, or NAN where it is missing. */
static inline double dataset_raw(const struct dataset *d, uint64_t row,
                                 size_t column)
{
    size_t at = row * d->row_stride + column * d->column_stride;

    if (d->element == ELEMENT_FLOAT64)
        return ((const double *)d->cells)[at];
    if (d->element == ELEMENT_FLOAT32)
        return (double)((const float *)d->cells)[at];
    return ((const unsigned char *)d->cells)[at];
}

#endif
