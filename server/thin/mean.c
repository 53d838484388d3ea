/*
 * mean.c - where buckets begin whose means are given instead of rows.
 *
 * The first and the last row are buckets of their own, so that they stay. One
 * value that is not finite makes the mean of its bucket so.
 */
#include "server/thin/thinning.h"

static enum error pick(struct thinning *thinning)
{
    size_t last = thinning->count - 1, buckets = thinning->left;
    size_t begin = 1;
    size_t *ends;

    if (buckets == 0)
        return OK;
    ends = arena_array(thinning->scratch, buckets, sizeof *ends);
    if (!ends)
        return ERR_MEMORY;
    thin_divide(thinning, THIN_BY_AXIS, 1, last, buckets, ends);
    for (size_t b = 0; b < buckets; b++) {
        if (begin < ends[b])
            thin_keep(thinning, begin);
        begin = ends[b];
    }
    thin_keep_evenly(thinning);
    return OK;
}

const struct thin_method thin_mean = {
    .name = "mean",
    .sentence = "Means of buckets that are equally wide on the axis; the "
                "first and the last row as they are.",
    .averages = true,
    .pick = pick,
};
