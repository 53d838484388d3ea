/* reductions.c - sums, products and greatest values in sixteen lanes. */
#include "core/expression/reductions.h"

#include <math.h>

#include "core/kernel/lanes.h"

/* Term k of a block goes to lane k mod 16: blocks are multiples of 16. */
CLONES static void add_block(double sum[LANES_TWICE], const double *x,
                             size_t n)
{
    lanes low = *(const lanes *)sum;
    lanes high = *(const lanes *)(sum + VECTOR_LANES);
    size_t i = 0;

    for (; i + LANES_TWICE <= n; i += LANES_TWICE) {
        low += *(const lanes *)(x + i);
        high += *(const lanes *)(x + i + VECTOR_LANES);
    }
    *(lanes *)sum = low;
    *(lanes *)(sum + VECTOR_LANES) = high;
    for (size_t lane = 0; i < n; i++, lane++)
        sum[lane] += x[i];
}

static void greatest_of_block(double greatest[LANES_TWICE], const double *x,
                              size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double a = greatest[i % LANES_TWICE], b = x[i];

        greatest[i % LANES_TWICE] = a > b || a != a ? a : b;
    }
}

static double greatest_of_lanes(const double greatest[LANES_TWICE])
{
    double a = greatest[0];

    for (int i = 1; i < LANES_TWICE; i++)
        a = a > greatest[i] || a != a ? a : greatest[i];
    return a;
}

static void multiply_block(double product[LANES_TWICE], const double *x,
                           size_t n)
{
    for (size_t i = 0; i < n; i++)
        product[i % LANES_TWICE] *= x[i];
}

static double multiply_lanes(const double product[LANES_TWICE])
{
    double all = 1;

    for (int i = 0; i < LANES_TWICE; i++)
        all *= product[i];
    return all;
}

/* What a reduction is of no numbers. */
static double empty(enum operation operation)
{
    return operation == OPERATION_SUM ? 0
         : operation == OPERATION_PRODUCT ? 1 : -INFINITY;
}

void reductions_begin(const struct pass *pass)
{
    for (size_t r = 0; r < pass->reduction_count; r++) {
        double start = empty(pass->reductions[r].operation);
        double *lane = pass->lanes_of + r * LANES_TWICE;

        for (int i = 0; i < LANES_TWICE; i++)
            lane[i] = start;
    }
}

void reductions_add_block(const struct pass *pass, size_t n)
{
    for (size_t r = 0; r < pass->reduction_count; r++) {
        const struct reduction *reduction = &pass->reductions[r];
        double *all = pass->lanes_of + r * LANES_TWICE;

        if (reduction->operation == OPERATION_SUM)
            add_block(all, pass->slots[reduction->slot], n);
        else if (reduction->operation == OPERATION_PRODUCT)
            multiply_block(all, pass->slots[reduction->slot], n);
        else
            greatest_of_block(all, pass->slots[reduction->slot], n);
    }
}

void reductions_end(struct program *p, const struct pass *pass)
{
    for (size_t r = 0; r < pass->reduction_count; r++) {
        const double *all = pass->lanes_of + r * LANES_TWICE;

        p->v[pass->reductions[r].out] =
            pass->reductions[r].operation == OPERATION_SUM
                ? add_lanes_twice(all)
            : pass->reductions[r].operation == OPERATION_PRODUCT
                ? multiply_lanes(all) : greatest_of_lanes(all);
    }
}

/* The terms of number k go to lane k mod 16, as those of blocks do. */
void reductions_add_point(const struct program *p, const struct pass *pass,
                          size_t k)
{
    for (size_t r = 0; r < pass->reduction_count; r++) {
        const struct reduction *reduction = &pass->reductions[r];
        double *lane = &pass->lanes_of[r * LANES_TWICE + k % LANES_TWICE];

        if (reduction->operation == OPERATION_SUM)
            *lane += p->v[reduction->slot];
        else if (reduction->operation == OPERATION_PRODUCT)
            *lane *= p->v[reduction->slot];
        else
            greatest_of_block(lane, &p->v[reduction->slot], 1);
    }
}
