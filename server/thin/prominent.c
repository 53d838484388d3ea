/*
 * prominent.c - the ups and downs of a curve by how much they stand out.
 *
 * Of four extremes in a row, of which the inner two lie within the outer two,
 * the inner two are a small up or down on the way of a greater one. They are a
 * pair, and are taken out; what is left is looked at again. So every extreme
 * is paired with the one at which its hill or valley ends: that is topological
 * persistence, and the count of rainflow cycles in the study of fatigue. Who
 * is paired follows from the order of the values alone, so that differences
 * and ratios rank the same pairs.
 *
 * Of a long noisy curve a few of the pairs are wanted. Turns are dropped first
 * that turn back by less than a threshold: the pairs that are greater stay the
 * same. The threshold is a guess from some of the turns; if it leaves too few
 * pairs, all turns are taken.
 *
 * Source  Edelsbrunner, Letscher & Zomorodian 2002, "Topological persistence
 *         and simplification", on a line; Downing & Socie 1982, "Simple
 *         rainflow counting algorithms", for the stack
 */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "server/thin/thinning.h"

enum { SAMPLES = 1024, TURNS_A_PAIR = 4 };

#define VISIBLE 1e-4      /* of the height of the picture, linear or not */

struct pair {
    uint32_t high, low;   /* points */
};

/* How much a pair stands out. */
enum measure { DIFFERENCE, RATIO };

static double score_of(enum measure measure, double a, double b)
{
    double high = a > b ? a : b, low = a > b ? b : a;

    return measure == RATIO ? high / low : high - low;
}

struct pairs {
    const double *value;
    struct pair *items;
    size_t count;
    uint32_t *open;       /* extremes that are not paired yet, in turn up and
                             down */
    size_t depth;
};

static void add_pair(struct pairs *pairs, uint32_t a, uint32_t b)
{
    bool rises = pairs->value[b] > pairs->value[a];

    pairs->items[pairs->count++] = rises ? (struct pair){b, a}
                                         : (struct pair){a, b};
}

/* Pair the inner two of the last four while they lie within the outer two. */
static void close_pairs(struct pairs *pairs)
{
    const double *value = pairs->value;

    while (pairs->depth >= 4) {
        uint32_t *last = pairs->open + pairs->depth - 4;
        double a = value[last[0]], b = value[last[1]];
        double c = value[last[2]], d = value[last[3]];

        if (a < b ? c < a || b > d : c > a || b < d)
            return;
        add_pair(pairs, last[1], last[2]);
        last[1] = last[3];
        pairs->depth -= 2;
    }
}

/*
 * Where the curve turns, with both of its ends; a plateau stands where it
 * begins. Without branches, as noise turns at two of three points.
 *
 * Returns how many were written to ret
 */
static size_t find_turns(const struct thinning *thinning, uint32_t *ret)
{
    const double *value = thinning->value;
    size_t count = 0, i = 0;
    uint32_t at;
    bool rises = false;

    while (i < thinning->count && !isfinite(value[i]))
        i++;
    if (i == thinning->count)
        return 0;
    ret[count++] = at = (uint32_t)i;
    for (; i < thinning->count; i++) {
        bool is_finite = thinning->is_finite || isfinite(value[i]);
        bool moves = is_finite && value[i] != value[at];
        bool up = value[i] > value[at];

        ret[count] = at;
        count += moves & (up != rises) & (at != ret[count - 1]);
        rises = moves ? up : rises;
        at = moves ? (uint32_t)i : at;
    }
    ret[count] = at;
    return count + (at != ret[count - 1]);
}

/*
 * Of turns drop those that turn back by less than `threshold`.
 *
 *   ret  [count]  out
 *
 * Returns how many are left
 */
static size_t drop_small(const double *value, const uint32_t *turns,
                         size_t count, enum measure measure, double threshold,
                         uint32_t *ret)
{
    uint32_t extreme = turns[0]; /* since the last turn that stays */
    bool rises = value[turns[1]] > value[turns[0]];
    size_t left = 0;

    for (size_t i = 1; i < count; i++) {
        double v = value[turns[i]], e = value[extreme];

        if (rises ? v >= e : v <= e) {
            extreme = turns[i];
        } else if (score_of(measure, v, e) >= threshold) {
            ret[left++] = extreme;
            extreme = turns[i];
            rises = !rises;
        }
    }
    ret[left++] = extreme;
    return left;
}

