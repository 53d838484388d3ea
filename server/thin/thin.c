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
        thinning->runs = thin_count_runs(thinning);
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
