/*
 * minimize.c - L-BFGS to gradient norm 1e-8 on Rosenbrock's valley: ours
 * beside liblbfgs and NLopt's, from the standard start, on one C objective.
 *
 * Medians of interleaved runs and their ratios. All three end at the first
 * point whose gradient is that small, liblbfgs by its progress callback and
 * NLopt by a forced stop (it gives up just before, for rounding). Ours and
 * liblbfgs keep 6 pairs, as both come; NLopt 10.
 */
#include <lbfgs.h>
#include <math.h>
#include <nlopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/function/function.h"
#include "core/kernel/vector.h"
#include "core/run/run.h"
#include "server/base/clock.h"

enum { RUNS = 31, STORAGE = 10, DIMENSION_LARGE = 1000 };

#define TOLERANCE 1e-8

/* One solution: how long it took, and what it came to. */
struct solution {
    double ns, loss, gradient_norm;
    unsigned evaluations;
};

/* ---- ours -------------------------------------------------------------- */

static double evaluate_ours(void *data, const double *x, size_t n, double *g)
{
    const struct function *function = data;

    return function->evaluate(x, n, g);
}

static enum reason observe(void *self, const struct iteration *it,
                           enum reason reason)
{
    (void)self;
    (void)it;
    return reason;
}

static struct solution solve_ours(const struct function *f, size_t n)
{
    const struct optimizer_kind *kind = optimizer_kind_find("lbfgs", NULL);
    const struct schedule constant = {.kind = schedule_kind_find("constant")};
    struct function function = *f;
    struct objective objective = {.n = n, .data = &function,
                                  .evaluate = evaluate_ours};
    double p[PARAMETERS_MAX], wrap[WRAP_PARAMETERS], stop[STOP_RULES];
    double start[DIMENSION_LARGE];
    int64_t begin = clock_monotonic_ns();
    struct run_result result;
    struct solution solution;
    struct arena arena;
    struct run run = {
        .objective = &objective, .optimizer = kind, .optimizer_parameters = p,
        .wrap_parameters = wrap, .schedule = &constant, .stop = stop,
        .start = start, .observe = observe,
    };

    parameter_defaults(kind->parameters, p);
    parameter_defaults(wrap_parameters, wrap);
    parameter_defaults(stop_parameters, stop);
    stop[STOP_GRADIENT_TOLERANCE] = TOLERANCE;
    stop[STOP_MAX_ITERATIONS] = 1e6;
    function_start(f, n, start);
    arena_init(&arena, 0);
    if (run_minimize(&run, &arena, &result) != OK)
        exit(EXIT_FAILURE);
    solution = (struct solution){
        (double)(clock_monotonic_ns() - begin), result.loss,
        result.gradient_norm, (unsigned)result.loss_evaluations};
    arena_fini(&arena);
    return solution;
}

/* ---- liblbfgs ---------------------------------------------------------- */

struct peer {
    const struct function *function;
    unsigned evaluations;
    double gradient_norm;
    nlopt_opt nlopt;
};

static lbfgsfloatval_t evaluate_liblbfgs(void *data, const lbfgsfloatval_t *x,
                                         lbfgsfloatval_t *g, const int n,
                                         const lbfgsfloatval_t step)
{
    struct peer *peer = data;

    (void)step;
    peer->evaluations++;
    return peer->function->evaluate(x, (size_t)n, g);
}

static int progress(void *data, const lbfgsfloatval_t *x,
                    const lbfgsfloatval_t *g, const lbfgsfloatval_t fx,
                    const lbfgsfloatval_t xnorm, const lbfgsfloatval_t gnorm,
                    const lbfgsfloatval_t step, int n, int k, int ls)
{
    struct peer *peer = data;

    (void)x, (void)g, (void)fx, (void)xnorm, (void)step;
    (void)n, (void)k, (void)ls;
    peer->gradient_norm = gnorm;
    return gnorm <= TOLERANCE;
}

static struct solution solve_liblbfgs(const struct function *f, size_t n)
{
    struct peer peer = {.function = f};
    lbfgs_parameter_t how;
    int64_t begin = clock_monotonic_ns();
    lbfgsfloatval_t *x = lbfgs_malloc((int)n), loss = NAN;
    struct solution solution;

    if (x == NULL)
        exit(EXIT_FAILURE);
    lbfgs_parameter_init(&how);
    how.epsilon = 1e-30;
    function_start(f, n, x);
    lbfgs((int)n, x, &loss, evaluate_liblbfgs, progress, &peer, &how);
    solution = (struct solution){(double)(clock_monotonic_ns() - begin), loss,
                                 peer.gradient_norm, peer.evaluations};
    lbfgs_free(x);
    return solution;
}

/* ---- NLopt ------------------------------------------------------------- */

static double evaluate_nlopt(unsigned n, const double *x, double *g,
                             void *data)
{
    struct peer *peer = data;
    double loss = peer->function->evaluate(x, n, g);

    peer->evaluations++;
    if (g != NULL) {
        peer->gradient_norm = vector_norm2(g, n);
        if (peer->gradient_norm <= TOLERANCE)
            nlopt_force_stop(peer->nlopt);
    }
    return loss;
}

static struct solution solve_nlopt(const struct function *f, size_t n)
{
    struct peer peer = {.function = f};
    int64_t begin = clock_monotonic_ns();
    double x[DIMENSION_LARGE], loss = NAN;

    peer.nlopt = nlopt_create(NLOPT_LD_LBFGS, (unsigned)n);
    nlopt_set_min_objective(peer.nlopt, evaluate_nlopt, &peer);
    nlopt_set_vector_storage(peer.nlopt, STORAGE);
    nlopt_set_maxeval(peer.nlopt, 1000000);
    function_start(f, n, x);
    nlopt_optimize(peer.nlopt, x, &loss);
    nlopt_destroy(peer.nlopt);
    return (struct solution){(double)(clock_monotonic_ns() - begin), loss,
                             peer.gradient_norm, peer.evaluations};
}

/* ---- beside one another ------------------------------------------------ */

static const struct {
    const char *name;
    struct solution (*solve)(const struct function *f, size_t n);
} solvers[] = {
    {"descentd", solve_ours},
    {"liblbfgs", solve_liblbfgs},
    {"NLopt", solve_nlopt},
};

enum { SOLVERS = sizeof solvers / sizeof *solvers };

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Each sample is the mean of `repeats` runs, so that a clock's tick is
 * small beside it. */
static void report(size_t n, int repeats)
{
    const struct function *f = function_find("rosenbrock");
    double ns[SOLVERS][RUNS], ours;
    struct solution last[SOLVERS];

    for (int run = 0; run < RUNS; run++) {
        for (int s = 0; s < SOLVERS; s++) {
            ns[s][run] = 0;
            for (int i = 0; i < repeats; i++) {
                last[s] = solvers[s].solve(f, n);
                ns[s][run] += last[s].ns / repeats;
            }
        }
    }
    for (int s = 0; s < SOLVERS; s++)
        qsort(ns[s], RUNS, sizeof *ns[s], compare);
    ours = ns[0][RUNS / 2];
    for (int s = 0; s < SOLVERS; s++)
        printf("rosenbrock-%-4zu  %-8s %10.1f us  ratio %5.2f  %5u "
               "evaluations  |g| %.1e\n", n, solvers[s].name,
               ns[s][RUNS / 2] / 1e3, ns[s][RUNS / 2] / ours,
               last[s].evaluations, last[s].gradient_norm);
}

int main(void)
{
    report(2, 100);
    report(DIMENSION_LARGE, 1);
    return EXIT_SUCCESS;
}
