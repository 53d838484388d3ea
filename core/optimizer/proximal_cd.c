/*
 * proximal_cd.c - Newton's method with l1: each step by coordinate descent.
 *
 * At x = (w, b) with scores f = X w + b, the loss of the rows is replaced by
 * its second-order model, the penalties stay as they are:
 *
 *     min over d  G.d + 1/2 sum_i h_i (x_i.d)^2 + l2/2 |w + d|^2 + l1 |w + d|_1
 *
 * which is minimised by one coordinate after the other, each exactly, over the
 * columns of X. Weights that are 0 and want to stay so are left out (the
 * working set) until the others have settled. Then x goes along d as far as
 * the loss falls by a share of the reduction that the model predicts: scores
 * along d are known, so a trial costs one pass over f, not over X. Zeros are
 * exact.
 *
 * What is small at the end is the shortest subgradient: G_j + l1 sign(w_j),
 * or by how much |G_j| exceeds l1 where w_j is 0.
 *
 * Source  Yuan, Ho & Lin 2012, J. Machine Learning Research 13, 1999-2030,
 *         Algorithm 3 (newGLMNET); Friedman, Hastie & Tibshirani 2010,
 *         J. Statistical Software 33(1)
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "core/kernel/vector.h"
#include "core/model/linear_model.h"
#include "core/objective/objective.h"
#include "core/optimizer/optimizer.h"

enum { SWEEPS, TOLERANCE };

static const struct parameter parameters[] = {
    [SWEEPS]    = {"sweeps", 1000, 1, 1e6,
                   "Most sweeps over the coordinates for one step.", CLOSED,
                   PARAMETER_INTEGER},
    [TOLERANCE] = {"subgradient_tolerance", 1e-9, 0, 1,
                   "It has converged where the sum of the subgradient's sizes "
                   "is at most this share of the first one.", CLOSED,
                   PARAMETER_NUMBER},
    {0},
};

enum {
    FIRST,             /* sum of the first subgradient's sizes; 0: not known */
    INNER,             /* share of it at which a step's sweeps end */
    SCALARS
};
enum { ROW_SCALARS = 6 };
enum {
    BLOCK = 256,       /* rows whose loss is asked for at once */
    HALVINGS_MAX = 40,
    CANCEL_COLUMNS = 256, /* between two looks at the flag */
};

#define DECREASE 0.01      /* of the predicted reduction: enough */
#define DAMPING 1e-12      /* added to each second derivative */
#define INNER_FIRST 0.1
#define INNER_FACTOR 0.25  /* when one sweep was enough */

/* What lies in the method's state. */
struct memory {
    const struct linear_model *linear;
    const struct columns *columns;
    size_t count, features; /* rows; n is features, or one more */
    double *G;              /* [n] gradient without l1, and without l2's part
                               of d */
    double *d, *H;          /* [n] direction; second derivatives */
    double *order;          /* [n] those in the working set stand first */
    double *trial, *gradient; /* [n] a point, and the gradient there */
    double *scalars;        /* [SCALARS] */
    double *f, *v;          /* [count] scores at x; their change along d */
    double *h, *to;         /* [count] curvatures; scores of a trial */
    double *loss, *work;    /* [count] */
};

static struct memory memory_of(const struct method *m)
{
    const struct linear_model *linear = m->objective->linear;
    size_t count = linear->rows->count, n = m->n;
    double *s = m->state, *r = m->row_state;

    return (struct memory){
        .linear = linear, .columns = linear->columns, .count = count,
        .features = linear->rows->features, .G = s, .d = s + n,
        .H = s + 2 * n, .order = s + 3 * n, .trial = s + 4 * n,
        .gradient = s + 5 * n, .scalars = s + 6 * n, .f = r, .v = r + count,
        .h = r + 2 * count, .to = r + 3 * count, .loss = r + 4 * count,
        .work = r + 5 * count,
    };
}

static size_t memory_size(size_t n, const double *p)
{
    (void)p;
    return 6 * n + SCALARS;
}

/* ---- at an iterate ----------------------------------------------------- */

/* Scores at x. */
static void set_scores(const struct memory *k, const double *x)
{
    double b = k->linear->intercept ? x[k->features] : 0;

    for (size_t i = 0; i < k->count; i++)
        k->f[i] = linear_dot(k->linear->rows, i, x) + b;
}

/* h: second derivatives of the rows' losses, with their weights. */
static void set_curvatures(const struct memory *k)
{
    const struct linear_model *linear = k->linear;
    double y[BLOCK];

    for (size_t done = 0; done < k->count; done += BLOCK) {
        size_t left = k->count - done, count = left < BLOCK ? left : BLOCK;

        for (size_t i = 0; i < count; i++)
            y[i] = linear_target(linear, done + i);
        linear->loss->curve(k->f + done, y, count, linear->loss_parameter,
                            k->h + done);
        for (size_t i = 0; i < count; i++)
            k->h[done + i] *= linear_weight(linear, done + i);
    }
}

