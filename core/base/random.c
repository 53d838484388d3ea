/*
 * random.c - Philox4x32-10: ten rounds of multiply and exchange.
 *
 * A round multiplies words 0 and 2 by constants, sends the high halves across
 * (mixed with the other words and the key) and bumps the key.
 */
#include "core/base/random.h"

#include <string.h>

enum { ROUNDS = 10 };

#define MULTIPLIER_0 UINT64_C(0xD2511F53)
#define MULTIPLIER_1 UINT64_C(0xCD9E8D57)
#define BUMP_0 UINT32_C(0x9E3779B9) /* the golden ratio */
#define BUMP_1 UINT32_C(0xBB67AE85) /* sqrt(3) - 1 */

void random_philox(const uint32_t counter[4], const uint32_t key[2],
                   uint32_t ret_block[4])
{
    uint32_t c[4], k0 = key[0], k1 = key[1];

    memcpy(c, counter, sizeof c);
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t p0 = MULTIPLIER_0 * c[0], p1 = MULTIPLIER_1 * c[2];

        c[0] = (uint32_t)(p1 >> 32) ^ c[1] ^ k0;
        c[1] = (uint32_t)p1;
        c[2] = (uint32_t)(p0 >> 32) ^ c[3] ^ k1;
        c[3] = (uint32_t)p0;
        k0 += BUMP_0;
        k1 += BUMP_1;
    }
    memcpy(ret_block, c, sizeof c);
}

uint64_t random_bits(uint64_t seed, enum random_stream stream, uint64_t index)
{
    uint32_t counter[4] = {(uint32_t)index, (uint32_t)(index >> 32),
                           (uint32_t)stream, 0};
    uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    uint32_t block[4];

    random_philox(counter, key, block);
    return block[0] | (uint64_t)block[1] << 32;
}

double random_unit(uint64_t seed, enum random_stream stream, uint64_t index)
{
    return (double)(random_bits(seed, stream, index) >> 11) * 0x1p-53;
}
