/* test_evidence.c - no search says that it has converged where the gradient,
 * or a look around, says otherwise. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/base/random.h"
#include "core/kernel/vector.h"
#include "tests/unit/searchers.h"

enum { STARTS = 20, SEED = 5, DIMENSION = 16, DIRECTIONS = 16 };

/* The greatest gradient that a run has shown. */
struct witness {
    double steepest;
};

static enum reason observe(void *self, const struct iteration *it,
                           enum reason reason)
{
    struct witness *w = self;

    if (it->has_gradient && isfinite(it->gradient_norm))
        w->steepest = fmax(w->steepest, it->gradient_norm);
    return reason;
}

static struct run run_of(struct bench *b, const double *start,
                         struct witness *w)
{
    return (struct run){
        .objective = &b->objective, .optimizer = b->kind,
        .optimizer_parameters = b->p, .wrap_parameters = b->wrap,
        .low = b->low, .high = b->high, .schedule = &b->schedule,
        .stop = b->stop, .start = start, .observe = observe, .observer = w,
    };
}

/* Whether the gradient at x is a thousandth of the greatest, or changes the
 * loss by no more than rounding on a way as long as x. */
static bool is_flat(const struct bench *b, const struct witness *w)
{
    const struct run_result *r = &b->result;
    double g[DIMENSION], norm;
    double loss = b->objective.evaluate(b->objective.data, r->x,
                                        b->objective.n, g);

    norm = vector_norm2(g, b->objective.n);
    return norm <= 1.001e-3 * w->steepest
        || norm * vector_norm2(r->x, b->objective.n) <= 1e-12 * fabs(loss);
}

/* Whether no point nearby is better by more than rounding: to both sides in
 * some random directions, as far as the bounds allow. */
static bool is_least_nearby(const struct bench *b, double height,
                            uint64_t seed)
{
    size_t n = b->objective.n;
    double least = b->result.loss - 1e-9 * (fabs(b->result.loss) + height);
    uint64_t index = 0;

    for (size_t k = 0; k < DIRECTIONS; k++) {
        for (double far = 1e-3; far > 1e-8; far /= 10) {
            double x[DIMENSION], size = 1 + vector_norm2(b->result.x, n);

            for (size_t i = 0; i < n; i++) {
                double by = random_unit(seed, RANDOM_START, index++) - 0.5;

                x[i] = b->result.x[i] + 2 * far * size * by;
                if (b->low != NULL)
                    x[i] = fmin(fmax(x[i], b->low[i]), b->high[i]);
            }
            if (b->objective.evaluate(b->objective.data, x, n, NULL) < least)
                return false;
        }
    }
    return true;
}

/* Whether the word of the run at its end is borne out. */
static bool is_honest(const struct searcher *s, const struct function *f,
                      uint64_t number, unsigned *converged)
{
    size_t n = searchers_dimension(f);
    double start[DIMENSION], low[DIMENSION], high[DIMENSION], first;
    struct bench *b = searcher_bench(s);
    struct witness w = {0};
    struct run run;
    bool honest = true;
    char name[64];

    assert_true(n <= DIMENSION);
    bench_take_function(b, &f, n);
    searchers_start(f, n, number, start);
    if (s->is_global) {
        searchers_box(f, n, low, high);
        b->low = low;
        b->high = high;
    }
    b->stop[STOP_MAX_ITERATIONS] = 3000;
    run = run_of(b, start, &w);
    assert_int_equal(run_minimize(&run, &b->arena, &b->result), OK);
    first = f->evaluate(start, n, NULL);
    if (reason_texts[b->result.reason].outcome == CONVERGED) {
        ++*converged;
        honest = s->has_gradient
                     ? is_flat(b, &w)
                     : is_least_nearby(b, first - b->result.loss,
                                       SEED + number);
    }
    if (!honest)
        printf("# %s on %s from start %d: %s after %d, at %g from %g\n",
               searcher_name(s, name), f->name, (int)number,
               reason_texts[b->result.reason].name, (int)b->result.iterations,
               b->result.loss, first);
    bench_free(b);
    return honest;
}

static void converged_is_said_with_evidence(void **unused)
{
    unsigned wrong = 0;
    (void)unused;

    for (const struct searcher *s = searchers; s->optimizer != NULL; s++) {
        unsigned converged = 0, runs = 0;
        char name[64];

        for (size_t k = 0; functions[k] != NULL; k++) {
            if (functions[k]->evaluate == NULL)
                continue;
            for (uint64_t number = 0; number < STARTS; number++, runs++)
                wrong += !is_honest(s, functions[k], number, &converged);
        }
        printf("# %-30s converged in %u of %u runs\n",
               searcher_name(s, name), converged, runs);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(converged_is_said_with_evidence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
