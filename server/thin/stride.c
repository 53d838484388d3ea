/* stride.c - every k-th point: quick to say, and blind to spikes. */
#include "server/thin/thinning.h"

static enum error pick(struct thinning *thinning)
{
    size_t steps, *ends;

    thin_keep_runs(thinning);
    if (thinning->left == 0)
        return OK;
    steps = thinning->left + 1;
    ends = arena_array(thinning->scratch, steps, sizeof *ends);
    if (!ends)
        return ERR_MEMORY;
    thin_divide(thinning, THIN_BY_AXIS, 0, thinning->count, steps, ends);
    for (size_t i = 0; i + 1 < steps; i++)
        if (ends[i] < thinning->count)
            thin_keep(thinning, ends[i]);
    thin_keep_evenly(thinning);
    return OK;
}

const struct thin_method thin_stride = {
    .name = "stride",
    .sentence = "Rows at equal distances on the axis, whatever their values.",
    .pick = pick,
};
