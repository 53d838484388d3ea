/*
 * levenberg_marquardt.c - Gauss and Newton's steps, damped until they help.
 *
 * With the residuals r and their Jacobian J at x, a step s solves
 *
 *     |J s + r|^2 + mu |D s|^2 = least
 *
 * by QR (kernel/qr.h), never by J'J. It is taken if the loss falls by a share
 * of |r|^2 - |J s + r|^2, which it promises; mu falls the more of that was
 * kept, and grows faster and faster while steps are refused.
 *
 * D, the lengths of J's columns, makes the units of the parameters not matter.
 * Columns may shorten by a fifth an iteration at most: the greatest length so
 * far (More) stiffens in long valleys, the present one lets parameters that
 * have lost their influence run away. A column may shorten by many powers of
 * ten in one step; so no run ends by steps that were damped by such a D: it is
 * J's lengths once more first, and what is rounding is judged by those alone.
 *
 * Steps are bent: a is the same problem's solution with r's second derivative
 * along s, by one more evaluation, in the place of r; the step is s + a / 2,
 * and one with |D a| > 3/4 |D s| is refused untried. That follows curved
 * valleys, and keeps off the plains where exponentials have died.
 *
 * Bounds: parameters at a bound whose gradient points out are held; the others'
 * step is projected into the bounds and judged as it then is, unbent. With mu
 * large that is projected gradient descent, which finds a lower loss.
 *
 * Near the minimum the loss changes by less than its rounding, while steps are
 * still good to many digits: there undamped steps are taken as long as what
 * they promise shrinks.
 *
 * Linear residuals without bounds need no search: they are solved by QR, from
 * their values at 0, and refined. A solution whose loss is greater than the
 * start's is none, and the search begins.
 *
 * Source  Marquardt 1963, J. SIAM 11(2), 431-441; mu: Nielsen 1999,
 *         IMM-REP-1999-05, (2.21); bent steps: Transtrum & Sethna 2012,
 *         arXiv:1201.5885, (12) to (15)
 */
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core/kernel/qr.h"
#include "core/kernel/vector.h"
#include "core/objective/robust.h"
#include "core/optimizer/optimizer.h"

enum { X_TOLERANCE, LOSS_TOLERANCE, COSINE_TOLERANCE, DAMPING };

/* A step takes time as rows * n^2 and n^3, which cancel has to wait. */
enum { PARAMETERS_AT_MOST = 300 };
#define FACTOR_AT_MOST 1e8  /* rows * n^2: 0.1 s or so */

#define KEPT_LEAST 1e-4     /* of the promised fall, to take a step */
#define SHORTENING 0.8      /* of D, at most */
#define STALE 2             /* D by J's lengths, from which on to renew it */
#define BENT_MOST 0.75      /* |D a| / |D s| */
#define BENT_FROM 1e-6      /* of the loss: steps that promise less are straight
                               enough */
#define PROBE 0.02          /* of s, along which the derivative is taken */
#define PROBED_FROM 1e-8    /* of what residuals are differences of: the
                               derivative of less is rounding */
#define DAMPING_LEAST 1e-20 /* beside none at all, mu = 0 */
#define DAMPING_MOST 1e100
#define LEVEL 1e-12         /* shares of the loss below this are rounding */

static const struct parameter parameters[] = {
    [X_TOLERANCE] = {
        "xtol_rel", 1e-13, 0, 1,
        "End when no parameter changes by more than this share of itself.",
        OPEN_HIGH},
    [LOSS_TOLERANCE] = {
        "ftol_rel", 0, 0, 1,
        "End when the loss falls, and was promised to fall, by less than this "
        "share of itself; 0: by less than rounding.", OPEN_HIGH},
    [COSINE_TOLERANCE] = {
        "gtol", 0, 0, 1,
        "End when the cosine between the residuals and each column of their "
        "Jacobian is at most this.", OPEN_HIGH},
    [DAMPING] = {
        "damping", 1e-3, 0, 1e10,
        "The first mu: more makes the first steps shorter.", OPEN},
    {0},
};

