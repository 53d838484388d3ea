/*
 * damped.c - a sum of residuals at a point: loss, gradient, the factors of the
 * Jacobian, and how long its columns are and have been.
 *
 * D, the lengths of J's columns, makes the units of the parameters not matter.
 * Columns may shorten by a fifth an iteration at most: the greatest length so
 * far (More) stiffens in long valleys, the present one lets parameters that
 * have lost their influence run away.
 */
#include "core/optimizer/damped.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/base/bounds.h"
#include "core/kernel/vector.h"
#include "core/objective/robust.h"

#define SHORTENING 0.8      /* of D, at most */
#define LEVEL 1e-12         /* shares of the loss below this are rounding */
#define CLEAR 1e-8          /* of R's diagonal by its greatest: less says that
                               columns do the same */
#define EXACT 1e-12         /* residuals by what they are differences of: less
                               is rounding */
#define REDUCTION_LEAST 1e-6 /* of the loss: with as much to be had by J no
                               point is a minimum */

/* A parameter has lost its influence where its column is this much shorter than
 * it has been, and what the column comes to, times the greatest the parameter
 * has been, is less than this by the residuals. */
#define LOST_LENGTH 1e-4
#define LOST_PART 1e-3

/* ---- memory ------------------------------------------------------------ */

enum { VECTORS = 12, COLUMNS = 3 }; /* of n, of rows, beside two Jacobians */

double damped_size(double rows, double n)
{
    return qr_size(rows, n) + rows * n + VECTORS * n + COLUMNS * rows;
}

/* The next `count` numbers of an array. */
static double *cut(double **rest, size_t count)
{
    double *first = *rest;

    *rest += count;
    return first;
}

enum error damped_init(struct damped *d, struct method *m, double mu,
                       double **ret_a, double **ret_b)
{
    size_t n = m->n, rows = m->objective->residuals->count;
    double *vectors, *columns;

    *d = (struct damped){
        .m = m, .residuals = m->objective->residuals, .n = n, .rows = rows,
        .evaluations_left = m->evaluations_left,
    };
    TRY(qr_init(&d->qr, rows, n, m->arena));
    d->trial_J = arena_array(m->arena, rows * n, sizeof *d->trial_J);
    columns = arena_array(m->arena, COLUMNS * rows, sizeof *columns);
    vectors = arena_array(m->arena, VECTORS * n, sizeof *vectors);
    if (d->trial_J == NULL || columns == NULL || vectors == NULL)
        return ERR_MEMORY;
    d->r = cut(&columns, rows);
    d->qtr = cut(&columns, rows);
    d->trial_r = cut(&columns, rows);
    d->x = cut(&vectors, n);
    d->g = cut(&vectors, n);
    d->D = cut(&vectors, n);
    d->trial = cut(&vectors, n);
    d->trial_g = cut(&vectors, n);
    d->step = cut(&vectors, n);
    d->damping = cut(&vectors, n);
    d->length = cut(&vectors, n);
    d->greatest_x = cut(&vectors, n);
    d->greatest_length = cut(&vectors, n);
    *ret_a = cut(&vectors, n);
    *ret_b = cut(&vectors, n);
    damped_restart(d, m->x, mu);
    return OK;
}

void damped_restart(struct damped *d, const double *x, double mu)
{
    memcpy(d->trial, x, d->n * sizeof *x);
    memset(d->D, 0, d->n * sizeof *d->D);
    memset(d->greatest_x, 0, d->n * sizeof *d->greatest_x);
    d->mu = mu;
    d->growth = 2;
    d->reach = 1;
}

/* ---- at a point -------------------------------------------------------- */

/* Whether parameter j, at x, is at a bound that its gradient points out of. */
static bool points_out(const struct method *m, size_t j, double x, double g)
{
    return (m->low != NULL && x <= m->low[j] && g >= 0)
        || (m->high != NULL && x >= m->high[j] && g <= 0);
}

bool damped_is_held(const struct damped *d, size_t j)
{
    return points_out(d->m, j, d->x[j], d->g[j]);
}

/* Gradient and greatest cosine at the trial. */
static void measure(struct damped *d)
{
    double length = vector_norm2(d->trial_r, d->rows);

    d->trial_cosine = 0;
    for (size_t j = 0; j < d->n; j++) {
        const double *column = d->trial_J + j * d->rows;
        double product = vector_dot(column, d->trial_r, d->rows);
        double norm = vector_norm2(column, d->rows);

        d->trial_g[j] = 2 * product;
        if (norm > 0 && length > 0
            && !points_out(d->m, j, d->trial[j], product))
            d->trial_cosine = fmax(d->trial_cosine,
                                   fabs(product) / norm / length);
    }
}

enum reason damped_evaluate(struct damped *d, double *J)
{
    bool stop;

