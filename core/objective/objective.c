/* objective.c - the list of kinds of objectives. */
#include "core/objective/objective.h"

#include <string.h>

#define OBJECTIVES(ROW)                                                       \
    ROW(expression)                                                           \
    ROW(fit)                                                                  \
    ROW(function)                                                             \
    ROW(model)                                                                \
    ROW(polynomial)                                                           \
    ROW(quadratic)

#define ROW(name) extern const struct objective_kind objective_##name;
OBJECTIVES(ROW)
#undef ROW

const struct objective_kind *const objective_kinds[] = {
#define ROW(name) &objective_##name,
    OBJECTIVES(ROW)
#undef ROW
    NULL,
};

const struct objective_kind *objective_kind_find(const char *name)
{
    for (size_t i = 0; objective_kinds[i] != NULL; i++)
        if (strcmp(objective_kinds[i]->name, name) == 0)
            return objective_kinds[i];
    return NULL;
}

enum error objective_pick(const struct objective *objective,
                          struct arena *arena, const double **numbers,
                          size_t *count)
{
    size_t n = objective->n;
    double *picked;

    if (objective->full_count == 0 || *count != objective->full_count)
        return OK;
    picked = arena_array(arena, n, sizeof *picked);
    if (picked == NULL)
        return ERR_MEMORY;
    for (size_t j = 0; j < n; j++)
        picked[j] = (*numbers)[objective->full_index[j]];
    *numbers = picked;
    *count = n;
    return OK;
}
