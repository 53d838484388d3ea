/*
 * nlopt.c - ten methods of NLopt 2.7.1: by comparing losses alone, by models,
 * and all over a box.
 *
 * NLopt has a loop of its own and asks for losses; every point that it asks
 * for is shown as an iteration, behind the start, which is iteration 0 also
 * for methods that never ask for it. What the run says to an iteration stops
 * NLopt. Its own stops are two tolerances; the limit of evaluations is given
 * to it as well, so that no method goes on without asking.
 *
 * NLopt allocates by malloc, and is built by others: its own arithmetic goes
 * through libm, whose results may differ between CPUs in the last digit. So
 * the same seed gives the same trace on one machine, but not on all.
 *
 * Under constraints (cobyla, slsqp, mma, isres) NLopt asks for each of them at
 * the points that it asks the loss for. slsqp and mma often end, by roundoff or
 * by the tolerance of x, at a point that is not quite feasible, and come back
 * with the last feasible one, however far from there (stevengj/nlopt issues 368
 * and 514). So they begin again where they ended, while that makes the
 * violation much less; then a short way to where the constraints hold is
 * taken, and its end shown (restore.h). What the others come back with is the
 * best that they found, and is shown once more where it is not the last point.
 * The loop calls an end where constraints do not hold `infeasible`.
 */
#include <limits.h>
#include <math.h>
#include <nlopt.h>
#include <stdbool.h>
#include <string.h>

#include "core/search/restore.h"

/* ---- parameters -------------------------------------------------------- */

enum { X_TOLERANCE, LOSS_TOLERANCE, OWN };

#define ROW_TOLERANCES(least, never)                                          \
    [X_TOLERANCE] = {"xtol_rel", 1e-12, least, 1,                             \
        "End when x changes by less than this share of itself" never,         \
        OPEN_HIGH, PARAMETER_NUMBER},                                         \
    [LOSS_TOLERANCE] = {"ftol_rel", 0, 0, 1,                                  \
        "End when the loss changes by less than this share of itself; 0: "    \
        "never.", OPEN_HIGH, PARAMETER_NUMBER}

static const struct parameter tolerances[] = {
    ROW_TOLERANCES(0, "; 0: never."), {0}};

/* These make smaller and smaller steps: without an end, they come to points
 * that differ by rounding alone, and cobyla then divides by zero. */
static const struct parameter with_step[] = {
    ROW_TOLERANCES(1e-16, "."),
    [OWN] = {
        "initial_step", PARAMETER_OFF, 0, 1e100,
        "How far the first steps go along each axis, at most a quarter of the "
        "way between its bounds; if left out, NLopt guesses from x and the "
        "bounds.", OPEN_LOW, PARAMETER_NUMBER},
    {0},
};

static const struct parameter with_population[] = {
    ROW_TOLERANCES(0, "; 0: never."),
    [OWN] = {
        "population", PARAMETER_OFF, 2, 10000,
        "Points that are kept, at least one more than variables; if left "
        "out, NLopt chooses.", CLOSED, PARAMETER_INTEGER},
    {0},
};

/* What one method is to NLopt, beside its name. */
struct nature {
    nlopt_algorithm algorithm;
    const struct parameter *parameters;
    bool takes_slope;
    bool keeps_all;        /* every point ever evaluated: limited by memory */
};

/* The most that a method that keeps all may keep: a point is a rectangle of
 * 2n + 3 numbers in a tree's node. */
#define KEPT_BYTES_MAX 256e6
#define KEPT_NODE_BYTES 64.0

/* Less is no better loss, more no lesser violation: see optimize(). */
#define LOSS_GAIN 1e-9
#define VIOLATION_LEFT 0.5

/* How short a way to a feasible point is. */
#define RESTORE_SHARE 1e-5

/* ---- a search ---------------------------------------------------------- */

/* Vectors in the method's state, n numbers each. */
enum { START, INSIDE, SLOPE, STEP, BEST, VECTORS };

struct search;

/* A constraint, and whose it is. */
struct asked {
    struct search *search;
    const struct constraint *constraint;
};

struct search {
    struct method *method;
    struct asked *asked_of;  /* [method->constraint_count] */
    const struct nature *nature;
    nlopt_opt opt;
    double loss;           /* at the last point */
    bool asked;            /* NLopt has asked for a point */
    enum reason reason;    /* what ended the run, or REASON_NONE */
};

