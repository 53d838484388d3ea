/*
 * nlopt_search.c - the border to NLopt 2.7.1: a run by one of its methods.
 *
 * NLopt has a loop of its own and asks for losses; every point that it asks
 * for is shown as an iteration, behind the start, which is iteration 0 also
 * for methods that never ask for it. What the run says to an iteration stops
 * NLopt. Its own stops are two tolerances; the limit of evaluations is given
 * to it as well, so that no method goes on without asking.
 *
 * What it is told is in nlopt_told.c.
 *
 * That NLopt reports success is not enough. A method with gradients has
 * converged where what is left of the gradient is small beside the greatest
 * one seen (stationary.h); one without, where a look along the axes finds
 * nothing better (trials.h). Else it begins again at the best point; and where
 * that gains nothing, it has stalled.
 *
 * slsqp cannot solve for equalities whose gradients depend on each other. It
 * is given those that are independent where it begins; where it ends, they are
 * chosen anew, and it begins again while the choice changes. (The loop judges
 * all of them.)
 *
 * slsqp and mma often end, by roundoff or by the tolerance of x, at a point
 * that is not quite feasible, and come back with the last feasible one,
 * however far from there (stevengj/nlopt issues 368 and 514). So they begin
 * again where they ended, while that makes the violation much less; then a
 * short way to where the constraints hold is taken, and its end shown
 * (restore.h). What cobyla and isres come back with is the best that they
 * found, and is shown once more where it is not the last point. Where
 * constraints do not hold at the end, the loop makes of it `infeasible`.
 *
 * NLopt allocates by malloc, and is built by others: its own arithmetic goes
 * through libm, whose results may differ between CPUs in the last digit. So
 * the same seed gives the same trace on one machine, but not on all.
 */
#include "core/optimizer/nlopt_search.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "core/kernel/vector.h"
#include "core/optimizer/nlopt_told.h"
#include "core/search/restore.h"
#include "core/search/stationary.h"

/* More is no lesser violation: see mend_violation(). */
#define VIOLATION_LEFT 0.5

/* How short a way to a feasible point is. */
#define RESTORE_SHARE 1e-5

/* Of a loss: such falls are rounding; or what constraints tolerate. */
#define LOSS_NOISE 1e-13
#define LOSS_SLACK 1e-7

#define GRADIENT_ZERO 1e-8   /* of the greatest: so small, it has arrived */

enum { CHOICES_MAX = 10 };   /* of independent equalities */

/* mma's dual: evaluations, and numbers that they pass over together; cancel
 * has to wait for both. */
enum { DUAL_LEAST = 20, DUAL_MOST = 2000 };
#define DUAL_NUMBERS 4e6

/* ---- setting it up ----------------------------------------------------- */

/* More than a run can make, where there is no limit. */
static int evaluations_max(const struct nlopt_run *s)
{
    const struct method *m = s->method;
    double most = fmin(m->evaluations_left, INT_MAX);

    if (s->traits->keeps_all)
        most = fmin(most, floor(NLOPT_KEPT_BYTES_MAX
                                / NLOPT_POINT_BYTES(m->n)));
    return (int)most;
}

/* Give NLopt first steps: a share of STEPS. A variable without any is fixed,
 * and NLopt wants a number all the same. */
static bool set_steps(const struct nlopt_run *s, double share)
{
    double *steps = vector(s, TRIAL);

    for (size_t i = 0; i < s->method->n; i++) {
        double step = share * vector(s, STEPS)[i];

        steps[i] = step > 0 ? step : 1;
    }
    return nlopt_set_initial_step(s->opt, steps) > 0;
}

static bool set_own(const struct nlopt_run *s)
{
    const struct method *m = s->method;
    double own = m->p[NLOPT_OWN];

    if (s->traits->own == OWN_STEP && !isnan(own))
        return set_steps(s, 1);
    if (s->traits->own == OWN_POPULATION && !isnan(own))
        return nlopt_set_population(
                   s->opt, (unsigned)fmax(own, (double)m->n + 1)) > 0;
    return true;
}

/* The scale of a constraint, for methods with gradients: by its own at the
 * point where NLopt begins. */
