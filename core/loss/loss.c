/* loss.c - the list of losses. */
#include "core/loss/loss.h"

#include <string.h>

#define LOSSES(ROW)                                                           \
    ROW(epsilon_insensitive)                                                  \
    ROW(half_squared)                                                         \
    ROW(hinge)                                                                \
    ROW(huber)                                                                \
    ROW(log)                                                                  \
    ROW(poisson)                                                              \
    ROW(quantile)                                                             \
    ROW(squared)                                                              \
    ROW(squared_hinge)

#define ROW(name) extern const struct loss loss_##name;
LOSSES(ROW)
#undef ROW

const struct loss *const losses[] = {
#define ROW(name) &loss_##name,
    LOSSES(ROW)
#undef ROW
    NULL,
};

const struct loss *loss_find(const char *name)
{
    for (size_t i = 0; losses[i] != NULL; i++)
        if (strcmp(losses[i]->name, name) == 0)
            return losses[i];
    return NULL;
}
