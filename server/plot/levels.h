/*
 * levels.h - the levels of filled contours: log-spaced above the minimum.
 *
 * The levels are equally spaced in t(v) = log(1 + (v - least) / c), least being
 * the lowest finite value. c is chosen so that half of them lie below the lower
 * third of the grid, where the path goes. What is higher than twice that t is
 * one band: neither a wall of 1e300 nor a pole takes the valley's levels.
 */
#ifndef SERVER_PLOT_LEVELS_H
#define SERVER_PLOT_LEVELS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/error.h"

enum { LEVELS_MAX = 15 };

struct levels {
    double at[LEVELS_MAX];   /* rising; rounded where what is above the least
                                value has its second digit */
    size_t count;            /* 0: the landscape is level, or nowhere finite */
};

/*
 * Choose the levels of a grid.
 *
 *   values  [count]  in  any doubles; what is not finite does not count
 *   linear  -        in  equally spaced in v instead
 *
 * Fails   ERR_MEMORY
 */
MUST_CHECK enum error levels_choose(const double *values, size_t count,
                                    bool linear, struct arena *arena,
                                    struct levels *ret);

#endif