static double constraint_scale(const struct nlopt_run *s,
                               const struct constraint *c)
{
    double *gradient = vector(s, TRIAL);
    size_t n = s->method->n;

    if (!s->traits->takes_gradient)
        return 1;
    c->evaluate(c->data, vector(s, FROM), n, gradient);
    return told_scale(s, vector_norm2(gradient, n));
}

static bool add_constraint(struct constraint_data *data)
{
    const struct constraint *c = data->constraint;
    nlopt_opt opt = data->search->opt;
    double tolerance = data->scale * c->tolerance;

    return (c->type == CONSTRAINT_EQUALITY
                ? nlopt_add_equality_constraint(opt, told_constraint, data,
                                                tolerance)
                : nlopt_add_inequality_constraint(opt, told_constraint, data,
                                                  tolerance)) > 0;
}

/* Give NLopt the constraints that are needed. */
static bool set_constraints(struct nlopt_run *s)
{
    const struct method *m = s->method;

    if (m->constraint_count == 0)
        return true;
    if (s->traits->algorithm == NLOPT_LD_SLSQP)
        stationary_find_redundant(m, vector(s, FROM), s->needed);
    if (nlopt_remove_inequality_constraints(s->opt) < 0
        || nlopt_remove_equality_constraints(s->opt) < 0)
        return false;
    for (size_t i = 0; i < m->constraint_count; i++) {
        const struct constraint *c = &m->constraints[i];

        s->chosen[i] = s->needed[i];
        if (!s->needed[i])
            continue;
        s->constraint_data[i] =
            (struct constraint_data){s, c, constraint_scale(s, c)};
        if (!add_constraint(&s->constraint_data[i]))
            return false;
    }
    return true;
}

/* Begin at FROM, whose loss and gradient are known. */
static bool begin(struct nlopt_run *s)
{
    s->has_called = false;
    s->repeats = 0;
    s->scale = told_scale(s, s->traits->takes_gradient
                            ? vector_norm2(vector(s, FROM_GRADIENT),
                                           s->method->n)
                            : fabs(s->from_loss));
    return set_constraints(s);
}

/* mma minimises a model between two evaluations by its dual, an evaluation of
 * which passes over n numbers for each constraint. */
static bool set_dual(const struct nlopt_run *s)
{
    double pass = (double)s->method->n
                * (double)(s->method->constraint_count + 1);

    return nlopt_set_param(s->opt, "dual_maxeval",
                           fmax(DUAL_LEAST,
                                fmin(DUAL_MOST, floor(DUAL_NUMBERS / pass))))
        > 0;
}

static bool configure(struct nlopt_run *s)
{
    const struct method *m = s->method;

    return nlopt_set_min_objective(s->opt, told_loss, s) > 0
        && (m->low == NULL || nlopt_set_lower_bounds(s->opt, m->low) > 0)
        && (m->high == NULL || nlopt_set_upper_bounds(s->opt, m->high) > 0)
        && nlopt_set_xtol_rel(s->opt, m->p[NLOPT_X_TOLERANCE]) > 0
        && nlopt_set_ftol_rel(s->opt, m->p[NLOPT_LOSS_TOLERANCE]) > 0
        && nlopt_set_maxeval(s->opt, evaluations_max(s)) > 0
        && set_own(s)
        && (s->traits->algorithm != NLOPT_LD_MMA || set_dual(s));
}

/* ---- NLopt's codes stop here ------------------------------------------- */

static enum error from_nlopt(nlopt_result result, enum reason *ret_reason)
{
    switch (result) {
    case NLOPT_SUCCESS:
    case NLOPT_XTOL_REACHED:
    case NLOPT_FORCED_STOP: /* it stands still */
        *ret_reason = REASON_STEP_TOLERANCE;
        return OK;
    case NLOPT_FTOL_REACHED:
        *ret_reason = REASON_LOSS_TOLERANCE;
        return OK;
    case NLOPT_STOPVAL_REACHED:
        *ret_reason = REASON_TARGET_LOSS;
        return OK;
    case NLOPT_ROUNDOFF_LIMITED:
    case NLOPT_FAILURE: /* slsqp: its subproblem has no solution */
        *ret_reason = REASON_LINE_SEARCH;
        return OK;
    case NLOPT_MAXEVAL_REACHED:
        *ret_reason = REASON_MAX_EVALUATIONS;
        return OK;
    case NLOPT_OUT_OF_MEMORY:
        return ERR_MEMORY;
    default: /* NLOPT_INVALID_ARGS: no bounds where they are needed */
        return ERR_INVALID;
    }
}