static double *vector(const struct search *s, int which)
{
    return s->method->state + (size_t)which * s->method->n;
}

/* Evaluate and show. */
static void look(struct search *s, const double *at)
{
    struct method *m = s->method;
    double *slope = s->nature->takes_slope ? vector(s, SLOPE) : NULL;
    bool stop;

    s->loss = m->evaluate(m, at, slope, &stop);
    s->reason = m->show(m, at, s->loss, slope);
    if (s->reason == REASON_NONE && stop)
        s->reason = REASON_CANCELED;
}

/* The nearest point inside the bounds: where NLopt scales x, rounding may
 * lead out of them. */
static const double *inside(const struct search *s, const double *x)
{
    const struct method *m = s->method;
    double *kept = vector(s, INSIDE);

    for (size_t i = 0; i < m->n; i++) {
        kept[i] = x[i];
        if (m->low != NULL && kept[i] < m->low[i])
            kept[i] = m->low[i];
        if (m->high != NULL && kept[i] > m->high[i])
            kept[i] = m->high[i];
    }
    return kept;
}

/* What NLopt calls: the loss at x, and its gradient where it wants one. */
static double answer(unsigned n, const double *x, double *gradient, void *self)
{
    struct search *s = self;
    bool known = !s->asked
        && memcmp(x, vector(s, START), n * sizeof *x) == 0;

    s->asked = true;
    if (s->reason == REASON_NONE && !known)
        look(s, inside(s, x));
    if (s->reason != REASON_NONE)
        nlopt_force_stop(s->opt);
    if (gradient != NULL)
        memcpy(gradient, vector(s, SLOPE), n * sizeof *gradient);
    return s->loss;
}

/* The same for a constraint; after the end NLopt gets whatever there is. */
static double answer_constraint(unsigned n, const double *x, double *gradient,
                                void *self)
{
    const struct asked *asked = self;
    const struct constraint *c = asked->constraint;

    if (asked->search->reason != REASON_NONE)
        nlopt_force_stop(asked->search->opt);
    return c->evaluate(c->data, inside(asked->search, x), n, gradient);
}

/* ---- setting it up ----------------------------------------------------- */

/* More than a run can make, where there is no limit. */
static int evaluations_max(const struct search *s)
{
    const struct method *m = s->method;
    double most = fmin(m->evaluations_left, INT_MAX);

    if (s->nature->keeps_all)
        most = fmin(most, floor(KEPT_BYTES_MAX
                                / ((2 * (double)m->n + 3) * sizeof(double)
                                   + KEPT_NODE_BYTES)));
    return (int)most;
}

/* NLopt refuses a step that does not fit twice between the bounds. */
static bool set_step(const struct search *s)
{
    const struct method *m = s->method;
    double *step = vector(s, STEP);

    for (size_t i = 0; i < m->n; i++) {
        double width = m->low != NULL && m->high != NULL
                           ? m->high[i] - m->low[i] : INFINITY;

        step[i] = m->p[OWN];
        if (width > 0 && step[i] > width / 4)
            step[i] = width / 4;
    }
    return nlopt_set_initial_step(s->opt, step) > 0;
}

static bool set_own(const struct search *s)
{
    const struct method *m = s->method;

    if (s->nature->parameters == with_step && !isnan(m->p[OWN]))
        return set_step(s);
    if (s->nature->parameters == with_population && !isnan(m->p[OWN]))
        return nlopt_set_population(
                   s->opt,
                   (unsigned)fmax(m->p[OWN], (double)m->n + 1)) > 0;
    return true;
}

static bool add_constraint(struct asked *asked)
{
    const struct constraint *c = asked->constraint;
    nlopt_opt opt = asked->search->opt;

    return (c->type == CONSTRAINT_EQUALITY
                ? nlopt_add_equality_constraint(opt, answer_constraint, asked,
                                                c->tolerance)
                : nlopt_add_inequality_constraint(
                      opt, answer_constraint, asked, c->tolerance)) > 0;
}

/* False also where memory is used up: nlopt_optimize() is not called then. */
static bool add_constraints(struct search *s)
{
    const struct method *m = s->method;
    size_t count = m->constraint_count;

    s->asked_of = arena_array(m->arena, count, sizeof *s->asked_of);
    for (size_t i = 0; i < count; i++) {
        if (s->asked_of == NULL)
            return false;
        s->asked_of[i] = (struct asked){s, &m->constraints[i]};
        if (!add_constraint(&s->asked_of[i]))
            return false;
    }
    return true;
}

