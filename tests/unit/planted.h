/*
 * planted.h - long curves with spikes of three steps planted in them, to see
 * how many of them are left after thinning. For the test, and for the table
 * that tests/bench/thin.c prints.
 */
#ifndef TESTS_UNIT_PLANTED_H
#define TESTS_UNIT_PLANTED_H

#include <stddef.h>
#include <stdint.h>

enum {
    PLANTED_STEPS = 100000,
    PLANTED_SPIKES = 30,     /* of which every second stands 50 to 250 steps
                                behind the one before it */
    PLANTED_CURVES = 4,      /* noise, falling loss, oscillation, smooth */
};

struct planted {
    double axis[PLANTED_STEPS], value[PLANTED_STEPS];
    size_t spikes[PLANTED_SPIKES];   /* the middle, which is the highest */
};

void planted_draw(uint64_t seed, unsigned curve, struct planted *ret);

/* How many of the spikes have their highest step among the picks. */
size_t planted_kept(const struct planted *planted, const size_t *picks,
                    size_t count);

#endif
