/* thinning.c - what methods share: buckets, extremes, runs, and keeping. */
#include "server/thin/thinning.h"

#include <math.h>

#include "server/jobs/chunk.h"

/* Absent values are no run: they are where the curve has an end only. */
static bool begins_run(const double *value, size_t i)
{
    return !isfinite(value[i]) && !chunk_is_absent(value[i])
        && (i == 0 || isfinite(value[i - 1])
            || chunk_is_absent(value[i - 1]));
}

size_t thin_count_runs(const struct thinning *thinning)
{
    size_t runs = 0;

    for (size_t i = 0; i < thinning->count; i++)
        runs += begins_run(thinning->value, i);
    return runs;
}

void thin_keep(struct thinning *thinning, size_t i)
{
    if (thinning->left == 0 || thinning->kept[i])
        return;
    thinning->kept[i] = 1;
    thinning->left--;
}

bool thin_find_extremes(const struct thinning *thinning, size_t begin,
                        size_t end, size_t *ret_least, size_t *ret_greatest)
{
    const double *value = thinning->value;
    size_t least, greatest;

    double low, high;

    while (begin < end && !isfinite(value[begin]))
        begin++;
    if (begin == end)
        return false;
    least = greatest = begin;
    low = high = value[begin];
    for (size_t i = begin; i < end; i++) {
        if (value[i] < low && value[i] > -INFINITY) {
            least = i;
            low = value[i];
        }
        if (value[i] > high && value[i] < INFINITY) {
            greatest = i;
            high = value[i];
        }
    }
    *ret_least = least;
    *ret_greatest = greatest;
    return true;
}

void thin_keep_runs(struct thinning *thinning)
{
    size_t runs = thinning->runs, run = 0;
    size_t wanted = runs < thinning->left ? runs : thinning->left, taken = 0;

    for (size_t i = 0; i < thinning->count && taken < wanted; i++) {
        if (!begins_run(thinning->value, i))
            continue;
        /* Run number taken * runs / wanted, rounded up, is the next. */
        if (run++ * wanted < taken * runs)
            continue;
        thin_keep(thinning, i);
        taken++;
    }
}

void thin_keep_evenly(struct thinning *thinning)
{
    size_t others = thinning->count, left = thinning->left, due = 0;

    if (left == 0)
        return;
    for (size_t i = 0; i < thinning->count; i++)
        others -= thinning->kept[i];
    /* Each of the others adds its share, left / others, to what is due. */
    for (size_t i = 0; i < thinning->count; i++) {
        if (thinning->kept[i])
            continue;
        due += left;
        if (due >= others) {
            due -= others;
            thin_keep(thinning, i);
        }
    }
}

/* Where point i stands on what is divided. */
static double position(const struct thinning *thinning, enum thin_by by,
                       size_t begin, size_t i)
{
    return by == THIN_BY_COUNT ? (double)(i - begin + 1) : thinning->axis[i];
}

/* The first point of [begin, end) that stands beyond `bound`, or `end`. */
static size_t first_beyond(const struct thinning *thinning, enum thin_by by,
                           size_t origin, size_t begin, size_t end,
                           double bound)
{
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;

        if (position(thinning, by, origin, middle) > bound)
            end = middle;
        else
            begin = middle + 1;
    }
    return begin;
}

void thin_divide(const struct thinning *thinning, enum thin_by by,
                 size_t begin, size_t end, size_t buckets, size_t *ret_ends)
{
    double low, high, share, bound;
    size_t from = begin, first = begin;

    if (thinning->is_log)
        first = first_beyond(thinning, by, begin, begin, end, 0);
    low = first < end ? position(thinning, by, begin, first) : 0;
    high = begin < end ? position(thinning, by, begin, end - 1) : 0;
    if (by == THIN_BY_COUNT && !thinning->is_log)
        low = 0;
    for (size_t b = 0; b < buckets; b++) {
        share = (double)(b + 1) / (double)buckets;
        if (b + 1 == buckets)
            from = end;
        else {
            bound = thinning->is_log && low > 0
                ? exp(log(low) + (log(high) - log(low)) * share)
                : low + (high - low) * share;
            from = first_beyond(thinning, by, begin, from, end, bound);
        }
        ret_ends[b] = from;
    }
}
