/*
 * fit_statistics.c - what the residuals of a fit tell of its parameters.
 *
 * With J at the solution and s^2 = loss / degrees of freedom, the covariance is
 * s^2 (J'J)^-1 = s^2 R^-1 R^-T, by QR.
 *
 * Source  Bates & Watts 1988, Nonlinear Regression Analysis, section 2.3
 */
#include <math.h>
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

/* From the residuals in fit->r. */
static double r_squared(const struct fit_data *fit)
{
    double weights = 0, mean = 0, total = 0, left = 0;

    if (fit->residuals.robust != NULL)
        return NAN;
    for (size_t i = 0; i < fit->rows; i++) {
        weights += weight(fit, i);
        mean += weight(fit, i) * fit->target[i];
    }
    mean /= weights;
    for (size_t i = 0; i < fit->rows; i++) {
        double by = fit->target[i] - mean;

        total += weight(fit, i) * by * by;
    }
    left = vector_dot(fit->r, fit->r, fit->rows);
    return total > 0 ? 1 - left / total : NAN;
}

/* C times s^2, and the roots of its diagonal, unless none is known. */
static enum error set_errors(const struct qr *qr, struct arena *arena,
                             struct fit_statistics *s)
{
    size_t n = qr->n, known = 0;
    double variance = s->residual_standard_deviation
                    * s->residual_standard_deviation;

    s->covariance = arena_array(arena, n * n, sizeof *s->covariance);
    s->standard_errors = arena_array(arena, n, sizeof *s->standard_errors);
    if (s->covariance == NULL || s->standard_errors == NULL)
        return ERR_MEMORY;
    qr_inverse(qr, s->covariance);
    for (size_t i = 0; i < n * n; i++)
        s->covariance[i] *= variance;
    for (size_t j = 0; j < n; j++) {
        s->standard_errors[j] = sqrt(s->covariance[j * n + j]);
        known += !isnan(s->standard_errors[j]);
    }
    if (known == 0)
        s->covariance = s->standard_errors = NULL;
    return OK;
}

enum error fit_statistics(const struct objective *objective, const double *x,
                          bool constrained, struct arena *arena,
                          struct fit_statistics *ret)
{
    const struct fit_data *fit = fit_data_of(objective);
    struct fit_statistics s = {.residual_standard_deviation = NAN};
    double loss;
    struct qr qr;

    s.degrees_of_freedom = constrained
                               ? NAN
                               : fmax(count_weighing(fit) - (double)fit->n, 0);
    fit->residuals.evaluate(objective->data, x, fit->r, fit->J);
    loss = robust_loss(&fit->residuals, fit->r);
    s.r_squared = r_squared(fit);
    if (s.degrees_of_freedom > 0)
        s.residual_standard_deviation = sqrt(loss / s.degrees_of_freedom);
    *ret = s;
    if (!isfinite(s.residual_standard_deviation)
        || fit->n > FIT_STATISTICS_MAX
        || !vector_is_finite(fit->J, fit->n * fit->rows))
        return OK;
    TRY(qr_init(&qr, fit->rows, fit->n, arena));
    robust_correct(&fit->residuals, fit->r, fit->J, fit->n);
    memcpy(qr.A, fit->J, fit->rows * fit->n * sizeof *qr.A);
    qr_factor(&qr);
    TRY(set_errors(&qr, arena, &s));
    *ret = s;
    return OK;
}
