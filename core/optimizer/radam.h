/* radam.h - how far Adam's mean square can be trusted after t steps. */
#ifndef CORE_OPTIMIZER_RADAM_H
#define CORE_OPTIMIZER_RADAM_H

#include <stdint.h>

/*
 * RAdam's rectification: the factor, below 1 and rising, of a step divided by
 * sqrt(v); 0 while v comes from `least` effective samples or fewer.
 *
 *   ret_unbias2  -  out  1 - beta2^t
 *
 * Source  Liu et al. 2020, arXiv:1908.03265, Algorithm 2
 */
double radam_rectify(double beta2, uint64_t t, double least,
                     double *ret_unbias2);

#endif
