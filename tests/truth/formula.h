/*
 * formula.h - the truth folder's formulas, as objectives.
 *
 * An independent judge: values and exact gradients (forward mode) of the
 * expressions in functions/named.json and functions/mgh.json, through libm.
 */
#ifndef TESTS_TRUTH_FORMULA_H
#define TESTS_TRUTH_FORMULA_H

#include <stddef.h>

enum { FORMULA_VARIABLES = 12, FORMULA_DEPTH = 64 };

struct formula_step;

struct formula {
    struct formula_step *steps; /* postfix */
    size_t count;
};

/* Read `text`, in the grammar at the top of those files; one that is not in it
 * ends the test as failed. formula_free() it. */
struct formula formula_read(const char *text);
void formula_free(struct formula *formula);

/*
 * Value and gradient; `data` is a struct formula, so that it fits struct
 * objective.
 *
 *   n   in   at most FORMULA_VARIABLES
 *   g   out  [n] or NULL
 */
double formula_evaluate(void *data, const double *x, size_t n, double *g);

#endif
