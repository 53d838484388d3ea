/* test_trials.c - trials that are not finite, and tolerances, in every method
 * that searches. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/random.h"
#include "tests/unit/searchers.h"

enum { STARTS = 20, SEED = 77 };

/* A bowl whose loss is something else outside of a box around its bottom. */
struct walled {
    double bottom[2], low[2], high[2], outside;
    unsigned met;            /* trials outside */
};

static double evaluate_walled(void *data, const double *x, size_t n,
                              double *g)
{
    struct walled *w = data;
    double loss = 0;
    bool outside = false;

    for (size_t i = 0; i < n; i++) {
        double by = x[i] - w->bottom[i], size = i == 0 ? 1 : 5;

        loss += size * by * by;
        outside |= x[i] < w->low[i] || x[i] > w->high[i];
        if (g != NULL)
            g[i] = outside ? w->outside : 2 * size * by;
    }
    w->met += outside;
    return outside ? w->outside : loss;
}

static double draw(uint64_t start, uint64_t index, double low, double high)
{
    return low + (high - low)
               * random_unit(SEED, RANDOM_START, 16 * start + index);
}

/* Whether the method comes to the bottom, whatever lies outside. */
static bool arrives(const struct searcher *s, uint64_t number, double outside,
                    unsigned *met)
{
    static const double low[] = {-10, -10}, high[] = {10, 10};
    struct walled w = {.outside = outside};
    struct bench *b = searcher_bench(s);
    double start[2];
    bool arrived;
    char name[64];

    for (size_t i = 0; i < 2; i++) {
        w.low[i] = draw(number, 4 * i, -4, -1);
        w.high[i] = draw(number, 4 * i + 1, 1, 4);
        w.bottom[i] = draw(number, 4 * i + 2, 0.9 * w.low[i],
                           0.9 * w.high[i]);
        start[i] = draw(number, 4 * i + 3, w.low[i], w.high[i]);
    }
    b->objective = (struct objective){.n = 2, .data = &w,
                                      .evaluate = evaluate_walled};
    if (s->is_global) {
        b->low = low;
        b->high = high;
    }
    bench_run(b, start);
    arrived = b->result.best.loss <= (s->is_global ? 0.5 : 1e-8)
           && b->result.loss == b->result.best.loss;
    if (!arrived)
        printf("# %s, start %d, %g outside: %s after %d at %g, %g\n",
               searcher_name(s, name), (int)number, outside,
               reason_texts[b->result.reason].name, (int)b->result.iterations,
               b->result.loss, b->result.best.loss);
    *met += w.met;
    bench_free(b);
    return arrived;
}

static void what_is_not_finite_is_not_here(void **unused)
{
    unsigned wrong = 0;
    (void)unused;

    for (const struct searcher *s = searchers; s->optimizer != NULL; s++) {
        unsigned met = 0;
        char name[64];

        for (uint64_t number = 0; number < STARTS; number++) {
            wrong += !arrives(s, number, NAN, &met);
            wrong += !arrives(s, number, INFINITY, &met);
        }
        printf("# %s met %u trials that are not finite\n",
               searcher_name(s, name), met);
        if (!s->has_gradient)
            assert_true(met > 0);
    }
    assert_int_equal(wrong, 0);
}

/* ---- tolerances -------------------------------------------------------- */

/* The sphere from (1, 1): the loss there is 2, and 0 at the bottom. A method
 * that tries points has moved by no more than a tolerance long before it
 * arrives, by chance; that does not end it. */
static bool check_tolerance(const struct searcher *s, enum stop_rule rule,
                            enum reason reason)
{
    static const double start[] = {1, 1}, low[] = {-4, -3}, high[] = {5, 5};
    const struct function *sphere = function_find("sphere");
    struct bench *b = searcher_bench(s);
    bool ended;
    char name[64];

    bench_take_function(b, &sphere, 2);
    b->low = s->is_global ? low : NULL;
    b->high = s->is_global ? high : NULL;
    b->stop[rule] = 1e-6;
    bench_run(b, start);
    if ((!s->is_global || b->result.reason == reason)
        && !(b->result.loss <= 1e-4
             && reason_texts[b->result.reason].outcome == CONVERGED))
        fail_msg("%s: %s at %g", searcher_name(s, name),
                 reason_texts[b->result.reason].name, b->result.loss);
    ended = b->result.reason == reason;
    bench_free(b);
    return ended;
}

/* Most end by the tolerance; some are at the bottom before. */
static void tolerances_look_at_improvements(void **unused)
{
    unsigned ended = 0;
    (void)unused;

    for (const struct searcher *s = searchers; s->optimizer != NULL; s++) {
        ended += check_tolerance(s, STOP_LOSS_TOLERANCE,
                                 REASON_LOSS_TOLERANCE);
        ended += check_tolerance(s, STOP_STEP_TOLERANCE,
                                 REASON_STEP_TOLERANCE);
    }
    printf("# %u runs ended by a tolerance\n", ended);
    assert_true(ended >= 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_finite_is_not_here),
        cmocka_unit_test(tolerances_look_at_improvements),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
