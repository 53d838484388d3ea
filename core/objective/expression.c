/* expression.c - the objective "expression": a formula that the user wrote. */
#include "core/objective/expression.h"

#include <assert.h>

#include "core/objective/names.h"

enum { EXPRESSION, VARIABLES, CONSTANTS };

static const struct member members[] = {
    [EXPRESSION] = {"expression", MEMBER_FORMULA,
                    "The formula; GET /expressions has the language.",
                    .is_needed = true},
    [VARIABLES]  = {"variables", MEMBER_VARIABLES,
                    "Names of numbers, or of vectors with their lengths.",
                    .is_needed = true},
    [CONSTANTS]  = {"constants", MEMBER_CONSTANTS,
                    "Numbers, vectors and matrices by name."},
    {0},
};

static double evaluate(void *data, const double *x, size_t n, double *g)
{
    (void)n;
    return expression_evaluate(data, x, g);
}

static double2 evaluate_two(const void *data, double2 x, double *ret_loss)
{
    return expression_evaluate_two(data, x, ret_loss);
}

static void check(const struct value *values, const char *pointer,
                  struct faults *faults)
{
    const char *place = pointer_member(faults, pointer, "variables");

    if (!values[EXPRESSION].given)
        fault_add(faults, pointer_member(faults, pointer, "expression"),
                  FAULT_REQUIRED, NULL, "the formula is required");
    if (!values[VARIABLES].given)
        fault_add(faults, place, FAULT_REQUIRED, NULL,
                  "the variables are required, as [\"x\", \"y\"] or "
                  "{\"x\": 1000}");
    else if (values[VARIABLES].rows == 0)
        fault_add(faults, place, FAULT_WRONG_SIZE, NULL,
                  "at least one is needed");
}

static enum error build(struct arena *arena, const struct value *values,
                        const char *pointer, struct faults *faults,
                        struct objective *ret)
{
    const struct name_group groups[] = {
        {"variables", &values[VARIABLES]},
        {"constants", &values[CONSTANTS]},
    };
    struct symbols *symbols = ARENA_NEW(arena, struct symbols);
    struct expression *expression;
    size_t before = faults->total;

    if (symbols == NULL)
        return ERR_MEMORY;
    check(values, pointer, faults);
    if (faults->total > before)
        return ERR_INVALID;
    TRY(names_collect(arena, groups, 2, pointer, faults, symbols));
    TRY(expression_compile(arena, values[EXPRESSION].text, symbols,
                           pointer_member(faults, pointer, "expression"),
                           faults, &expression));
    *ret = (struct objective){
        .kind = &objective_expression, .n = symbols->n, .data = expression,
        .symbols = symbols, .evaluate = evaluate};
    if (symbols->n == 2 && expression->straight_gradient != NULL)
        ret->evaluate_two = evaluate_two;
    return OK;
}

const struct expression *
objective_expression_of(const struct objective *objective)
{
    assert(objective->kind == &objective_expression);
    return objective->data;
}

const struct objective_kind objective_expression = {
    .name = "expression",
    .formula = "any",
    .sentence = "A formula, with its exact gradient: what GET /expressions "
                "describes.",
    .members = members,
    .build = build,
};
