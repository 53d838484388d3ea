/*
 * box.h - the part of a plane that a picture shows: one that holds a path, its
 * start and known minima, with a margin.
 *
 * A path that runs away must not make a dot of everything else. So:
 *
 *   - The anchors (start, minima, the plane's own point) are always held.
 *   - A point of the path is good if its loss is finite and not above the
 *     start's, unless the run fell without bound. Good points are held.
 *   - R is how far the farthest of these lies from the start, in each
 *     direction. Other points are held up to BOX_REACH times R.
 *   - Where R is 0 in every direction (it only ever went up), the path is held
 *     as long as it does not leap: from its end it is cut in half while it
 *     lies BOX_LEAP times farther from the start than its first half.
 *   - Points that are not finite are never held.
 *
 * A direction in which nothing moves is as wide as its value is far from zero,
 * to both sides; at zero as wide as the other direction; else 2 to both sides.
 * Where both are lengths in one space, what moves less than rounding does
 * beside the other does not move, and is as wide as the other.
 */
#ifndef CORE_LANDSCAPE_BOX_H
#define CORE_LANDSCAPE_BOX_H

#include <stdbool.h>
#include <stddef.h>

#include "core/landscape/plane.h"

#define BOX_REACH 4.0
#define BOX_LEAP 16.0
#define BOX_MARGIN 0.1      /* of the width, at each side */

struct box {
    double low[PLANE_DIMS_MAX], high[PLANE_DIMS_MAX]; /* [dims], finite,
                                                         low < high */
};

/* What a box is to hold. */
struct box_content {
    size_t dims;
    bool is_one_space;          /* PLANE_PATH: both directions are lengths */
    const struct spot *path;    /* [path_count] in time, the start first */
    const double *path_loss;    /* [path_count] */
    size_t path_count;
    bool uphill;                /* the run maximizes */
    bool unbounded;             /* the run fell without bound */
    const struct spot *anchors; /* [anchor_count] */
    size_t anchor_count;
};

/*
 * The box that holds all of it.
 *
 *   ret_left_out  out  how many points of the path lie outside; NULL: not
 *                      wanted
 *
 * Cost    O(points), no allocation
 */
struct box box_of(const struct box_content *content, size_t *ret_left_out);

/* Whether a spot lies in the box, edges included. */
bool box_holds(const struct box *box, size_t dims, struct spot spot);

#endif
