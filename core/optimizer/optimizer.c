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

const struct optimizer_kind *optimizer_kind_find(const char *name,
                                                 const char *dialect)
{
    for (size_t i = 0; optimizer_kinds[i] != NULL; i++) {
        const struct optimizer_kind *kind = optimizer_kinds[i];

        if (strcmp(kind->name, name) == 0
            && (dialect == NULL
                || (kind->dialect != NULL
                    && strcmp(kind->dialect, dialect) == 0)))
            return kind;
    }
    return NULL;
}
