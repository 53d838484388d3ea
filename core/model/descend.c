/*
 * descend.c - steps of single rows, one after the other, without a look.
 *
 * A step against the gradient of one row takes less time than what is done
 * around it: a batch is made up, the gradient is stored, its length measured,
 * the loss gets a logarithm that nobody asks for. Here a row is read, and x
 * moved, with the same bits; whether that may be done unseen is made sure by
 * bounds.
 */
#include <math.h>
#include <string.h>

#include "core/kernel/lanes.h"
#include "core/kernel/rows.h"
#include "core/model/model_data.h"

/* Rows that are asked for before they are needed: about as long as memory
 * takes to answer. */
enum { AHEAD = 16 };

/* Squares of lengths between these are certainly finite and not zero, also
 * when they are multiplied by the rate's square. */
#define SQUARE_MIN 0x1p-400
#define SQUARE_MAX 0x1p400
#define RATE_MAX 0x1p100

/* One row and what is known of it at an iterate. */
struct visit {
    const double *row;
    double f, y, weight, slope; /* slope: weight times the derivative by f */
};

/* What a step shows of where it began: the squares of gradient and weights. */
struct passed {
    double gradient, weights;
};

/* Whether the model is one whose steps are known here. */
static bool descends(const struct model *model)
{
    const struct model_design *design = &model->design;

    return design->choice.hidden_count == 0 && design->loss->slope != NULL
        && !heads[design->head].of_many && design->l1 == 0
        && model->training.layout == ROWS_DENSE64;
}

/* Asks for place i of the batch, which may lie behind what is known of it. */
static inline void ask_for(const struct rows *rows, const struct batch *batch,
                           size_t i)
{
    size_t row;

    if (i >= batch->count + batch->more)
        return;
    row = batch_row(batch, i);
    __builtin_prefetch(rows->target + row);
    rows_prefetch(rows->dense64 + row * rows->features,
                  rows->features * sizeof(double));
}

static inline __attribute__((always_inline)) struct visit
visit(const struct model *model, size_t row, const double *x)
{
    const struct rows *rows = &model->training;
    size_t n = rows->features;
    struct visit v = {.row = rows->dense64 + row * n,
                      .y = 2 * rows->target[row] - 1,
                      .weight = rows->weight != NULL ? rows->weight[row] : 1};

    v.f = n < VECTOR_LANES ? vector_dot(v.row, x, n)
                           : dot_lanes(v.row, x, n);
    if (model->network.has_biases)
        v.f += x[n];
    v.slope = v.weight * model->design.loss->slope(v.f, v.y);
    return v;
}

/*
 * to = x - rate g, g being slope times the row, and l2 x on top.
 *
 *   n    numbers of the row; the intercept stands behind them
 */
static inline __attribute__((always_inline)) struct passed
move(const struct visit *v, bool has_bias, double l2, double rate, size_t n,
     const double *restrict x, double *restrict to)
{
    lanes gradient = {0}, weights = {0};
    struct passed passed;
    size_t j = 0;

    for (; j + VECTOR_LANES <= n; j += VECTOR_LANES) {
        lanes w = *(const lanes *)(x + j);
        /* 0 + makes 0 of -0, as adding to a gradient does */
        lanes g = (0 + v->slope * *(const lanes *)(v->row + j)) + l2 * w;

        *(lanes *)(to + j) = w - rate * g;
        gradient += g * g;
        weights += w * w;
    }
    passed = (struct passed){add_halves(&gradient), add_halves(&weights)};
    for (; j < n; j++) {
        double g = (0 + v->slope * v->row[j]) + l2 * x[j];

        to[j] = x[j] - rate * g;
        passed.gradient += g * g;
        passed.weights += x[j] * x[j];
    }
    if (has_bias) {
        double g = 0 + v->slope;

        to[n] = x[n] - rate * g;
        passed.gradient += g * g;
        passed.weights += x[n] * x[n];
    }
    return passed;
}

/*
 * Whether the place where a step began may go by: all is finite, something
 * moves, and the loss is at most `most`. A convex loss is at most what it is
 * at f = 0, where it is at most 1, and f times its slope; twice that is above
 * every rounding.
 */
static inline bool is_certain(const struct visit *v, struct passed passed,
                              double l2, double most)
{
    double loss = v->weight + fabs(v->f * v->slope)
                + 0.5 * l2 * passed.weights;

    return 2 * loss <= most && passed.gradient >= SQUARE_MIN
        && passed.gradient <= SQUARE_MAX && passed.weights <= SQUARE_MAX;
}

/* Steps from at[0] to at[1], at[2], at[0], ...: as many as are certain. What
 * was visited before the last one is left in `last`. */
static CLONES size_t walk(const struct model *model, const struct batch *batch,
                          const struct descent *how, double *const at[3],
                          struct visit *last)
{
    const struct rows *rows = &model->training;
    bool has_bias = model->network.has_biases;
    double l2 = model->design.l2;
    size_t k;

    for (k = 0; k < batch->count; k++) {
        const double *x = at[k % 3];
        struct visit v;
        struct passed passed;

        ask_for(rows, batch, k + AHEAD);
        v = visit(model, batch_row(batch, k), x);
        passed = move(&v, has_bias, l2, how->rate, rows->features, x,
                      at[(k + 1) % 3]);
        if (!is_certain(&v, passed, l2, how->loss_max))
            break;
        *last = v;
    }
    return k;
}

/* x = at[steps], before = at[steps - 1], in turns of three. */
static void put_in_place(size_t steps, double *x, double *before,
                         const double *third, size_t n)
{
    if (steps % 3 == 0)
        memcpy(before, third, n * sizeof *before);
    if (steps % 3 == 2)
        memcpy(x, third, n * sizeof *x);
    for (size_t i = 0; steps % 3 == 1 && i < n; i++) {
        double kept = x[i];

        x[i] = before[i];
        before[i] = kept;
    }
}

size_t model_descend(void *data, const struct batch *batch,
                     const struct descent *how, double *x, double *before,
                     double *g, size_t n, double *ret_loss)
{
    struct model *model = data;
    double *const at[3] = {x, before, g};
    double loss, slope;
    struct visit last;
    size_t steps;

    if (!descends(model) || !(how->rate >= 0 && how->rate <= RATE_MAX))
        return 0;
    steps = walk(model, batch, how, at, &last);
    if (steps == 0)
        return 0;
    put_in_place(steps, x, before, g, n);
    model->design.loss->evaluate(&last.f, &last.y, 1,
                                 model->design.loss_parameter, &loss, &slope);
    *ret_loss = last.weight * loss + model_penalize(model, before, NULL);
    return steps;
}
