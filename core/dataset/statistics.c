/*
 * statistics.c - mean and deviation of a column, block by block.
 *
 * A block's mean first, then the squares around it: nothing cancels. Blocks
 * are merged by Chan's formula. Four lanes in a fixed order, so that the bits
 * do not depend on the CPU.
 *
 * Source  Chan, Golub & LeVeque 1983, "Algorithms for computing the sample
 *         variance", The American Statistician 37(3), equation 2.1
 */
#include "core/dataset/table.h"

enum { LANES = 4 };

static double lane_sum(const double *lanes)
{
    return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

/* Count, sum and extremes of what is no NAN; the mean follows. */
static void take_sums(struct statistics *block, const double *values,
                      size_t count, size_t stride)
{
    double sum[LANES] = {0}, present[LANES] = {0};
    double min[LANES], max[LANES];

    for (int l = 0; l < LANES; l++) {
        min[l] = INFINITY;
        max[l] = -INFINITY;
    }
    for (size_t i = 0; i < count; i++) {
        double v = values[i * stride];
        size_t l = i % LANES;

        if (v != v)
            continue;
        sum[l] += v;
        present[l]++;
        min[l] = v < min[l] ? v : min[l];
        max[l] = v > max[l] ? v : max[l];
    }
    block->count = lane_sum(present);
    block->mean = block->count > 0 ? lane_sum(sum) / block->count : 0;
    block->min = min[0];
    block->max = max[0];
    for (int l = 1; l < LANES; l++) {
        block->min = min[l] < block->min ? min[l] : block->min;
        block->max = max[l] > block->max ? max[l] : block->max;
    }
}

static double sum_squares(double mean, const double *values, size_t count,
                          size_t stride)
{
    double squares[LANES] = {0};

    for (size_t i = 0; i < count; i++) {
        double d = values[i * stride] - mean;

        if (d == d)
            squares[i % LANES] += d * d;
    }
    return lane_sum(squares);
}

void statistics_take(struct statistics *statistics, const double *values,
                     size_t count, size_t stride)
{
    struct statistics block, *all = statistics;
    double total, apart;

    take_sums(&block, values, count, stride);
    if (block.count == 0)
        return;
    block.squares = sum_squares(block.mean, values, count, stride);
    if (all->count == 0) {
        *all = block;
        return;
    }
    total = all->count + block.count;
    apart = block.mean - all->mean;
    all->squares += block.squares
                    + apart * apart * (all->count / total) * block.count;
    all->mean += apart * (block.count / total);
    all->count = total;
    all->min = block.min < all->min ? block.min : all->min;
    all->max = block.max > all->max ? block.max : all->max;
}
