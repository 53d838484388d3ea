/* test_scale.c - a search goes the same way whatever the loss's unit: every
 * method on every function of the catalogue, times powers of two, which change
 * no digit. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/searchers.h"

enum { DIMENSION = 16, ITERATIONS = 2000 };

/* From 1e-12 to 1e12, nearly. */
static const int powers[] = {-40, -20, -1, 1, 10, 20, 40};

struct scaled {
    const struct function *function;
    double factor;
};

static double evaluate(void *data, const double *x, size_t n, double *g)
{
    const struct scaled *s = data;
    double loss = s->factor * s->function->evaluate(x, n, g);

    for (size_t i = 0; g != NULL && i < n; i++)
        g[i] *= s->factor;
    return loss;
}

/* Where a run ends: at the same bits. The last steps may differ, where losses
 * or products of gradients come to the end of doubles, or a tolerance of the
 * method's own ends it. */
struct end {
    double loss, x[DIMENSION];
    enum reason reason;
    int iterations;
};

static struct end end_of(const struct searcher *s, struct scaled *what,
                         bool is_boxed)
{
    const struct function *f = what->function;
    size_t n = searchers_dimension(f);
    double start[DIMENSION], low[DIMENSION], high[DIMENSION];
    struct bench *b = searcher_bench(s);
    struct end end;

    assert_true(n <= DIMENSION);
    b->objective = (struct objective){.n = n, .data = what,
                                      .evaluate = evaluate};
    function_start(f, n, start);
    if (is_boxed) {
        searchers_box(f, n, low, high);
        b->low = low;
        b->high = high;
    }
    b->stop[STOP_MAX_ITERATIONS] = ITERATIONS;
    bench_run(b, start);
    end = (struct end){
        .loss = b->result.loss / what->factor,
        .reason = b->result.reason, .iterations = (int)b->result.iterations,
    };
    memcpy(end.x, b->result.x, n * sizeof *end.x);
    bench_free(b);
    return end;
}

static bool goes_the_same_way(const struct searcher *s,
                              const struct function *f, bool is_boxed)
{
    struct scaled what = {f, 1};
    struct end plain = end_of(s, &what, is_boxed);
    double start[DIMENSION], height;
    bool same = true;
    char name[64];

    function_start(f, searchers_dimension(f), start);
    height = evaluate(&what, start, searchers_dimension(f), NULL) - plain.loss;

    for (size_t i = 0; i < sizeof powers / sizeof *powers; i++) {
        struct end end;

        what.factor = ldexp(1, powers[i]);
        end = end_of(s, &what, is_boxed);
        if (memcmp(end.x, plain.x, sizeof end.x) == 0
            || fabs(end.loss - plain.loss) <= 1e-8 * height)
            continue;
        same = false;
        printf("# %s on %s%s times 2^%d: %g (%s after %d), not %g (%s "
               "after %d)\n", searcher_name(s, name), f->name,
               is_boxed ? " in its box" : "", powers[i], end.loss,
               reason_texts[end.reason].name, end.iterations, plain.loss,
               reason_texts[plain.reason].name, plain.iterations);
    }
    return same;
}

/* Without bounds, and inside the function's box, where the method takes one. */
static void searches_know_no_unit(void **unused)
{
    unsigned wrong = 0, runs = 0;
    (void)unused;

    for (const struct searcher *s = searchers; s->optimizer != NULL; s++) {
        const struct optimizer_kind *kind =
            optimizer_kind_find(s->optimizer, NULL);

        for (size_t k = 0; functions[k] != NULL; k++) {
            if (functions[k]->evaluate == NULL || s->has_rate)
                continue;
            if (!s->is_global)
                wrong += !goes_the_same_way(s, functions[k], false);
            if (kind->takes_bounds)
                wrong += !goes_the_same_way(s, functions[k], true);
            runs++;
        }
    }
    assert_true(runs > 500);
    assert_int_equal(wrong, 0);
}

/* Times 2^-530 and 2^530, near 1e-160 and 1e160: products of gradients vanish
 * and overflow there. Of methods with a line search. */
static void nor_where_products_of_gradients_leave_all_doubles(void **unused)
{
    static const char *const names[] = {"sphere", "rosenbrock", "beale",
                                        "wood", "booth", "colville"};
    static const int far[] = {-530, 530};
    unsigned wrong = 0, runs = 0;
    (void)unused;

    for (const struct searcher *s = searchers; s->optimizer != NULL; s++) {
        const struct optimizer_kind *kind =
            optimizer_kind_find(s->optimizer, NULL);

        for (size_t k = 0; kind->advance != NULL && !s->has_rate && k < 6;
             k++) {
            for (size_t i = 0; i < 2; i++, runs++) {
                struct scaled what = {function_find(names[k]),
                                      ldexp(1, far[i])};
                struct end end = end_of(s, &what, false);

                if (fabs(end.loss) <= 1e-11)
                    continue;
                wrong++;
                printf("# %s on %s times 2^%d: %s after %d at %g\n",
                       s->optimizer, names[k], far[i],
                       reason_texts[end.reason].name, end.iterations,
                       end.loss);
            }
        }
    }
    assert_true(runs >= 60);
    assert_int_equal(wrong, 0);
}

/* Factors that change digits: lbfgs converges, and to the same point as at
 * scale 1. (Where one run ends as `line_search`, which is "rounding allows no
 * more", another rounding may meet the `fixed_point`.) */
static void lbfgs_converges_at_1e_minus_165_and_1e160(void **unused)
{
    static const char *const names[] = {"sphere", "rosenbrock", "beale",
                                        "wood", "booth", "powell_singular"};
    static const double factors[] = {1e-165, 1e160};
    const struct searcher *s = searchers;
    (void)unused;

    while (strcmp(s->optimizer, "lbfgs") != 0)
        s++;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        struct scaled what = {function_find(names[k]), 1};
        struct end plain = end_of(s, &what, false);

        assert_int_equal(reason_texts[plain.reason].outcome, CONVERGED);
        assert_true(plain.loss <= 1e-20);
        for (size_t i = 0; i < 2; i++) {
            struct end end;

            what.factor = factors[i];
            end = end_of(s, &what, false);
            assert_int_equal(reason_texts[end.reason].outcome, CONVERGED);
            assert_true(end.loss <= 1e-20);
            for (size_t j = 0; j < searchers_dimension(what.function); j++)
                assert_true(fabs(end.x[j] - plain.x[j]) <= 1e-10);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(searches_know_no_unit),
        cmocka_unit_test(nor_where_products_of_gradients_leave_all_doubles),
        cmocka_unit_test(lbfgs_converges_at_1e_minus_165_and_1e160),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
