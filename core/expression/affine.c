/* affine.c - sums and products of affine forms, kept in order of counter. */
#include "core/expression/affine.h"

#include <math.h>
#include <stdlib.h>

static bool in_range(int64_t value)
{
    return llabs(value) <= AFFINE_VALUE_MAX;
}

bool affine_from(double value, struct affine *ret)
{
    if (value != floor(value) || fabs(value) > (double)AFFINE_VALUE_MAX)
        return false;
    *ret = (struct affine){.constant = (int64_t)value};
    return true;
}

struct affine affine_counter(unsigned counter)
{
    return (struct affine){.terms = 1, .term = {{1, counter}}};
}

/* Append factor * counter; no term where the factor is 0. */
static bool append(struct affine *a, int64_t factor, unsigned counter)
{
    if (factor == 0)
        return true;
    if (a->terms == AFFINE_TERMS_MAX || !in_range(factor))
        return false;
    a->term[a->terms].factor = factor;
    a->term[a->terms].counter = counter;
    a->terms++;
    return true;
}

bool affine_add(const struct affine *a, const struct affine *b, int64_t sign,
                struct affine *ret)
{
    struct affine sum = {.constant = a->constant + sign * b->constant};
    unsigned i = 0, j = 0;
    bool good = in_range(sum.constant);

    while (good && (i < a->terms || j < b->terms)) {
        unsigned left = i < a->terms ? a->term[i].counter : UINT32_MAX;
        unsigned right = j < b->terms ? b->term[j].counter : UINT32_MAX;
        int64_t factor = 0;

        if (left <= right)
            factor += a->term[i++].factor;
        if (right <= left)
            factor += sign * b->term[j++].factor;
        good = append(&sum, factor, left < right ? left : right);
    }
    if (good)
        *ret = sum;
    return good;
}

bool affine_multiply(const struct affine *a, const struct affine *b,
                     struct affine *ret)
{
    const struct affine *form = b->terms > 0 ? b : a;
    int64_t factor = b->terms > 0 ? a->constant : b->constant;
    struct affine product = {0};
    bool good;

    if (a->terms > 0 && b->terms > 0)
        return false;
    /* Both are at most 2^40: their product is looked at as a double first. */
    good = fabs((double)form->constant * (double)factor)
        <= (double)AFFINE_VALUE_MAX;
    if (good)
        product.constant = form->constant * factor;
    for (unsigned i = 0; good && i < form->terms; i++)
        good = fabs((double)form->term[i].factor * (double)factor)
                   <= (double)AFFINE_VALUE_MAX
            && append(&product, form->term[i].factor * factor,
                      form->term[i].counter);
    if (good)
        *ret = product;
    return good;
}

uint64_t affine_counters(const struct affine *a)
{
    uint64_t counters = 0;

    for (unsigned i = 0; i < a->terms; i++)
        if (a->term[i].counter < COUNTERS_MAX)
            counters |= UINT64_C(1) << a->term[i].counter;
    return counters;
}

int64_t affine_factor(const struct affine *a, unsigned counter)
{
    for (unsigned i = 0; i < a->terms; i++)
        if (a->term[i].counter == counter)
            return a->term[i].factor;
    return 0;
}

bool affine_equal(const struct affine *a, const struct affine *b)
{
    if (a->constant != b->constant || a->terms != b->terms)
        return false;
    for (unsigned i = 0; i < a->terms; i++)
        if (a->term[i].factor != b->term[i].factor
            || a->term[i].counter != b->term[i].counter)
            return false;
    return true;
}

int64_t affine_value(const struct affine *a, const int64_t *at)
{
    uint64_t value = (uint64_t)a->constant;

    /* Modulo 2^64, as one term alone may be beyond. */
    for (unsigned i = 0; i < a->terms; i++)
        value += (uint64_t)a->term[i].factor
               * (uint64_t)at[a->term[i].counter];
    return (int64_t)value;
}