static bool configure(struct search *s)
{
    const struct method *m = s->method;

    return nlopt_set_min_objective(s->opt, answer, s) > 0
        && (m->low == NULL || nlopt_set_lower_bounds(s->opt, m->low) > 0)
        && (m->high == NULL || nlopt_set_upper_bounds(s->opt, m->high) > 0)
        && nlopt_set_xtol_rel(s->opt, m->p[X_TOLERANCE]) > 0
        && nlopt_set_ftol_rel(s->opt, m->p[LOSS_TOLERANCE]) > 0
        && nlopt_set_maxeval(s->opt, evaluations_max(s)) > 0
        && set_own(s) && add_constraints(s);
}

/* ---- the border: NLopt's codes stop here ------------------------------- */

static enum error from_nlopt(nlopt_result result, enum reason *ret_reason)
{
    switch (result) {
    case NLOPT_SUCCESS:
    case NLOPT_XTOL_REACHED:
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

/* slsqp or mma ended where constraints do not hold, but less so than before:
 * then that is where to begin. */
static bool may_be_mended(struct search *s, double *violation)
{
    const struct method *m = s->method;
    struct feasibility here;

    if (m->constraint_count == 0 || !s->nature->takes_slope)
        return false;
    here = constraints_measure(m->constraints, m->constraint_count, m->x,
                               m->n);
    if (here.feasible || !(here.violation < VIOLATION_LEFT * *violation))
        return false;
    *violation = here.violation;
    memcpy(vector(s, BEST), m->x, m->n * sizeof *m->x);
    return true;
}

/*
 * A simplex that has collapsed away from any minimum looks like one that has
 * found it: nelder_mead begins again, with a new one at its best point, until
 * that makes the loss no better.
 */
static nlopt_result optimize(struct search *s)
{
    double loss = s->loss, before, violation = INFINITY;
    bool again;
    nlopt_result result;

    do {
        before = loss;
        result = nlopt_optimize(s->opt, vector(s, BEST), &loss);
        again = s->nature->algorithm == NLOPT_LN_NELDERMEAD
             && result == NLOPT_XTOL_REACHED
             && before - loss > LOSS_GAIN * fabs(before);
    } while (again
             || (s->reason == REASON_NONE && result != NLOPT_MAXEVAL_REACHED
                 && may_be_mended(s, &violation)));
    return result;
}

/* Where a search under constraints has come to: false, if there is nothing
 * else to show than its last point. */
static bool find_end(const struct search *s, nlopt_result result, double *end)
{
    const struct method *m = s->method;

    if (!s->nature->takes_slope)
        return result > 0;
    memcpy(end, m->x, m->n * sizeof *end);
    return restore_feasible(m, RESTORE_SHARE, end);
}

static void look_at_end(struct search *s, nlopt_result result)
{
    const struct method *m = s->method;
    const double *end;

    if (m->constraint_count == 0 || s->reason != REASON_NONE
        || result == NLOPT_MAXEVAL_REACHED
        || !find_end(s, result, vector(s, BEST)))
        return;
    end = inside(s, vector(s, BEST));
    if (memcmp(end, m->x, m->n * sizeof *end) != 0)
        look(s, end);
}

static enum error drive(struct method *method, const struct nature *nature,
                        enum reason *ret_reason)
{
    struct search s = {.method = method, .nature = nature};
    size_t bytes = method->n * sizeof(double);
    nlopt_result result = NLOPT_OUT_OF_MEMORY;

    s.opt = nlopt_create(nature->algorithm, (unsigned)method->n);
    if (s.opt == NULL)
        return ERR_MEMORY;
    memcpy(vector(&s, START), method->x, bytes);
    memcpy(vector(&s, BEST), method->x, bytes);
    if (configure(&s)) {
        nlopt_srand(fold(method->seed));
        look(&s, vector(&s, START));
        if (s.reason == REASON_NONE)
            result = optimize(&s);
        look_at_end(&s, result);
    }
    nlopt_destroy(s.opt);
    if (s.reason == REASON_NONE)
        return from_nlopt(result, ret_reason);
    *ret_reason = s.reason;
    return OK;
}

/* ---- the methods ------------------------------------------------------- */

/* What a method keeps and does between two evaluations grows with n^2. */
enum {
    ANY = 0,
    MODEL_MAX = 300,       /* n^3 at times: 0.3 s, which cancel has to wait */
    LINEAR_MAX = 100,
    GLOBAL_MAX = 200,
};

#define ONE_MACHINE                                                           \
    " The trace is the same for the same seed on one machine; on another CPU "\
    "its last digits may differ."

/* Which constraints a method takes. */
enum { NONE, INEQUALITIES, BOTH };

#define METHOD(called, code, table, sloped, all, most, boxed, takes, update,  \
               when, origin)                                                  \
    static enum error drive_##called(struct method *method,                   \
                                     enum reason *ret_reason)                 \
    {                                                                         \
        static const struct nature nature = {code, table, sloped, all};       \
                                                                              \
        return drive(method, &nature, ret_reason);                            \
    }                                                                         \
    const struct optimizer_kind optimizer_##called = {                        \
        .name = #called, .formula = update, .sentence = when ONE_MACHINE,     \
        .source = origin "; NLopt 2.7.1", .parameters = table,                \
        .states = VECTORS, .drive = drive_##called, .takes_bounds = true,     \
        .needs_bounds = boxed, .dimension_max = most,                         \
        .takes_inequalities = takes != NONE, .takes_equalities = takes == BOTH,\
    };

