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
 * Source  Edelsbrunner, Letscher & Zomorodian 2002, "Topological persistence
 *         and simplification", on a line; Downing & Socie 1982, "Simple
 *         rainflow counting algorithms", for the stack
 */
#include <math.h>

#include "server/thin/thinning.h"

#define VISIBLE 1e-4      /* of the height of the picture, linear or not */

struct pair {
    uint32_t high, low;   /* points */
};

struct pairs {
    const double *value;
    struct pair *items;
    size_t count;
    uint32_t *open;       /* extremes that are not paired yet, in turn up and
                             down; the last one may still move on */
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

static void add_value(struct pairs *pairs, uint32_t i)
{
    const double *value = pairs->value;
    uint32_t *top = pairs->open + pairs->depth;

    if (pairs->depth > 0 && value[i] == value[top[-1]])
        return; /* a plateau stands where it begins */
    if (pairs->depth > 1
        && (value[i] > value[top[-1]]) == (value[top[-1]] > value[top[-2]]))
        top[-1] = i;
    else {
        *top = i;
        pairs->depth++;
    }
    close_pairs(pairs);
}

static enum error find_pairs(const struct thinning *thinning,
                             struct pairs *ret)
{
    size_t n = thinning->count;
    struct pairs pairs = {
        .value = thinning->value,
        .items = arena_array(thinning->scratch, n, sizeof *pairs.items),
        .open = arena_array(thinning->scratch, n, sizeof *pairs.open),
    };

    if (!pairs.items || !pairs.open)
        return ERR_MEMORY;
    for (size_t i = 0; i < n; i++)
        if (isfinite(thinning->value[i]))
            add_value(&pairs, (uint32_t)i);
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

/* So many of the greatest scores: a heap whose first is the least. */
struct ranking {
    struct ranked *items;
    size_t count, count_max;
};

static void sift_down(struct ranking *ranking, size_t i)
{
    struct ranked *items = ranking->items, moved = items[i];

    for (;;) {
        size_t child = 2 * i + 1;

        if (child + 1 < ranking->count
            && items[child + 1].score < items[child].score)
            child++;
        if (child >= ranking->count || items[child].score >= moved.score)
            break;
        items[i] = items[child];
        i = child;
    }
    items[i] = moved;
}

static void rank(struct ranking *ranking, double score, uint32_t pair)
{
    struct ranked *items = ranking->items;
    size_t i = ranking->count;

    if (i == ranking->count_max) {
        if (score > items[0].score) {
            items[0] = (struct ranked){score, pair};
            sift_down(ranking, 0);
        }
        return;
    }
    for (ranking->count++; i > 0 && items[(i - 1) / 2].score > score;
         i = (i - 1) / 2)
        items[i] = items[(i - 1) / 2];
    items[i] = (struct ranked){score, pair};
}

/* Sort a heap: the greatest first. */
static void sort(struct ranking *ranking)
{
    size_t count = ranking->count;

    while (ranking->count > 1) {
        struct ranked least = ranking->items[0];

        ranking->items[0] = ranking->items[--ranking->count];
        ranking->items[ranking->count] = least;
        sift_down(ranking, 0);
    }
    ranking->count = count;
}

/* The least and the greatest finite value; false: there is none. */
static bool find_span(const struct thinning *thinning, double *ret_least,
                      double *ret_greatest)
{
    double least = INFINITY, greatest = -INFINITY;

    for (size_t i = 0; i < thinning->count; i++) {
        double value = thinning->value[i];

        if (!isfinite(value))
            continue;
        least = value < least ? value : least;
        greatest = value > greatest ? value : greatest;
    }
    *ret_least = least;
    *ret_greatest = greatest;
    return least <= greatest;
}

static bool is_kept(const struct thinning *thinning, struct pair pair)
{
    return thinning->kept[pair.high] && thinning->kept[pair.low];
}

static enum error rank_pairs(const struct thinning *thinning,
                             const struct pairs *pairs, bool by_ratio,
                             struct ranking *ret)
{
    struct ranking ranking = {.count_max = thinning->left};

    ranking.items = arena_array(thinning->scratch, ranking.count_max,
                                sizeof *ranking.items);
    if (!ranking.items)
        return ERR_MEMORY;
    for (size_t i = 0; i < pairs->count; i++) {
        double high = pairs->value[pairs->items[i].high];
        double low = pairs->value[pairs->items[i].low];

        if (!is_kept(thinning, pairs->items[i]))
            rank(&ranking, by_ratio ? high / low : high - low, (uint32_t)i);
    }
    sort(&ranking);
    *ret = ranking;
    return OK;
}

/*
 * Pick the next pair of a ranking. Half of what may be picked when the first
 * one comes that nobody can see is left to others: rounding errors of a run
 * that has arrived are ups and downs too, by the thousand.
 *
 *   visible  in   the score of the least one that can be seen
 */
static void keep_next(struct thinning *thinning, const struct pairs *pairs,
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
    pair = pairs->items[ranking->items[i].pair];
    thin_keep(thinning, pair.high);
    thin_keep(thinning, pair.low);
}

enum error thin_keep_prominent(struct thinning *thinning)
{
    struct ranking differences, ratios = {0};
    double least, greatest;
    struct pairs pairs;
    size_t left_min = 0;

    if (thinning->left == 0 || !find_span(thinning, &least, &greatest))
        return OK;
    TRY(find_pairs(thinning, &pairs));
    TRY(rank_pairs(thinning, &pairs, false, &differences));
    if (least > 0)
        TRY(rank_pairs(thinning, &pairs, true, &ratios));
    for (size_t i = 0; i < differences.count && thinning->left > 0; i++) {
        keep_next(thinning, &pairs, &differences, i,
                  VISIBLE * (greatest - least), &left_min);
        keep_next(thinning, &pairs, &ratios, i,
                  pow(greatest / least, VISIBLE), &left_min);
    }
    return OK;
}
