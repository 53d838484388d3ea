/*
 * thinning.h - one curve being thinned: what the methods share.
 *
 * Here the candidates that count as no points are gone: `axis`, `value` and
 * `count` are the curve's own, or copies without them.
 */
#ifndef SERVER_THIN_THINNING_H
#define SERVER_THIN_THINNING_H

#include <stdint.h>

#include "server/thin/thin.h"

struct thinning {
    const double *axis, *value;  /* [count] */
    const uint32_t *place;       /* [count] in the curve; NULL: as here */
    size_t count;                /* more than `points` */
    bool is_log;
    bool is_finite;              /* all values are */
    size_t points;
    unsigned char *kept;         /* [count] picked: 1 */
    size_t left;                 /* how many may still be picked */
    size_t runs;                 /* of values that are not finite */
    struct arena *scratch;
};

/* Pick point i, unless it is picked or none may be any more. */
void thin_keep(struct thinning *thinning, size_t i);

/* The places of the least and the greatest finite value of [begin, end), the
 * first of equal ones; false: there is none. */
bool thin_find_extremes(const struct thinning *thinning, size_t begin,
                        size_t end, size_t *ret_least, size_t *ret_greatest);

/* How many runs of values that are not finite there are. */
size_t thin_count_runs(const struct thinning *thinning);

/* Pick the first of every run of values that are not finite; of more runs than
 * may be picked, some that are evenly spread. */
void thin_keep_runs(struct thinning *thinning);

/* Pick what may still be picked, evenly among the points that are not. */
void thin_keep_evenly(struct thinning *thinning);

/* What the buckets of a method divide evenly. */
enum thin_by { THIN_BY_COUNT, THIN_BY_AXIS };

/*
 * Where buckets end: bucket b holds the points from ends[b - 1] (or `begin`)
 * up to, not including, ends[b]; it may be empty.
 *
 *   ret_ends  [buckets]  out  never falls; the last one is `end`
 */
void thin_divide(const struct thinning *thinning, enum thin_by by,
                 size_t begin, size_t end, size_t buckets, size_t *ret_ends);

/*
 * Pick both ends of the most prominent ups and downs, as far as may be picked:
 * in turn the one of the greatest difference, and of the greatest ratio where
 * all values are above 0 (what is small on a falling loss is seen on its
 * logarithmic axis). What is too small to be seen gets at most half of what
 * is left.
 *
 * Fails   ERR_MEMORY
 * Cost    O(count log left) time
 */
MUST_CHECK enum error thin_keep_prominent(struct thinning *thinning);

extern const struct thin_method thin_minmax, thin_m4, thin_lttb, thin_mean,
    thin_stride;

#endif
