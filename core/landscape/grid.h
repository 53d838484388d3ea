/*
 * grid.h - the loss on a grid of spots of a plane, some cells at a time.
 *
 * Cell (i, j) lies at x[i], y[j]; its loss is loss[j * nx + i]: rows run along
 * y, the first one at the least y. A line has one row, and no y.
 */
#ifndef CORE_LANDSCAPE_GRID_H
#define CORE_LANDSCAPE_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/landscape/box.h"
#include "core/landscape/plane.h"
#include "core/objective/objective.h"

enum {
    GRID_CELLS_MAX = 250000,
    GRID_SIDE_MIN = 2,
    GRID_MINIMA_MAX = 16,
};

struct grid {
    struct plane plane;
    struct box box;           /* x from box.low[0] to box.high[0], … */
    size_t nx, ny;            /* of a line ny is 1 */
    double *x, *y;            /* [nx], [ny] rising evenly, ends included; of a
                                 line y is NULL */
    double *loss;             /* [ny][nx] as evaluated; any NaN is the one
                                 quiet NaN */
    size_t done;              /* cells evaluated so far, in that order */
    size_t nonfinite;         /* of them: not finite */
    double least, greatest;   /* of the finite ones; NaN: there is none */
    size_t least_cell;        /* where */
    double *point;            /* [n] scratch */
};

/*
 * Prepare a grid; nothing is evaluated yet.
 *
 *   plane  in  copied; what it points to outlives the grid
 *   box    in  finite, low < high in each of the plane's directions
 *   nx     in  at least GRID_SIDE_MIN; ny the same, or 1 of a line;
 *              nx * ny at most GRID_CELLS_MAX
 *
 * Fails   ERR_MEMORY
 * Owns    everything lives in `arena`
 */
MUST_CHECK enum error grid_init(struct grid *grid, struct arena *arena,
                                const struct plane *plane,
                                const struct box *box, size_t nx, size_t ny);

/*
 * Evaluate the next cells, at most `count`. The grid is the same whatever the
 * counts are. Between two calls the caller may look at a clock, or give up.
 *
 *   objective  in  loaded; of dimension plane.n
 *
 * Returns true as long as cells are left
 * Thread  one at a time, as the objective
 * Cost    an evaluation without gradient for each cell, no allocation
 */
bool grid_evaluate(struct grid *grid, const struct objective *objective,
                   size_t count);

/* A cell that is lower than its neighbours. */
struct grid_minimum {
    struct spot spot;
    double loss;              /* evaluated there */
    size_t cell;
};

/*
 * Find the local minima of a finished grid: cells that are finite, not at the
 * edge, and lower than all their neighbours; of equal ones the first counts.
 *
 *   ret  [GRID_MINIMA_MAX]  out  the lowest ones, the lowest first
 *
 * Returns how many
 * Cost    O(cells)
 */
size_t grid_minima(const struct grid *grid, struct grid_minimum *ret);

/*
 * Move a minimum to where the parabola through its cell and the neighbours is
 * lowest, if the loss is lower there. Cost: an evaluation.
 */
void grid_refine(struct grid *grid, const struct objective *objective,
                 struct grid_minimum *minimum);

#endif