/* H_j of a weight, or of the intercept. */
static double second_derivative(const struct memory *k, size_t j)
{
    const struct columns *c = k->columns;
    double sum = 0;

    if (j == k->features)
        return vector_sum(k->h, k->count) + DAMPING;
    for (uint64_t e = c->offsets[j]; e < c->offsets[j + 1]; e++)
        sum += k->h[c->rows[e]] * c->values[e] * c->values[e];
    return sum + k->linear->l2 + DAMPING;
}

static double sign(double x)
{
    return (x > 0) - (x < 0);
}

/* The size of the shortest subgradient by x_j, where G is the gradient
 * without l1. */
static double violation(double G, double x, double l1)
{
    if (x != 0)
        return fabs(G + l1 * sign(x));
    return fmax(fabs(G) - l1, 0);
}

/* l1 as coordinate j has it. */
static double l1_of(const struct memory *k, size_t j)
{
    return j < k->features ? k->linear->l1 : 0;
}

/* Take the l1 part out of m->g, and sum up the subgradient. */
static double set_gradient(const struct memory *k, const struct method *m)
{
    double sum = 0;

    for (size_t j = 0; j < m->n; j++) {
        k->G[j] = m->g[j] - l1_of(k, j) * sign(m->x[j]);
        sum += violation(k->G[j], m->x[j], l1_of(k, j));
    }
    return sum;
}

/* ---- the step ---------------------------------------------------------- */

/* v += a X_j, where X_j is 1 for the intercept. */
static void add_column(const struct memory *k, size_t j, double a)
{
    const struct columns *c = k->columns;

    if (j == k->features) {
        for (size_t i = 0; i < k->count; i++)
            k->v[i] += a;
        return;
    }
    for (uint64_t e = c->offsets[j]; e < c->offsets[j + 1]; e++)
        k->v[c->rows[e]] += a * c->values[e];
}

/* sum_i h_i v_i X_ij */
static double column_dot(const struct memory *k, size_t j)
{
    const struct columns *c = k->columns;
    double sum = 0;

    if (j == k->features)
        return vector_dot(k->h, k->v, k->count);
    for (uint64_t e = c->offsets[j]; e < c->offsets[j + 1]; e++)
        sum += k->h[c->rows[e]] * k->v[c->rows[e]] * c->values[e];
    return sum;
}

/* Minimise the model by coordinate j; by how much its subgradient was off.
 * A weight at 0 whose gradient is `least` below l1 is to be left out: -1. */
static double improve(const struct memory *k, const double *x, size_t j,
                      double least)
{
    double l1 = l1_of(k, j), l2 = j < k->features ? k->linear->l2 : 0;
    double G = k->G[j] + column_dot(k, j) + l2 * k->d[j];
    double at = x[j] + k->d[j], off = violation(G, at, l1), z;

    if (at == 0 && j < k->features && fabs(G) < l1 - least)
        return -1;
    /* Soft threshold: the minimum of H/2 z^2 + G z + l1 |at + z|. */
    if (G + l1 <= k->H[j] * at)
        z = -(G + l1) / k->H[j];
    else if (G - l1 >= k->H[j] * at)
        z = -(G - l1) / k->H[j];
    else
        z = -at;
    if (z != 0) {
        k->d[j] += z;
        add_column(k, j, z);
    }
    return off;
}

/* One sweep over the working set; the sum of what was off. */
static double sweep(const struct memory *k, const double *x, size_t *active,
                    double least)
{
    double sum = 0;

    for (size_t s = 0; s < *active; s++) {
        size_t j = (size_t)k->order[s];
        double off;

        if (s % CANCEL_COLUMNS == 0 && linear_is_canceled(k->linear))
            return 0;
        off = improve(k, x, j, least);
        if (off >= 0) {
            sum += off;
            continue;
        }
        k->order[s] = k->order[--*active];
        k->order[*active] = (double)j;
        s--;
    }
    return sum;
}

/* d, and v = X d, near the model's minimum; false when canceled. */
static bool set_direction(const struct memory *k, const struct method *m,
                          double near)
{
    size_t active = m->n;
    double least = near / (double)m->n;
    int sweeps = 0;

    memset(k->d, 0, m->n * sizeof *k->d);
    memset(k->v, 0, k->count * sizeof *k->v);
    for (size_t j = 0; j < m->n; j++)
        k->order[j] = (double)j;
    for (; sweeps < m->p[SWEEPS]; sweeps++) {
        bool is_whole = active == m->n;

        if (sweep(k, m->x, &active, least) > near)
            continue;
        if (is_whole)
            break;
        active = m->n; /* those that were left out have their look */
    }
    if (linear_is_canceled(k->linear))
        return false;
    if (sweeps <= 1)
        k->scalars[INNER] *= INNER_FACTOR;
    return true;
}

/* ---- how far ----------------------------------------------------------- */

