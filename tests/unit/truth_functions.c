/* truth_functions.c - see truth_functions.h. */
#include "tests/unit/truth_functions.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *id, *name;
} ids[] = {
    {"sphere5", "sphere"},
    {"sumsquares5", "sum_squares"},
    {"rothyper3", "rotated_hyper_ellipsoid"},
    {"booth", "booth"},
    {"matyas", "matyas"},
    {"trid6", "trid"},
    {"zakharov4", "zakharov"},
    {"logsumexp2", "log_sum_exp"},
    {"rosenbrock5", "rosenbrock"},
    {"himmelblau", "himmelblau"},
    {"threehump", "three_hump_camel"},
    {"sixhump", "six_hump_camel"},
    {"goldstein_price", "goldstein_price"},
    {"styblinski_tang2", "styblinski_tang"},
    {"mccormick", "mccormick"},
    {"branin", "branin"},
    {"bohachevsky1", "bohachevsky_1"},
    {"easom", "easom"},
    {"rastrigin2", "rastrigin"},
    {"griewank2", "griewank"},
    {"ackley2", "ackley"},
    {"levy3", "levy"},
    {"schwefel2", "schwefel"},
    {"michalewicz2", "michalewicz"},
    {"hartmann3", "hartmann_3"},
    {"shekel5", "shekel_5"},
    {"colville", "colville"},
    {"dixonprice4", "dixon_price"},
    {"illquad4", "ill_conditioned_quadratic"},
    {"mgh01", "rosenbrock"},
    {"mgh02", "freudenstein_roth"},
    {"mgh03", "powell_badly_scaled"},
    {"mgh05", "beale"},
    {"mgh07", "helical_valley"},
    {"mgh09", "gaussian"},
    {"mgh11", "gulf_research"},
    {"mgh13", "powell_singular"},
    {"mgh14", "wood"},
    {"mgh15", "kowalik_osborne"},
    {"mgh16_m20", "brown_dennis"},
    {"mgh18_m13", "biggs_exp6"},
    {"mgh20_n6", "watson"},
    {"mgh21_n10", "extended_rosenbrock"},
    {"mgh22_n8", "extended_powell_singular"},
    {"mgh25_n10", "variably_dimensioned"},
    {"mgh27_n10", "brown_almost_linear"},
    {"mgh30_n10", "broyden_tridiagonal"},
    {"mgh35_n8", "chebyquad"},
};

const char *truth_function_name(const char *id)
{
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (strcmp(ids[i].id, id) == 0)
            return ids[i].name;
    return NULL;
}
