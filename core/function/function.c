/* function.c - the list of named test functions. */
#include "core/function/function.h"

#include <string.h>

#include "core/function/bbob/bbob.h"

#define FUNCTIONS(ROW, BBOB)                                                  \
    ROW(ackley)                                                               \
    BBOB(attractive_sector)                                                   \
    BBOB(bent_cigar)                                                          \
    BBOB(bueche_rastrigin)                                                    \
    BBOB(different_powers)                                                    \
    BBOB(discus)                                                              \
    BBOB(ellipsoid)                                                           \
    BBOB(ellipsoid_rotated)                                                   \
    BBOB(gallagher_101)                                                       \
    BBOB(gallagher_21)                                                        \
    BBOB(griewank_rosenbrock)                                                 \
    BBOB(katsuura)                                                            \
    BBOB(linear_slope)                                                        \
    BBOB(lunacek)                                                             \
    BBOB(rastrigin)                                                           \
    BBOB(rastrigin_rotated)                                                   \
    BBOB(rosenbrock)                                                          \
    BBOB(rosenbrock_rotated)                                                  \
    BBOB(schaffers_10)                                                        \
    BBOB(schaffers_1000)                                                      \
    BBOB(schwefel)                                                            \
    BBOB(sharp_ridge)                                                         \
    BBOB(sphere)                                                              \
    BBOB(step_ellipsoid)                                                      \
    BBOB(weierstrass)                                                         \
    ROW(beale)                                                                \
    ROW(biggs_exp6)                                                           \
    ROW(bohachevsky_1)                                                        \
    ROW(booth)                                                                \
    ROW(branin)                                                               \
    ROW(brown_almost_linear)                                                  \
    ROW(brown_dennis)                                                         \
    ROW(broyden_tridiagonal)                                                  \
    ROW(chebyquad)                                                            \
    ROW(colville)                                                             \
    ROW(dixon_price)                                                          \
    ROW(easom)                                                                \
    ROW(extended_powell_singular)                                             \
    ROW(extended_rosenbrock)                                                  \
    ROW(freudenstein_roth)                                                    \
    ROW(gaussian)                                                             \
    ROW(goldstein_price)                                                      \
    ROW(griewank)                                                             \
    ROW(gulf_research)                                                        \
    ROW(hartmann_3)                                                           \
    ROW(helical_valley)                                                       \
    ROW(himmelblau)                                                           \
    ROW(ill_conditioned_quadratic)                                            \
    ROW(kowalik_osborne)                                                      \
    ROW(levy)                                                                 \
    ROW(log_sum_exp)                                                          \
    ROW(matyas)                                                               \
    ROW(mccormick)                                                            \
    ROW(michalewicz)                                                          \
    ROW(powell_badly_scaled)                                                  \
    ROW(powell_singular)                                                      \
    ROW(rastrigin)                                                            \
    ROW(rosenbrock)                                                           \
    ROW(rotated_hyper_ellipsoid)                                              \
    ROW(schwefel)                                                             \
    ROW(shekel_5)                                                             \
    ROW(six_hump_camel)                                                       \
    ROW(sphere)                                                               \
    ROW(styblinski_tang)                                                      \
    ROW(sum_squares)                                                          \
    ROW(three_hump_camel)                                                     \
    ROW(trid)                                                                 \
    ROW(variably_dimensioned)                                                 \
    ROW(watson)                                                               \
    ROW(wood)                                                                 \
    ROW(zakharov)

#define ROW(name) extern const struct function function_##name;
#define BBOB(name) extern const struct bbob_function bbob_##name;
FUNCTIONS(ROW, BBOB)
#undef BBOB
#undef ROW

const struct function *const functions[] = {
#define ROW(name) &function_##name,
#define BBOB(name) &bbob_##name.function,
    FUNCTIONS(ROW, BBOB)
#undef BBOB
#undef ROW
    NULL,
};

const struct function *function_find(const char *name)
{
    for (size_t i = 0; functions[i] != NULL; i++)
        if (strcmp(functions[i]->name, name) == 0)
            return functions[i];
    return NULL;
}

bool function_has_dimension(const struct function *function, size_t n)
{
    if (function->dimension != 0)
        return n == function->dimension;
    if (function->dimension_max != 0 && n > function->dimension_max)
        return false;
    return n >= function->dimension_min
           && (function->dimension_step == 0
               || n % function->dimension_step == 0);
}

void function_start(const struct function *function, size_t n, double *x)
{
    if (function->start_at != NULL) {
        function->start_at(n, x);
        return;
    }
    for (size_t i = 0; i < n; i++)
        x[i] = function->start[i % function->start_period];
}

struct interval function_box(const struct function *function, size_t i)
{
    if (function->box != NULL)
        return function->box[i];
    return (struct interval){function->low, function->high};
}

bool function_minimum_at(const struct function *function, size_t k, size_t n,
                         double *x, double *ret_loss)
{
    const struct function_minimum *minimum = &function->minima[k];
    bool whole = function->dimension != 0 || minimum->dimension != 0;

    if (minimum->place != NULL) {
        *ret_loss = minimum->place(function, n, x);
        return true;
    }
    if (minimum->dimension != 0 && minimum->dimension != n)
        return false;
    for (size_t i = 0; i < n; i++)
        x[i] = minimum->x[whole ? i : 0];
    *ret_loss = minimum->loss;
    if (!whole)
        *ret_loss += (double)n * function->loss_per_dimension;
    return true;
}
