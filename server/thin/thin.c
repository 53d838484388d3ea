/* thin.c - the table of methods, and picking by one of them. */
#include "server/thin/thin.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "server/jobs/chunk.h"
#include "server/thin/thinning.h"

const struct thin_method *const thin_methods[] = {
    &thin_minmax, &thin_m4, &thin_lttb, &thin_mean, &thin_stride, NULL,
};

const struct thin_method *thin_method_find(const char *name)
{
    for (size_t i = 0; thin_methods[i]; i++)
        if (!strcmp(thin_methods[i]->name, name))
            return thin_methods[i];
    return NULL;
}

static bool is_point(const struct thin_curve *curve, size_t i)
{
    return i == 0 || i + 1 == curve->count
        || !chunk_is_absent(curve->value[i]);
}

/* Whether all values are finite: most curves are, and need no other look. */
static bool is_finite(const double *value, size_t count)
{
    bool others = false;

    for (size_t i = 0; i < count; i++)
        others |= !isfinite(value[i]);
    return !others;
}

static size_t count_points(const struct thin_curve *curve)
{
    size_t count = 0;

    for (size_t i = 0; i < curve->count; i++)
        count += is_point(curve, i);
    return count;
}

/* Copy the candidates that count. */
static enum error copy_points(struct thinning *thinning,
                              const struct thin_curve *curve)
{
    size_t n = thinning->count, at = 0;
    double *axis = arena_array(thinning->scratch, n, sizeof *axis);
    double *value = arena_array(thinning->scratch, n, sizeof *value);
    uint32_t *place = arena_array(thinning->scratch, n, sizeof *place);

    if (!axis || !value || !place)
        return ERR_MEMORY;
    for (size_t i = 0; i < curve->count; i++)
        if (is_point(curve, i)) {
            axis[at] = curve->axis[i];
            value[at] = curve->value[i];
            place[at++] = (uint32_t)i;
        }
    thinning->axis = axis;
    thinning->value = value;
    thinning->place = place;
    return OK;
}

/* Absent values are no run: they are where the curve has an end only. */
static bool begins_run(const double *value, size_t i)
{
    return !isfinite(value[i]) && !chunk_is_absent(value[i])
        && (i == 0 || isfinite(value[i - 1])
            || chunk_is_absent(value[i - 1]));
}

static size_t count_runs(const struct thinning *thinning)
{
    size_t runs = 0;

    for (size_t i = 0; i < thinning->count; i++)
        runs += begins_run(thinning->value, i);
    return runs;
}

static size_t collect(const struct thinning *thinning, size_t *ret_picks)
{
    size_t count = 0;

    for (size_t i = 0; i < thinning->count; i++)
        if (!thinning->kept || thinning->kept[i])
            ret_picks[count++] = thinning->place ? thinning->place[i] : i;
    return count;
}

static enum error pick(struct thinning *thinning,
                       const struct thin_method *method)
{
    thinning->kept = arena_array(thinning->scratch, thinning->count, 1);
    if (!thinning->kept)
        return ERR_MEMORY;
    if (!thinning->is_finite)
        thinning->runs = count_runs(thinning);
    thin_keep(thinning, 0);
    thin_keep(thinning, thinning->count - 1);
    return method->pick(thinning);
}

enum error thin_pick(const struct thin_method *method,
                     const struct thin_curve *curve, size_t points,
                     struct arena *scratch, size_t *ret_picks,
                     size_t *ret_count)
{
    struct thinning thinning = {
        .axis = curve->axis, .value = curve->value,
        .count = curve->count, .is_log = curve->is_log,
        .is_finite = is_finite(curve->value, curve->count),
        .points = points, .left = points, .scratch = scratch,
    };

    assert(points >= THIN_POINTS_MIN && points <= THIN_POINTS_MAX);
    assert(curve->count <= UINT32_MAX);
    if (!thinning.is_finite)
        thinning.count = count_points(curve);
    if (thinning.count < curve->count)
        TRY(copy_points(&thinning, curve));
    if (thinning.count > points)
        TRY(pick(&thinning, method));
    *ret_count = collect(&thinning, ret_picks);
    assert(*ret_count <= points);
    return OK;
}

/* ---- what methods share ------------------------------------------------- */

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
