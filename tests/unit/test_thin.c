/* test_thin.c - thinned curves keep what thin.h promises, as a naive reading
 * of it says. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/base/random.h"
#include "server/jobs/chunk.h"
#include "server/thin/thin.h"
#include "tests/unit/planted.h"

enum { COUNT_MAX = 3000, CURVES = 1500 };

struct dice {
    uint64_t seed, drawn;
};

static uint64_t roll(struct dice *dice, uint64_t below)
{
    return random_bits(dice->seed, RANDOM_START, dice->drawn++) % below;
}

static double unit(struct dice *dice)
{
    return (double)roll(dice, 1 << 30) / (1 << 30);
}

/* ---- random curves ------------------------------------------------------ */

struct sample {
    double axis[COUNT_MAX], value[COUNT_MAX];
    struct thin_curve curve;
};

static double draw_value(struct dice *dice, unsigned kind, size_t i)
{
    switch (kind) {
    case 0: return unit(dice) - 0.5;                       /* noise */
    case 1: return exp(-0.01 * (double)i) * (1 + unit(dice)); /* decay */
    case 2: return floor((double)i / 50);                  /* plateaus */
    case 3: return sin(0.07 * (double)i) / (1 + (double)i); /* damped */
    case 4: return 1e308 * (roll(dice, 3) - 1.0);          /* extremes */
    default: return 2.5;                                   /* constant */
    }
}

/* Write something else over a stretch, here and there. */
static void spoil(struct dice *dice, struct sample *sample)
{
    const double words[] = {NAN, INFINITY, -INFINITY, chunk_absent(), 50};
    size_t count = sample->curve.count, times = roll(dice, 3) * roll(dice, 40);

    for (size_t t = 0; count > 0 && t < times; t++) {
        size_t at = roll(dice, count), length = 1 + roll(dice, 4);
        double word = words[roll(dice, 5)];

        if (roll(dice, 30) == 0)
            length = count / 2;
        for (size_t i = at; i < at + length && i < count; i++)
            sample->value[i] = word;
    }
}

static void draw_curve(uint64_t seed, struct sample *ret)
{
    static const size_t counts[] = {0, 1, 2, 3, 5, 8, 20, 200, 1000,
                                    COUNT_MAX};
    struct dice dice = {.seed = seed};
    unsigned kind = (unsigned)roll(&dice, 6), steps = (unsigned)roll(&dice, 3);
    double axis = roll(&dice, 2) ? 0 : 1e-3;

    ret->curve = (struct thin_curve){
        .axis = ret->axis, .value = ret->value,
        .count = counts[roll(&dice, 10)], .is_log = roll(&dice, 2),
    };
    for (size_t i = 0; i < ret->curve.count; i++) {
        ret->value[i] = draw_value(&dice, kind, i);
        ret->axis[i] = axis;
        axis += steps == 0 ? 1 : steps == 1 ? unit(&dice)
                                            : (double)(roll(&dice, 9) == 0);
    }
    spoil(&dice, ret);
}

/* ---- a naive reading of the promises ------------------------------------ */

struct picked {
    bool is[COUNT_MAX];
    size_t places[THIN_POINTS_MAX], count;
};

static void pick(const struct thin_method *method,
                 const struct thin_curve *curve, size_t points,
                 struct picked *ret)
{
    struct arena scratch;

    *ret = (struct picked){0};
    arena_init(&scratch, 0);
    assert_int_equal(thin_pick(method, curve, points, &scratch, ret->places,
                               &ret->count), OK);
    arena_fini(&scratch);
    for (size_t i = 0; i < ret->count; i++) {
        assert_true(ret->places[i] < curve->count);
        assert_true(i == 0 || ret->places[i] > ret->places[i - 1]);
        ret->is[ret->places[i]] = true;
    }
}

/* What counts as a point: numbers that are there, and both ends. */
static size_t naive_points(const struct thin_curve *curve, size_t *ret)
{
    size_t count = 0;

    for (size_t i = 0; i < curve->count; i++)
        if (!chunk_is_absent(curve->value[i]) || i == 0
            || i == curve->count - 1)
            ret[count++] = i;
    return count;
}

static void check_extent(const struct thin_curve *curve, size_t points,
                         const size_t *present, size_t present_count,
                         const struct picked *picked)
{
    assert_int_equal(picked->count,
                     present_count < points ? present_count : points);
    for (size_t i = 0, k = 0; i < curve->count; i++)
        if (k < present_count && present[k] == i)
            k++;
        else
            assert_false(picked->is[i]);
    if (curve->count > 0) {
        assert_true(picked->is[0]);
        assert_true(picked->is[curve->count - 1]);
    }
}