struct fit {
    struct method *m;
    const struct residuals *residuals;
    size_t n, rows;
    struct qr qr;                 /* of J at x, columns that are held zero */
    double *r, *turned;           /* [rows] at x; Q'r */
    double *x, *g, *D;            /* [n] */
    double *length;               /* [n] of J's columns at x */
    double loss, cosine;          /* at x; the greatest of any column */
    double rounding;              /* of the loss */
    double *trial_J, *trial_r;    /* [n][rows], [rows]; scratch until look() */
    double *trial, *trial_g;      /* [n] */
    double trial_loss, trial_cosine;
    double *step, *damping;       /* [n] trial - x; sqrt(mu) D */
    double mu, growth;
    double promised;              /* fall of the loss by the step */
    double unbounded;             /* the same, were there no bounds */
    double last_unbounded;        /* by an undamped step within rounding */
    double evaluations_left;
};

static enum error fit_init(struct fit *f, struct method *m)
{
    struct arena *arena = m->arena;
    size_t n = m->n, rows = m->objective->residuals->count;
    double *vectors, *columns;

    *f = (struct fit){
        .m = m, .residuals = m->objective->residuals, .n = n, .rows = rows,
        .mu = m->p[DAMPING], .growth = 2, .last_unbounded = INFINITY,
        .evaluations_left = m->evaluations_left,
    };
    TRY(qr_init(&f->qr, rows, n, arena));
    f->trial_J = arena_array(arena, rows * n, sizeof *f->trial_J);
    columns = arena_array(arena, 3 * rows, sizeof *columns);
    vectors = arena_array(arena, 8 * n, sizeof *vectors);
    if (f->trial_J == NULL || columns == NULL || vectors == NULL)
        return ERR_MEMORY;
    f->r = columns;
    f->turned = columns + rows;
    f->trial_r = columns + 2 * rows;
    f->x = vectors;
    f->g = vectors + n;
    f->D = vectors + 2 * n;
    f->trial = vectors + 3 * n;
    f->trial_g = vectors + 4 * n;
    f->step = vectors + 5 * n;
    f->damping = vectors + 6 * n;
    f->length = vectors + 7 * n;
    memcpy(f->trial, m->x, n * sizeof *f->trial);
    return OK;
}

/* ---- at a point -------------------------------------------------------- */

/* Whether parameter j stands at a bound that its gradient points out of. */
static bool is_held(const struct method *m, size_t j, double x, double g)
{
    return (m->low != NULL && x <= m->low[j] && g >= 0)
        || (m->high != NULL && x >= m->high[j] && g <= 0);
}

static double inside(const struct method *m, double x, size_t j)
{
    if (m->low != NULL && x < m->low[j])
        return m->low[j];
    return m->high != NULL && x > m->high[j] ? m->high[j] : x;
}

/* Gradient and greatest cosine at the trial. */
static void measure(struct fit *f)
{
    double length = vector_norm2(f->trial_r, f->rows);

    f->trial_cosine = 0;
    for (size_t j = 0; j < f->n; j++) {
        const double *column = f->trial_J + j * f->rows;
        double product = vector_dot(column, f->trial_r, f->rows);
        double norm = vector_norm2(column, f->rows);

        f->trial_g[j] = 2 * product;
        if (norm > 0 && length > 0
            && !is_held(f->m, j, f->trial[j], product))
            f->trial_cosine = fmax(f->trial_cosine,
                                   fabs(product) / norm / length);
    }
}

/* The residuals at the trial, with their Jacobian or without. */
static enum reason evaluate(struct fit *f, double *J)
{
    bool stop;

    if (f->evaluations_left < 1)
        return REASON_MAX_EVALUATIONS;
    f->evaluations_left--;
    f->trial_loss = f->m->evaluate_residuals(f->m, f->trial, f->trial_r, J,
                                             &stop);
    return stop ? REASON_CANCELED : REASON_NONE;
}

/* All there is to know at the trial. */
static enum reason look(struct fit *f, bool *ret_finite)
{
    enum reason reason = evaluate(f, f->trial_J);

