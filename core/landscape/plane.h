/*
 * plane.h - a flat piece of the space that x lives in, and its coordinates.
 *
 * Through a point, along two variables or along two directions; or a line,
 * along one of either. A picture of a loss in more than two variables is
 * always one of such a slice: what is not in the plane stays as it is at the
 * point.
 */
#ifndef CORE_LANDSCAPE_PLANE_H
#define CORE_LANDSCAPE_PLANE_H

#include <stddef.h>

enum { PLANE_DIMS_MAX = 2 };

enum plane_kind {
    PLANE_COORDINATES,  /* the coordinates are the variables' own values */
    PLANE_PATH,         /* they are lengths along directions, from `at` */
    PLANE_KINDS
};

struct plane {
    enum plane_kind kind;
    size_t n;                     /* dimension of the space */
    size_t dims;                  /* 1: a line, 2: a plane; at most n */
    const double *at;             /* [n] the point that it goes through */
    size_t axis[PLANE_DIMS_MAX];  /* [dims] of PLANE_COORDINATES: which
                                     variables, no two the same */
    const double *direction[PLANE_DIMS_MAX]; /* [dims][n] of PLANE_PATH: of
                                     length 1, at right angles */
};

/* A place in the plane: of a line the first number. */
struct spot {
    double c[PLANE_DIMS_MAX];
};

/* All of them, in their order; NULL ends them. */
extern const char *const plane_kind_names[PLANE_KINDS + 1];

/* "coordinates", "path"; the kind of that name, or PLANE_KINDS. */
const char *plane_kind_name(enum plane_kind kind);
enum plane_kind plane_kind_find(const char *name);

/*
 * Write the point at a spot. Of PLANE_COORDINATES the variables are the spot's
 * numbers bit for bit.
 *
 *   ret_x  [n]  out
 */
void plane_point(const struct plane *plane, struct spot spot, double *ret_x);

/* The same where ret_x has been at a spot of this plane before, and was not
 * touched since. Cost: O(1) of PLANE_COORDINATES. */
void plane_move(const struct plane *plane, struct spot spot, double *x);

/*
 * The spot of the plane that is nearest to x.
 *
 *   x             [n]  in   not finite: neither is the spot
 *   ret_distance  -    out  from x to the spot; NULL: not wanted
 */
struct spot plane_project(const struct plane *plane, const double *x,
                          double *ret_distance);

#endif
