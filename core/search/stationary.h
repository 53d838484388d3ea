/*
 * stationary.h - how far a point is from fulfilling the conditions of Karush,
 * Kuhn and Tucker.
 *
 *     | g + sum l_i h_i' + sum m_j g_j' |,   m_j >= 0,
 *
 * least over the multipliers, where g is the loss's gradient, h the equalities
 * and g_j the inequalities without room; and without what points out of the
 * bounds. It is zero at a solution, and the free gradient's norm without
 * constraints.
 */
#ifndef CORE_SEARCH_STATIONARY_H
#define CORE_SEARCH_STATIONARY_H

#include "core/search/method.h"

/*
 * The norm above, for the method's bounds and constraints.
 *
 *   x     [n]  in   a point that is feasible
 *   g     [n]  in   the loss's gradient there
 *
 * Returns infinity where memory is used up
 * Cost    k n + k^2 numbers of the method's arena for k such constraints;
 *         O(k^2 n + k^4) time
 */
double stationary_residual(const struct method *method, const double *x,
                           const double *g);

/*
 * Which equalities' gradients at x are combinations of those of others before
 * them: those have ret_needed[i] == false. Inequalities are needed always.
 *
 *   ret_needed  [constraint_count]  out
 *
 * Returns how many are not needed; 0 where memory is used up
 */
size_t stationary_find_redundant(const struct method *method, const double *x,
                                 bool *ret_needed);

#endif
