/* polynomial_terms.h - polynomials in several variables, as sums of terms. */
#ifndef CORE_OBJECTIVE_POLYNOMIAL_TERMS_H
#define CORE_OBJECTIVE_POLYNOMIAL_TERMS_H

#include "core/objective/objective.h"

enum { POLYNOMIAL_EXPONENT_MAX = 64 }; /* of one variable in one term */

/*
 * Make the polynomial of `terms` in `variables`; ret->kind is the caller's.
 * Otherwise as objective_kind.build().
 */
enum error polynomial_terms_build(struct arena *arena,
                                  const struct value *variables,
                                  const struct value *terms,
                                  const char *pointer, struct faults *faults,
                                  struct objective *ret);

#endif