/* Pair turns[count], which go up and down in turn. */
static enum error find_pairs(const struct thinning *thinning,
                             const uint32_t *turns, size_t count,
                             struct pairs *ret)
{
    struct pairs pairs = {
        .value = thinning->value,
        .items = arena_array(thinning->scratch, count, sizeof *pairs.items),
        .open = arena_array(thinning->scratch, count, sizeof *pairs.open),
    };

    if (!pairs.items || !pairs.open)
        return ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        pairs.open[pairs.depth++] = turns[i];
        close_pairs(&pairs);
    }
    for (size_t i = 1; i < pairs.depth; i++)
        add_pair(&pairs, pairs.open[i - 1], pairs.open[i]);
    *ret = pairs;
    return OK;
}

/* ---- the greatest of them ----------------------------------------------- */

struct ranked {
    double score;
    uint32_t pair;
};

/* So many of the greatest scores. */
struct ranking {
    struct ranked *items;
    size_t count, count_max;
    struct pairs pairs;   /* which are ranked */
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void swap(struct ranked *items, size_t a, size_t b)
{
    struct ranked item = items[a];

    items[a] = items[b];
    items[b] = item;
}

/* The middle one of three, so that what is sorted already costs no more. */
static double pivot_of(const struct ranked *items, ptrdiff_t low,
                       ptrdiff_t high)
{
    double a = items[low].score, c = items[high].score;
    double b = items[low + (high - low) / 2].score;

    return a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
}

/*
 * Move the `wanted` greatest of items[count] to the front, in any order.
 *
 *   wanted  in  1 … count
 *
 * Source  Hoare 1961, "Algorithm 65: Find"
 * Cost    O(count) time as a rule
 */
static void move_greatest(struct ranked *items, size_t count, size_t wanted)
{
    ptrdiff_t low = 0, high = (ptrdiff_t)count - 1;
    ptrdiff_t last = (ptrdiff_t)wanted - 1;

    while (low < high) {
        double pivot = pivot_of(items, low, high);
        ptrdiff_t i = low, k = high;

        while (i <= k) {
            while (items[i].score > pivot)
                i++;
            while (items[k].score < pivot)
                k--;
            if (i <= k)
                swap(items, (size_t)i++, (size_t)k--);
        }
        /* None of [low, k] is below the pivot, none of [i, high] above, and
         * what is between is the pivot. */
        if (last > k && last < i)
            return;
        if (last <= k)
            high = k;
        else
            low = i;
    }
}

/* Merge runs [begin, middle) and [middle, end), the greatest first. Without
 * branches on scores, which nobody can predict. */
static void merge(const struct ranked *from, size_t begin, size_t middle,
                  size_t end, struct ranked *to)
{
    size_t a = begin, b = middle, at = begin;

    while (a < middle && b < end) {
        bool is_b = from[b].score > from[a].score;

        to[at++] = from[is_b ? b : a];
        a += !is_b;
        b += is_b;
    }
    memcpy(to + at, from + a, (middle - a) * sizeof *to);
    memcpy(to + at + middle - a, from + b, (end - b) * sizeof *to);
}

/*
 * Sort items[count], the greatest first; of equal ones the first.
 *
 *   spare  [count]  out  scratch
 *
 * Returns where they are: items or spare
 */
static struct ranked *sort(struct ranked *items, size_t count,
                           struct ranked *spare)
{
    for (size_t run = 1; run < count; run *= 2) {
        struct ranked *from = items;

        for (size_t i = 0; i < count; i += 2 * run)
            merge(from, i, least(i + run, count), least(i + 2 * run, count),
                  spare);
        items = spare;
        spare = from;
    }
    return items;
}

static bool is_kept(const struct thinning *thinning, struct pair pair)
{
    return thinning->kept[pair.high] && thinning->kept[pair.low];
}

/* Rank the pairs of turns[count] that are not picked. */
static enum error rank_turns(const struct thinning *thinning,
                             const uint32_t *turns, size_t count,
                             enum measure measure, struct ranking *ret)
{
    struct ranking ranking = {.count_max = thinning->left};

    struct ranked *spare;

