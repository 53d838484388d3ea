/*
 * affine.h - whole numbers that depend on counters: c0 + c1 i + c2 j ...
 *
 * Indices and the bounds of sums are of this form, so that their least and
 * greatest value is known before anything is evaluated.
 */
#ifndef CORE_EXPRESSION_AFFINE_H
#define CORE_EXPRESSION_AFFINE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    COUNTER_DEPTH_MAX = 8,     /* sums within sums */
    COUNTERS_MAX = 64,         /* different ones in a formula */
    LOOKUPS_MAX = 64,          /* different ones too */
    AFFINE_TERMS_MAX = COUNTER_DEPTH_MAX + 3, /* the rows' counter too, and two
                                                 lookups */
};

/* Beyond this a value is refused: sums of such stay far from overflow. */
#define AFFINE_VALUE_MAX ((int64_t)1 << 40)

/* constant + sum of factor * counter; no factor is 0, counters ascend. From
 * COUNTERS_MAX on they are no counters but lookups: whole numbers among the
 * data, see graph.h. */
struct affine {
    int64_t constant;
    unsigned terms;
    struct {
        int64_t factor;
        unsigned counter;
    } term[AFFINE_TERMS_MAX];
};

/* False where the sum or product is not affine, or out of range. */
bool affine_from(double value, struct affine *ret);  /* a whole number */
struct affine affine_counter(unsigned counter);
bool affine_add(const struct affine *a, const struct affine *b, int64_t sign,
                struct affine *ret);
bool affine_multiply(const struct affine *a, const struct affine *b,
                     struct affine *ret);

/* A bit for each counter that it depends on; lookups may depend on others. */
uint64_t affine_counters(const struct affine *a);

/* What a step of the counter adds to its value; 0: nothing. */
int64_t affine_factor(const struct affine *a, unsigned counter);

bool affine_equal(const struct affine *a, const struct affine *b);

/* Whether there is a lookup in it. */
static inline bool affine_has_lookup(const struct affine *a)
{
    return a->terms > 0 && a->term[a->terms - 1].counter >= COUNTERS_MAX;
}

/* Its value where counter k has the value at[k], without lookups: right where
 * the value is in range, even if a term of it is not. */
int64_t affine_value(const struct affine *a, const int64_t *at);

#endif
