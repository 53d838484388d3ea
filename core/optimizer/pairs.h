/*
 * pairs.h - the parameters that methods with L-BFGS's pairs begin with.
 *
 * augmented_lagrangian hands its own parameters on to lbfgs and lbfgsb: their
 * tables begin with PAIR_ROWS, and each reads them by these names.
 */
#ifndef CORE_OPTIMIZER_PAIRS_H
#define CORE_OPTIMIZER_PAIRS_H

#include "core/search/search.h"

enum pair_parameter {
    MEMORY,             /* pairs that are kept */
    DECREASE,           /* of the line search, as CURVATURE */
    CURVATURE,
    PAIR_PARAMETERS     /* the first of a method's own rows */
};

/* The first rows of a table: by default `initial` pairs, `most` at most. */
#define PAIR_ROWS(initial, most)                                              \
    [MEMORY] = ROW_MEMORY(initial, most),                                     \
    [DECREASE] = ROW_DECREASE,                                                \
    [CURVATURE] = ROW_CURVATURE(0.9)

#endif
