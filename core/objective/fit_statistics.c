/*
 * fit_statistics.c - what the residuals of a fit tell of its parameters.
 *
 * With J at the solution and s^2 = loss / degrees of freedom, the covariance is
 * s^2 (J'J)^-1 = s^2 R^-1 R^-T, by QR. Where weights are 1 / sigma^2 and these
 * sigmas are known, it is (J'J)^-1 itself. Standard errors are computed without
 * their squares, which may be beyond all doubles.
 *
 * Source  Bates & Watts 1988, Nonlinear Regression Analysis, section 2.3
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core/kernel/qr.h"
#include "core/kernel/vector.h"
#include "core/objective/fit.h"
#include "core/objective/robust.h"

static double weight(const struct fit_data *fit, size_t i)
{
    return fit->root != NULL ? fit->root[i] * fit->root[i] : 1;
}

static double count_weighing(const struct fit_data *fit)
{
    double count = 0;

    for (size_t i = 0; i < fit->rows; i++)
        count += weight(fit, i) > 0;
    return count;
}

/* The weighted mean of the target. */
static double mean_target(const struct fit_data *fit)
{
    double weights = 0, sum = 0;

    for (size_t i = 0; i < fit->rows; i++) {
        weights += weight(fit, i);
        sum += weight(fit, i) * fit->target[i];
    }
    return sum / weights;
}

/* From the residuals in fit->r; by the greatest, so that no square is beyond
 * all doubles. */
static double r_squared(const struct fit_data *fit)
{
    double mean = mean_target(fit), greatest = 0, total = 0, left;

    if (fit->residuals.robust != NULL)
        return NAN;
    for (size_t i = 0; i < fit->rows; i++)
        greatest = fmax(greatest, fabs(fit->target[i] - mean));
    for (size_t i = 0; i < fit->rows; i++) {
        double by = (fit->target[i] - mean) / greatest;

        total += weight(fit, i) * by * by;
    }
    left = vector_norm2(fit->r, fit->rows) / greatest;
    return total > 0 ? 1 - left * left / total : NAN;
}

static bool is_fixed(const struct fit_end *end, size_t j)
{
    return end->low != NULL && end->high != NULL
        && end->low[j] == end->high[j];
}

/* The Jacobian in fit->J, factored where it stands; the columns of fixed
 * parameters are empty. */
static enum error factor(const struct fit_data *fit, const struct fit_end *end,
                         struct arena *arena, struct qr *ret)
{
    TRY(qr_init_over(ret, fit->J, fit->rows, fit->n, arena));
    robust_correct(&fit->residuals, fit->r, fit->J, fit->n);
    for (size_t j = 0; j < fit->n; j++)
        if (is_fixed(end, j))
            memset(fit->J + j * fit->rows, 0, fit->rows * sizeof *fit->J);
    qr_factor(ret);
    return OK;
}

/* A product of C and two standard errors' unit, which is no number where it is
 * beyond all doubles. */
static double scaled(double C, double unit)
{
    double product = C * unit * unit;

    return product == 0 && C != 0 ? NAN : product;
}

/* (J'J)^-1 in the unit of the residuals, and the roots of its diagonal, unless
 * none is known. */
static enum error set_errors(const struct qr *qr, double unit,
                             struct arena *arena, struct fit_statistics *s)
{
    size_t n = qr->n, known = 0;

    s->covariance = arena_array(arena, n * n, sizeof *s->covariance);
    s->standard_errors = arena_array(arena, n, sizeof *s->standard_errors);
    if (s->covariance == NULL || s->standard_errors == NULL)
        return ERR_MEMORY;
    qr_inverse(qr, s->covariance);
    qr_inverse_roots(qr, s->standard_errors);
    for (size_t i = 0; i < n * n; i++)
        s->covariance[i] = scaled(s->covariance[i], unit);
    for (size_t j = 0; j < n; j++) {
        s->standard_errors[j] *= unit;
        known += !isnan(s->standard_errors[j]);
    }
    if (known == 0)
        s->covariance = s->standard_errors = NULL;
    return OK;
}

static size_t count_free(const struct fit_data *fit, const struct fit_end *end)
{
    size_t count = 0;

    for (size_t j = 0; j < fit->n; j++)
        count += !is_fixed(end, j);
    return count;
}

enum error fit_statistics(const struct objective *objective,
                          const struct fit_end *end, struct arena *arena,
                          struct fit_statistics *ret)
{
    const struct fit_data *fit = fit_data_of(objective);
    struct fit_statistics s = {.degrees_of_freedom = NAN,
                               .residual_standard_deviation = NAN,
                               .r_squared = NAN};
    double root, rank = (double)count_free(fit, end), unit = 1;
    bool factored;
    struct qr qr;

    fit->residuals.evaluate(objective->data, end->x, fit->r, fit->J);
    root = robust_root_loss(&fit->residuals, fit->r);
    if (end->converged)
        s.r_squared = r_squared(fit);
    *ret = s;
    if (end->constrained)
        return OK;
    factored = fit->n <= FIT_STATISTICS_MAX
            && vector_is_finite(fit->J, fit->n * fit->rows);
    if (factored) {
        TRY(factor(fit, end, arena, &qr));
        rank = (double)qr.rank;
    }
    s.degrees_of_freedom = fmax(count_weighing(fit) - rank, 0);
    if (s.degrees_of_freedom > 0)
        s.residual_standard_deviation = root / sqrt(s.degrees_of_freedom);
    if (!fit->absolute_sigma)
        unit = s.residual_standard_deviation;
    if (end->converged && factored && isfinite(unit))
        TRY(set_errors(&qr, unit, arena, &s));
    *ret = s;
    return OK;
}
