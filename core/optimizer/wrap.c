/* wrap.c - what can be put around every first-order rule. */
#include "core/optimizer/wrap.h"

#include <math.h>
#include <string.h>

#include "core/kernel/lanes.h"

#define OFF PARAMETER_OFF

/* PyTorch's clip_grad_norm_ divides by the norm plus this; Keras does not. */
#define CLIP_EPSILON 1e-6

const struct parameter wrap_parameters[] = {
    [WRAP_MAXIMIZE] = {
        "maximize", 0, 0, 1, "Go uphill instead.", CLOSED, PARAMETER_FLAG},
    [WRAP_CLIP_VALUE] = {
        "clip_value", OFF, 0, 1e100,
        "Cut each slope to at most this in size.", OPEN_LOW,
        PARAMETER_NUMBER},
    [WRAP_CLIP_NORM] = {
        "clip_norm", OFF, 0, 1e100,
        "Shorten the gradient to at most this norm.", OPEN_LOW,
        PARAMETER_NUMBER},
    [WRAP_WEIGHT_DECAY] = {
        "weight_decay", 0, 0, 1e6, "Adds this times x to the gradient.",
        CLOSED, PARAMETER_NUMBER},
    [WRAP_DECOUPLED_WEIGHT_DECAY] = {
        "decoupled_weight_decay", 0, 0, 1e6,
        "Before each step x shrinks by the rate times this.", CLOSED,
        PARAMETER_NUMBER},
    [WRAP_L1] = {
        "l1", 0, 0, 1e6,
        "Adds this times the sum of |x| to the loss, by proximal steps.",
        CLOSED, PARAMETER_NUMBER},
    [WRAP_LOOKAHEAD_STEPS] = {
        "lookahead_steps", OFF, 1, 1e6,
        "After so many steps go back part of the way.", CLOSED,
        PARAMETER_INTEGER},
    [WRAP_LOOKAHEAD_RATE] = {
        "lookahead_rate", 0.5, 0, 1,
        "The part of the way that lookahead keeps.", OPEN_LOW,
        PARAMETER_NUMBER},
    [WRAP_EMA_DECAY] = {
        "ema_decay", OFF, 0, 1,
        "Keep a running average of x with this decay, as result.average.",
        OPEN_HIGH, PARAMETER_NUMBER},
    [WRAP_PARAMETERS] = {0},
};

bool wrap_offers(const struct optimizer_kind *kind, const double *p,
                 enum wrap_parameter parameter)
{
    bool changes_g = parameter == WRAP_MAXIMIZE || parameter == WRAP_CLIP_VALUE
                || parameter == WRAP_CLIP_NORM
                || parameter == WRAP_WEIGHT_DECAY;

    if (parameter == WRAP_MAXIMIZE ? kind->needs_residuals
                                   : !optimizer_steps(kind, p))
        return false;
    if (changes_g && kind->needs_linear)
        return false;
    for (const struct parameter *own = kind->parameters; own->name; own++)
        if (strcmp(own->name, wrap_parameters[parameter].name) == 0)
            return false;
    return true;
}

enum error wrap_init(struct wrap *wrap, const struct optimizer_kind *kind,
                     const double *p, const double *low, const double *high,
                     const double *start, size_t n, struct arena *arena)
{
    bool keras = kind->dialect != NULL && strcmp(kind->dialect, "keras") == 0;

    *wrap = (struct wrap){
        .bounds = {low, high}, .clip_epsilon = keras ? 0 : CLIP_EPSILON,
    };
    memcpy(wrap->p, p, sizeof wrap->p);
    wrap->idle = p[WRAP_MAXIMIZE] == 0 && isnan(p[WRAP_CLIP_VALUE])
              && isnan(p[WRAP_CLIP_NORM]) && p[WRAP_WEIGHT_DECAY] == 0
              && p[WRAP_DECOUPLED_WEIGHT_DECAY] == 0 && p[WRAP_L1] == 0
              && isnan(p[WRAP_LOOKAHEAD_STEPS]) && isnan(p[WRAP_EMA_DECAY])
              && low == NULL && high == NULL;
    if (!isnan(p[WRAP_LOOKAHEAD_STEPS])) {
        wrap->slow = arena_array(arena, n, sizeof *wrap->slow);
        if (wrap->slow == NULL)
            return ERR_MEMORY;
        memcpy(wrap->slow, start, n * sizeof *start);
    }
    if (!isnan(p[WRAP_EMA_DECAY])) {
        wrap->ema = arena_array(arena, n, sizeof *wrap->ema);
        if (wrap->ema == NULL)
            return ERR_MEMORY;
        memcpy(wrap->ema, start, n * sizeof *start);
    }
    return OK;
}

