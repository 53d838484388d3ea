/* plane.c - a flat piece of space, and its coordinates. */
#include "core/landscape/plane.h"

#include <math.h>
#include <string.h>

const char *const plane_kind_names[PLANE_KINDS + 1] = {
    [PLANE_COORDINATES] = "coordinates",
    [PLANE_PATH] = "path",
};

const char *plane_kind_name(enum plane_kind kind)
{
    return plane_kind_names[kind];
}

enum plane_kind plane_kind_find(const char *name)
{
    enum plane_kind kind = 0;

    while (kind < PLANE_KINDS && strcmp(plane_kind_names[kind], name) != 0)
        kind++;
    return kind;
}

/* Element i of the point at a spot, of PLANE_PATH. */
static double element(const struct plane *plane, struct spot spot, size_t i)
{
    double moved = 0;

    for (size_t k = 0; k < plane->dims; k++)
        moved += spot.c[k] * plane->direction[k][i];
    return plane->at[i] + moved;
}

void plane_move(const struct plane *plane, struct spot spot, double *x)
{
    if (plane->kind == PLANE_COORDINATES)
        for (size_t k = 0; k < plane->dims; k++)
            x[plane->axis[k]] = spot.c[k];
    else
        for (size_t i = 0; i < plane->n; i++)
            x[i] = element(plane, spot, i);
}

void plane_point(const struct plane *plane, struct spot spot, double *ret_x)
{
    memcpy(ret_x, plane->at, plane->n * sizeof *ret_x);
    plane_move(plane, spot, ret_x);
}

/* How far x's element i is from the spot's. */
static double offset(const struct plane *plane, struct spot spot,
                     const double *x, size_t i)
{
    if (plane->kind == PLANE_PATH)
        return x[i] - element(plane, spot, i);
    for (size_t k = 0; k < plane->dims; k++)
        if (plane->axis[k] == i)
            return 0;
    return x[i] - plane->at[i];
}

struct spot plane_project(const struct plane *plane, const double *x,
                          double *ret_distance)
{
    struct spot spot = {{0}};
    double square = 0;

    for (size_t k = 0; k < plane->dims; k++) {
        if (plane->kind == PLANE_COORDINATES)
            spot.c[k] = x[plane->axis[k]];
        else
            for (size_t i = 0; i < plane->n; i++)
                spot.c[k] += (x[i] - plane->at[i]) * plane->direction[k][i];
    }
    if (ret_distance == NULL)
        return spot;
    for (size_t i = 0; i < plane->n; i++) {
        double off = offset(plane, spot, x, i);

        square += off * off;
    }
    *ret_distance = sqrt(square);
    return spot;
}
