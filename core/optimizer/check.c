/* check.c - what optimizers need, and how far they go, against a job. */
#include "core/optimizer/check.h"

#include <math.h>

#include "core/objective/objective.h"

/* ---- bounds and batches ------------------------------------------------- */

/* Averages are of iterates before they are projected and shrunk: such an
 * average may lie outside of bounds, and none of its weights is exactly 0. */
void optimizer_refuse_average(const struct optimizer_kind *kind,
                              const char *name, const char *pointer,
                              struct faults *faults)
{
    fault_add(faults, pointer, FAULT_CONFLICT, NULL,
              "%s recommends an average of its iterates, which knows nothing "
              "of %s: take sgd or adam, or `ema_decay`, which averages what "
              "was moved", kind->name, name);
}

void optimizer_check_bounds(const struct optimizer_kind *kind, bool steps,
                            const char *pointer, struct faults *faults)
{
    if (steps && kind->average != NULL)
        optimizer_refuse_average(kind, "bounds", pointer, faults);
    else if (!optimizer_takes_bounds(kind, steps))
        fault_add(faults, pointer, FAULT_CONFLICT, NULL,
                  "%s takes no bounds", kind->name);
}

void optimizer_check_batches(const struct optimizer_kind *kind, bool steps,
                             const char *pointer, struct faults *faults)
{
    if (!steps)
        fault_add(faults, pointer, FAULT_CONFLICT, NULL,
                  "%s compares losses at different points, so it needs all "
                  "rows each time: \"batch_size\":\"full\"", kind->name);
}

/* Whether every variable has a finite bound on this side. */
static bool is_bounded(const double *side, size_t n)
{
    for (size_t i = 0; side != NULL && i < n; i++)
        if (isinf(side[i]))
            return false;
    return side != NULL;
}

static void check_bounded(const struct optimizer_demand *demand,
                          const char *pointer, struct faults *faults)
{
    size_t n = demand->objective->n;

    if (demand->kind->needs_bounds && demand->bounds_are_sound
        && (!is_bounded(demand->low, n) || !is_bounded(demand->high, n)))
        fault_add(faults, pointer_member(faults, pointer, "bounds"),
                  FAULT_REQUIRED, NULL,
                  "%s needs low and high for every variable",
                  demand->kind->name);
}

/* ---- the objective ------------------------------------------------------ */

/* type: the place of the optimizer's name. */
static void check_rows(const struct optimizer_demand *demand, const char *type,
                       struct faults *faults)
{
    const struct optimizer_kind *kind = demand->kind;
    const struct objective *objective = demand->objective;
    const struct by_rows *by_rows = objective->by_rows;

    if (kind->needs_residuals && objective->residuals == NULL)
        fault_add(faults, type, FAULT_CONFLICT, NULL,
                  "%s needs an objective that is a sum of residuals: fit%s",
                  kind->name, by_rows != NULL
                      ? ", with a loss of differences to a target, and at most "
                        "4000000 rows times parameters" : "");
    if (!optimizer_steps(kind, demand->p) && by_rows != NULL
        && by_rows->is_noisy)
        fault_add(faults, type, FAULT_CONFLICT, NULL,
                  "%s compares losses at different points, but dropout draws "
                  "them anew each time: take a rule as adam, or no dropout",
                  kind->name);
    if (kind->needs_rows && by_rows == NULL)
        fault_add(faults, type, FAULT_CONFLICT, NULL,
                  "%s needs an objective over rows: a fit or a model",
                  kind->name);
}

static void check_linear(const struct optimizer_demand *demand,
                         const char *pointer, const char *type,
                         struct faults *faults)
{
    const struct optimizer_kind *kind = demand->kind;

    if (kind->needs_linear && demand->objective->linear == NULL)
        fault_add(faults, type, FAULT_CONFLICT, NULL,
                  "%s needs a model with one score a row: linear, logistic or "
                  "svm", kind->name);
    else if (kind->check_objective != NULL)
        kind->check_objective(demand->objective, pointer, faults);
}

static void check_size(const struct optimizer_demand *demand, const char *type,
                       struct faults *faults)
{
    const struct optimizer_kind *kind = demand->kind;
    const struct objective *objective = demand->objective;
    size_t n = objective->n;

