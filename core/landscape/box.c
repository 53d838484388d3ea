/* box.c - the part of a plane that holds a path. */
#include "core/landscape/box.h"

#include <assert.h>
#include <math.h>

/* Farther out nothing is held: squares of such numbers are not finite. */
#define FARTHEST 1e150
/* Narrower than this beside its values, a box has no room for a grid. */
#define NARROWEST 1e-9
/* Half of a width that nothing tells. */
#define LONE_REACH 2.0

/* What is held so far; low > high: nothing yet. */
struct extent {
    double low[PLANE_DIMS_MAX], high[PLANE_DIMS_MAX];
};

static const struct extent nothing = {{INFINITY, INFINITY},
                                      {-INFINITY, -INFINITY}};

static bool is_near(struct spot spot, size_t dims)
{
    for (size_t k = 0; k < dims; k++)
        if (!(fabs(spot.c[k]) <= FARTHEST))
            return false;
    return true;
}

static void hold(struct extent *extent, struct spot spot, size_t dims)
{
    if (!is_near(spot, dims))
        return;
    for (size_t k = 0; k < dims; k++) {
        extent->low[k] = fmin(extent->low[k], spot.c[k]);
        extent->high[k] = fmax(extent->high[k], spot.c[k]);
    }
}

/* Whether the path is better there than where it started, or as good. */
static bool is_good(const struct box_content *content, size_t i)
{
    double loss = content->path_loss[i], start = content->path_loss[0];

    if (content->unbounded || !isfinite(loss))
        return i == 0;
    return content->uphill ? loss >= start : loss <= start;
}

/* How far from `from` the extent reaches, direction by direction. */
static struct spot reach_of(const struct extent *extent, struct spot from,
                            size_t dims)
{
    struct spot reach = {{0}};

    for (size_t k = 0; k < dims; k++)
        reach.c[k] = fmax(fmax(extent->high[k] - from.c[k],
                               from.c[k] - extent->low[k]), 0);
    return reach;
}

static bool is_within(struct spot spot, struct spot from, struct spot reach,
                      size_t dims)
{
    for (size_t k = 0; k < dims; k++)
        if (!(fabs(spot.c[k] - from.c[k]) <= BOX_REACH * reach.c[k]))
            return false;
    return true;
}

/* The greater of the directions. */
static double farthest(const struct extent *extent, struct spot from,
                       size_t dims)
{
    struct spot reach = reach_of(extent, from, dims);

    return fmax(reach.c[0], reach.c[1]);
}

/* Hold the path as long as it does not leap away. */
static void hold_until_leap(const struct box_content *content,
                            struct extent *extent)
{
    size_t dims = content->dims, count = content->path_count;
    struct extent first, all;

    do {
        first = all = *extent;
        for (size_t i = 0; i < count; i++) {
            hold(&all, content->path[i], dims);
            if (i < (count + 1) / 2)
                hold(&first, content->path[i], dims);
        }
        count = (count + 1) / 2;
    } while (count > 1
             && farthest(&all, content->path[0], dims)
                    > BOX_LEAP * farthest(&first, content->path[0], dims));
    *extent = all;
}

/* Hold the points that are not good, but not far from those that are. */
static void hold_near(const struct box_content *content,
                      struct extent *extent)
{
    struct spot from = content->path[0];
    struct spot reach = reach_of(extent, from, content->dims);

    for (size_t i = 0; i < content->path_count; i++)
        if (is_within(content->path[i], from, reach, content->dims))
            hold(extent, content->path[i], content->dims);
}

static struct extent extent_of(const struct box_content *content)
{
    struct extent extent = nothing;

    for (size_t i = 0; i < content->anchor_count; i++)
        hold(&extent, content->anchors[i], content->dims);
    for (size_t i = 0; i < content->path_count; i++)
        if (is_good(content, i))
            hold(&extent, content->path[i], content->dims);
    if (content->path_count == 0)
        return extent;
    if (farthest(&extent, content->path[0], content->dims) > 0)
        hold_near(content, &extent);
    else
        hold_until_leap(content, &extent);
    return extent;
}

/* How wide the extent is; 0 where that is no width for a grid. */
static double width_of(const struct extent *extent, size_t k)
{
    double width = extent->high[k] - extent->low[k];
    double size = fmax(fabs(extent->low[k]), fabs(extent->high[k]));

    return width > NARROWEST * size ? width : 0;
}

/* How much wider a direction becomes at each side. */
static double margin_of(const struct box_content *content,
                        const struct extent *extent, size_t k)
{
    double width = width_of(extent, k), value = fabs(extent->low[k]);
    double other = content->dims == 2 ? width_of(extent, 1 - k) : 0;

    if (content->is_one_space && other > 0 && width <= NARROWEST * other)
        return other / 2;
    if (width > 0)
        return BOX_MARGIN * width;
    if (value > 0)
        return value;
    return other > 0 ? other / 2 : LONE_REACH;
}

bool box_holds(const struct box *box, size_t dims, struct spot spot)
{
    for (size_t k = 0; k < dims; k++)
        if (!(spot.c[k] >= box->low[k] && spot.c[k] <= box->high[k]))
            return false;
    return true;
}

struct box box_of(const struct box_content *content, size_t *ret_left_out)
{
    struct extent extent;
    struct box box = {{0}, {0}};

    assert(content->path_count + content->anchor_count > 0);
    extent = extent_of(content);
    if (extent.low[0] > extent.high[0]) /* all of it is too far out */
        extent = (struct extent){{0}, {0}};
    for (size_t k = 0; k < content->dims; k++) {
        double more = margin_of(content, &extent, k);

        box.low[k] = extent.low[k] - more;
        box.high[k] = extent.high[k] + more;
    }
    if (ret_left_out == NULL)
        return box;
    *ret_left_out = 0;
    for (size_t i = 0; i < content->path_count; i++)
        *ret_left_out += !box_holds(&box, content->dims, content->path[i]);
    return box;
}
