/* distinct.c - the different integers of a column: a hash table of doubles. */
#include "core/dataset/distinct.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 16 };

static size_t slot_of(const struct distinct *set, double value)
{
    uint64_t bits = (uint64_t)(int64_t)value * UINT64_C(0x9E3779B97F4A7C15);
    size_t at = (size_t)(bits >> 32) & (set->slot_count - 1);

    while (!isnan(set->slots[at]) && set->slots[at] != value)
        at = (at + 1) & (set->slot_count - 1);
    return at;
}

static enum error grow(struct distinct *set)
{
    struct distinct larger = {
        .slot_count = set->slot_count > 0 ? 2 * set->slot_count : SLOTS_FIRST,
        .count = set->count,
    };

    larger.slots = malloc(larger.slot_count * sizeof *larger.slots);
    if (larger.slots == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < larger.slot_count; i++)
        larger.slots[i] = NAN;
    for (size_t i = 0; i < set->slot_count; i++)
        if (!isnan(set->slots[i]))
            larger.slots[slot_of(&larger, set->slots[i])] = set->slots[i];
    free(set->slots);
    *set = larger;
    return OK;
}

enum error distinct_take(struct distinct *set, const double *values,
                         size_t count, size_t stride, size_t most)
{
    double last = NAN;

    for (size_t i = 0; i < count && !set->overflowed; i++) {
        double value = values[i * stride];
        size_t at;

        if (isnan(value) || value == last)
            continue;
        last = value;
        if (fabs(value) > 0x1p53) { /* the column is none of integers */
            distinct_fini(set);
            set->overflowed = true;
            break;
        }
        if (2 * (set->count + 1) > set->slot_count)
            TRY(grow(set));
        at = slot_of(set, value);
        if (!isnan(set->slots[at]))
            continue;
        if (set->count == most) {
            distinct_fini(set);
            set->overflowed = true;
            break;
        }
        set->slots[at] = value + 0.0; /* -0 is 0 */
        set->count++;
    }
    return OK;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void distinct_sorted(const struct distinct *set, double *ret)
{
    size_t count = 0;

    for (size_t i = 0; i < set->slot_count; i++)
        if (!isnan(set->slots[i]))
            ret[count++] = set->slots[i];
    if (count > 0)
        qsort(ret, count, sizeof *ret, compare);
}

void distinct_fini(struct distinct *set)
{
    free(set->slots);
    *set = (struct distinct){0};
}