/* ---- before the step --------------------------------------------------- */

static double clipped(double slope, double limit)
{
    if (slope > limit)
        return limit;
    return slope < -limit ? -limit : slope;
}

CLONES void wrap_before(struct wrap *wrap, struct step *s)
{
    const double *p = wrap->p;
    double *x = s->x, *g = s->g, factor;
    size_t n = s->n;

    if (p[WRAP_MAXIMIZE] != 0)
        for (size_t i = 0; i < n; i++)
            g[i] = -g[i];
    if (!isnan(p[WRAP_CLIP_VALUE]))
        for (size_t i = 0; i < n; i++)
            g[i] = clipped(g[i], p[WRAP_CLIP_VALUE]);
    if (!isnan(p[WRAP_CLIP_NORM])) {
        factor = p[WRAP_CLIP_NORM] / (vector_norm2(g, n) + wrap->clip_epsilon);
        for (size_t i = 0; i < n && factor < 1; i++)
            g[i] *= factor;
    }
    if (p[WRAP_WEIGHT_DECAY] != 0)
        for (size_t i = 0; i < n; i++)
            g[i] += p[WRAP_WEIGHT_DECAY] * x[i];
    if (p[WRAP_DECOUPLED_WEIGHT_DECAY] != 0) {
        factor = 1 - s->p[LEARNING_RATE] * p[WRAP_DECOUPLED_WEIGHT_DECAY];
        for (size_t i = 0; i < n; i++)
            x[i] *= factor;
    }
}

/* ---- after the step ---------------------------------------------------- */

/* The proximal step of l1 |x|: towards zero by `amount`, not past it. */
static double shrunk(double x, double amount)
{
    if (x > amount)
        return x - amount;
    return x < -amount ? x + amount : 0;
}

CLONES void wrap_after(struct wrap *wrap, struct step *s)
{
    const double *p = wrap->p;
    double *x = s->x, keep = s->t == 1 ? 0 : p[WRAP_EMA_DECAY];
    size_t n = s->n;

    if (p[WRAP_L1] != 0)
        for (size_t i = 0; i < n; i++)
            x[i] = shrunk(x[i], s->p[LEARNING_RATE] * p[WRAP_L1]);
    bounds_project(wrap->bounds, x, n);
    if (wrap->slow != NULL
        && s->t % (uint64_t)p[WRAP_LOOKAHEAD_STEPS] == 0)
        for (size_t i = 0; i < n; i++) {
            wrap->slow[i] += p[WRAP_LOOKAHEAD_RATE] * (x[i] - wrap->slow[i]);
            x[i] = wrap->slow[i] =
                bounds_nearest(wrap->bounds, wrap->slow[i], i);
        }
    for (size_t i = 0; i < n && wrap->ema != NULL; i++)
        wrap->ema[i] = bounds_nearest(
            wrap->bounds, keep * wrap->ema[i] + (1 - keep) * x[i], i);
}

/* ---- measuring --------------------------------------------------------- */

