/* function.c - the objective "function": one of the catalogue by its name. */
#include "core/base/suggest.h"
#include "core/function/function.h"
#include "core/objective/objective.h"

enum { NAME, DIMENSION, INSTANCE };

extern const struct objective_kind objective_function;

static const struct member members[] = {
    [NAME]      = {"name", MEMBER_NAME, "One of GET /functions.",
                   .kinds = (const void *const *)functions, .is_needed = true},
    [DIMENSION] = {"dimension", MEMBER_COUNT,
                   "How many variables; the function's own if left out."},
    [INSTANCE]  = {"instance", MEMBER_COUNT,
                   "Which one, of a function that has several; 1 if left "
                   "out."},
    {0},
};

struct named {
    const struct function *function;
};

static double evaluate(void *data, const double *x, size_t n, double *g)
{
    const struct named *named = data;

    return named->function->evaluate(x, n, g);
}

/* ": one of a, b, c" */
static const char *names_text(struct arena *arena)
{
    const char *text = ": one of";

    for (size_t i = 0; functions[i] != NULL && text != NULL; i++)
        text = arena_format(arena, "%s%s %s", text, i > 0 ? "," : "",
                            functions[i]->name);
    return text != NULL ? text : "";
}

static const struct function *find(const struct value *name,
                                   const char *pointer, struct faults *faults)
{
    const struct function *function;
    struct suggestion near = {.word = name->text};

    if (!name->given) {
        fault_add(faults, pointer_member(faults, pointer, "name"),
                  FAULT_REQUIRED, NULL, "the function's name is required");
        return NULL;
    }
    function = function_find(name->text);
    if (function != NULL)
        return function;
    for (size_t i = 0; functions[i] != NULL; i++)
        suggest_offer(&near, functions[i]->name);
    fault_add(faults, pointer_member(faults, pointer, "name"),
              FAULT_UNKNOWN_NAME, near.best,
              "there is no such function in the catalogue%s",
              near.best == NULL ? names_text(faults->arena) : "");
    return NULL;
}

/* The dimension asked for, or 0 with a fault. */
static size_t choose_dimension(const struct function *function,
                               const struct value *given, const char *pointer,
                               struct faults *faults)
{
    const char *place;
    size_t low = function->dimension_min, high = DIMENSION_MAX;

    if (!given->given)
        return function->dimension_default;
    if (given->number >= 1 && given->number <= DIMENSION_MAX
        && function_has_dimension(function, (size_t)given->number))
        return (size_t)given->number;
    place = pointer_member(faults, pointer, "dimension");
    if (function->dimension_max != 0)
        high = function->dimension_max;
    if (function->dimension != 0)
        fault_add(faults, place, FAULT_OUT_OF_RANGE, NULL,
                  "%.17g is not %zu, the only dimension of %s", given->number,
                  function->dimension, function->name);
    else if (function->dimension_step > 1)
        fault_add(faults, place, FAULT_OUT_OF_RANGE, NULL,
                  "%.17g is not a multiple of %zu in [%zu, %zu], the "
                  "dimensions of %s", given->number,
                  function->dimension_step, low, high, function->name);
    else
        fault_add(faults, place, FAULT_OUT_OF_RANGE, NULL,
                  "%.17g is not in [%zu, %zu], the dimensions of %s",
                  given->number, low, high, function->name);
    return 0;
}

/* The instance asked for, or 0 with a fault. */
static unsigned choose_instance(const struct function *function,
                                const struct value *given,
                                const char *pointer, struct faults *faults)
{
    const char *place;

    if (!given->given)
        return 1;
    if (given->number >= 1 && given->number <= (double)function->instances)
        return (unsigned)given->number;
    place = pointer_member(faults, pointer, "instance");
    if (function->instances == 0)
        fault_add(faults, place, FAULT_CONFLICT, NULL,
                  "%s has no instances", function->name);
    else
        fault_add(faults, place, FAULT_OUT_OF_RANGE, NULL,
                  "%.17g is not in [1, %zu], the instances of %s",
                  given->number, function->instances, function->name);
    return 0;
}

static enum error build_named(struct arena *arena,
                              const struct function *function,
                              struct objective *objective)
{
    struct named *named = ARENA_NEW(arena, struct named);

    if (named == NULL)
        return ERR_MEMORY;
    named->function = function;
    objective->data = named;
    objective->evaluate = evaluate;
    return OK;
}

static enum error build(struct arena *arena, const struct value *values,
                        const char *pointer, struct faults *faults,
                        struct objective *ret)
{
    const struct function *function = find(&values[NAME], pointer, faults);
    struct objective objective = {.kind = &objective_function};
    unsigned instance;
    double *start;
    size_t n;

    if (function == NULL)
        return ERR_INVALID;
    n = choose_dimension(function, &values[DIMENSION], pointer, faults);
    instance = choose_instance(function, &values[INSTANCE], pointer, faults);
    if (n == 0 || instance == 0)
        return ERR_INVALID;
    start = arena_array(arena, n, sizeof *start);
    if (start == NULL)
        return ERR_MEMORY;
    function_start(function, n, start);
    objective.n = n;
    objective.start = start;
    objective.evaluate = function->evaluate_built;
    if (function->instances > 0)
        TRY(function->build(function, arena, n, instance, &objective.data));
    else
        TRY(build_named(arena, function, &objective));
    *ret = objective;
    return OK;
}

const struct objective_kind objective_function = {
    .name = "function",
    .formula = "f(x1, ..., xn) of the catalogue",
    .sentence = "A classic test function with known minima.",
    .members = members,
    .build = build,
};
