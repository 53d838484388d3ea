/* function.c - the list of named test functions. */
#include "core/function/function.h"

#include <string.h>

#define FUNCTIONS(ROW)                                                        \
    ROW(ackley)                                                               \
    ROW(beale)                                                                \
    ROW(booth)                                                                \
    ROW(goldstein_price)                                                      \
    ROW(himmelblau)                                                           \
    ROW(matyas)                                                               \
    ROW(rastrigin)                                                            \
    ROW(rosenbrock)                                                           \
    ROW(sphere)                                                               \
    ROW(styblinski_tang)

#define ROW(name) extern const struct function function_##name;
FUNCTIONS(ROW)
#undef ROW

const struct function *const functions[] = {
#define ROW(name) &function_##name,
    FUNCTIONS(ROW)
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

void function_start(const struct function *function, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = function->start[i % function->start_period];
}