/* How many runs are not finite, and how many of them show. */
static void naive_runs(const struct thin_curve *curve,
                       const struct picked *picked, size_t *ret_runs,
                       size_t *ret_shown)
{
    bool inside = false, shown = false;

    *ret_runs = *ret_shown = 0;
    for (size_t i = 0; i <= curve->count; i++) {
        bool ends = i == curve->count || isfinite(curve->value[i])
                 || (chunk_is_absent(curve->value[i])
                     && (i == 0 || i == curve->count - 1));

        if (ends && inside)
            *ret_shown += shown;
        if (!ends && !chunk_is_absent(curve->value[i])) {
            *ret_runs += !inside;
            shown = (inside && shown) || picked->is[i];
            inside = true;
        } else if (ends) {
            inside = false;
        }
    }
}

static void check_runs(const struct thin_method *method,
                       const struct thin_curve *curve, size_t points,
                       const struct picked *picked)
{
    bool has_bucket = method == thin_method_find("minmax")
                   || method == thin_method_find("m4");
    size_t runs, shown, due = points - 2;

    if (has_bucket && points >= 4)
        due = points - 4;
    naive_runs(curve, picked, &runs, &shown);
    if (runs < due)
        due = runs;
    if (shown < due)
        fail_msg("%s: %zu points show %zu of %zu runs", method->name, points,
                 shown, runs);
}

/* The bucket of point k of n, of so many. */
static size_t naive_bucket(const struct thin_curve *curve, bool by_axis,
                           const size_t *present, size_t n, size_t k,
                           size_t buckets)
{
    double low = by_axis ? curve->axis[present[0]] : curve->is_log;
    double high = by_axis ? curve->axis[present[n - 1]] : (double)n;
    double at = by_axis ? curve->axis[present[k]] : (double)(k + 1);

    for (size_t i = 0; curve->is_log && low <= 0 && i < n; i++)
        low = curve->axis[present[i]];
    for (size_t b = 0; b + 1 < buckets; b++) {
        double share = (double)(b + 1) / (double)buckets;

        if (at <= (curve->is_log && low > 0
                       ? exp(log(low) + (log(high) - log(low)) * share)
                       : low + (high - low) * share))
            return b;
    }
    return buckets - 1;
}

/* First, last, least and greatest of every bucket are picked. */
static void check_buckets(const struct thin_curve *curve, bool by_axis,
                          size_t points, const size_t *present, size_t n,
                          const struct picked *picked)
{
    size_t runs, shown, buckets, room = points - 4, begin = 0, end;

    naive_runs(curve, picked, &runs, &shown);
    if (runs < room)
        room = runs;
    buckets = (points - room) / 8 > 0 ? (points - room) / 8 : 1;
    for (size_t b = 0; b < buckets; b++, begin = end) {
        double least = INFINITY, greatest = -INFINITY;
        double least_picked = INFINITY, greatest_picked = -INFINITY;

        for (end = begin; end < n; end++) {
            size_t place = present[end];
            double value = curve->value[place];

            if (naive_bucket(curve, by_axis, present, n, end, buckets) != b)
                break;
            if (!isfinite(value))
                continue;
            least = fmin(least, value);
            greatest = fmax(greatest, value);
            if (picked->is[place]) {
                least_picked = fmin(least_picked, value);
                greatest_picked = fmax(greatest_picked, value);
            }
        }
        assert_true(least == least_picked && greatest == greatest_picked);
        if (begin < end) {
            assert_true(picked->is[present[begin]]);
            assert_true(picked->is[present[end - 1]]);
        }
    }
    assert_int_equal(begin, n);
}

static void check(const struct thin_method *method,
                  const struct thin_curve *curve, size_t points)
{
    static struct picked picked;
    static size_t present[COUNT_MAX];
    size_t n = naive_points(curve, present);

    pick(method, curve, points, &picked);
    check_extent(curve, points, present, n, &picked);
    if (!method->averages)
        check_runs(method, curve, points, &picked);
    if (n > points && points >= 4 && method == thin_method_find("minmax"))
        check_buckets(curve, false, points, present, n, &picked);
    if (n > points && points >= 4 && method == thin_method_find("m4"))
        check_buckets(curve, true, points, present, n, &picked);
}