    if (reason != REASON_NONE)
        return reason;
    robust_correct(f->residuals, f->trial_r, f->trial_J, f->n);
    measure(f);
    *ret_finite = isfinite(f->trial_loss)
               && vector_is_finite(f->trial_g, f->n)
               && vector_is_finite(f->trial_J, f->n * f->rows);
    return REASON_NONE;
}

static void swap(double **a, double **b)
{
    double *kept = *a;

    *a = *b;
    *b = kept;
}

/* How long J's columns are, times their parameters: about as large as what the
 * residuals are differences of. */
static double greatest_part(const struct fit *f)
{
    double greatest = 0;

    for (size_t j = 0; j < f->n; j++)
        greatest = fmax(greatest, f->length[j] * fabs(f->x[j]));
    return greatest;
}

/* Make the trial x, and factor what is there. */
static void take(struct fit *f)
{
    swap(&f->x, &f->trial);
    swap(&f->g, &f->trial_g);
    swap(&f->r, &f->trial_r);
    swap(&f->qr.A, &f->trial_J);
    f->loss = f->trial_loss;
    f->cosine = f->trial_cosine;
    for (size_t j = 0; j < f->n; j++) {
        double *column = f->qr.A + j * f->rows;

        f->length[j] = vector_norm2(column, f->rows);
        f->D[j] = fmax(SHORTENING * f->D[j], f->length[j]);
        if (is_held(f->m, j, f->x[j], f->g[j]))
            memset(column, 0, f->rows * sizeof *column);
    }
    f->rounding = LEVEL * f->loss
                + 4 * DBL_EPSILON * sqrt(f->loss) * greatest_part(f);
    qr_factor(&f->qr);
    memcpy(f->turned, f->r, f->rows * sizeof *f->r);
    qr_turn(&f->qr, f->turned);
}

static enum reason show(struct fit *f)
{
    return f->m->show(f->m, f->x, f->loss, f->g);
}

/* ---- steps ------------------------------------------------------------- */

/* Set the trial to x + step inside the bounds; returns whether it was so. */
static bool place_trial(struct fit *f)
{
    bool was_inside = true;

    for (size_t j = 0; j < f->n; j++) {
        double x = f->x[j] + f->step[j];

        f->trial[j] = inside(f->m, x, j);
        was_inside &= f->trial[j] == x;
        f->step[j] = f->trial[j] - f->x[j];
    }
    return was_inside;
}

/* By how much the model of the loss falls along the step. */
static double promise(struct fit *f)
{
    double *product = f->trial_r;

    qr_multiply(&f->qr, f->step, product);
    return -2 * vector_dot(f->turned, product, f->rows)
         - vector_dot(product, product, f->rows);
}

/* The step by the present mu, and what it promises. Returns whether it kept
 * inside the bounds by itself. */
static bool propose(struct fit *f)
{
    bool was_inside;

    for (size_t j = 0; j < f->n; j++)
        f->damping[j] = sqrt(f->mu) * (f->D[j] > 0 ? f->D[j] : 1);
    if (f->mu > 0)
        qr_solve_damped(&f->qr, f->turned, f->damping, f->step);
    else
        qr_solve(&f->qr, f->turned, f->step);
    for (size_t j = 0; j < f->n; j++)
        f->step[j] = -f->step[j];
    f->unbounded = f->promised = promise(f);
    was_inside = place_trial(f);
    if (!was_inside)
        f->promised = promise(f);
    return was_inside;
}

/* |D v|, but for a factor. */
static double damped_length(const struct fit *f, const double *v)
{
    double sum = 0;

    for (size_t j = 0; j < f->n; j++)
        sum += f->damping[j] * v[j] * f->damping[j] * v[j];
    return sqrt(sum);
}

/* Bend the step, whose end is inside the bounds; whether it may be tried is
 * told by ret_straight. */
static enum reason bend(struct fit *f, bool *ret_straight)
{
    double *second = f->trial_r, *a = f->trial_g, *Js = f->trial_J;
    enum reason reason;

