/*
 * extremes.c - minmax and m4: first, last, least and greatest of every bucket,
 * and what is most prominent besides.
 *
 * Buckets take half of the points. A bucket shows one spike; what else is in
 * it that stands out, a second one, is found by its prominence over the whole
 * curve, for which the other half is. With fewer than four points there is no
 * bucket: both ends, then what is not finite, the greatest and the least.
 */
#include "server/thin/thinning.h"

enum { BUCKET_POINTS = 4, BUCKET_SHARE = 2 * BUCKET_POINTS };

static void keep_extremes(struct thinning *thinning, size_t begin, size_t end)
{
    size_t least, greatest;

    if (thin_find_extremes(thinning, begin, end, &least, &greatest)) {
        thin_keep(thinning, greatest);
        thin_keep(thinning, least);
    }
}

/* How many buckets: one at least, and room for the runs that are not finite. */
static size_t bucket_count(const struct thinning *thinning)
{
    size_t room = thinning->points - BUCKET_POINTS, buckets;

    if (thinning->runs < room)
        room = thinning->runs;
    buckets = (thinning->points - room) / BUCKET_SHARE;
    return buckets > 0 ? buckets : 1;
}

static enum error keep_buckets(struct thinning *thinning, enum thin_by by)
{
    size_t count = bucket_count(thinning), begin = 0;
    size_t *ends = arena_array(thinning->scratch, count, sizeof *ends);

    if (!ends)
        return ERR_MEMORY;
    thin_divide(thinning, by, 0, thinning->count, count, ends);
    for (size_t b = 0; b < count; b++) {
        if (begin < ends[b]) {
            thin_keep(thinning, begin);
            thin_keep(thinning, ends[b] - 1);
            keep_extremes(thinning, begin, ends[b]);
        }
        begin = ends[b];
    }
    return OK;
}

static enum error pick(struct thinning *thinning, enum thin_by by)
{
    if (thinning->points >= BUCKET_POINTS)
        TRY(keep_buckets(thinning, by));
    thin_keep_runs(thinning);
    if (thinning->points < BUCKET_POINTS)
        keep_extremes(thinning, 0, thinning->count);
    TRY(thin_keep_prominent(thinning));
    thin_keep_evenly(thinning);
    return OK;
}

static enum error pick_minmax(struct thinning *thinning)
{
    return pick(thinning, THIN_BY_COUNT);
}

static enum error pick_m4(struct thinning *thinning)
{
    return pick(thinning, THIN_BY_AXIS);
}

const struct thin_method thin_minmax = {
    .name = "minmax",
    .sentence = "First, last, least and greatest of buckets of equally many "
                "rows, and what is most prominent besides.",
    .pick = pick_minmax,
};

const struct thin_method thin_m4 = {
    .name = "m4",
    .sentence = "The same of buckets that are equally wide on the axis.",
    .pick = pick_m4,
};
