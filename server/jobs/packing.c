/*
 * packing.c - numbers with what they have in common left out.
 *
 * x or a loss that moves little has the same sign, exponent and first digits
 * for 512 rows. So the numbers' bits, taken as integers, lie close together,
 * and their distances from the least need few bytes; any one is found by its
 * place. What finds the least and the greatest finds constants too.
 */
#include "server/jobs/packing.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/kernel/lanes.h"
#include "server/jobs/chunk.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "packed numbers are little-endian");
_Static_assert(sizeof(struct packing) == 8, "it is stored as it is");

#define RAMP_MAX 9007199254740992.0 /* 2^53: sums of whole numbers are exact */

struct placed {
    uint64_t place;
    double number;
};

static uint64_t bits_of(double number)
{
    uint64_t bits;

    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static double number_of(uint64_t bits)
{
    double number;

    memcpy(&number, &bits, sizeof number);
    return number;
}

/* ---- how --------------------------------------------------------------- */

/* The least of the numbers' bits as integers, and how far the greatest is. */
CLONES static void find_range(const double *numbers, size_t count,
                              uint64_t *ret_least, uint64_t *ret_range)
{
    int64_t least = INT64_MAX, greatest = INT64_MIN, bits;

    for (size_t i = 0; i < count; i++) {
        memcpy(&bits, &numbers[i], sizeof bits);
        least = bits < least ? bits : least;
        greatest = bits > greatest ? bits : greatest;
    }
    *ret_least = (uint64_t)least;
    *ret_range = (uint64_t)greatest - (uint64_t)least;
}

/* How often a number is another than the one before, from 1; and how many are
 * not absent. */
CLONES static void count_kinds(const double *numbers, size_t count,
                               size_t *ret_runs, size_t *ret_present)
{
    int64_t same = 0, absent = chunk_is_absent(numbers[0]);

    for (size_t i = 1; i < count; i++) {
        same += bits_of(numbers[i]) == bits_of(numbers[i - 1]);
        absent += bits_of(numbers[i]) == CHUNK_ABSENT_BITS;
    }
    *ret_runs = count - (size_t)same;
    *ret_present = count - (size_t)absent;
}

CLONES static bool is_even(const double *numbers, size_t count, double step)
{
    int64_t other = 0;

    for (size_t i = 1; i < count; i++)
        other += numbers[i] - numbers[i - 1] != step;
    return other == 0;
}

/*
 * Only whole numbers: their ramp comes back bit for bit.
 *
 * The others are whole as the first and the step are: a number that is not,
 * less a whole one below it, is a multiple of its own last bit and not greater
 * than itself, so the difference is exact, and not whole either.
 */
static bool is_ramp(const double *numbers, size_t count)
{
    double step = numbers[1] - numbers[0];

    return step > 0 && step < RAMP_MAX && step == floor(step)
        && numbers[0] >= 0 && numbers[0] == floor(numbers[0])
        && !signbit(numbers[0]) && numbers[count - 1] < RAMP_MAX
        && is_even(numbers, count, step);
}

static struct packing choose(const double *numbers, size_t count,
                             uint64_t *ret_least)
{
    struct packing near = {.kind = PACKING_NEAR};
    uint64_t range;
    size_t runs, present;

    find_range(numbers, count, ret_least, &range);
    if (range == 0)
        return (struct packing){.kind = PACKING_CONSTANT};
    if (is_ramp(numbers, count))
        return (struct packing){.kind = PACKING_RAMP};
    near.width = (uint8_t)(8 - __builtin_clzll(range) / 8);
    if (packing_bytes(&near, count) > count * sizeof *numbers)
        near = (struct packing){.kind = PACKING_PLAIN};
    count_kinds(numbers, count, &runs, &present);
    if (present < runs && present * sizeof(struct placed)
                              < packing_bytes(&near, count))
        return (struct packing){.kind = PACKING_SPARSE,
                                .count = (uint16_t)present};
    if (runs * sizeof(struct placed) < packing_bytes(&near, count))
        return (struct packing){.kind = PACKING_RUNS,
                                .count = (uint16_t)runs};
    return near;
}

size_t packing_bytes(const struct packing *packing, size_t count)
{
    switch ((enum packing_kind)packing->kind) {
    case PACKING_PLAIN:
        return count * sizeof(double);
    case PACKING_CONSTANT:
        return sizeof(double);
    case PACKING_RAMP:
        return 2 * sizeof(double);
    case PACKING_SPARSE:
    case PACKING_RUNS:
        return packing->count * sizeof(struct placed);
    case PACKING_NEAR:
        /* The last is written and read as eight bytes too. */
        return sizeof(double)
             + ((count - 1) * packing->width + 8 + 7) / 8 * 8;
    case PACKING_KINDS:
        break;
    }
    return 0;
}

bool packing_is_sane(const struct packing *packing, size_t count)
{
    switch ((enum packing_kind)packing->kind) {
    case PACKING_NEAR:
        return packing->width >= 1 && packing->width <= 7;
    case PACKING_SPARSE:
    case PACKING_RUNS:
        return packing->count >= 1
            && packing_bytes(packing, count) <= count * sizeof(double);
    default:
        return packing->kind < PACKING_KINDS;
    }
}

/* ---- packing ----------------------------------------------------------- */

static void append_placed(const double *numbers, size_t count,
                          enum packing_kind kind, struct buffer *out)
{
    for (size_t i = 0; i < count; i++) {
        struct placed placed = {i, numbers[i]};
        bool stands = kind == PACKING_SPARSE
                          ? !chunk_is_absent(numbers[i])
                          : i == 0 || bits_of(numbers[i])
                                          != bits_of(numbers[i - 1]);

        if (stands)
            buffer_append(out, &placed, sizeof placed);
    }
}

/* Each number's eight bytes overwrite the zeros of the one before. */
static inline __attribute__((always_inline)) void
write_near(const double *numbers, size_t count, size_t width, uint64_t least,
           char *to)
{
    uint64_t rest;

    for (size_t i = 0; i < count; i++) {
        rest = bits_of(numbers[i]) - least;
        memcpy(to + i * width, &rest, sizeof rest);
    }
}

static void append_near(const double *numbers, size_t count,
                        const struct packing *packing, uint64_t least,
                        struct buffer *out)
{
    size_t bytes = packing_bytes(packing, count);
    char *to = buffer_reserve(out, bytes);

    if (!to)
        return;
    memset(to + bytes - 8, 0, 8);
    memcpy(to, &least, sizeof least);
    switch (packing->width) { /* known ones are written in half the time */
    case 1: write_near(numbers, count, 1, least, to + 8); break;
    case 2: write_near(numbers, count, 2, least, to + 8); break;
    case 3: write_near(numbers, count, 3, least, to + 8); break;
    case 4: write_near(numbers, count, 4, least, to + 8); break;
    case 5: write_near(numbers, count, 5, least, to + 8); break;
    case 6: write_near(numbers, count, 6, least, to + 8); break;
    default: write_near(numbers, count, 7, least, to + 8); break;
    }
    out->count += bytes;
}

struct packing packing_append(const double *numbers, size_t count,
                              size_t start, struct buffer *out)
{
    uint64_t least;
    struct packing packing = choose(numbers, count, &least);
    double step;

    assert(count >= 1 && count <= PACKING_NUMBERS_MAX);
    packing.offset = (uint32_t)(out->count - start);
    switch ((enum packing_kind)packing.kind) {
    case PACKING_PLAIN:
        buffer_append(out, numbers, count * sizeof *numbers);
        break;
    case PACKING_CONSTANT:
        buffer_append(out, numbers, sizeof *numbers);
        break;
    case PACKING_RAMP:
        step = numbers[1] - numbers[0];
        buffer_append(out, numbers, sizeof *numbers);
        buffer_append(out, &step, sizeof step);
        break;
    case PACKING_NEAR:
        append_near(numbers, count, &packing, least, out);
        break;
    case PACKING_SPARSE:
    case PACKING_RUNS:
        append_placed(numbers, count, packing.kind, out);
        break;
    case PACKING_KINDS:
        break;
    }
    return packing;
}

/* ---- reading ----------------------------------------------------------- */

static double number_at(const uint8_t *bytes, size_t place)
{
    double number;

    memcpy(&number, bytes + place * sizeof number, sizeof number);
    return number;
}

static struct placed placed_at(const uint8_t *bytes, size_t i)
{
    struct placed placed;

    memcpy(&placed, bytes + i * sizeof placed, sizeof placed);
    return placed;
}

static void read_near(const struct packing *packing, const uint8_t *bytes,
                        size_t first, size_t count, double *ret)
{
    uint64_t least = bits_of(number_at(bytes, 0)), rest;
    uint64_t mask = (UINT64_C(1) << 8 * packing->width) - 1;
    const uint8_t *from = bytes + 8 + first * packing->width;

    for (size_t i = 0; i < count; i++) {
        memcpy(&rest, from + i * packing->width, sizeof rest);
        ret[i] = number_of(least + (rest & mask));
    }
}

static void read_sparse(const struct packing *packing, const uint8_t *bytes,
                        size_t first, size_t count, double *ret)
{
    for (size_t i = 0; i < count; i++)
        ret[i] = chunk_absent();
    for (size_t i = 0; i < packing->count; i++) {
        struct placed placed = placed_at(bytes, i);

        if (placed.place >= first && placed.place - first < count)
            ret[placed.place - first] = placed.number;
    }
}

/* A run reaches to the next one's place; the last to the end. */
static void read_runs(const struct packing *packing, const uint8_t *bytes,
                      size_t first, size_t count, double *ret)
{
    size_t run = 0;

    for (size_t i = 0; i < count; i++) {
        while (run + 1 < packing->count
               && placed_at(bytes, run + 1).place <= first + i)
            run++;
        ret[i] = placed_at(bytes, run).number;
    }
}

void packing_read(const struct packing *packing, const void *bytes,
                  size_t first, size_t count, double *ret)
{
    const uint8_t *from = bytes;
    double start, step;

    switch ((enum packing_kind)packing->kind) {
    case PACKING_PLAIN:
        memcpy(ret, from + first * sizeof *ret, count * sizeof *ret);
        break;
    case PACKING_CONSTANT:
        start = number_at(from, 0);
        for (size_t i = 0; i < count; i++)
            ret[i] = start;
        break;
    case PACKING_RAMP:
        start = number_at(from, 0);
        step = number_at(from, 1);
        for (size_t i = 0; i < count; i++)
            ret[i] = start + step * (double)(first + i);
        break;
    case PACKING_SPARSE:
        read_sparse(packing, from, first, count, ret);
        break;
    case PACKING_NEAR:
        read_near(packing, from, first, count, ret);
        break;
    case PACKING_RUNS:
        read_runs(packing, from, first, count, ret);
        break;
    case PACKING_KINDS:
        break;
    }
}
