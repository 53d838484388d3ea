/*
 * lttb.c - of each bucket the point that spans the largest triangle with the
 * point before and the mean of the bucket after.
 *
 * Long curves are thinned first to the least and greatest of so many buckets
 * that PRESELECT points stand for each that is asked for. Values that are not
 * finite span no triangle: their runs are picked beside. With a logarithmic
 * axis the triangles are those of its picture.
 *
 * Source  Steinarsson 2013, "Downsampling time series for visual
 *         representation", section 4.2; Van Der Donckt et al. 2023,
 *         "MinMaxLTTB", for thinning first
 */
#include <math.h>

#include "server/thin/thinning.h"

enum { PRESELECT = 4 };

/* The finite points among which is picked. */
struct shape {
    uint32_t *point;   /* [count] */
    double *x, *y;     /* [count] as drawn; scaled, so that no area overflows */
    size_t count;
};

/* Add the least and the greatest of [begin, end), in their order. */
static void add_extremes(const struct thinning *thinning, size_t begin,
                         size_t end, struct shape *shape)
{
    size_t least, greatest;

    if (!thin_find_extremes(thinning, begin, end, &least, &greatest))
        return;
    shape->point[shape->count++] =
        (uint32_t)(least < greatest ? least : greatest);
    if (least != greatest)
        shape->point[shape->count++] =
            (uint32_t)(least < greatest ? greatest : least);
}

static enum error preselect(const struct thinning *thinning, size_t buckets,
                            struct shape *shape)
{
    size_t *ends = arena_array(thinning->scratch, buckets, sizeof *ends);
    size_t begin = 1, last = thinning->count - 1;

    if (!ends)
        return ERR_MEMORY;
    thin_divide(thinning, THIN_BY_COUNT, 1, last, buckets, ends);
    for (size_t b = 0; b < buckets; b++) {
        add_extremes(thinning, begin, ends[b], shape);
        begin = ends[b];
    }
    return OK;
}

static double drawn(const struct thinning *thinning, size_t i, double least)
{
    double x = thinning->axis[i];

    return thinning->is_log ? log(x > least ? x : least) : x;
}

/* The least axis above 0, for what is not; 1 where there is none. */
static double least_positive(const struct thinning *thinning)
{
    for (size_t i = 0; i < thinning->count; i++)
        if (thinning->axis[i] > 0)
            return thinning->axis[i];
    return 1;
}

static void place_points(const struct thinning *thinning, struct shape *shape)
{
    double least = thinning->is_log ? least_positive(thinning) : 0, size = 0;

    for (size_t k = 0; k < shape->count; k++) {
        double y = thinning->value[shape->point[k]];

        shape->x[k] = drawn(thinning, shape->point[k], least);
        shape->y[k] = isfinite(y) ? y : 0;
        size = fmax(size, fabs(shape->y[k]));
    }
    for (size_t k = 0; k < shape->count && size > 0; k++)
        shape->y[k] /= size;
}

/* Both ends and the finite points between, or some of them. */
static enum error shape_make(const struct thinning *thinning,
                             struct shape *ret)
{
    size_t n = thinning->count, buckets = thinning->left * PRESELECT / 2;
    struct shape shape = {
        .point = arena_array(thinning->scratch, n, sizeof *shape.point),
        .x = arena_array(thinning->scratch, n, sizeof *shape.x),
        .y = arena_array(thinning->scratch, n, sizeof *shape.y),
        .count = 1,
    };

    if (!shape.point || !shape.x || !shape.y)
        return ERR_MEMORY;
    shape.point[0] = 0;
    if (n / 2 > 2 * buckets)
        TRY(preselect(thinning, buckets, &shape));
    else
        for (size_t i = 1; i + 1 < n; i++)
            if (isfinite(thinning->value[i]))
                shape.point[shape.count++] = (uint32_t)i;
    shape.point[shape.count++] = (uint32_t)(n - 1);
    place_points(thinning, &shape);
    *ret = shape;
    return OK;
}

/* The point of [begin, end) whose triangle with a and (x, y) is largest. */
static size_t largest_triangle(const struct shape *shape, size_t a,
                               size_t begin, size_t end, double x, double y)
{
    size_t best = begin;
    double best_area = -1;

    for (size_t k = begin; k < end; k++) {
        double area = fabs((shape->x[a] - x) * (shape->y[k] - shape->y[a])
                           - (shape->x[a] - shape->x[k])
                                 * (y - shape->y[a]));

        if (area > best_area) {
            best_area = area;
            best = k;
        }
    }
    return best;
}

static double mean_of(const double *numbers, size_t begin, size_t end)
{
    double sum = 0;

    for (size_t k = begin; k < end; k++)
        sum += numbers[k];
    return sum / (double)(end - begin);
}

/* Where bucket b of the points between both ends begins. */
static size_t bucket_begin(const struct shape *shape, size_t buckets, size_t b)
{
    return 1 + (shape->count - 2) * b / buckets;
}

static void keep_triangles(struct thinning *thinning,
                           const struct shape *shape)
{
    size_t buckets = thinning->left, a = 0;

    for (size_t b = 0; b < buckets; b++) {
        size_t begin = bucket_begin(shape, buckets, b);
        size_t end = bucket_begin(shape, buckets, b + 1);
        size_t after = bucket_begin(shape, buckets, b + 2);

        if (b + 1 == buckets) /* both ends are buckets of their own */
            after = shape->count;
        a = largest_triangle(shape, a, begin, end,
                             mean_of(shape->x, end, after),
                             mean_of(shape->y, end, after));
        thin_keep(thinning, shape->point[a]);
    }
}

static enum error pick(struct thinning *thinning)
{
    struct shape shape;

    thin_keep_runs(thinning);
    if (thinning->left == 0)
        return OK;
    TRY(shape_make(thinning, &shape));
    if (shape.count - 2 >= thinning->left)
        keep_triangles(thinning, &shape);
    thin_keep_evenly(thinning);
    return OK;
}

const struct thin_method thin_lttb = {
    .name = "lttb",
    .sentence = "Of equally many rows each the one that spans the largest "
                "triangle with its neighbours.",
    .pick = pick,
};
