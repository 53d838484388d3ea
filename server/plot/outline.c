/* outline.c - one pass with a cone of directions. */
#include "server/plot/outline.h"

#include <math.h>
#include <stdbool.h>

/* The directions from `left` turning right to `right`, less than half a turn;
 * none yet: `open`. */
struct cone {
    bool open;
    double left_x, left_y, right_x, right_y;
    double reach;            /* how far the last point in it was, squared */
};

/* Positive: b lies to the left of a. */
static double cross(double ax, double ay, double bx, double by)
{
    return ax * by - ay * bx;
}

/* Leave in the cone what passes a point within the tolerance. False: the line
 * through the point's own direction is not in it. */
static bool narrow(struct cone *cone, double dx, double dy, double tolerance)
{
    double square = dx * dx + dy * dy, sine, cosine;
    double left_x, left_y, right_x, right_y;

    if (!cone->open && (cross(cone->left_x, cone->left_y, dx, dy) > 0
                        || cross(cone->right_x, cone->right_y, dx, dy) < 0
                        || square < cone->reach))
        return false;
    cone->reach = square;
    if (square <= tolerance * tolerance)
        return true; /* every direction passes it */
    sine = tolerance / sqrt(square);
    cosine = sqrt(1 - sine * sine);
    left_x = dx * cosine - dy * sine;
    left_y = dx * sine + dy * cosine;
    right_x = dx * cosine + dy * sine;
    right_y = dy * cosine - dx * sine;
    if (cone->open || cross(cone->left_x, cone->left_y, left_x, left_y) < 0) {
        cone->left_x = left_x;
        cone->left_y = left_y;
    }
    if (cone->open
        || cross(cone->right_x, cone->right_y, right_x, right_y) > 0) {
        cone->right_x = right_x;
        cone->right_y = right_y;
    }
    cone->open = false;
    return true;
}

size_t outline_simplify(struct svg_point *points, size_t count,
                        double tolerance)
{
    struct cone cone = {.open = true};
    size_t kept = 1;
    struct svg_point before;

    if (count < 3)
        return count;
    before = points[1];
    for (size_t i = 1; i < count; i++) {
        struct svg_point point = points[i], anchor = points[kept - 1];

        if (!narrow(&cone, (double)(point.x - anchor.x),
                    (double)(point.y - anchor.y), tolerance)) {
            points[kept++] = before;
            cone = (struct cone){.open = true};
            narrow(&cone, (double)(point.x - before.x),
                   (double)(point.y - before.y), tolerance);
        }
        before = point;
    }
    points[kept++] = points[count - 1];
    return kept;
}
