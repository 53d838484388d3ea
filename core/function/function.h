/*
 * function.h - the catalogue of named test functions.
 *
 * Adding one is: write NAME.c exporting one `const struct function`, and add
 * its name to the list in function.c. The spec reader, GET /functions, the
 * gradient test and the documentation follow from the table.
 */
#ifndef CORE_FUNCTION_FUNCTION_H
#define CORE_FUNCTION_FUNCTION_H

#include <stddef.h>

enum { FUNCTION_MINIMA_MAX = 4 };

/* One known minimum. For functions of any dimension `x` holds one value that
 * every coordinate repeats. */
struct function_minimum {
    double loss;
    const double *x; /* [function->dimension], or [1] where it is any */
};

struct function {
    const char *name;
    const char *formula;    /* as a reader would write it */
    const char *sentence;   /* what is instructive about it */
    const char *source;
    size_t dimension;       /* 0: any from dimension_min on */
    size_t dimension_min;   /* used where dimension is 0 */
    size_t dimension_default;
    const double *start;    /* [dimension]; where it is any, the pattern
                               start[start_period] repeats */
    size_t start_period;
    double low, high;       /* the plotting box, every coordinate */
    struct function_minimum minima[FUNCTION_MINIMA_MAX];
    size_t minima_count;    /* the global ones */
    double loss_per_dimension; /* the minimum is loss + n * this: sums of n
                                  equal terms; else 0 */

    /*
     * The function's value at x, and its gradient.
     *
     *   x   [n]   in   the point
     *   n   -     in   dimension, legal for this function
     *   g   [n]   out  gradient at x; may be NULL
     *
     * Cost    O(n) time, no allocation
     */
    double (*evaluate)(const double *x, size_t n, double *g);
};

/* The catalogue, in order of name; NULL ends it. */
extern const struct function *const functions[];

/* The function called `name`, or NULL. */
const struct function *function_find(const char *name);

/* Write the default start of dimension n to x[n]. */
void function_start(const struct function *function, size_t n, double *x);

#endif
