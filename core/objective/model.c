/* model.c - the objective "model": weights that are learned from rows. */
#include "core/model/model.h"

static const struct member members[] = {{0}};

static enum error build(struct arena *arena, const struct value *values,
                        const char *pointer, struct faults *faults,
                        struct objective *ret)
{
    (void)arena, (void)values, (void)pointer, (void)faults, (void)ret;
    return ERR_INVALID;
}

const struct objective_kind objective_model = {
    .name = "model",
    .formula = "mean over rows of loss(model(row), target) + l1 |w|_1 + "
               "l2/2 |w|^2",
    .sentence = "A model learned from a dataset.",
    .members = members,
    .build = build,
};
