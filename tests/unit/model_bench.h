/* model_bench.h - models for tests, built by name over rows made up. */
#ifndef TESTS_UNIT_MODEL_BENCH_H
#define TESTS_UNIT_MODEL_BENCH_H

#include "core/model/model.h"

/* One model with its rows. */
struct model_bench {
    struct arena arena;
    struct model_design design;
    struct objective objective;
    struct rows training, validation;
    double *x;                  /* [n] a point to look at */
};

/* A design with the kind's defaults: mean, intercept, no penalties. `loss`
 * NULL: the head's own. */
struct model_design model_bench_design(const char *model, const char *loss);

/* The same of an mlp: `head` as in its table. */
struct model_design model_bench_mlp(const char *head, const char *activation,
                                    const double *hidden, size_t count);

/*
 * Build the design and attach rows made up for it: features are multiples of
 * 1/64, a third of them 0, so that float32 has them exactly. Rows and layout
 * alone depend on `layout` and `weighted`; bench_free() it.
 */
struct model_bench *model_bench_new(const struct model_design *design,
                                    enum rows_layout layout, bool weighted);
void model_bench_free(struct model_bench *bench);

/* A number from -1 to 1 for place `i` of series `series`. */
double model_bench_number(unsigned series, size_t i);

#endif
