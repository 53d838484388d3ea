/* planted.c - long curves with spikes of three steps planted in them. */
#include "tests/unit/planted.h"

#include <math.h>

#include "core/base/random.h"

/* A number in [0, 1). */
static double draw(uint64_t seed, uint64_t index)
{
    return (double)(random_bits(seed, RANDOM_START, index) >> 11) * 0x1p-53;
}

/* About normal: mean 0, deviation 1, at most 6. */
static double draw_noise(uint64_t seed, uint64_t index)
{
    double sum = -6;

    for (uint64_t i = 0; i < 12; i++)
        sum += draw(seed, 12 * index + i);
    return sum;
}

static double draw_step(uint64_t seed, unsigned curve, size_t i)
{
    double t = (double)i, noise = draw_noise(seed, 100 + i);

    switch (curve) {
    case 0: return 5 + 0.2 * noise;
    case 1: return exp(-1e-4 * t) * (1 + 0.02 * noise) + 1e-5;
    case 2: return 2 + sin(0.003 * t) + 0.02 * noise;
    default: return 1 + 1000 / (1000 + t);
    }
}

void planted_draw(uint64_t seed, unsigned curve, struct planted *ret)
{
    size_t stretch = PLANTED_STEPS / (PLANTED_SPIKES / 2);

    for (size_t i = 0; i < PLANTED_STEPS; i++) {
        ret->axis[i] = (double)i;
        ret->value[i] = draw_step(seed, curve, i);
    }
    for (size_t s = 0; s < PLANTED_SPIKES; s++) {
        size_t at = s / 2 * stretch + 10
                  + (size_t)(draw(seed, s / 2) * (double)(stretch - 300));

        if (s % 2 == 1)
            at += 50 + (size_t)(draw(seed, 50 + s) * 200);
        ret->spikes[s] = at;
        ret->value[at - 1] *= 1.5;
        ret->value[at] *= 2 + draw(seed, 80 + s);
        ret->value[at + 1] *= 1.5;
    }
}

size_t planted_kept(const struct planted *planted, const size_t *picks,
                    size_t count)
{
    size_t kept = 0, k = 0;

    for (size_t s = 0; s < PLANTED_SPIKES; s++) {
        while (k < count && picks[k] < planted->spikes[s])
            k++;
        kept += k < count && picks[k] == planted->spikes[s];
    }
    return kept;
}