METHOD(sbplx, NLOPT_LN_SBPLX, with_step, false, false, ANY, false, NONE,
       "Nelder-Mead in turn in subspaces of a few variables each, chosen by "
       "how far x moved along them",
       "As nelder_mead, for more variables.",
       "Rowan 1990, thesis, University of Texas at Austin (Subplex)")

METHOD(bobyqa, NLOPT_LN_BOBYQA, with_step, false, false, MODEL_MAX, false, NONE,
       "x = argmin of a quadratic that interpolates the loss at 2n + 1 "
       "points, within a trust region and the bounds",
       "Smooth losses without a gradient: the fewest evaluations.",
       "Powell 2009, report DAMTP 2009/NA06")

METHOD(cobyla, NLOPT_LN_COBYLA, with_step, false, false, LINEAR_MAX, false,
       BOTH,
       "x = argmin of a linear interpolation of the loss at n + 1 points, "
       "within a trust region",
       "Losses without a gradient that are not smooth enough for bobyqa.",
       "Powell 1994, Advances in Optimization and Numerical Analysis, p. 51")

METHOD(slsqp, NLOPT_LD_SLSQP, tolerances, true, false, MODEL_MAX, false, BOTH,
       "d = argmin g.d + d.B d / 2 within the bounds; x += a d by a line "
       "search; B by a BFGS update",
       "Smooth losses with a gradient, at high precision.",
       "Kraft 1994, ACM TOMS 20:262 (algorithm 733)")

METHOD(mma, NLOPT_LD_MMA, tolerances, true, false, ANY, false, INEQUALITIES,
       "x = argmin of a separable convex approximation with moving "
       "asymptotes that lies above the loss",
       "Many variables with bounds; steps never make the loss worse.",
       "Svanberg 2002, SIAM J. Optim. 12:555")

METHOD(direct, NLOPT_GN_DIRECT, tolerances, false, true, GLOBAL_MAX, true, NONE,
       "boxes that could hold the least loss for some Lipschitz constant are "
       "cut in three",
       "All over a box of few variables, without chance.",
       "Jones, Perttunen & Stuckmann 1993, JOTA 79:157")

METHOD(crs2, NLOPT_GN_CRS2_LM, with_population, false, false, GLOBAL_MAX,
       true, NONE,
       "the worst of a population gives way to a point mirrored through the "
       "centre of a random choice of it, or to a mutation near the best",
       "All over a box, when many valleys lead the same way.",
       "Kaelo & Ali 2006, JOTA 130:253 (CRS2 with local mutation)")

METHOD(isres, NLOPT_GN_ISRES, with_population, false, false, GLOBAL_MAX, true,
       BOTH,
       "the better seventh of a population has offspring by differences and "
       "by steps drawn from a normal law whose width is inherited",
       "All over a box; a robust evolution strategy.",
       "Runarsson & Yao 2005, IEEE Trans. SMC-C 35:233")

METHOD(esch, NLOPT_GN_ESCH, with_population, false, false, GLOBAL_MAX, true,
       NONE,
       "parents are crossed, one coordinate of the child in ten moves by a "
       "Cauchy law, and the best of both live on",
       "All over a box; a plain evolutionary search.",
       "da Silva Santos et al. 2010, IEEE Photonics Technol. Lett. 22:1177")
