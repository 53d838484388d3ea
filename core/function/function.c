/* function.c - the list of named test functions. */
#include "core/function/function.h"

#include <string.h>

extern const struct function function_ackley, function_beale, function_booth,
    function_goldstein_price, function_himmelblau, function_matyas,
    function_rastrigin, function_rosenbrock, function_sphere,
    function_styblinski_tang;

const struct function *const functions[] = {
    &function_ackley,
    &function_beale,
    &function_booth,
    &function_goldstein_price,
    &function_himmelblau,
    &function_matyas,
    &function_rastrigin,
    &function_rosenbrock,
    &function_sphere,
    &function_styblinski_tang,
    NULL,
};

const struct function *function_find(const char *name)
{
    for (size_t i = 0; functions[i] != NULL; i++)
        if (strcmp(functions[i]->name, name) == 0)
            return functions[i];
    return NULL;
}

void function_start(const struct function *function, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = function->start[i % function->start_period];
}