    if (kind->dimension_max > 0 && n > kind->dimension_max)
        fault_add(faults, type, FAULT_TOO_LARGE, NULL,
                  "%s takes at most %zu variables, but the objective has %zu",
                  kind->name, kind->dimension_max, n);
    if (kind->factor_max > 0 && objective->residuals != NULL
        && (double)objective->residuals->count * (double)n * (double)n
               > kind->factor_max)
        fault_add(faults, type, FAULT_TOO_LARGE, NULL,
                  "%s takes at most %.0e rows times the square of parameters, "
                  "but here are %zu rows and %zu parameters: lbfgs has no "
                  "such limit", kind->name, kind->factor_max,
                  objective->residuals->count, n);
}

void optimizer_check(const struct optimizer_demand *demand,
                     const char *pointer, struct faults *faults)
{
    const char *type;

    check_bounded(demand, pointer, faults);
    if (demand->objective->n == 0)
        return;
    type = pointer_member(faults, pointer, "type");
    check_rows(demand, type, faults);
    check_linear(demand, pointer, type, faults);
    check_size(demand, type, faults);
}

/* ---- constraints -------------------------------------------------------- */

static bool takes(const struct optimizer_kind *kind, enum constraint_type type)
{
    return type == CONSTRAINT_EQUALITY ? kind->takes_equalities
                                       : kind->takes_inequalities;
}

/* "a, b and c": the optimizers that take a type. */
static const char *list_takers(struct arena *arena, enum constraint_type type)
{
    const struct optimizer_kind *last = NULL;
    const char *text = "";

    for (size_t i = 0; text != NULL; i++) {
        const struct optimizer_kind *kind = optimizer_kinds[i];

        if (kind != NULL && !takes(kind, type))
            continue;
        if (last != NULL)
            text = arena_format(arena, "%s%s%s", text,
                                *text == '\0' ? "" : kind != NULL ? ", "
                                                                  : " and ",
                                last->name);
        if (kind == NULL)
            break;
        last = kind;
    }
    return text != NULL ? text : "";
}

/* Returns how many equalities there are. */
static size_t check_equalities(const struct optimizer_kind *kind,
                               const struct constraint *constraints,
                               size_t count, const char *pointer,
                               struct faults *faults)
{
    size_t equalities = 0;

    for (size_t i = 0; i < count; i++) {
        const char *place;

        if (constraints[i].type != CONSTRAINT_EQUALITY)
            continue;
        equalities++;
        if (kind->takes_equalities)
            continue;
        place = pointer_index(faults, pointer, i);
        fault_add(faults, pointer_member(faults, place, "type"),
                  FAULT_CONFLICT, NULL, "%s takes no equalities; %s do",
                  kind->name, list_takers(faults->arena, CONSTRAINT_EQUALITY));
    }
    return equalities;
}

void optimizer_check_constraints(const struct optimizer_kind *kind,
                                 const struct constraint *constraints,
                                 size_t count, size_t n, const char *pointer,
                                 struct faults *faults)
{
    size_t equalities;

    if (!kind->takes_inequalities && !kind->takes_equalities) {
        fault_add(faults, pointer, FAULT_CONFLICT, NULL,
                  "%s takes no constraints; %s do", kind->name,
                  list_takers(faults->arena, CONSTRAINT_INEQUALITY));
        return;
    }
    equalities = check_equalities(kind, constraints, count, pointer, faults);
    if (kind->constraint_numbers_max > 0
        && (double)n * (double)count > kind->constraint_numbers_max)
        fault_add(faults, pointer, FAULT_TOO_LARGE, NULL,
                  "%s takes at most %.0e variables times constraints, but here "
                  "are %zu and %zu: augmented_lagrangian has no such limit",
                  kind->name, kind->constraint_numbers_max, n, count);
    if (n > 0 && equalities > n)
        fault_add(faults, pointer, FAULT_CONFLICT, NULL,
                  "%zu equalities are more than the %zu variable%s",
                  equalities, n, n == 1 ? "" : "s");
}
