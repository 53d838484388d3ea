/*
 * contour.h - where a grid is at least a level: closed rings, by marching
 * squares.
 *
 * Between two neighbours a ring crosses where a straight line between their
 * values does; where one of them is infinite or NaN, in the middle. A cell
 * with two high corners across from each other joins them if the mean of its
 * four corners is at least the level. The regions of rising levels lie within
 * one another, so painting them in turn makes filled bands: every grid point
 * lies in the band that its value says. NaN is below every level.
 *
 * Source  Lorensen & Cline 1987, in two dimensions; Wyvill et al. 1986 for the
 *         mean in the middle
 */
#ifndef SERVER_PLOT_CONTOUR_H
#define SERVER_PLOT_CONTOUR_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"

/* In cells: x from 0 to nx - 1, y from 0 to ny - 1. */
struct contour_point {
    double x, y;
};

/* Takes one ring: outer ones have the region to their left (y upwards), holes
 * as well. The first point is not repeated at the end. */
typedef void contour_taker(void *self, const struct contour_point *points,
                           size_t count);

/* Memory to trace grids of one size in. */
struct contour {
    size_t nx, ny;               /* at least 2 each */
    uint32_t *next;              /* [edges] of each edge that a ring leaves a
                                    cell's inside on: the one it comes to */
    uint32_t *used;              /* [edges] those of them that are set */
    struct contour_point *ring;  /* [edges] */
};

/*
 * Fails   ERR_MEMORY
 * Owns    everything lives in `arena`
 */
MUST_CHECK enum error contour_init(struct contour *contour, size_t nx,
                                   size_t ny, struct arena *arena);

/*
 * Give the rings of the region where values >= level.
 *
 *   values  [ny][nx]  in   any doubles
 *
 * Cost    O(nx ny), no allocation
 */
void contour_trace(struct contour *contour, const double *values,
                   double level, contour_taker *take, void *self);

#endif
