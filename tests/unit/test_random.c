/* test_random.c - Philox against its published answers, and its numbers. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "core/base/random.h"
#include "core/kernel/philox.h"

/* From the file kat_vectors of the authors' Random123 library. */
static void philox_gives_the_published_answers(void **unused)
{
    static const struct {
        uint32_t counter[4], key[2], block[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0},
         {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    (void)unused;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t block[4];

        random_philox(known[i].counter, known[i].key, block);
        assert_memory_equal(block, known[i].block, sizeof block);
    }
}

static void blocks_made_together_are_those_made_alone(void **unused)
{
    enum { MOST = 70 };
    const uint32_t key[2] = {0xa4093822, 0x299f31d0};
    const uint32_t counter[4] = {0xffffffe0, 0x85a308d3, 2, 0x03707344};
    uint32_t together[MOST][4], alone[4];
    (void)unused;

    for (size_t count = 0; count <= MOST; count++) {
        memset(together, 0xa5, sizeof together);
        philox_blocks(counter, key, count, together);
        for (uint32_t i = 0; i < MOST; i++) {
            uint32_t at[4] = {counter[0] + i, counter[1], counter[2],
                              counter[3]};

            random_philox(at, key, alone);
            if (i >= count)
                memset(alone, 0xa5, sizeof alone);
            assert_memory_equal(together[i], alone, sizeof alone);
        }
    }
}

static void a_number_depends_on_seed_stream_and_index(void **unused)
{
    uint64_t bits = random_bits(1, RANDOM_START, 2);
    (void)unused;

    assert_true(bits == random_bits(1, RANDOM_START, 2));
    assert_true(bits != random_bits(2, RANDOM_START, 2));
    assert_true(bits != random_bits(1, (enum random_stream)2, 2));
    assert_true(bits != random_bits(1, RANDOM_START, 3));
    assert_true(bits != random_bits(1, RANDOM_START, 2 + (UINT64_C(1) << 32)));
    assert_true(bits != random_bits(1 + (UINT64_C(1) << 32), RANDOM_START, 2));
}

/* Counter and key all zero but the stream's word: the first two words of the
 * block, low word first. Fixes the layout, on which stored jobs depend. */
static void the_layout_of_the_counter_is_fixed(void **unused)
{
    const uint32_t counter[4] = {7, 0, RANDOM_START, 0}, key[2] = {42, 0};
    uint32_t block[4];
    (void)unused;

    random_philox(counter, key, block);
    assert_true(random_bits(42, RANDOM_START, 7)
                == (block[0] | (uint64_t)block[1] << 32));
}

/* 2^17 numbers in 64 bins: chi-squared has mean 63 and deviation sqrt(126) =
 * 11.2; mean 1/2 with deviation 1/sqrt(12 N); neighbours uncorrelated. Five
 * deviations each; the numbers are fixed, so it passes always or never. */
static void random_unit_is_uniform(void **unused)
{
    enum { N = 1 << 17, BINS = 64 };
    double bins[BINS] = {0}, sum = 0, product = 0, before = 0.5, chi2 = 0;
    (void)unused;

    for (uint64_t i = 0; i < N; i++) {
        double u = random_unit(12345, RANDOM_START, i);

        assert_true(u >= 0 && u < 1);
        assert_true(u * 0x1p53 == floor(u * 0x1p53));
        bins[(int)(u * BINS)]++;
        sum += u - 0.5;
        product += (u - 0.5) * (before - 0.5);
        before = u;
    }
    for (int b = 0; b < BINS; b++)
        chi2 += (bins[b] - N / BINS) * (bins[b] - N / BINS) / (N / BINS);
    assert_true(chi2 > 63 - 5 * 11.2 && chi2 < 63 + 5 * 11.2);
    assert_true(fabs(sum / N) < 5 / sqrt(12.0 * N));
    assert_true(fabs(product / N) < 5.0 / 12 / sqrt(N));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_published_answers),
        cmocka_unit_test(blocks_made_together_are_those_made_alone),
        cmocka_unit_test(a_number_depends_on_seed_stream_and_index),
        cmocka_unit_test(the_layout_of_the_counter_is_fixed),
        cmocka_unit_test(random_unit_is_uniform),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
