/* optimizer.c - the list of update rules. */
#include "core/optimizer/optimizer.h"

#include <string.h>

#define OPTIMIZERS(ROW)                                                       \
    ROW(adagrad)                                                              \
    ROW(adam)                                                                 \
    ROW(gradient_descent)                                                     \
    ROW(rmsprop)                                                              \
    ROW(sgd)

#define ROW(name) extern const struct optimizer_kind optimizer_##name;
OPTIMIZERS(ROW)
#undef ROW

const struct optimizer_kind *const optimizer_kinds[] = {
#define ROW(name) &optimizer_##name,
    OPTIMIZERS(ROW)
#undef ROW
    NULL,
};

const struct optimizer_kind *optimizer_kind_find(const char *name)
{
    for (size_t i = 0; optimizer_kinds[i] != NULL; i++)
        if (strcmp(optimizer_kinds[i]->name, name) == 0)
            return optimizer_kinds[i];
    return NULL;
}
