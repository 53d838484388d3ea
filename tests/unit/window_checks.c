/* window_checks.c - windows of a trace beside its rows. */
#include "tests/unit/window_checks.h"

#include <math.h>
#include <string.h>

#include "core/base/random.h"

uint64_t chance(uint64_t seed, uint64_t i, uint64_t below)
{
    return below ? random_bits(seed, RANDOM_SPLIT, i) % below : 0;
}

bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

struct tally naive_tally(const struct made_trace *made, uint64_t row,
                         uint64_t end, struct trace_column column)
{
    struct tally tally = tally_empty();
    double sum = 0;

    for (uint64_t r = row; r < end; r++) {
        double number = made_number(made, r, column.scalar, column.dimension);

        if (chunk_is_absent(number))
            continue;
        tally.present++;
        sum += number / 0x1p30; /* of a huge column, too */
        if (!isfinite(number)) {
            if (tally.nonfinite++ == 0)
                tally.nonfinite_row = (double)r;
            continue;
        }
        if (chunk_is_absent(tally.least) || number < tally.least) {
            tally.least = number;
            tally.least_row = (double)r;
        }
        if (chunk_is_absent(tally.greatest) || number > tally.greatest) {
            tally.greatest = number;
            tally.greatest_row = (double)r;
        }
    }
    if (tally.present > 0)
        tally.mean = sum / tally.present * 0x1p30;
    return tally;
}

void check_mean(double mean, double expected, const struct tally *all)
{
    double size = fmax(fabs(all->least), fabs(all->greatest));

    if (isfinite(expected))
        assert_true(fabs(mean - expected) <= 1e-12 * size);
    else
        assert_false(isfinite(mean) && !chunk_is_absent(mean));
}

void check_places(const struct window *window, uint64_t row, uint64_t end)
{
    size_t count = window_count(window);

    assert_true(count > 0 && count <= end - row);
    assert_int_equal(window_row(window, 0), row);
    assert_int_equal(window_row(window, count - 1), end - 1);
    for (size_t i = 1; i < count; i++)
        assert_true(window_row(window, i) > window_row(window, i - 1));
}

bool has_number(const struct truth *truth, const struct window *window,
                size_t *from, uint64_t row, uint64_t end, enum column c,
                double number)
{
    size_t i = *from;

    while (i < window_count(window) && window_row(window, i) < row)
        i++;
    *from = i;
    for (; i < window_count(window) && window_row(window, i) < end; i++)
        if (made_number(truth->made, window_row(window, i), c, 0) == number)
            return true;
    return false;
}
