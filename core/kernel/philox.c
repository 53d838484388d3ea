/*
 * philox.c - Philox4x32-10 as in core/base/random.c, side by side.
 *
 * Source  Salmon, Moraes, Dror & Shaw 2011, SC'11, sections 3 and 4
 */
#include "core/kernel/philox.h"

#include "core/kernel/lanes.h"

enum { ROUNDS = 10, TOGETHER = 16 };

#define MULTIPLIER_0 UINT64_C(0xD2511F53)
#define MULTIPLIER_1 UINT64_C(0xCD9E8D57)
#define BUMP_0 UINT32_C(0x9E3779B9)
#define BUMP_1 UINT32_C(0xBB67AE85)

/* Rounds of TOGETHER counters side by side: word w of counter i is c[w][i]. */
static inline __attribute__((always_inline)) void
mix(uint32_t c[4][TOGETHER], const uint32_t key[2])
{
    uint32_t k0 = key[0], k1 = key[1];

    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < TOGETHER; i++) {
            uint64_t p0 = MULTIPLIER_0 * c[0][i], p1 = MULTIPLIER_1 * c[2][i];

            c[0][i] = (uint32_t)(p1 >> 32) ^ c[1][i] ^ k0;
            c[1][i] = (uint32_t)p1;
            c[2][i] = (uint32_t)(p0 >> 32) ^ c[3][i] ^ k1;
            c[3][i] = (uint32_t)p0;
        }
        k0 += BUMP_0;
        k1 += BUMP_1;
    }
}

CLONES void philox_blocks(const uint32_t counter[4],
                                 const uint32_t key[2], size_t count,
                                 uint32_t (*ret_words)[4])
{
    for (size_t begin = 0; begin < count; begin += TOGETHER) {
        size_t rest = count - begin < TOGETHER ? count - begin : TOGETHER;
        uint32_t c[4][TOGETHER];

        for (uint32_t i = 0; i < TOGETHER; i++) {
            c[0][i] = counter[0] + (uint32_t)begin + i;
            for (int w = 1; w < 4; w++)
                c[w][i] = counter[w];
        }
        mix(c, key);
        for (size_t i = 0; i < rest; i++)
            for (int w = 0; w < 4; w++)
                ret_words[begin + i][w] = c[w][i];
    }
}