static void every_promise_holds_on_random_curves(void **state)
{
    static const size_t budgets[] = {2, 3, 4, 5, 7, 8, 16, 41, 150, 999,
                                     20000};
    static struct sample sample;

    (void)state;
    for (uint64_t seed = 0; seed < CURVES; seed++) {
        draw_curve(seed, &sample);
        for (size_t m = 0; thin_methods[m]; m++)
            check(thin_methods[m], &sample.curve, budgets[seed % 11]);
    }
}

/* ---- particular curves -------------------------------------------------- */

static void the_table_begins_with_the_default(void **state)
{
    (void)state;
    assert_string_equal(thin_methods[0]->name, "minmax");
    assert_null(thin_method_find("average"));
    assert_ptr_equal(thin_method_find("mean"), thin_methods[3]);
    assert_true(thin_methods[3]->averages);
}

/* Two points for two, the peak for the third, the valley for the fourth. */
static void small_budgets_go_to_ends_and_extremes(void **state)
{
    const double axis[] = {0, 1, 2, 3, 4, 5, 6};
    const double value[] = {1, 2, 9, 2, -5, 2, 1};
    const struct thin_curve curve = {axis, value, 7, false};
    struct picked picked;

    (void)state;
    for (size_t m = 0; m < 2; m++) {
        pick(thin_methods[m], &curve, 2, &picked);
        assert_true(picked.is[0] && picked.is[6]);
        pick(thin_methods[m], &curve, 3, &picked);
        assert_true(picked.is[2]);
        pick(thin_methods[m], &curve, 4, &picked);
        assert_true(picked.is[2] && picked.is[4]);
    }
}

/* On a falling loss the second spike of a bucket is small beside the noise
 * where the loss was large; beside its own surroundings it is not. */
static void what_stands_out_by_its_ratio_is_kept(void **state)
{
    enum { N = 20000 };
    static double axis[N], value[N];
    const struct thin_curve curve = {axis, value, N, false};
    static size_t places[100];
    struct dice dice = {.seed = 3};
    struct arena scratch;
    size_t count, seen = 0;

    (void)state;
    for (size_t i = 0; i < N; i++) {
        axis[i] = (double)i;
        value[i] = exp(-1e-3 * (double)i) * (1 + 0.2 * unit(&dice));
    }
    value[18010] *= 4;
    value[18020] *= 3;
    arena_init(&scratch, 0);
    assert_int_equal(thin_pick(thin_methods[0], &curve, 100, &scratch, places,
                               &count), OK);
    for (size_t i = 0; i < count; i++)
        seen += places[i] == 18010 || places[i] == 18020;
    assert_int_equal(seen, 2);
    arena_fini(&scratch);
}

static void every_planted_spike_survives(void **state)
{
    static struct planted planted;
    static size_t places[500];
    struct arena scratch;
    size_t count;

    (void)state;
    for (unsigned curve = 0; curve < PLANTED_CURVES; curve++)
        for (uint64_t seed = 0; seed < 10; seed++)
            for (size_t m = 0; m < 2; m++) {
                planted_draw(seed, curve, &planted);
                arena_init(&scratch, 0);
                assert_int_equal(
                    thin_pick(thin_methods[m],
                              &(struct thin_curve){planted.axis, planted.value,
                                                   PLANTED_STEPS, false},
                              500, &scratch, places, &count), OK);
                arena_fini(&scratch);
                assert_int_equal(planted_kept(&planted, places, count),
                                 PLANTED_SPIKES);
            }
}

static void memory_that_is_refused_is_said(void **state)
{
    static struct planted planted;
    static size_t places[500];
    const struct thin_curve curve = {planted.axis, planted.value,
                                     PLANTED_STEPS, false};
    size_t count = 77;
    struct arena scratch;

    (void)state;
    planted_draw(1, 0, &planted);
    planted.value[5000] = chunk_absent();
    for (size_t m = 0; thin_methods[m]; m++) {
        enum error error = ERR_MEMORY;
        size_t refused = 0;

        for (size_t limit = 1; error != OK; limit += 300000, refused++) {
            assert_int_equal(error, ERR_MEMORY);
            assert_int_equal(count, 77);
            arena_init(&scratch, limit);
            error = thin_pick(thin_methods[m], &curve, 500, &scratch, places,
                              &count);
            arena_fini(&scratch);
        }
        assert_true(refused > 3);
        count = 77;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_begins_with_the_default),
        cmocka_unit_test(every_promise_holds_on_random_curves),
        cmocka_unit_test(small_budgets_go_to_ends_and_extremes),
        cmocka_unit_test(what_stands_out_by_its_ratio_is_kept),
        cmocka_unit_test(every_planted_spike_survives),
        cmocka_unit_test(memory_that_is_refused_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
