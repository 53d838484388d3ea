/* moderate.c - BBOB f6 to f9: low or moderate conditioning. */
#include <math.h>

#include "core/function/bbob/bbob.h"
#include "core/function/bbob/draw.h"
#include "core/kernel/math.h"

/* ---- f6 ---------------------------------------------------------------- */

static double sector(const struct bbob *bbob, struct bbob_point *p)
{
    double sum = 0, inner, outer, bent;
    size_t n = bbob->n;

    for (size_t i = 0; i < n; i++) {
        double scale = p->z[i] * bbob->x_opt[i] > 0 ? 1e4 : 1;

        sum += scale * p->z[i] * p->z[i];
        p->dz[i] = 2 * scale * p->z[i];
    }
    bent = bbob_wave(sum, &inner);
    outer = bent > 0 ? 0.9 * math_pow(bent, -0.1) : 0;
    for (size_t i = 0; i < n; i++)
        p->dz[i] *= inner * outer;
    return math_pow(bent, 0.9);
}

const struct bbob_function bbob_attractive_sector = {
    BBOB_FUNCTION(attractive_sector, 6,
                  "T_osz(sum(i, 1, n, (s[i]*z[i])^2))^0.9 + f_opt, "
                  "z = Q*Lambda^10*R*(x - x_opt), s[i] = 100 where "
                  "z[i]*x_opt[i] > 0, else 1",
                  "Only one sector in 2^n around the minimum is low; the "
                  "gradient jumps where it ends."),
    .first = BBOB_Q_LAMBDA_R,
    .condition = 10,
    .loss = sector,
};

/* ---- f7 ---------------------------------------------------------------- */

/* To whole numbers, near zero to tenths. */
static double step(const struct bbob *bbob, size_t i, double y,
                   double *ret_slope)
{
    (void)bbob;
    (void)i;
    *ret_slope = 0;
    return fabs(y) > 0.5 ? floor(y + 0.5) : floor(10 * y + 0.5) / 10;
}

/* The curve passes no slope on: only |y_1| has one, where it leads. */
static double steps(const struct bbob *bbob, struct bbob_point *p)
{
    double sum = bbob_weighted_squares(bbob, p);
    double lead = fabs(p->y[0]) * 1e-4;

    if (lead > sum) {
        p->dy[0] = copysign(1e-5, p->y[0]);
        sum = lead;
    }
    return 0.1 * sum;
}

const struct bbob_function bbob_step_ellipsoid = {
    BBOB_FUNCTION(step_ellipsoid, 7,
                  "max(abs(y[1])/10^4, sum(i, 1, n, "
                  "10^(2*(i-1)/(n-1))*z[i]^2))/10 + pen(x) + f_opt, "
                  "y = Lambda^10*R*(x - x_opt), z = Q*round(y), to tenths "
                  "where abs(y[i]) <= 0.5",
                  "Plateaus: the gradient is zero on each of them, and "
                  "descent stands still."),
    .first = BBOB_LAMBDA_R,
    .second = BBOB_Q,
    .condition = 10,
    .curve = step,
    .weight = 100,
    .penalty = 1,
    .loss = steps,
};

/* ---- f8, f9 ------------------------------------------------------------ */

/* Rosenbrock's valley with its end at z = 0. The suite's factor max(1,
 * sqrt(n) / 8) is 1 in all its dimensions. */
static double rosenbrock(const struct bbob *bbob, struct bbob_point *p)
{
    double sum = 0;

    p->dz[0] = 0;
    for (size_t i = 0; i + 1 < bbob->n; i++) {
        double v = p->z[i] + 1, off = v * v - (p->z[i + 1] + 1);

        sum += 100 * off * off + p->z[i] * p->z[i];
        p->dz[i] += 400 * off * v + 2 * p->z[i];
        p->dz[i + 1] = -200 * off;
    }
    return sum;
}

static void place_nearer(const struct bbob_function *function, uint32_t seed,
                         size_t n, double *x)
{
    (void)function;
    bbob_draw_grid(seed, n, x);
    for (size_t i = 0; i < n; i++)
        x[i] *= 0.75;
}

const struct bbob_function bbob_rosenbrock = {
    BBOB_FUNCTION(rosenbrock, 8,
                  "sum(i, 1, n-1, 100*(z[i]^2 - z[i+1])^2 + (z[i] - 1)^2) + "
                  "f_opt, z = x - x_opt + 1",
                  "A bent valley with a second minimum from four variables "
                  "on."),
    .place = place_nearer,
    .loss = rosenbrock,
};

void bbob_place_at_ones(const struct bbob_function *function, uint32_t seed,
                        size_t n, double *x)
{
    double R[BBOB_DIMENSION_MAX * BBOB_DIMENSION_MAX];

    (void)function;
    bbob_draw_rotation(seed, n, R);
    for (size_t i = 0; i < n; i++) {
        x[i] = 0;
        for (size_t j = 0; j < n; j++)
            x[i] += R[j * n + i];
        x[i] /= 2;
    }
}

const struct bbob_function bbob_rosenbrock_rotated = {
    BBOB_FUNCTION(rosenbrock_rotated, 9,
                  "sum(i, 1, n-1, 100*(z[i]^2 - z[i+1])^2 + (z[i] - 1)^2) + "
                  "f_opt, z = R*x + 1/2",
                  "The same valley, turned: a rate for each coordinate "
                  "helps no more."),
    .first = BBOB_R,
    .place = bbob_place_at_ones,
    .loss = rosenbrock,
};
