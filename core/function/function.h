/*
 * function.h - the catalogue of named test functions.
 *
 * Adding one is: write NAME.c exporting one `const struct function`, and add
 * its name to the list in function.c. The spec reader, GET /functions, the
 * gradient test and the documentation follow from the table. A family of
 * functions with random instances is a folder: bbob/bbob.h.
 */
#ifndef CORE_FUNCTION_FUNCTION_H
#define CORE_FUNCTION_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/error.h"

enum {
    FUNCTION_MINIMA_MAX = 6,
    FUNCTION_DEFAULT_MAX = 16, /* of dimension_default */
};

struct function;

struct interval {
    double low, high;
};

/* One known minimum. */
struct function_minimum {
    double loss;
    const double *x;  /* [dimension]; where that is 0, one value that every
                         coordinate repeats */
    size_t dimension; /* functions of many: the one that x belongs to; 0: x
                         belongs to all */
    bool local;       /* another one is lower */

    /* Instead of all above but `local`, where the place depends on n: write
     * it to x[n] and return the loss; of instance 1, where there are many. */
    double (*place)(const struct function *function, size_t n, double *x);
};

struct function {
    const char *name;
    const char *formula;    /* as a reader would write it */
    const char *sentence;   /* what is instructive about it */
    const char *source;
    const char *family;     /* the suite it belongs to, or NULL */
    size_t dimension;       /* the only one; 0: many, by the next three */
    size_t dimension_min;
    size_t dimension_max;   /* 0: as large as any objective */
    size_t dimension_step;  /* legal are multiples of this; 0: of 1 */
    size_t dimension_default;
    const double *start;    /* [start_period], repeated */
    size_t start_period;
    void (*start_at)(size_t n, double *x); /* instead of `start` */
    double low, high;       /* the plotting box, every coordinate */
    const struct interval *box; /* [dimension] where they differ, or NULL */
    struct function_minimum minima[FUNCTION_MINIMA_MAX];
    size_t minima_count;    /* the global ones first */
    double loss_per_dimension; /* sums of n equal terms: a minimum of all
                                  dimensions is loss + n * this; else 0 */

    /*
     * The function's value at x, and its gradient.
     *
     *   x   [n]   in   the point
     *   n   -     in   dimension, legal for this function
     *   g   [n]   out  gradient at x; may be NULL
     *
     * Cost    O(n) time unless the file says more, no allocation
     */
    double (*evaluate)(const double *x, size_t n, double *g);

    /*
     * Instead of `evaluate`, where a function has instances 1 ... `instances`:
     * make one in dimension n, for evaluate_built() to take.
     *
     * Fails   ERR_MEMORY
     * Owns    everything lives in `arena`
     */
    size_t instances;
    enum error (*build)(const struct function *function, struct arena *arena,
                        size_t n, unsigned instance, void **ret_data);
    double (*evaluate_built)(void *data, const double *x, size_t n,
                             double *g);
};

/* The catalogue, in order of name; NULL ends it. */
extern const struct function *const functions[];

/* The function called `name`, or NULL. */
const struct function *function_find(const char *name);

/* Whether the function exists in dimension n. */
bool function_has_dimension(const struct function *function, size_t n);

/* Write the default start of dimension n to x[n]. */
void function_start(const struct function *function, size_t n, double *x);

/* The plotting box of coordinate i. */
struct interval function_box(const struct function *function, size_t i);

/*
 * Write the place of minimum k, where it is known in dimension n.
 *
 *   k         -    in   below function->minima_count
 *   x         [n]  out  where it lies
 *   ret_loss  -    out  the function there
 *
 * Returns false where it is known in other dimensions only; nothing is
 *         written then.
 */
bool function_minimum_at(const struct function *function, size_t k, size_t n,
                         double *x, double *ret_loss);

#endif
