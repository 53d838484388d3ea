/* robust.c - the table of robust losses, and what they do to residuals. */
#include "core/objective/robust.h"

#include <float.h>
#include <math.h>

#include "core/kernel/math.h"
#include "core/kernel/vector.h"

static double huber(double z, double *ret_first, double *ret_second)
{
    double root = sqrt(z);

    if (z <= 1) {
        *ret_first = 1;
        *ret_second = 0;
        return z;
    }
    *ret_first = 1 / root;
    *ret_second = -0.5 / (z * root);
    return 2 * root - 1;
}

static double soft_l1(double z, double *ret_first, double *ret_second)
{
    double root = sqrt(1 + z);

    *ret_first = 1 / root;
    *ret_second = -0.5 / ((1 + z) * root);
    return 2 * z / (root + 1); /* 2 (root - 1), also for little z */
}

static double cauchy(double z, double *ret_first, double *ret_second)
{
    *ret_first = 1 / (1 + z);
    *ret_second = -*ret_first * *ret_first;
    return math_log1p(z);
}

static double arctan(double z, double *ret_first, double *ret_second)
{
    *ret_first = 1 / (1 + z * z);
    *ret_second = -2 * z * *ret_first * *ret_first;
    return math_atan(z);
}

const struct robust robusts[] = {
#define ROW(name, formula) {#name, formula, name},
    ROBUST_LOSSES(ROW)
#undef ROW
    {0},
};

static double rho(const struct residuals *residuals, double r,
                  double *ret_first, double *ret_second)
{
    double z = r / residuals->scale;

    return residuals->robust->rho(z * z, ret_first, ret_second);
}

double robust_row(const struct residuals *residuals, double r,
                  double *ret_slope)
{
    double first, second, loss;

    if (residuals->robust == NULL) {
        *ret_slope = 2 * r;
        return r * r;
    }
    loss = rho(residuals, r, &first, &second);
    *ret_slope = 2 * first * r;
    return residuals->scale * residuals->scale * loss;
}

double robust_loss(const struct residuals *residuals, const double *r)
{
    double sum = 0, first, second;

    if (residuals->robust == NULL)
        return vector_dot(r, r, residuals->count);
    for (size_t i = 0; i < residuals->count; i++)
        sum += rho(residuals, r[i], &first, &second);
    return residuals->scale * residuals->scale * sum;
}

void robust_correct(const struct residuals *residuals, double *r, double *J,
                    size_t n)
{
    size_t m = residuals->count;

    if (residuals->robust == NULL)
        return;
    for (size_t i = 0; i < m; i++) {
        double z = r[i] / residuals->scale, first, second, root;

        rho(residuals, r[i], &first, &second);
        /* A negative second derivative is replaced by next to none. */
        root = sqrt(fmax(first + 2 * second * z * z, DBL_EPSILON));
        r[i] *= first / root;
        for (size_t j = 0; j < n; j++)
            J[j * m + i] *= root;
    }
}

void robust_weigh(const struct residuals *residuals, double *r)
{
    double first, second;

    if (residuals->robust == NULL)
        return;
    for (size_t i = 0; i < residuals->count; i++) {
        rho(residuals, r[i], &first, &second);
        r[i] *= first;
    }
}

double robust_root_loss(const struct residuals *residuals, const double *r)
{
    double sum = 0, first, second;

    for (size_t i = 0; residuals->robust != NULL && i < residuals->count; i++)
        sum += rho(residuals, r[i], &first, &second);
    if (sum < DBL_MIN) /* no robust loss, or residuals where rho(z) is z */
        return vector_norm2(r, residuals->count);
    return residuals->scale * sqrt(sum);
}
