/* levels.c - levels from the spread of the values. */
#include "server/plot/levels.h"

#include <math.h>
#include <stdlib.h>

#include "core/kernel/math.h"
#include "server/plot/axis.h"

enum { SAMPLE_MAX = 8192 };

/* Where in the values half of the levels lie below. */
static const double middle_part = 1.0 / 3;

/* c is at least this part of the way to the middle. */
static const double finest = 1e-4;

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Finite values, sorted; of many every so-manyth. */
static size_t sample(const double *values, size_t count, double *ret)
{
    size_t stride = count / SAMPLE_MAX + 1, kept = 0;

    for (size_t i = 0; i < count; i += stride)
        if (isfinite(values[i]))
            ret[kept++] = values[i];
    qsort(ret, kept, sizeof *ret, compare);
    return kept;
}

static void find_ends(const double *values, size_t count, double *ret_least,
                      double *ret_greatest)
{
    *ret_least = HUGE_VAL;
    *ret_greatest = -HUGE_VAL;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i]))
            continue;
        *ret_least = fmin(*ret_least, values[i]);
        *ret_greatest = fmax(*ret_greatest, values[i]);
    }
}

/* How far above `least` the middle lies, as a part of `range`; of a landscape
 * that is level there, a half. */
static double middle_of(const double *sorted, size_t count, double least,
                        double range)
{
    double at = count > 0 ? sorted[(size_t)(middle_part * (double)count)]
                          : least;
    double middle = (at / 2 - least / 2) / (range / 2);

    return middle > 0 ? middle : 0.5;
}

/* Level k of `levels` above the least, as a part of the range. */
static double part_of(size_t k, size_t levels, double middle)
{
    double share = (double)k / (double)(levels + 1), c, end;

    if (middle >= 0.5) /* no need of a logarithm */
        return share;
    c = fmax(middle * middle / (1 - 2 * middle), finest * middle);
    end = fmin(2 * math_log1p(middle / c), math_log1p(1 / c));
    return c * math_expm1(share * end);
}

static void add_level(struct levels *levels, double least, double greatest,
                      double above)
{
    double level = axis_round(least + above, above, 2);

    if (level > least && level <= greatest
        && (levels->count == 0 || level > levels->at[levels->count - 1]))
        levels->at[levels->count++] = level;
}

enum error levels_choose(const double *values, size_t count, bool linear,
                         struct arena *arena, struct levels *ret)
{
    double *sorted = arena_array(arena, SAMPLE_MAX + 1, sizeof *sorted);
    double least, greatest, middle, range;
    size_t kept;

    if (!sorted)
        return ERR_MEMORY;
    *ret = (struct levels){.count = 0};
    find_ends(values, count, &least, &greatest);
    if (!(least < greatest))
        return OK;
    range = fmin(greatest - least, 1.7e308);
    kept = sample(values, count, sorted);
    middle = linear ? 1 : middle_of(sorted, kept, least, range);
    for (size_t k = 1; k <= LEVELS_MAX; k++)
        add_level(ret, least, greatest,
                  range * part_of(k, LEVELS_MAX, middle));
    return OK;
}
