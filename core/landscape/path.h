/*
 * path.h - the way that a run went, as pictures need it: seen on a plane, and
 * the plane in which it moves most.
 */
#ifndef CORE_LANDSCAPE_PATH_H
#define CORE_LANDSCAPE_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/landscape/plane.h"
#include "core/landscape/principal.h"

/* Recorded iterates, in time. */
struct path {
    size_t n, count;
    const double *x;         /* [count][n] any doubles; the first row, the
                                start, is finite */
    const double *loss;      /* [count] any doubles */
    bool uphill;             /* the run maximizes */
    bool unbounded;          /* the run fell without bound */
};

/*
 * The plane through `at` in which the path moves most; a line in one variable.
 *
 * Points where it ran away do not count: those that box.h would not hold, by
 * their distance from the start. Of more rows than PRINCIPAL_ORDER_MAX in more
 * variables than that, so many count, evenly chosen, the first and the last
 * among them.
 *
 *   path      -    in   at least one row
 *   at        [n]  in   finite; outlives the plane
 *   ret       -    out  its directions live in `arena`
 *   ret_rows  -    out  how many rows counted
 *
 * Fails   ERR_MEMORY
 * Cost    as principal_find(), and a copy of the rows
 */
MUST_CHECK enum error path_plane(const struct path *path, const double *at,
                                 struct arena *arena, struct plane *ret,
                                 struct principal *ret_principal,
                                 size_t *ret_rows);

/* Where each row is on a plane: ret[count]. */
void path_project(const struct path *path, const struct plane *plane,
                  struct spot *ret);

#endif
