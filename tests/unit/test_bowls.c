/* test_bowls.c - methods that only compare losses come to the bottom of every
 * bowl, also near and on their bounds. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/bounds.h"
#include "core/base/random.h"
#include "tests/unit/method_bench.h"

enum { BOWLS = 400, SEED = 1010 };

/* Half of (x - c)'A(x - c), A = [a b; b d] positive, in a box. */
struct bowl {
    size_t n;
    double c[2], a, b, d;
    double low[2], high[2], start[2];
};

static double evaluate_bowl(void *data, const double *x, size_t n, double *g)
{
    const struct bowl *bowl = data;
    double u = x[0] - bowl->c[0], v = n > 1 ? x[1] - bowl->c[1] : 0;

    assert_null(g);
    return (bowl->a * u * u + 2 * bowl->b * u * v + bowl->d * v * v) / 2;
}

/* ---- bowls by chance --------------------------------------------------- */

/* The next number in [low, high). */
static double draw(uint64_t *index, double low, double high)
{
    return low + (high - low) * random_unit(SEED, RANDOM_START, (*index)++);
}

static double draw_power(uint64_t *index, double low, double high)
{
    return exp(draw(index, log(low), log(high)));
}

/* A minimum near one of the bounds, on it or beyond, or anywhere; a start
 * inside or on a bound; a box that is wide to one side at times. */
static void draw_axis(struct bowl *bowl, size_t i, uint64_t *index)
{
    double width = draw_power(index, 1e-3, 1e3);
    double by = draw_power(index, 1e-6, 0.3) * width;
    double kind = draw(index, 0, 4), side = draw(index, -1, 1);
    double bound;

    bowl->low[i] = draw(index, -3, 1) * width;
    bowl->high[i] = bowl->low[i] + width;
    bound = side < 0 ? bowl->low[i] : bowl->high[i];
    bowl->c[i] = kind < 1 ? bound
               : kind < 2 ? bound - copysign(by, side)
               : kind < 3 ? bound + copysign(by, side)
                          : draw(index, bowl->low[i], bowl->high[i]);
    kind = draw(index, 0, 3);
    bowl->start[i] = kind < 1 ? bowl->low[i]
                   : kind < 2 ? bowl->high[i]
                              : draw(index, bowl->low[i], bowl->high[i]);
    kind = draw(index, 0, 4);
    if (kind < 1)
        bowl->low[i] = side < 0 ? bowl->low[i] : -1e6 * width;
    else if (kind < 2)
        bowl->high[i] = side < 0 ? 1e6 * width : bowl->high[i];
}

static struct bowl draw_bowl(uint64_t number)
{
    uint64_t index = 64 * number;
    struct bowl bowl = {.n = 1 + number % 2};

    for (size_t i = 0; i < bowl.n; i++)
        draw_axis(&bowl, i, &index);
    bowl.a = draw_power(&index, 1e-2, 1e2);
    bowl.d = draw_power(&index, 1e-2, 1e2);
    bowl.b = draw(&index, -0.95, 0.95) * sqrt(bowl.a * bowl.d);
    return bowl;
}

/* ---- their bottoms, in closed form ------------------------------------- */

/* The least loss where x[i] = at: the other variable has its own least point,
 * or the bound nearest to that. */
static double least_on_side(struct bowl *bowl, size_t i, double at)
{
    struct bounds box = {bowl->low, bowl->high};
    double own = i == 0 ? bowl->d : bowl->a, x[2];
    size_t other = 1 - i;

    x[i] = at;
    x[other] = bounds_nearest(
        box, bowl->c[other] - bowl->b * (at - bowl->c[i]) / own, other);
    return evaluate_bowl(bowl, x, 2, NULL);
}

static double least_loss(struct bowl *bowl)
{
    struct bounds box = {bowl->low, bowl->high};
    double x[2], least = INFINITY;

    memcpy(x, bowl->c, sizeof x);
    bounds_project(box, x, bowl->n);
    if (bowl->n == 1 || memcmp(x, bowl->c, sizeof x) == 0)
        return evaluate_bowl(bowl, x, bowl->n, NULL);
    for (size_t i = 0; i < 2; i++) {
        least = fmin(least, least_on_side(bowl, i, bowl->low[i]));
        least = fmin(least, least_on_side(bowl, i, bowl->high[i]));
    }
    return least;
}

/* ---- the methods ------------------------------------------------------- */

/* Whether it converges at the bottom. */
static bool is_right(const char *method, uint64_t number)
{
    struct bowl bowl = draw_bowl(number);
    double least = least_loss(&bowl), off, height;
    struct bench *b = bench_new(method);
    bool right;

    b->objective = (struct objective){.n = bowl.n, .data = &bowl,
                                      .evaluate = evaluate_bowl};
    b->low = bowl.low;
    b->high = bowl.high;
    bench_run(b, bowl.start);
    height = evaluate_bowl(&bowl, bowl.start, bowl.n, NULL) - least;
    off = b->result.loss - least;
    right = off <= 1e-9 * height + 1e-14 * least && !b->left_bounds
         && reason_texts[b->result.reason].outcome == CONVERGED;
    if (!right)
        printf("# %s, bowl %d: %g above the bottom, from %g above it; %s "
               "after %d\n", method, (int)number, off, height,
               reason_texts[b->result.reason].name,
               (int)b->result.iterations);
    bench_free(b);
    return right;
}

static void check_all(const char *method)
{
    unsigned right = 0;

    for (uint64_t number = 0; number < BOWLS; number++)
        right += is_right(method, number);
    printf("# %s is right in %u of %d bowls\n", method, right, BOWLS);
    assert_int_equal(right, BOWLS);
}

static void nelder_mead_is_right_in_every_bowl(void **unused)
{
    (void)unused;
    check_all("nelder_mead");
}

static void bobyqa_is_right_in_every_bowl(void **unused)
{
    (void)unused;
    check_all("bobyqa");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nelder_mead_is_right_in_every_bowl),
        cmocka_unit_test(bobyqa_is_right_in_every_bowl),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
