/*
 * nlopt.c - nine methods of NLopt 2.7.1: by comparing losses alone, by models,
 * and all over a box. How they run is in nlopt_search.c.
 */
#include "core/optimizer/nlopt_search.h"
#include "core/optimizer/trials.h"

static const struct parameter tolerances[] = {
    [NLOPT_X_TOLERANCE] = ROW_X_TOLERANCE(0, "; 0: never."),
    [NLOPT_LOSS_TOLERANCE] = ROW_LOSS_TOLERANCE,
    {0},
};

/* These make smaller and smaller steps: without an end, they come to points
 * that differ by rounding alone, and cobyla then divides by zero. */
static const struct parameter with_step[] = {
    [NLOPT_X_TOLERANCE] = ROW_X_TOLERANCE(1e-16, "."),
    [NLOPT_LOSS_TOLERANCE] = ROW_LOSS_TOLERANCE,
    [NLOPT_OWN] = ROW_INITIAL_STEP,
    {0},
};

#define ROW_POPULATION(most)                                                  \
    {"population", PARAMETER_OFF, 2, most,                                    \
     "Points that are kept, at least one more than variables; if left out, "  \
     "NLopt chooses.", CLOSED, PARAMETER_INTEGER}

static const struct parameter with_population[] = {
    [NLOPT_X_TOLERANCE] = ROW_X_TOLERANCE(0, "; 0: never."),
    [NLOPT_LOSS_TOLERANCE] = ROW_LOSS_TOLERANCE,
    [NLOPT_OWN] = ROW_POPULATION(10000),
    {0},
};

/* What a method does between two evaluations grows with n^2 or n^3, and cancel
 * has to wait for it: tests/bench/cancel.c measures how long. */
enum {
    MODEL_MAX = 200,
    LINEAR_MAX = 100,
    GLOBAL_MAX = 200,
    RANKED_MAX = 120,          /* isres: the square of its population, which is
                                  20 (n + 1) */
    RANKED_POPULATION_MAX = 2500,
    SEPARABLE_MAX = 300000,    /* mma */
};
#define SEPARABLE_NUMBERS_MAX 2e5 /* times constraints */

static const struct parameter with_ranked_population[] = {
    [NLOPT_X_TOLERANCE] = ROW_X_TOLERANCE(0, "; 0: never."),
    [NLOPT_LOSS_TOLERANCE] = ROW_LOSS_TOLERANCE,
    [NLOPT_OWN] = ROW_POPULATION(RANKED_POPULATION_MAX),
    {0},
};

#define ONE_MACHINE                                                           \
    " The trace is the same for the same seed on one machine; on another CPU "\
    "its last digits may differ."

/* mma keeps the gradients of all constraints, twice. */
static double mma_memory(double n, double constraints, double iterations)
{
    (void)iterations;
    return n * (2 * constraints + 20);
}

/* direct keeps every point, as far as it may. */
static double direct_memory(double n, double constraints, double iterations)
{
    (void)constraints;
    return fmin(NLOPT_KEPT_BYTES_MAX,
                iterations * NLOPT_POINT_BYTES(n)) / sizeof(double);
}

