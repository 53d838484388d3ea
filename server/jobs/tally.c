/*
 * tally.c - least, greatest, mean and count of a column in one pass.
 *
 * Nearly every column is finite throughout: a pass over the numbers' bits as
 * integers, which CPUs compare many at once, finds its extremes, and whether a
 * slower pass must look at each number.
 */
#include "server/jobs/tally.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "core/kernel/lanes.h"
#include "server/jobs/chunk.h"

struct tally tally_empty(void)
{
    double none = chunk_absent();

    return (struct tally){0, 0, none, none, none, none, none, none};
}

/* An integer that is greater where a number is: of a negative one all bits but
 * the sign are turned. NaNs lie beyond the infinities. And back. */
static inline int64_t key_of(int64_t bits)
{
    return bits ^ (int64_t)((uint64_t)(bits >> 63) >> 1);
}

static double number_of(int64_t key)
{
    int64_t bits = key_of(key);
    double number;

    memcpy(&number, &bits, sizeof number);
    return number;
}

CLONES static void find_keys(const double *numbers, size_t count,
                             int64_t *ret_least, int64_t *ret_greatest)
{
    int64_t least = INT64_MAX, greatest = INT64_MIN, bits, key;

    for (size_t i = 0; i < count; i++) {
        memcpy(&bits, &numbers[i], sizeof bits);
        key = key_of(bits);
        least = key < least ? key : least;
        greatest = key > greatest ? key : greatest;
    }
    *ret_least = least;
    *ret_greatest = greatest;
}

/* In eight sums side by side. */
CLONES static double add_all(const double *numbers, size_t count)
{
    double s[VECTOR_LANES] = {0};
    size_t i = 0;

    for (; i + VECTOR_LANES <= count; i += VECTOR_LANES)
        for (size_t lane = 0; lane < VECTOR_LANES; lane++)
            s[lane] += numbers[i + lane];
    for (; i < count; i++)
        s[0] += numbers[i];
    return add_lanes(s);
}

/* Where a number stands first. It does. All are looked at, many at once: that
 * is quicker than a branch for each. */
CLONES static size_t find(const double *numbers, size_t count, double number)
{
    int64_t first = (int64_t)count, place;

    for (int64_t i = 0; i < (int64_t)count; i++) {
        place = numbers[i] == number ? i : (int64_t)count;
        first = place < first ? place : first;
    }
    return (size_t)first;
}

static struct tally tally_finite(const double *numbers, size_t count,
                                 double row, double least, double greatest)
{
    struct tally tally = {
        .present = (double)count,
        .mean = add_all(numbers, count) / (double)count,
        .least = least,
        .greatest = greatest,
        .least_row = row + (double)find(numbers, count, least),
        .nonfinite_row = chunk_absent(),
    };

    tally.greatest_row =
        least == greatest ? tally.least_row
                          : row + (double)find(numbers, count, greatest);
    return tally;
}

static void add_number(struct tally *tally, double number, double row)
{
    if (chunk_is_absent(number))
        return;
    tally->present++;
    if (!isfinite(number)) {
        if (tally->nonfinite == 0)
            tally->nonfinite_row = row;
        tally->nonfinite++;
        return;
    }
    if (!(tally->least <= number)) { /* or there is none */
        tally->least = number;
        tally->least_row = row;
    }
    if (!(tally->greatest >= number)) {
        tally->greatest = number;
        tally->greatest_row = row;
    }
}

/* Each by its share: the sum of great numbers may be infinite where their mean
 * is not. */
static double shared_mean(const double *numbers, size_t count, double present)
{
    double mean = 0;

    for (size_t i = 0; i < count; i++)
        if (!chunk_is_absent(numbers[i]))
            mean += numbers[i] / present;
    return mean;
}

static struct tally tally_each(const double *numbers, size_t count, double row)
{
    struct tally tally = tally_empty();

    for (size_t i = 0; i < count; i++)
        add_number(&tally, numbers[i], row + (double)i);
    if (tally.present > 0)
        tally.mean = shared_mean(numbers, count, tally.present);
    return tally;
}

struct tally tally_of(const double *numbers, size_t count, double row)
{
    int64_t least, greatest;
    struct tally tally;

    find_keys(numbers, count, &least, &greatest);
    if (!isfinite(number_of(least)) || !isfinite(number_of(greatest)))
        return tally_each(numbers, count, row);
    tally = tally_finite(numbers, count, row, number_of(least),
                         number_of(greatest));
    if (!isfinite(tally.mean))
        tally.mean = shared_mean(numbers, count, tally.present);
    return tally;
}

/* A sum that is finite is one of finite numbers. */
struct tally tally_means_of(const double *numbers, size_t count)
{
    double mean = add_all(numbers, count) / (double)count;
    struct tally tally;

    if (!isfinite(mean))
        return tally_of(numbers, count, 0);
    tally = tally_empty();
    tally.present = (double)count;
    tally.mean = mean;
    return tally;
}

void tally_add_extremes(struct tally *tally, const struct tally *more)
{
    if (chunk_is_absent(tally->nonfinite_row))
        tally->nonfinite_row = more->nonfinite_row;
    if (!(tally->least <= more->least) && !chunk_is_absent(more->least)) {
        tally->least = more->least;
        tally->least_row = more->least_row;
    }
    if (!(tally->greatest >= more->greatest)
        && !chunk_is_absent(more->greatest)) {
        tally->greatest = more->greatest;
        tally->greatest_row = more->greatest_row;
    }
}

double tally_mean(double mean, double count, double other, double others)
{
    double sum = mean * count + other * others, total = count + others;

    if (mean == other)
        return mean;
    return isfinite(sum) ? sum / total /* else each by its share */
                         : mean * (count / total) + other * (others / total);
}

void tally_add(struct tally *tally, const struct tally *more)
{
    double total = tally->present + more->present;

    if (tally->present == 0)
        tally->mean = more->mean;
    else if (more->present > 0)
        tally->mean = tally_mean(tally->mean, tally->present, more->mean,
                                 more->present);
    tally->present = total;
    tally->nonfinite += more->nonfinite;
    tally_add_extremes(tally, more);
}
