/*
 * outline.h - a line of many points as one of few that looks the same.
 *
 * From the last point kept, a cone holds the directions in which a straight
 * line passes all points since then within the tolerance. A point outside of
 * it, or one that turns back, ends the line: the point before is kept.
 *
 * Source  Williams 1978, "An efficient algorithm for the piecewise linear
 *         approximation of planar curves", CGIP 8(2), 286-293
 */
#ifndef SERVER_PLOT_OUTLINE_H
#define SERVER_PLOT_OUTLINE_H

#include <stddef.h>

#include "server/plot/svg.h"

/*
 * Drop the points of a line that it can do without. The first and the last
 * stay.
 *
 *   points     [count]  in/out
 *   tolerance  -        in      in tenths of a pixel
 *
 * Returns how many are left
 * Cost    O(count) time, no allocation
 */
size_t outline_simplify(struct svg_point *points, size_t count,
                        double tolerance);

#endif
