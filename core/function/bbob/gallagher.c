/*
 * gallagher.c - BBOB f21 and f22: peaks at random places, upside down.
 *
 * Peak k has the height w_k, and a condition of its own whose axes are in an
 * order of its own. At each point the highest counts; the global one is
 * peak 0, at x_opt, so places are kept as seen from there.
 */
#include <math.h>

#include "core/function/bbob/bbob.h"
#include "core/function/bbob/draw.h"
#include "core/kernel/math.h"
#include "core/kernel/vector.h"

enum { PEAKS_MAX = 101, PEAK_SEEDS_APART = 1000 };

struct bbob_peaks {
    const double *height; /* [peaks] */
    const double *place;  /* [peaks][n] R (y_k - x_opt) */
    const double *scale;  /* [peaks][n] how curved it is along each axis */
};

/* ---- making them ------------------------------------------------------- */

/* Write the numbers 0 ... count - 1 in random order: those of `count` random
 * numbers from the least to the greatest. */
static void draw_order(uint32_t seed, size_t count, size_t *order)
{
    double number[PEAKS_MAX];
    struct bbob_draw draw;

    bbob_draw_init(&draw, seed);
    for (size_t i = 0; i < count; i++) {
        size_t at = i;

        number[i] = bbob_draw_next(&draw);
        for (; at > 0 && number[order[at - 1]] > number[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

static void draw_scale(uint32_t seed, size_t n, double condition,
                       double *scale)
{
    size_t order[BBOB_DIMENSION_MAX];

    draw_order(seed, n, order);
    for (size_t i = 0; i < n; i++)
        scale[i] = math_pow(condition, bbob_rank(order[i], n) - 0.5);
}

/* Heights rise from 1.1 to 9.1, in steps of one size; the conditions from 1 to
 * 1000, in random order. */
static void draw_shapes(const struct bbob *bbob, double *height,
                        double *scale)
{
    size_t count = bbob->function->peaks, n = bbob->n, order[PEAKS_MAX];

    draw_order(bbob->seed, count - 1, order);
    height[0] = 10;
    draw_scale(bbob->seed, n, bbob->function->peak_condition, scale);
    for (size_t k = 1; k < count; k++) {
        uint32_t seed = bbob->seed + PEAK_SEEDS_APART * (uint32_t)k;
        double condition = math_pow(1000, bbob_rank(order[k - 1], count - 1));

        height[k] = bbob_rank(k - 1, count - 1) * 8 + 1.1;
        draw_scale(seed, n, condition, scale + k * n);
    }
}

static double draw_coordinate(const struct bbob_function *function,
                              struct bbob_draw *draw)
{
    return 2 * function->peaks_reach * bbob_draw_next(draw)
         - function->peaks_reach;
}

/* The global one's is drawn nearer to the middle, and is zero seen from
 * itself. */
static void draw_places(const struct bbob *bbob, double *place)
{
    double y[BBOB_DIMENSION_MAX];
    size_t n = bbob->n;
    struct bbob_draw draw;

    bbob_draw_init(&draw, bbob->seed);
    for (size_t k = 0; k < bbob->function->peaks; k++) {
        for (size_t i = 0; i < n; i++)
            y[i] = draw_coordinate(bbob->function, &draw) - bbob->x_opt[i];
        for (size_t i = 0; i < n; i++)
            place[k * n + i] = k > 0 ? vector_dot(bbob->R + i * n, y, n) : 0;
    }
}

static enum error build_peaks(struct arena *arena, const struct bbob *bbob,
                              const struct bbob_peaks **ret)
{
    size_t count = bbob->function->peaks, n = bbob->n;
    struct bbob_peaks *peaks = ARENA_NEW(arena, struct bbob_peaks);
    double *height = arena_array(arena, count, sizeof *height);
    double *place = arena_array(arena, count * n, sizeof *place);
    double *scale = arena_array(arena, count * n, sizeof *scale);

    if (peaks == NULL || height == NULL || place == NULL || scale == NULL)
        return ERR_MEMORY;
    draw_shapes(bbob, height, scale);
    draw_places(bbob, place);
    *peaks = (struct bbob_peaks){height, place, scale};
    *ret = peaks;
    return OK;
}

/* ---- the functions ----------------------------------------------------- */

/* How high peak k is at z. */
static double peak_at(const struct bbob *bbob, size_t k, const double *z)
{
    const double *place = bbob->peaks->place + k * bbob->n;
    const double *scale = bbob->peaks->scale + k * bbob->n;
    double sum = 0;

    for (size_t i = 0; i < bbob->n; i++)
        sum += scale[i] * (z[i] - place[i]) * (z[i] - place[i]);
    return bbob->peaks->height[k] * math_exp(-0.5 / (double)bbob->n * sum);
}

static double gallagher(const struct bbob *bbob, struct bbob_point *p)
{
    double highest = 0, wave, inner;
    const double *place, *scale;
    size_t peak = 0, n = bbob->n;

    for (size_t k = 0; k < bbob->function->peaks; k++) {
        double height = peak_at(bbob, k, p->z);

        if (!(height <= highest)) { /* also where it is no number */
            highest = height;
            peak = k;
        }
    }
    wave = bbob_wave(10 - highest, &inner);
    place = bbob->peaks->place + peak * n;
    scale = bbob->peaks->scale + peak * n;
    for (size_t i = 0; i < n; i++)
        p->dz[i] = 2 * wave * inner * highest * scale[i]
                 * (p->z[i] - place[i]) / (double)n;
    return wave * wave;
}

/* A fifth nearer to the middle than the draw of places says. */
static void place_global(const struct bbob_function *function, uint32_t seed,
                         size_t n, double *x)
{
    struct bbob_draw draw;

    bbob_draw_init(&draw, seed);
    for (size_t i = 0; i < n; i++)
        x[i] = 0.8 * draw_coordinate(function, &draw);
}

#define GALLAGHER(peaks)                                                      \
    "T_osz(10 - max(k, 1, " #peaks ", w[k]*exp(-(x - y[k])'*R'*C[k]*R"        \
    "*(x - y[k])/(2*n))))^2 + pen(x) + f_opt"

const struct bbob_function bbob_gallagher_101 = {
    BBOB_FUNCTION(gallagher_101, 21, GALLAGHER(101),
                  "A hundred and one peaks, upside down, placed at random: "
                  "the way to the nearest says nothing of the best."),
    .first = BBOB_R,
    .penalty = 1,
    .peaks = PEAKS_MAX,
    .peaks_reach = 5,
    .peak_condition = 31.6227766016837933199889, /* sqrt(1000) */
    .build_peaks = build_peaks,
    .place = place_global,
    .loss = gallagher,
};

const struct bbob_function bbob_gallagher_21 = {
    BBOB_FUNCTION(gallagher_21, 22, GALLAGHER(21),
                  "Fewer peaks, and the best is thirty times as long as it "
                  "is wide."),
    .first = BBOB_R,
    .penalty = 1,
    .peaks = 21,
    .peaks_reach = 4.9,
    .peak_condition = 1000,
    .build_peaks = build_peaks,
    .place = place_global,
    .loss = gallagher,
};
