/* test_scale.c - a search ends at the same place whatever the loss's unit:
 * every method on every function of the catalogue, times 1e-12 ... 1e12. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/kernel/vector.h"
#include "tests/unit/searchers.h"

enum { DIMENSION = 16, ITERATIONS = 2000 };

static const double factors[] = {1e-12, 1e-6, 1e-3, 1e3, 1e6, 1e12};

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

/* Where a run ends. */
struct end {
    double loss;             /* without the factor */
    enum outcome_class class;
    enum reason reason;
    int iterations;
};

static struct end end_of(const struct searcher *s, struct scaled *what)
{
    const struct function *f = what->function;
    size_t n = searchers_dimension(f);
    double start[DIMENSION], low[DIMENSION], high[DIMENSION];
    struct bench *b = searcher_bench(s);
    struct end end;

    b->objective = (struct objective){.n = n, .data = what,
                                      .evaluate = evaluate};
    function_start(f, n, start);
    if (s->is_global) {
        searchers_box(f, n, low, high);
        b->low = low;
        b->high = high;
    }
    b->stop[STOP_MAX_ITERATIONS] = ITERATIONS;
    bench_run(b, start);
    end = (struct end){
        b->result.loss / what->factor, reason_texts[b->result.reason].outcome,
        b->result.reason, (int)b->result.iterations,
    };
    bench_free(b);
    return end;
}

/* Whether both are equally good, beside how far the loss fell: to many digits
 * where both arrived. */
static bool is_same(const struct end *a, const struct end *b, double height)
{
    bool arrived = a->class == CONVERGED && b->class == CONVERGED;

    return fabs(a->loss - b->loss)
        <= (arrived ? 1e-7 : 1e-3) * (height + 1e-3 * fabs(a->loss));
}

static bool ends_there_in_any_unit(const struct searcher *s,
                                   const struct function *f)
{
    struct scaled what = {f, 1};
    double start[DIMENSION], first;
    struct end plain = end_of(s, &what);
    bool same = true;
    char name[64];

    function_start(f, searchers_dimension(f), start);
    first = f->evaluate(start, searchers_dimension(f), NULL);
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        struct end end;

        what.factor = factors[i];
        end = end_of(s, &what);
        if (is_same(&plain, &end, first - plain.loss))
            continue;
        same = false;
        printf("# %s on %s times %g: %g (%s after %d), not %g (%s after %d), "
               "from %g\n", searcher_name(s, name), f->name, factors[i],
               end.loss, reason_texts[end.reason].name, end.iterations,
               plain.loss, reason_texts[plain.reason].name, plain.iterations,
               first);
    }
    return same;
}

static void searches_know_no_unit(void **unused)
{
    unsigned wrong = 0;
    (void)unused;

    for (const struct searcher *s = searchers; s->optimizer != NULL; s++)
        for (size_t k = 0; functions[k] != NULL; k++)
            if (functions[k]->evaluate != NULL)
                wrong += !ends_there_in_any_unit(s, functions[k]);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(searches_know_no_unit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