double wrap_loss(const struct wrap *wrap, const double *x, size_t n)
{
    double sum = 0;

    if (wrap->p[WRAP_L1] == 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        sum += fabs(x[i]);
    return wrap->p[WRAP_L1] * sum;
}

/* Whether the gradient is measured as it is. */
static bool is_plain(const struct wrap *wrap)
{
    return wrap->p[WRAP_L1] == 0 && wrap->bounds.low == NULL
        && wrap->bounds.high == NULL;
}

/* The component g of a gradient at x with the least subgradient of l1 |x|. */
static inline double with_l1(double x, double g, double l1)
{
    double moved = g + (x > 0 ? l1 : -l1);

    return x != 0 ? moved : shrunk(g, l1);
}

/* Components that are worked out at once. */
enum { BLOCK = 64 };

/*
 * The components of the gradient along which the loss can fall at x, of
 * `count` variables from `begin` on: 0 where it cannot.
 *
 *   x, g      [n]             in
 *   count     <= BLOCK
 *   ret_part  [count]         out
 */
static inline __attribute__((always_inline)) void
free_gradient(const struct wrap *wrap, const double *x, const double *g,
              size_t begin, size_t count, double *ret_part)
{
    double sign = wrap->p[WRAP_MAXIMIZE] != 0 ? -1 : 1;
    double l1 = wrap->p[WRAP_L1];
    const double *low = wrap->bounds.low, *high = wrap->bounds.high;

    x += begin;
    g += begin;
    for (size_t k = 0; k < count; k++)
        ret_part[k] = sign * g[k];
    for (size_t k = 0; k < count && l1 != 0; k++)
        ret_part[k] = with_l1(x[k], ret_part[k], l1);
    if (low != NULL)
        for (size_t k = 0; k < count; k++)
            ret_part[k] = bounds_free_above(low[begin + k], x[k], ret_part[k]);
    if (high != NULL)
        for (size_t k = 0; k < count; k++)
            ret_part[k] = bounds_free_below(high[begin + k], x[k],
                                            ret_part[k]);
}

static size_t block_from(size_t begin, size_t n)
{
    return n - begin < BLOCK ? n - begin : BLOCK;
}

/* The sum of the free gradient's squares over `unit`, in order. */
CLONES static double sum_squares(const struct wrap *wrap, const double *x,
                                 const double *g, size_t n, double unit)
{
    double part[BLOCK], sum = 0;

    for (size_t begin = 0; begin < n; begin += BLOCK) {
        size_t count = block_from(begin, n);

        free_gradient(wrap, x, g, begin, count, part);
        for (size_t k = 0; k < count; k++)
            part[k] /= unit;
        for (size_t k = 0; k < count; k++)
            sum += part[k] * part[k];
    }
    return sum;
}

/* The free gradient's greatest component, in size. */
static double greatest_size(const struct wrap *wrap, const double *x,
                            const double *g, size_t n)
{
    double part[BLOCK], greatest = 0;

    for (size_t begin = 0; begin < n; begin += BLOCK) {
        size_t count = block_from(begin, n);

        free_gradient(wrap, x, g, begin, count, part);
        for (size_t k = 0; k < count; k++)
            greatest = fmax(greatest, fabs(part[k]));
    }
    return greatest;
}

double wrap_gradient_norm(const struct wrap *wrap, const double *x,
                          const double *g, size_t n)
{
    double greatest, sum;

    if (is_plain(wrap))
        return vector_norm2(g, n);
    sum = sum_squares(wrap, x, g, n, 1);
    if (sum >= VECTOR_SQUARE_MIN && sum <= VECTOR_SQUARE_MAX)
        return sqrt(sum);
    greatest = greatest_size(wrap, x, g, n);
    if (isnan(sum) || greatest == 0 || isinf(greatest))
        return isnan(sum) ? sum : greatest;
    return greatest * sqrt(sum_squares(wrap, x, g, n, greatest));
}

CLONES struct squares wrap_squares(const struct wrap *wrap, const double *x,
                                   const double *before, const double *g,
                                   size_t n)
{
    double part[BLOCK], s[VECTOR_LANES];
    lanes sum = {0};

    if (is_plain(wrap))
        return vector_squares(g, x, before, n);
    for (size_t begin = 0; begin < n; begin += BLOCK) {
        size_t count = block_from(begin, n);

        free_gradient(wrap, x, g, begin, count, part);
        for (; count % VECTOR_LANES != 0; count++)
            part[count] = 0;
        for (size_t k = 0; k < count; k += VECTOR_LANES)
            sum += *(const lanes *)(part + k) * *(const lanes *)(part + k);
    }
    memcpy(s, &sum, sizeof s);
    return (struct squares){add_lanes(s), vector_distance2(x, before, n)};
}