    if (d->evaluations_left < 1)
        return REASON_MAX_EVALUATIONS;
    d->evaluations_left--;
    d->trial_loss = d->m->evaluate_residuals(d->m, d->trial, d->trial_r, J,
                                             &stop);
    return stop ? REASON_CANCELED : REASON_NONE;
}

enum reason damped_look(struct damped *d, bool *ret_finite)
{
    enum reason reason = damped_evaluate(d, d->trial_J);

    if (reason != REASON_NONE)
        return reason;
    robust_correct(d->residuals, d->trial_r, d->trial_J, d->n);
    measure(d);
    *ret_finite = isfinite(d->trial_loss)
               && vector_is_finite(d->trial_g, d->n)
               && vector_is_finite(d->trial_J, d->n * d->rows);
    return REASON_NONE;
}

static void swap(double **a, double **b)
{
    double *kept = *a;

    *a = *b;
    *b = kept;
}

double damped_greatest_part(const struct damped *d)
{
    double greatest = 0;

    for (size_t j = 0; j < d->n; j++)
        greatest = fmax(greatest, d->length[j] * fabs(d->x[j]));
    return greatest;
}

void damped_take(struct damped *d)
{
    swap(&d->x, &d->trial);
    swap(&d->g, &d->trial_g);
    swap(&d->r, &d->trial_r);
    swap(&d->qr.A, &d->trial_J);
    d->loss = d->trial_loss;
    d->cosine = d->trial_cosine;
    for (size_t j = 0; j < d->n; j++) {
        double *column = d->qr.A + j * d->rows;
        double length = vector_norm2(column, d->rows);

        d->length[j] = length;
        d->D[j] = fmax(SHORTENING * d->D[j], length);
        d->greatest_length[j] = fmax(d->greatest_length[j], length);
        d->greatest_x[j] = fmax(d->greatest_x[j], fabs(d->x[j]));
        if (damped_is_held(d, j))
            memset(column, 0, d->rows * sizeof *column);
    }
    d->rounding = LEVEL * d->loss
                + 4 * DBL_EPSILON * sqrt(d->loss) * damped_greatest_part(d);
    qr_factor(&d->qr);
    memcpy(d->qtr, d->r, d->rows * sizeof *d->r);
    qr_apply_qt(&d->qr, d->qtr);
}

/* ---- what is known there ----------------------------------------------- */

bool damped_is_exact(const struct damped *d)
{
    return sqrt(d->loss) <= EXACT * damped_greatest_part(d);
}

size_t damped_count_alike(const struct damped *d)
{
    size_t count = 0, clear = 0;

    for (size_t j = 0; j < d->n; j++)
        count += !damped_is_held(d, j) && d->greatest_length[j] > 0;
    while (clear < count && clear < d->rows
           && fabs(d->qr.diagonal[clear]) > CLEAR * fabs(d->qr.diagonal[0]))
        clear++;
    return count - clear;
}

static bool is_fixed(const struct method *m, size_t j)
{
    return m->low != NULL && m->high != NULL && m->low[j] == m->high[j];
}

/* A parameter that its gradient holds at a bound has not lost influence. */
static bool is_lost(const struct damped *d, size_t j)
{
    return !is_fixed(d->m, j) && !(damped_is_held(d, j) && d->g[j] != 0)
        && d->length[j] < LOST_LENGTH * d->greatest_length[j]
        && d->length[j] * d->greatest_x[j] < LOST_PART * sqrt(d->loss);
}

bool damped_has_lost_influence(const struct damped *d)
{
    for (size_t j = 0; j < d->n; j++)
        if (is_lost(d, j))
            return true;
    return false;
}

bool damped_is_mute(const struct damped *d, size_t j)
{
    return d->greatest_length[j] == 0 && !is_fixed(d->m, j);
}

double damped_elsewhere(const struct damped *d, size_t j, unsigned place)
{
    static const double shares[DAMPED_PLACES] = {0.5, 0.1, 0.01, 0.001};
    static const double decades[DAMPED_PLACES] = {0.1, 0.01, 0.001, 0.0001};
    const double *low = d->m->low, *high = d->m->high;
    double x = d->x[j] != 0 ? d->x[j] * decades[place] : decades[place];

    if (low != NULL && high != NULL && isfinite(high[j] - low[j]))
        return low[j] + shares[place] * (high[j] - low[j]);
    return bounds_nearest((struct bounds){low, high}, x, j);
}

bool damped_predicts_more(const struct damped *d)
{
    size_t clear = 0;
    double part; /* lengths, as squares may be beyond all doubles */

    while (clear < d->qr.rank && fabs(d->qr.diagonal[clear])
                                     > CLEAR * fabs(d->qr.diagonal[0]))
        clear++;
    part = vector_norm2(d->qtr, clear);
    return part > sqrt(REDUCTION_LEAST) * vector_norm2(d->qtr, d->rows)
        && part > sqrt(d->rounding);
}
