/* test_tally.c - what is known of a column without its rows. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <string.h>

#include "server/jobs/chunk.h"
#include "server/jobs/tally.h"

enum { MOST = 40, ROW = 1000 };

/* A column that takes every path: lanes, what is left over, ties. */
static double number_at(size_t i)
{
    return (double)((int)(7 * i % 19) - 9) / 4;
}

static void the_first_of_equal_extremes_counts(void **unused)
{
    double numbers[MOST];

    (void)unused;
    for (size_t count = 1; count <= MOST; count++) {
        size_t least = 0, greatest = 0;
        struct tally tally;

        for (size_t i = 0; i < count; i++) {
            numbers[i] = number_at(i);
            if (numbers[i] < numbers[least])
                least = i;
            if (numbers[i] > numbers[greatest])
                greatest = i;
        }
        tally = tally_of(numbers, count, ROW);
        assert_true(tally.present == (double)count);
        assert_true(tally.nonfinite == 0);
        assert_true(tally.least == numbers[least]);
        assert_true(tally.greatest == numbers[greatest]);
        assert_true(tally.least_row == (double)(ROW + least));
        assert_true(tally.greatest_row == (double)(ROW + greatest));
    }
}

/* Of numbers, of some that there are not, of sums and numbers that are not
 * finite. */
static void a_mean_alone_is_the_mean_beside_extremes(void **unused)
{
    static const double odd[] = {1, INFINITY, NAN, 1.7e308};
    double numbers[MOST];

    (void)unused;
    for (size_t kind = 0; kind <= sizeof odd / sizeof *odd; kind++)
        for (size_t count = 1; count <= MOST; count++) {
            struct tally tally, means;

            for (size_t i = 0; i < count; i++)
                numbers[i] = number_at(i);
            for (size_t i = 3; i < count; i += 7)
                numbers[i] = kind == 0 ? chunk_absent() : odd[kind - 1];
            tally = tally_of(numbers, count, ROW);
            means = tally_means_of(numbers, count);
            assert_true(means.present == tally.present);
            assert_true(means.nonfinite == tally.nonfinite);
            assert_memory_equal(&means.mean, &tally.mean, sizeof tally.mean);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_of_equal_extremes_counts),
        cmocka_unit_test(a_mean_alone_is_the_mean_beside_extremes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
