/* optimizer.c - the list of update rules. */
#include "core/optimizer/optimizer.h"

#include <string.h>

#include "core/objective/objective.h"

#define OPTIMIZERS(ROW)                                                       \
    ROW(adabelief)                                                            \
    ROW(adabound)                                                             \
    ROW(adadelta)                                                             \
    ROW(adadelta_keras)                                                       \
    ROW(adafactor)                                                            \
    ROW(adafactor_keras)                                                      \
    ROW(adagrad)                                                              \
    ROW(adagrad_keras)                                                        \
    ROW(adam)                                                                 \
    ROW(adam_keras)                                                           \
    ROW(adamax)                                                               \
    ROW(adamax_keras)                                                         \
    ROW(adamw)                                                                \
    ROW(adamw_keras)                                                          \
    ROW(adan)                                                                 \
    ROW(ademamix)                                                             \
    ROW(adopt)                                                                \
    ROW(asgd)                                                                 \
    ROW(augmented_lagrangian)                                                 \
    ROW(bfgs)                                                                 \
    ROW(bobyqa)                                                               \
    ROW(cobyla)                                                               \
    ROW(conjugate_gradient)                                                   \
    ROW(crs2)                                                                 \
    ROW(direct)                                                               \
    ROW(dog)                                                                  \
    ROW(dual_cd)                                                              \
    ROW(esch)                                                                 \
    ROW(ftrl)                                                                 \
    ROW(gradient_descent)                                                     \
    ROW(isres)                                                                \
    ROW(lamb)                                                                 \
    ROW(lamb_keras)                                                           \
    ROW(lars)                                                                 \
    ROW(lbfgs)                                                                \
    ROW(lbfgsb)                                                               \
    ROW(levenberg_marquardt)                                                  \
    ROW(lion)                                                                 \
    ROW(lion_keras)                                                           \
    ROW(mma)                                                                  \
    ROW(nadam)                                                                \
    ROW(nadam_keras)                                                          \
    ROW(nelder_mead)                                                          \
    ROW(newton_cg)                                                            \
    ROW(novograd)                                                             \
    ROW(padam)                                                                \
    ROW(polyak)                                                               \
    ROW(prodigy)                                                              \
    ROW(proximal_cd)                                                          \
    ROW(qhadam)                                                               \
    ROW(qhm)                                                                  \
    ROW(radam)                                                                \
    ROW(rmsprop)                                                              \
    ROW(rmsprop_keras)                                                        \
    ROW(rprop)                                                                \
    ROW(sag)                                                                  \
    ROW(saga)                                                                 \
    ROW(sbplx)                                                                \
    ROW(schedule_free_adamw)                                                  \
    ROW(schedule_free_radam)                                                  \
    ROW(schedule_free_sgd)                                                    \
    ROW(sgd)                                                                  \
    ROW(sgd_keras)                                                            \
    ROW(signum)                                                               \
    ROW(slsqp)                                                                \
    ROW(svrg)                                                                 \
    ROW(yogi)

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

_Bool optimizer_steps(const struct optimizer_kind *kind, const double *p)
{
    return kind->step != NULL
        && (kind->searches == NULL || !kind->searches(p));
}

_Bool optimizer_takes_bounds(const struct optimizer_kind *kind, _Bool steps)
{
    return steps ? kind->average == NULL : kind->takes_bounds;
}

size_t optimizer_memory(const struct optimizer_kind *kind, const double *p,
                        size_t n)
{
    return kind->memory != NULL ? kind->memory(n, p)
                                : kind->states * n + kind->scalars;
}

size_t optimizer_row_memory(const struct optimizer_kind *kind,
                            const struct objective *objective)
{
    return kind->row_scalars == 0 || objective->by_rows == NULL
               ? 0 : kind->row_scalars * objective->by_rows->count;
}
