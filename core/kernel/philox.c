/*
 * philox.c - Philox4x32-10 as in core/base/random.c, side by side.
 *
 * Source  Salmon, Moraes, Dror & Shaw 2011, SC'11, sections 3 and 4
 */
#include "core/kernel/philox.h"

#include "core/kernel/lanes.h"

enum { ROUNDS = 10, TOGETHER = 8 };

#define MULTIPLIER_0 UINT64_C(0xD2511F53)
#define MULTIPLIER_1 UINT64_C(0xCD9E8D57)
#define BUMP_0 UINT32_C(0x9E3779B9)
#define BUMP_1 UINT32_C(0xBB67AE85)
#define WORD UINT64_C(0xffffffff)

/* One word of so many counters, each in the lower half of its lane: a product
 * by 32 bits fills the lane. */
typedef uint64_t words __attribute__((vector_size(TOGETHER * 8)));

static inline __attribute__((always_inline)) void
mix(words c[4], const uint32_t key[2])
{
    uint32_t k0 = key[0], k1 = key[1];

    for (int round = 0; round < ROUNDS; round++) {
        words p0 = MULTIPLIER_0 * c[0], p1 = MULTIPLIER_1 * c[2];

        c[0] = (p1 >> 32) ^ c[1] ^ k0;
        c[1] = p1 & WORD;
        c[2] = (p0 >> 32) ^ c[3] ^ k1;
        c[3] = p0 & WORD;
        k0 += BUMP_0;
        k1 += BUMP_1;
    }
}

CLONES void philox_blocks(const uint32_t counter[4], const uint32_t key[2],
                          size_t count, uint32_t (*ret_words)[4])
{
    static const words steps = {0, 1, 2, 3, 4, 5, 6, 7};
    static const words zero;

    for (size_t begin = 0; begin < count; begin += TOGETHER) {
        size_t rest = count - begin < TOGETHER ? count - begin : TOGETHER;
        words c[4];

        for (int w = 0; w < 4; w++)
            c[w] = zero + counter[w];
        c[0] = (c[0] + steps + begin) & WORD;
        mix(c, key);
        for (size_t i = 0; i < rest; i++)
            for (int w = 0; w < 4; w++)
                ret_words[begin + i][w] = (uint32_t)c[w][i];
    }
}
