/* draw.c - the random numbers of the BBOB suite. */
#include "core/function/bbob/draw.h"

#include <math.h>

#include "core/kernel/math.h"

#define TAU 6.283185307179586476925286766559 /* 2 pi */

enum { MODULUS = 2147483647, FACTOR = 16807, WARM_UP = 40 };
enum { SLOT_WIDTH = MODULUS / BBOB_SHUFFLED + 2 };

static uint32_t advance(struct bbob_draw *draw)
{
    draw->state = (uint32_t)((uint64_t)draw->state * FACTOR % MODULUS);
    return draw->state;
}

/* The table is filled from its end by the last numbers of the warm-up. */
void bbob_draw_init(struct bbob_draw *draw, uint32_t seed)
{
    draw->state = seed;
    for (size_t i = WARM_UP; i-- > 0;) {
        uint32_t number = advance(draw);

        if (i < BBOB_SHUFFLED)
            draw->table[i] = number;
    }
    draw->last = draw->table[0];
}

double bbob_draw_next(struct bbob_draw *draw)
{
    uint32_t slot = draw->last / SLOT_WIDTH;

    draw->last = draw->table[slot];
    draw->table[slot] = advance(draw);
    return (double)draw->last / MODULUS;
}

/* The radii are the first `count` numbers, the angles those that follow. */
void bbob_draw_normal(uint32_t seed, size_t count, double *g)
{
    struct bbob_draw radii, angles;

    bbob_draw_init(&radii, seed);
    angles = radii;
    for (size_t i = 0; i < count; i++)
        bbob_draw_next(&angles);
    for (size_t i = 0; i < count; i++)
        g[i] = sqrt(-2 * math_log(bbob_draw_next(&radii)))
             * math_cos(TAU * bbob_draw_next(&angles));
}

void bbob_draw_grid(uint32_t seed, size_t count, double *x)
{
    struct bbob_draw draw;

    bbob_draw_init(&draw, seed);
    for (size_t i = 0; i < count; i++) {
        x[i] = 8 * floor(1e4 * bbob_draw_next(&draw)) / 1e4 - 4;
        if (x[i] == 0)
            x[i] = -1e-5;
    }
}

static void transpose(double *A, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            double swapped = A[i * n + j];

            A[i * n + j] = A[j * n + i];
            A[j * n + i] = swapped;
        }
    }
}

/* In order: the suite's own sums, whose roundings f19 enlarges. */
static double dot(const double *x, const double *y, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

void bbob_draw_rotation(uint32_t seed, size_t n, double *A)
{
    bbob_draw_normal(seed, n * n, A); /* column after column */
    for (size_t i = 0; i < n; i++) {
        double *column = A + i * n, length;

        for (size_t j = 0; j < i; j++) {
            double shared = dot(column, A + j * n, n);

            for (size_t k = 0; k < n; k++)
                column[k] -= shared * A[j * n + k];
        }
        length = sqrt(dot(column, column, n));
        for (size_t k = 0; k < n; k++)
            column[k] /= length;
    }
    transpose(A, n);
}