/* The `drive` of the method whose traits is traits_`called`. */
#define DRIVE(called)                                                         \
    static enum error drive_##called(struct method *method,                   \
                                     enum reason *ret_reason)                 \
    {                                                                         \
        return nlopt_search_drive(method, &traits_##called, ret_reason);      \
    }

static const struct nlopt_traits traits_sbplx = {
    .algorithm = NLOPT_LN_SBPLX, .own = OWN_STEP, .is_local = true,
};

DRIVE(sbplx)

const struct optimizer_kind optimizer_sbplx = {
    .name = "sbplx",
    .formula = "Nelder-Mead in turn in subspaces of a few variables each, "
               "chosen by how far x moved along them",
    .sentence = "As nelder_mead, for more variables."
                ONE_MACHINE,
    .source = "Rowan 1990, thesis, University of Texas at Austin (Subplex); "
              "NLopt 2.7.1",
    .parameters = with_step, .states = NLOPT_STATES, .drive = drive_sbplx,
    .shows_trials = true, .takes_bounds = true,
};

static const struct nlopt_traits traits_bobyqa = {
    .algorithm = NLOPT_LN_BOBYQA, .own = OWN_STEP, .is_local = true,
    .is_model = true,
};

DRIVE(bobyqa)

const struct optimizer_kind optimizer_bobyqa = {
    .name = "bobyqa",
    .formula = "x = argmin of a quadratic that interpolates the loss at 2n + "
               "1 points, within a trust region and the bounds",
    .sentence = "Smooth losses without a gradient: the fewest evaluations."
                ONE_MACHINE,
    .source = "Powell 2009, report DAMTP 2009/NA06; NLopt 2.7.1",
    .parameters = with_step, .states = NLOPT_STATES, .drive = drive_bobyqa,
    .shows_trials = true, .takes_bounds = true,
    .dimension_max = MODEL_MAX,
};

static const struct nlopt_traits traits_cobyla = {
    .algorithm = NLOPT_LN_COBYLA, .own = OWN_STEP, .is_local = true,
    .is_model = true,
};

DRIVE(cobyla)

const struct optimizer_kind optimizer_cobyla = {
    .name = "cobyla",
    .formula = "x = argmin of a linear interpolation of the loss at n + 1 "
               "points, within a trust region",
    .sentence = "Losses without a gradient that are not smooth enough for "
                "bobyqa."
                ONE_MACHINE,
    .source = "Powell 1994, Advances in Optimization and Numerical Analysis, "
              "p. 51; NLopt 2.7.1",
    .parameters = with_step, .states = NLOPT_STATES, .drive = drive_cobyla,
    .shows_trials = true, .takes_bounds = true,
    .dimension_max = LINEAR_MAX,
    .takes_inequalities = true, .takes_equalities = true,
};

static const struct nlopt_traits traits_slsqp = {
    .algorithm = NLOPT_LD_SLSQP, .takes_gradient = true, .is_local = true,
};

DRIVE(slsqp)

const struct optimizer_kind optimizer_slsqp = {
    .name = "slsqp",
    .formula = "d = argmin g.d + d.B d / 2 within the bounds; x += a d by a "
               "line search; B by a BFGS update",
    .sentence = "Smooth losses with a gradient, at high precision."
                ONE_MACHINE,
    .source = "Kraft 1994, ACM TOMS 20:262 (algorithm 733); NLopt 2.7.1",
    .parameters = tolerances, .states = NLOPT_STATES, .drive = drive_slsqp,
    .shows_trials = true, .takes_bounds = true,
    .dimension_max = MODEL_MAX,
    .takes_inequalities = true, .takes_equalities = true,
};

static const struct nlopt_traits traits_mma = {
    .algorithm = NLOPT_LD_MMA, .takes_gradient = true, .is_local = true,
};

DRIVE(mma)

const struct optimizer_kind optimizer_mma = {
    .name = "mma",
    .formula = "x = argmin of a separable convex approximation with moving "
               "asymptotes that lies above the loss",
    .sentence = "Many variables with bounds; steps never make the loss worse."
                ONE_MACHINE,
    .source = "Svanberg 2002, SIAM J. Optim. 12:555; NLopt 2.7.1",
    .parameters = tolerances, .states = NLOPT_STATES, .drive = drive_mma,
    .shows_trials = true, .takes_bounds = true,
    .dimension_max = SEPARABLE_MAX, .takes_inequalities = true,
    .constraint_numbers_max = SEPARABLE_NUMBERS_MAX,
    .outside_memory = mma_memory,
};

static const struct nlopt_traits traits_direct = {
    .algorithm = NLOPT_GN_DIRECT, .keeps_all = true,
};

DRIVE(direct)

const struct optimizer_kind optimizer_direct = {
    .name = "direct",
    .formula = "boxes that could hold the least loss for some Lipschitz "
               "constant are cut in three",
    .sentence = "All over a box of few variables, without chance."
                ONE_MACHINE,
    .source = "Jones, Perttunen & Stuckmann 1993, JOTA 79:157; NLopt 2.7.1",
    .parameters = tolerances, .states = NLOPT_STATES, .drive = drive_direct,
    .shows_trials = true, .takes_bounds = true,
    .needs_bounds = true, .dimension_max = GLOBAL_MAX,
    .outside_memory = direct_memory,
};

static const struct nlopt_traits traits_crs2 = {
    .algorithm = NLOPT_GN_CRS2_LM, .own = OWN_POPULATION,
};

DRIVE(crs2)

const struct optimizer_kind optimizer_crs2 = {
    .name = "crs2",
    .formula = "the worst of a population gives way to a point mirrored "
               "through the centre of a random choice of it, or to a mutation "
               "near the best",
    .sentence = "All over a box, when many valleys lead the same way."
                ONE_MACHINE,
    .source = "Kaelo & Ali 2006, JOTA 130:253 (CRS2 with local mutation); "
              "NLopt 2.7.1",
    .parameters = with_population, .states = NLOPT_STATES, .drive = drive_crs2,
    .shows_trials = true, .takes_bounds = true,
    .needs_bounds = true, .dimension_max = GLOBAL_MAX,
};

static const struct nlopt_traits traits_isres = {
    .algorithm = NLOPT_GN_ISRES, .own = OWN_POPULATION,
};

DRIVE(isres)

const struct optimizer_kind optimizer_isres = {
    .name = "isres",
    .formula = "the better seventh of a population has offspring by "
               "differences and by steps drawn from a normal law whose width "
               "is inherited",
    .sentence = "All over a box; a robust evolution strategy."
                ONE_MACHINE,
    .source = "Runarsson & Yao 2005, IEEE Trans. SMC-C 35:233; NLopt 2.7.1",
    .parameters = with_ranked_population, .states = NLOPT_STATES,
    .drive = drive_isres,
    .shows_trials = true, .takes_bounds = true,
    .needs_bounds = true, .dimension_max = RANKED_MAX,
    .takes_inequalities = true, .takes_equalities = true,
};

static const struct nlopt_traits traits_esch = {
    .algorithm = NLOPT_GN_ESCH, .own = OWN_POPULATION,
};

DRIVE(esch)

const struct optimizer_kind optimizer_esch = {
    .name = "esch",
    .formula = "parents are crossed, one coordinate of the child in ten moves "
               "by a Cauchy law, and the best of both live on",
    .sentence = "All over a box; a plain evolutionary search."
                ONE_MACHINE,
    .source = "da Silva Santos et al. 2010, IEEE Photonics Technol. Lett. "
              "22:1177; NLopt 2.7.1",
    .parameters = with_population, .states = NLOPT_STATES, .drive = drive_esch,
    .shows_trials = true, .takes_bounds = true,
    .needs_bounds = true, .dimension_max = GLOBAL_MAX,
};
