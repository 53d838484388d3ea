/*
 * draw.h - the random numbers of the BBOB suite, from which its instances are
 * made. They must be these: x_opt, f_opt and the rotations follow from them.
 *
 * Thread  any; no allocation
 */
#ifndef CORE_FUNCTION_BBOB_DRAW_H
#define CORE_FUNCTION_BBOB_DRAW_H

#include <stddef.h>
#include <stdint.h>

enum { BBOB_SHUFFLED = 32 };

/*
 * Park and Miller's generator, s <- 16807 s mod 2^31 - 1, whose numbers leave
 * a table of 32 in an order that the number before decides (Bays and Durham).
 */
struct bbob_draw {
    uint32_t state;
    uint32_t last;
    uint32_t table[BBOB_SHUFFLED];
};

/* Begin at `seed`, 1 ... 2^31 - 2. */
void bbob_draw_init(struct bbob_draw *draw, uint32_t seed);

/* The next number, uniform in (0, 1). */
double bbob_draw_next(struct bbob_draw *draw);

/* Write `count` normal numbers to g[count], by Box and Muller. */
void bbob_draw_normal(uint32_t seed, size_t count, double *g);

/* Write x[count], on a grid of [-4, 4] and never zero. */
void bbob_draw_grid(uint32_t seed, size_t count, double *x);

/* Write a random rotation to A[n][n], row-major: normal numbers, column by
 * column made orthogonal to those before (Gram and Schmidt). */
void bbob_draw_rotation(uint32_t seed, size_t n, double *A);

#endif