/* MT19937 takes 32 bits; seeds below 2^32 are NLopt's own. */
static unsigned long fold(uint64_t seed)
{
    return (unsigned long)((seed ^ seed >> 32) & UINT32_MAX);
}

/* ---- whether it has arrived -------------------------------------------- */

static struct feasibility measure(const struct method *m, const double *x)
{
    return constraints_measure(m->constraints, m->constraint_count, x, m->n);
}

static void begin_at(struct nlopt_run *s, const double *x, double loss,
                     const double *gradient)
{
    copy(s, FROM, x);
    copy(s, FROM_GRADIENT, gradient);
    s->from_loss = loss;
}

static void begin_at_best(struct nlopt_run *s)
{
    begin_at(s, vector(s, BEST), s->trials.loss, vector(s, BEST_GRADIENT));
}

/* Whether a lesser residual of a gradient is small at the best point. */
static bool is_rounding(const struct nlopt_run *s, double residual)
{
    return residual <= SMALL_GRADIENT * s->steepest
        || residual * vector_norm2(vector(s, BEST), s->method->n)
               <= SMALL_CHANGE * fabs(s->trials.loss);
}

/* Begin again, if the gradient at the best point says so; `reason` becomes what
 * it says. Returns whether NLopt is to go on. */
static bool go_on_by_gradient(struct nlopt_run *s, enum reason *reason)
{
    double residual, fell = s->from_loss - s->trials.loss;

    if (!s->has_best) /* the loop calls it infeasible */
        return false;
    residual = stationary_residual(s->method, vector(s, BEST),
                                   vector(s, BEST_GRADIENT));
    if (residual <= GRADIENT_ZERO * s->steepest)
        return false;
    if (fell > s->trials.level * fabs(s->from_loss)) {
        begin_at_best(s);
        return true;
    }
    if (!is_rounding(s, residual))
        *reason = REASON_STALLED;
    return false;
}

/* The same, by looks along the axes. */
static bool go_on_by_looks(struct nlopt_run *s)
{
    double share = s->has_best ? trials_poll(&s->trials) : 0;

    if (share == 0 || has_ended(s) || !set_steps(s, share))
        return false;
    begin_at_best(s);
    return true;
}

/* Begin where slsqp or mma ended, if constraints do not hold there, but are
 * violated less than where it ended before. Returns whether NLopt is to go
 * on. */
static bool mend_violation(struct nlopt_run *s)
{
    const struct method *m = s->method;
    struct feasibility here = measure(m, m->x);

    if (here.feasible
        || !(here.violation < VIOLATION_LEFT * s->violation))
        return false;
    s->violation = here.violation;
    begin_at(s, m->x, s->loss, vector(s, GRADIENT));
    return true;
}

/* Begin where slsqp ended, if other equalities are independent there. Returns
 * whether NLopt is to go on. */
static bool choose_anew(struct nlopt_run *s)
{
    const struct method *m = s->method;
    size_t bytes = m->constraint_count * sizeof *s->needed;

    if (s->traits->algorithm != NLOPT_LD_SLSQP || s->choices == CHOICES_MAX
        || !isfinite(s->loss))
        return false;
    stationary_find_redundant(m, m->x, s->needed);
    if (memcmp(s->needed, s->chosen, bytes) == 0)
        return false;
    s->choices++;
    begin_at(s, m->x, s->loss, vector(s, GRADIENT));
    return true;
}

/* Where a search under constraints has come to: false, if there is nothing
 * else to show than its last point. */
static bool find_end(struct nlopt_run *s, nlopt_result result, double *end)
{
    const struct method *m = s->method;

    if (!s->traits->takes_gradient)
        return result > 0;
    memcpy(end, m->x, m->n * sizeof *end);
    return restore_feasible(m, RESTORE_SHARE, end);
}

/* Show the point that a search under constraints ended at; `end` is where
 * NLopt says that was. */
static void look_at_end(struct nlopt_run *s, nlopt_result result, double *end)
{
    const struct method *m = s->method;
    const double *at;

    if (m->constraint_count == 0 || !find_end(s, result, end))
        return;
    at = told_inside(s, end);
    if (memcmp(at, m->x, m->n * sizeof *at) != 0)
        told_look(s, at);
}

