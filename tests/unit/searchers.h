/* searchers.h - every method that searches, the catalogue, and starts: what
 * properties of searches are tested on. */
#ifndef TESTS_UNIT_SEARCHERS_H
#define TESTS_UNIT_SEARCHERS_H

#include "tests/unit/method_bench.h"

struct searcher {
    const char *optimizer, *line_search;  /* NULL: its default */
    bool has_gradient;
    bool is_global;                       /* needs a box, and searches it all */
    bool has_rate;                        /* its first step is a number of its
                                             own, in units of the loss */
};

extern const struct searcher searchers[]; /* optimizer NULL ends it */

/* A bench with the method; bench_free() it. */
struct bench *searcher_bench(const struct searcher *searcher);

/* The name for messages: of the method and its line search. */
const char *searcher_name(const struct searcher *searcher, char text[64]);

/* The dimension in which a function of the catalogue is tried: two where it
 * has that. */
size_t searchers_dimension(const struct function *function);

/* Start `number` of a function: a point drawn from its plotting box. */
void searchers_start(const struct function *function, size_t n,
                     uint64_t number, double *x);

/* Its plotting box. */
void searchers_box(const struct function *function, size_t n, double *low,
                   double *high);

#endif