/* Loss of the rows at scores f + t v, and the penalties at x + t d. */
static double loss_along(const struct memory *k, const struct method *m,
                         double t)
{
    const struct linear_model *linear = k->linear;
    double y[BLOCK], sum = 0, sizes = 0, squares = 0;

    for (size_t i = 0; i < k->count; i++)
        k->to[i] = k->f[i] + t * k->v[i];
    for (size_t done = 0; done < k->count; done += BLOCK) {
        size_t left = k->count - done, count = left < BLOCK ? left : BLOCK;

        for (size_t i = 0; i < count; i++)
            y[i] = linear_target(linear, done + i);
        linear->loss->evaluate(k->to + done, y, count, linear->loss_parameter,
                               k->loss + done, k->work + done);
        for (size_t i = 0; i < count; i++)
            k->loss[done + i] *= linear_weight(linear, done + i);
        sum += vector_sum(k->loss + done, count);
    }
    for (size_t j = 0; j < m->n; j++)
        k->trial[j] = m->x[j] + t * k->d[j];
    for (size_t j = 0; j < k->features; j++) {
        sizes += fabs(k->trial[j]);
        squares += k->trial[j] * k->trial[j];
    }
    return sum + linear->l1 * sizes + 0.5 * linear->l2 * squares;
}

/* By how much the model says the loss falls along d, to first order. */
static double predict_reduction(const struct memory *k, const struct method *m)
{
    double sum = vector_dot(k->G, k->d, m->n);

    for (size_t j = 0; j < k->features; j++)
        sum += k->linear->l1 * (fabs(m->x[j] + k->d[j]) - fabs(m->x[j]));
    return -sum;
}

/* Find a step along d; x + t d is then in `trial`. */
static enum reason search(const struct memory *k, struct method *m)
{
    double loss = loss_along(k, m, 0), t = 1;
    double predicted_reduction = predict_reduction(k, m);
    double level = 16 * DBL_EPSILON * fmax(fabs(loss), DBL_MIN);

    if (!(predicted_reduction > 0))
        return REASON_LINE_SEARCH;
    for (int i = 0; i < HALVINGS_MAX; i++, t *= 0.5) {
        double fall = loss - loss_along(k, m, t);

        if (fall >= DECREASE * t * predicted_reduction
            || (predicted_reduction <= level && fall >= -level)) {
            m->step_length = t;
            return REASON_NONE;
        }
    }
    return REASON_LINE_SEARCH;
}

static enum reason accept(const struct memory *k, struct method *m)
{
    bool stop;
    double loss = m->evaluate(m, k->trial, k->gradient, &stop);

    if (stop)
        return REASON_CANCELED;
    memcpy(k->f, k->to, k->count * sizeof *k->f);
    memcpy(m->x, k->trial, m->n * sizeof *m->x);
    memcpy(m->g, k->gradient, m->n * sizeof *m->g);
    m->loss = loss;
    return REASON_NONE;
}

static enum reason advance(struct method *m)
{
    struct memory k = memory_of(m);
    enum reason reason;
    enum error error;
    double sum;

    if (m->evaluations_left < 1)
        return REASON_MAX_EVALUATIONS;
    error = linear_columns(k.linear, m->arena, &k.columns);
    if (error != OK)
        return error == ERR_CLOSING ? REASON_CANCELED : REASON_FAILED;
    sum = set_gradient(&k, m);
    if (k.scalars[FIRST] == 0) {
        set_scores(&k, m->x);
        k.scalars[FIRST] = sum;
        k.scalars[INNER] = INNER_FIRST;
    }
    if (sum <= m->p[TOLERANCE] * k.scalars[FIRST])
        return REASON_GRADIENT_TOLERANCE;
    set_curvatures(&k);
    for (size_t j = 0; j < m->n; j++)
        k.H[j] = second_derivative(&k, j);
    if (!set_direction(&k, m, k.scalars[INNER] * sum))
        return REASON_CANCELED;
    reason = search(&k, m);
    return reason == REASON_NONE ? accept(&k, m) : reason;
}

static double more_bytes(const struct objective *objective)
{
    return linear_columns_bytes(objective->linear, objective->n);
}

static void check_objective(const struct objective *objective,
                            const char *pointer, struct faults *faults)
{
    const struct linear_model *linear = objective->linear;

    if (linear->loss->curve == NULL)
        fault_add(faults, pointer_member(faults, pointer, "type"),
                  FAULT_CONFLICT, NULL,
                  "proximal_cd needs a loss with a second derivative, and %s "
                  "has none", linear->loss->name);
}

const struct optimizer_kind optimizer_proximal_cd = {
    .name = "proximal_cd",
    .formula = "d = argmin G.d + d'Hd/2 + l1 |w + d|_1 by coordinates, x = x + "
               "t d, t by backtracking",
    .sentence = "Linear models with l1 or an elastic net: zeros are exact. The "
                "way of glmnet and of LIBLINEAR's l1.",
    .source = "Yuan, Ho & Lin 2012, J. Machine Learning Research 13, "
              "1999-2030; Friedman, Hastie & Tibshirani 2010, J. Statistical "
              "Software 33(1)",
    .parameters = parameters,
    .memory = memory_size,
    .row_scalars = ROW_SCALARS,
    .needs_linear = true,
    .check_objective = check_objective,
    .more_bytes = more_bytes,
    .advance = advance,
};