/* NLopt has ended: begin again where that helps. Returns whether it is to go
 * on. */
static bool go_on(struct nlopt_run *s, nlopt_result result, double *end,
                  enum reason *reason)
{
    const struct nlopt_traits *traits = s->traits;
    bool constrained = s->method->constraint_count > 0;

    if (has_ended(s) || result == NLOPT_MAXEVAL_REACHED)
        return false;
    if (constrained && traits->takes_gradient
        && (mend_violation(s) || choose_anew(s)))
        return true;
    look_at_end(s, result, end);
    if (has_ended(s)
        || (result == NLOPT_FTOL_REACHED
            && s->method->p[NLOPT_LOSS_TOLERANCE] > 0))
        return false;
    return traits->takes_gradient ? go_on_by_gradient(s, reason)
                                  : go_on_by_looks(s);
}

static enum error search(struct nlopt_run *s, enum reason *ret_reason)
{
    double *end = arena_array(s->method->arena, s->method->n, sizeof *end);
    nlopt_result result;
    double loss;

    if (end == NULL)
        return ERR_MEMORY;
    do {
        if (!begin(s))
            return ERR_MEMORY;
        memcpy(end, vector(s, FROM), s->method->n * sizeof *end);
        result = nlopt_optimize(s->opt, end, &loss);
        if (!has_ended(s))
            TRY(from_nlopt(result, ret_reason));
    } while (go_on(s, result, end, ret_reason));
    return OK;
}

/* Look at the start. Whether there is anything to search for. */
static bool begins(struct nlopt_run *s, enum reason *ret_reason)
{
    const struct method *m = s->method;

    copy(s, FROM, m->x);
    told_look(s, vector(s, FROM));
    if (has_ended(s))
        return false;
    begin_at(s, vector(s, FROM), s->loss, vector(s, GRADIENT));
    s->trials.first = s->worst = s->loss;
    *ret_reason = REASON_FIXED_POINT;
    return m->constraint_count > 0 || !s->traits->takes_gradient
        || vector_norm2(vector(s, GRADIENT), m->n) > 0;
}

static bool allocate(struct nlopt_run *s)
{
    struct method *m = s->method;
    size_t count = m->constraint_count;

    s->constraint_data = arena_array(m->arena, count,
                                     sizeof *s->constraint_data);
    s->needed = arena_array(m->arena, count, sizeof *s->needed);
    s->chosen = arena_array(m->arena, count, sizeof *s->chosen);
    if (s->constraint_data == NULL || s->needed == NULL || s->chosen == NULL)
        return false;
    if (s->traits->algorithm == NLOPT_LN_COBYLA && count > 0) {
        s->near = arena_array(m->arena, m->n, sizeof *s->near);
        if (s->near == NULL || !infeasible_init(&s->infeasible, m))
            return false;
    }
    for (size_t i = 0; i < count; i++)
        s->needed[i] = true;
    s->trials = (struct trials){
        .m = m, .x = vector(s, BEST), .trial = vector(s, TRIAL),
        .steps = vector(s, STEPS),
        .level = count > 0 ? LOSS_SLACK : LOSS_NOISE,
    };
    for (size_t i = 0; i < m->n; i++)
        s->trials.steps[i] = trials_step(
            m, s->traits->own == OWN_STEP ? m->p[NLOPT_OWN] : NAN, i);
    return true;
}

enum error nlopt_search_drive(struct method *method,
                              const struct nlopt_traits *traits,
                              enum reason *ret_reason)
{
    struct nlopt_run s = {
        .method = method, .traits = traits, .violation = INFINITY, .scale = 1,
    };
    enum error error = ERR_MEMORY;

    s.opt = nlopt_create(traits->algorithm, (unsigned)method->n);
    if (s.opt != NULL && allocate(&s)) {
        error = configure(&s) ? OK : ERR_MEMORY;
        nlopt_srand(fold(method->seed));
        if (error == OK && begins(&s, ret_reason))
            error = search(&s, ret_reason);
    }
    nlopt_destroy(s.opt);
    if (has_ended(&s))
        *ret_reason = s.trials.reason;
    return error;
}