    for (size_t j = 0; j < f->n; j++)
        f->trial[j] = f->x[j] + PROBE * f->step[j];
    reason = evaluate(f, NULL);
    if (reason != REASON_NONE)
        return reason;
    for (size_t i = 0; i < f->rows; i++)
        second[i] = (second[i] - f->r[i]) / PROBE;
    qr_turn(&f->qr, second);
    qr_multiply(&f->qr, f->step, Js);
    for (size_t i = 0; i < f->rows; i++)
        second[i] = 2 / PROBE * (second[i] - Js[i]);
    qr_solve_damped(&f->qr, second, f->damping, a);
    *ret_straight = damped_length(f, a)
                    <= BENT_MOST * damped_length(f, f->step);
    for (size_t j = 0; *ret_straight && j < f->n; j++)
        f->step[j] -= a[j] / 2;
    place_trial(f);
    return REASON_NONE;
}

/* Whether the step changes no parameter by more than a share of it, or else
 * the residuals by no more than rounding. */
static bool is_short(const struct fit *f, double share)
{
    double rounding = DBL_EPSILON * greatest_part(f);

    for (size_t j = 0; j < f->n; j++)
        if (fabs(f->step[j]) > share * fabs(f->x[j])
            && f->length[j] * fabs(f->step[j]) > rounding)
            return false;
    return true;
}

/* Whether all that can be had is less than the loss is rounded by. */
static bool is_level(const struct fit *f)
{
    return f->unbounded <= f->rounding;
}

/* Whether to take the trial; if so mu is the next step's. */
static bool is_better(struct fit *f)
{
    double fall = f->loss - f->trial_loss;
    double tilt = 2 * fall / f->promised - 1;

    if (is_level(f))
        return fall >= -f->rounding;
    if (!(fall >= KEPT_LEAST * f->promised))
        return false;
    f->mu *= fmax(1 - tilt * tilt * tilt, 1.0 / 3);
    f->growth = 2;
    return true;
}

/* Whether the step is long enough for a second derivative along it to be known
 * from differences, and to matter. */
static bool is_long(const struct fit *f)
{
    double change = sqrt(f->promised);

    return change > PROBED_FROM * greatest_part(f)
        && f->promised > BENT_FROM * f->loss;
}

/* Evaluate the step that is proposed, bent if that is worth while. */
static enum reason attempt(struct fit *f, bool was_inside, bool *ret_better)
{
    bool straight = true, finite;
    enum reason reason = REASON_NONE;

    *ret_better = false;
    if (!(f->promised > 0) && !is_level(f))
        return REASON_NONE; /* the bounds leave nothing of it */
    if (was_inside && f->residuals->robust == NULL && is_long(f))
        reason = bend(f, &straight);
    if (reason != REASON_NONE || !straight)
        return reason;
    reason = look(f, &finite);
    if (reason == REASON_NONE)
        *ret_better = finite && is_better(f);
    return reason;
}

/* Find a trial to take as D is, or why there is none. */
static enum reason damp_until_better(struct fit *f)
{
    bool undamped = f->mu == 0, was_inside, better;
    enum reason reason;

    while (f->mu < DAMPING_MOST) {
        was_inside = propose(f);
        if (is_level(f) && !undamped) {
            undamped = true;
            f->mu = 0;
            was_inside = propose(f);
        }
        if (is_short(f, 0))
            return REASON_STEP_TOLERANCE;
        if (is_level(f)) {
            if (f->mu > 0 || f->unbounded >= f->last_unbounded)
                return REASON_LOSS_TOLERANCE;
            f->last_unbounded = f->unbounded;
        }
        reason = attempt(f, was_inside, &better);
        if (reason != REASON_NONE || better)
            return reason;
        f->mu = fmax(f->mu * f->growth, DAMPING_LEAST);
        f->growth *= 2;
    }
    return REASON_LINE_SEARCH;
}

/* Make D the lengths of J's columns; whether it was much more. */
static bool renew_damping(struct fit *f)
{
    bool was_stale = false;

    for (size_t j = 0; j < f->n; j++) {
        was_stale |= f->D[j] > STALE * f->length[j];
        f->D[j] = f->length[j];
    }
    f->mu = f->m->p[DAMPING];
    f->growth = 2;
    f->last_unbounded = INFINITY;
    return was_stale;
}

