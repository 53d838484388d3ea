/*
 * philox.h - many blocks of random numbers at once.
 *
 * Thread  any; no allocation
 */
#ifndef CORE_KERNEL_PHILOX_H
#define CORE_KERNEL_PHILOX_H

#include <stddef.h>
#include <stdint.h>

/*
 * The blocks that random_philox() of core/base/random.h gives for `counter`
 * and for those after it, whose word 0 is greater by 1, 2, ... modulo 2^32;
 * several of them share the CPU's vectors.
 *
 *   ret_words   [count][4]  out
 */
void philox_blocks(const uint32_t counter[4], const uint32_t key[2],
                   size_t count, uint32_t (*ret_words)[4]);

#endif