    ranking.items = arena_array(thinning->scratch, count,
                                sizeof *ranking.items);
    spare = arena_array(thinning->scratch, count, sizeof *spare);
    if (!ranking.items || !spare)
        return ERR_MEMORY;
    TRY(find_pairs(thinning, turns, count, &ranking.pairs));
    for (size_t i = 0; i < ranking.pairs.count; i++) {
        struct pair pair = ranking.pairs.items[i];

        if (!is_kept(thinning, pair))
            ranking.items[ranking.count++] = (struct ranked){
                score_of(measure, thinning->value[pair.high],
                         thinning->value[pair.low]), (uint32_t)i};
    }
    if (ranking.count > ranking.count_max) {
        move_greatest(ranking.items, ranking.count, ranking.count_max);
        ranking.count = ranking.count_max;
    }
    ranking.items = sort(ranking.items, ranking.count, spare);
    *ret = ranking;
    return OK;
}

/* A threshold that about TURNS_A_PAIR times as many turns pass as pairs are
 * wanted, guessed from SAMPLES of them. */
static double guess_threshold(const struct thinning *thinning,
                              const uint32_t *turns, size_t count,
                              enum measure measure)
{
    size_t step = count / SAMPLES;
    size_t wanted = SAMPLES * TURNS_A_PAIR * thinning->left / count + 1;
    struct ranked samples[SAMPLES];
    double threshold;

    for (size_t i = 0; i < SAMPLES; i++)
        samples[i].score = score_of(measure,
                                    thinning->value[turns[i * step]],
                                    thinning->value[turns[i * step + 1]]);
    move_greatest(samples, SAMPLES, wanted);
    threshold = samples[0].score;
    for (size_t i = 1; i < wanted; i++)
        threshold = fmin(threshold, samples[i].score);
    return threshold;
}

static enum error rank_most(const struct thinning *thinning,
                            const uint32_t *turns, size_t count,
                            enum measure measure, struct ranking *ret)
{
    uint32_t *fewer;
    double threshold;

    if (count > 2 * SAMPLES && count / TURNS_A_PAIR > thinning->left) {
        fewer = arena_array(thinning->scratch, count, sizeof *fewer);
        if (!fewer)
            return ERR_MEMORY;
        threshold = guess_threshold(thinning, turns, count, measure);
        TRY(rank_turns(thinning, fewer,
                       drop_small(thinning->value, turns, count, measure,
                                  threshold, fewer),
                       measure, ret));
        if (ret->count == ret->count_max)
            return OK;
    }
    return rank_turns(thinning, turns, count, measure, ret);
}

/*
 * Pick the next pair of a ranking. Half of what may be picked when the first
 * one comes that nobody can see is left to others: rounding errors of a run
 * that has arrived are ups and downs too, by the thousand.
 *
 *   visible  in   the score of the least one that can be seen
 */
static void keep_next(struct thinning *thinning,
                      const struct ranking *ranking, size_t i, double visible,
                      size_t *left_min)
{
    struct pair pair;

    if (i >= ranking->count)
        return;
    if (ranking->items[i].score < visible && *left_min == 0)
        *left_min = (thinning->left + 1) / 2;
    if (ranking->items[i].score < visible && thinning->left <= *left_min)
        return;
    pair = ranking->pairs.items[ranking->items[i].pair];
    thin_keep(thinning, pair.high);
    thin_keep(thinning, pair.low);
}

enum error thin_keep_prominent(struct thinning *thinning)
{
    struct ranking differences, ratios = {0};
    size_t low, high, count, left_min = 0;
    double visible_difference, visible_ratio = 0;
    uint32_t *turns;

    if (thinning->left == 0
        || !thin_find_extremes(thinning, 0, thinning->count, &low, &high))
        return OK;
    turns = arena_array(thinning->scratch, thinning->count + 1,
                        sizeof *turns);
    if (!turns)
        return ERR_MEMORY;
    count = find_turns(thinning, turns);
    TRY(rank_most(thinning, turns, count, DIFFERENCE, &differences));
    visible_difference =
        VISIBLE * (thinning->value[high] - thinning->value[low]);
    if (thinning->value[low] > 0) {
        visible_ratio = pow(thinning->value[high] / thinning->value[low],
                            VISIBLE);
        TRY(rank_most(thinning, turns, count, RATIO, &ratios));
    }
    for (size_t i = 0; i < differences.count && thinning->left > 0; i++) {
        keep_next(thinning, &differences, i, visible_difference, &left_min);
        keep_next(thinning, &ratios, i, visible_ratio, &left_min);
    }
    return OK;
}