/* Find a trial to take, or why there is none. */
static enum reason find_step(struct fit *f)
{
    enum reason reason = damp_until_better(f);
    bool gave_up = reason == REASON_STEP_TOLERANCE
                || reason == REASON_LOSS_TOLERANCE
                || reason == REASON_LINE_SEARCH;

    return gave_up && renew_damping(f) ? damp_until_better(f) : reason;
}

static enum reason search(struct fit *f)
{
    const double *p = f->m->p;
    enum reason reason;

    while (f->cosine > p[COSINE_TOLERANCE]) {
        double loss = f->loss;

        reason = find_step(f);
        if (reason != REASON_NONE)
            return reason;
        take(f);
        reason = show(f);
        if (reason != REASON_NONE)
            return reason;
        if (is_short(f, p[X_TOLERANCE]))
            return REASON_STEP_TOLERANCE;
        if (fmax(f->promised, loss - f->loss) < p[LOSS_TOLERANCE] * loss)
            return REASON_LOSS_TOLERANCE;
    }
    return REASON_GRADIENT_TOLERANCE;
}

/* The minimum of linear residuals r = J x - b, where b = -r(0), as the trial;
 * whether it is one to take. Overwrites r. */
static enum reason solve(struct fit *f, bool *ret_better)
{
    double *b = f->turned;
    enum reason reason;
    bool finite;

    *ret_better = false;
    memset(f->trial, 0, f->n * sizeof *f->trial);
    reason = look(f, &finite);
    if (reason != REASON_NONE || !finite)
        return reason;
    for (size_t i = 0; i < f->rows; i++)
        b[i] = -f->trial_r[i];
    qr_solve_refined(&f->qr, f->trial_J, b, f->trial_r, f->r, f->trial);
    reason = look(f, &finite);
    *ret_better = finite && f->trial_loss <= f->loss + f->rounding;
    return reason;
}

/* Solve what is said to be linear; search where that leads nowhere. */
static enum reason solve_or_search(struct fit *f)
{
    bool better, finite;
    enum reason reason = solve(f, &better);

    if (reason != REASON_NONE)
        return reason;
    if (better) {
        take(f);
        reason = show(f);
        return reason != REASON_NONE ? reason : REASON_GRADIENT_TOLERANCE;
    }
    memcpy(f->trial, f->x, f->n * sizeof *f->trial);
    reason = look(f, &finite);
    if (reason != REASON_NONE)
        return reason;
    take(f);
    return search(f);
}

static enum error drive(struct method *m, enum reason *ret_reason)
{
    struct fit f;
    bool finite;

    TRY(fit_init(&f, m));
    *ret_reason = look(&f, &finite);
    if (*ret_reason != REASON_NONE)
        return OK;
    if (!finite) {
        *ret_reason = m->show(m, f.trial, f.trial_loss, f.trial_g);
        if (*ret_reason == REASON_NONE) /* as only the Jacobian is not */
            *ret_reason = REASON_NONFINITE;
        return OK;
    }
    take(&f);
    *ret_reason = show(&f);
    if (*ret_reason == REASON_NONE)
        *ret_reason = f.residuals->linear && f.residuals->robust == NULL
                              && m->low == NULL && m->high == NULL
                          ? solve_or_search(&f) : search(&f);
    return OK;
}

const struct optimizer_kind optimizer_levenberg_marquardt = {
    .name = "levenberg_marquardt",
    .formula = "x += s + a/2, s = argmin |J s + r|^2 + mu |D s|^2 by QR, a the "
               "same for r'' along s; mu falls with the loss and grows when it "
               "does not fall",
    .sentence = "Curves fitted to data: the fewest iterations and the most "
                "digits, where the loss is a sum over residuals.",
    .source = "Marquardt 1963, J. SIAM 11(2), 431-441; Nielsen 1999, "
              "IMM-REP-1999-05; Transtrum & Sethna 2012, arXiv:1201.5885",
    .parameters = parameters,
    .drive = drive,
    .takes_bounds = true,
    .needs_residuals = true,
    .dimension_max = PARAMETERS_AT_MOST,
    .factor_max = FACTOR_AT_MOST,
};
