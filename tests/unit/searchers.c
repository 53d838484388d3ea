/* searchers.c - methods that search, and where from. */
#include "tests/unit/searchers.h"

#include <stdio.h>

#include "core/base/random.h"

enum { SEED = 2024 };

const struct searcher searchers[] = {
    {"lbfgs", NULL, true, false, false},
    {"lbfgsb", NULL, true, false, false},
    {"bfgs", NULL, true, false, false},
    {"newton_cg", NULL, true, false, false},
    {"conjugate_gradient", NULL, true, false, false},
    {"gradient_descent", "strong_wolfe", true, false, true},
    {"augmented_lagrangian", NULL, true, false, false},
    {"slsqp", NULL, true, false, false},
    {"mma", NULL, true, false, false},
    {"nelder_mead", NULL, false, false, false},
    {"sbplx", NULL, false, false, false},
    {"bobyqa", NULL, false, false, false},
    {"cobyla", NULL, false, false, false},
    {"direct", NULL, false, true, false},
    {"crs2", NULL, false, true, false},
    {"isres", NULL, false, true, false},
    {"esch", NULL, false, true, false},
    {0},
};

struct bench *searcher_bench(const struct searcher *s)
{
    struct bench *b = bench_new(s->optimizer);

    if (s->line_search != NULL)
        bench_choose(b, "line_search", s->line_search);
    return b;
}

const char *searcher_name(const struct searcher *s, char text[64])
{
    snprintf(text, 64, "%s%s%s", s->optimizer, s->line_search ? " " : "",
             s->line_search ? s->line_search : "");
    return text;
}

size_t searchers_dimension(const struct function *f)
{
    if (f->dimension != 0)
        return f->dimension;
    return function_has_dimension(f, 2) ? 2 : f->dimension_min;
}

void searchers_box(const struct function *f, size_t n, double *low,
                   double *high)
{
    for (size_t i = 0; i < n; i++) {
        struct interval box = function_box(f, i);

        low[i] = box.low;
        high[i] = box.high;
    }
}

void searchers_start(const struct function *f, size_t n, uint64_t number,
                     double *x)
{
    for (size_t i = 0; i < n; i++) {
        struct interval box = function_box(f, i);

        x[i] = box.low + (box.high - box.low)
                       * random_unit(SEED, RANDOM_START, 64 * number + i);
    }
}
