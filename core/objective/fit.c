/*
 * fit.c - the objective "fit": a formula's parameters, from data.
 *
 * Row i of the dataset has the residual r_i = sqrt(w_i) (f(x; row i) - y_i);
 * the loss is the sum of their squares, or of what a robust loss makes of them.
 * Optimizers that know only losses get its gradient, 2 J' rho' r; the others
 * get r and J.
 */
#include "core/objective/fit.h"

#include <math.h>
#include <string.h>

#include "core/base/suggest.h"
#include "core/kernel/vector.h"
#include "core/objective/fit_fixed.h"
#include "core/objective/names.h"
#include "core/objective/robust.h"

enum { SHOWN_MAX = 60 }; /* bytes of a formula, in a fault */

enum {
    DATASET, FORMULA, TARGET, PARAMETERS, CONSTANTS, LOSS, LOSS_SCALE, WEIGHTS,
    ABSOLUTE_SIGMA, FIXED, MEMBERS
};

static const struct value squared = {.text = "squared"};
static const struct value one = {.number = 1};

static const struct member members[] = {
    [DATASET]    = {"dataset", MEMBER_COLUMNS,
                    "Columns of equal length by name, as {\"columns\": "
                    "{\"x\": [1, 2], \"y\": [3, 5]}}."},
    [FORMULA]    = {"formula", MEMBER_FORMULA,
                    "Of parameters, constants and columns; its value in each "
                    "row is fitted to the target."},
    [TARGET]     = {"target", MEMBER_OF_COLUMNS,
                    "A column, or a formula of columns and constants, as "
                    "log(y)."},
    [PARAMETERS] = {"parameters", MEMBER_VARIABLES,
                    "Names of numbers, or of vectors with their lengths."},
    [CONSTANTS]  = {"constants", MEMBER_CONSTANTS,
                    "Numbers, vectors and matrices by name."},
    [LOSS]       = {"loss", MEMBER_NAME,
                    "\"squared\" if left out; \"huber\", \"cauchy\", "
                    "\"soft_l1\" or \"arctan\", which forgive outliers.",
                    &squared},
    [LOSS_SCALE] = {"loss_scale", MEMBER_NUMBER,
                    "The residual from which on those others forgive; 1 if "
                    "left out. Squares do not change with it.", &one},
    [WEIGHTS]    = {"weights", MEMBER_OF_COLUMNS,
                    "A column, or a formula of columns and constants, as "
                    "1/s^2: what the squared residual is multiplied by."},
    [ABSOLUTE_SIGMA] = {"absolute_sigma", MEMBER_FLAG,
                    "Whether weights are 1/sigma^2 in the target's own unit: "
                    "standard errors then follow from them alone. If left out, "
                    "weights are relative."},
    [FIXED]      = {"fixed", MEMBER_CONSTANTS,
                    "Parameters that are not to be found, as {\"b\": 1}: they "
                    "are constants, and no part of x."},
    {0},
};

/* ---- evaluating -------------------------------------------------------- */

static void evaluate_residuals(void *data, const double *x, double *r,
                               double *J)
{
    const struct fit_data *fit = data;
    size_t m = fit->rows;

    expression_evaluate_rows(fit->formula, x, r, J);
    for (size_t i = 0; i < m; i++)
        r[i] -= fit->target[i];
    if (fit->root == NULL)
        return;
    for (size_t i = 0; i < m; i++)
        r[i] *= fit->root[i];
    for (size_t j = 0; J != NULL && j < fit->n; j++)
        for (size_t i = 0; i < m; i++)
            J[j * m + i] *= fit->root[i];
}

static double evaluate(void *data, const double *x, size_t n, double *g)
{
    const struct fit_data *fit = data;
    size_t m = fit->rows;
    double loss;

    evaluate_residuals(data, x, fit->r, g != NULL ? fit->J : NULL);
    loss = robust_loss(&fit->residuals, fit->r);
    if (g != NULL)
        robust_weigh(&fit->residuals, fit->r);
    for (size_t j = 0; g != NULL && j < n; j++)
        g[j] = 2 * vector_dot(fit->J + j * m, fit->r, m);
    return loss;
}

void fit_residuals(const struct objective *objective, const double *x,
                   double *ret)
{
    const struct fit_data *fit = fit_data_of(objective);

    expression_evaluate_rows(fit->formula, x, ret, NULL);
    for (size_t i = 0; i < fit->rows; i++)
        ret[i] = fit->target[i] - ret[i];
}

const struct fit_data *fit_data_of(const struct objective *objective)
{
    return objective->kind == &objective_fit ? objective->data : NULL;
}

/* ---- building ---------------------------------------------------------- */

/* What build() hands from one to the next. */
struct builder {
    struct arena *arena;
    const struct value *values;
    const char *pointer;
    struct faults *faults;
    struct symbols *symbols;   /* parameters, constants, columns */
    size_t parameters;         /* symbols that are parameters */
    struct fit_data *fit;
};

static const char *place(const struct builder *b, unsigned member)
{
    return pointer_member(b->faults, b->pointer, members[member].name);
}

static void check_given(const struct builder *b)
{
    static const unsigned needed[] = {DATASET, FORMULA, TARGET, PARAMETERS};

    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!b->values[needed[i]].given)
            fault_add(b->faults, place(b, needed[i]), FAULT_REQUIRED, NULL,
                      "this member is required. %s",
                      members[needed[i]].sentence);
    if (b->values[PARAMETERS].given && b->values[PARAMETERS].rows == 0)
        fault_add(b->faults, place(b, PARAMETERS), FAULT_WRONG_SIZE, NULL,
                  "at least one is needed");
}

/* Columns of equal length, not empty. */
static void check_columns(const struct builder *b)
{
    const struct value *dataset = &b->values[DATASET];
    const char *columns = pointer_member(b->faults, place(b, DATASET),
                                         "columns");

    if (dataset->given && (dataset->rows == 0
                           || dataset->symbols[0].rows == 0))
        fault_add(b->faults, columns, FAULT_WRONG_SIZE, NULL,
                  "at least one column with one number is needed");
    for (size_t k = 1; dataset->given && k < dataset->rows; k++) {
        const struct symbol *first = dataset->symbols, *column = first + k;

        if (column->rows != first->rows)
            fault_add(b->faults, pointer_member(b->faults, columns,
                                                column->name),
                      FAULT_WRONG_SIZE, NULL,
                      "the length of %s is %zu and that of %s is %zu: columns "
                      "must be equally long", column->name, column->rows,
                      first->name, first->rows);
    }
}

static void set_loss(const struct builder *b)
{
    const struct value *loss = &b->values[LOSS];
    const struct value *scale = &b->values[LOSS_SCALE];
    struct suggestion near = {.word = loss->text};
    struct residuals *residuals = &b->fit->residuals;

    residuals->scale = scale->number;
    if (!(residuals->scale > 0))
        fault_add(b->faults, place(b, LOSS_SCALE), FAULT_OUT_OF_RANGE, NULL,
                  "%.17g is not above 0", scale->number);
    if (strcmp(loss->text, "squared") == 0)
        return;
    suggest_offer(&near, "squared");
    for (const struct robust *robust = robusts; robust->name; robust++) {
        if (strcmp(robust->name, loss->text) == 0) {
            residuals->robust = robust;
            return;
        }
        suggest_offer(&near, robust->name);
    }
    fault_add(b->faults, place(b, LOSS), FAULT_UNKNOWN_NAME, near.best,
              "must be \"squared\", \"huber\", \"cauchy\", \"soft_l1\" or "
              "\"arctan\"");
}

/* Names of all kinds; the columns as formulas want them. */
static enum error collect_names(struct builder *b)
{
    struct value columns = b->values[DATASET];
    const struct name_group groups[] = {
        {"parameters", &b->values[PARAMETERS], NULL},
        {"constants", &b->values[CONSTANTS], NULL},
        {"dataset", &columns, "columns"},
    };
    struct symbol *items = arena_array(b->arena, columns.rows, sizeof *items);

    if (items == NULL)
        return ERR_MEMORY;
    b->fit->rows = columns.symbols[0].rows;
    for (size_t k = 0; k < columns.rows; k++) {
        items[k] = columns.symbols[k];
        items[k].rows = 0;
    }
    columns.symbols = items;
    TRY(names_collect(b->arena, groups, 3, b->pointer, b->faults,
                      b->symbols));
    b->symbols->dataset_rows = b->fit->rows;
    b->fit->n = b->symbols->n;
    b->parameters = b->values[PARAMETERS].rows;
    return OK;
}

/* What stands right of the = of an equation, or NULL. */
static const char *right_side(const char *text)
{
    const char *sign = text;

    while ((sign = strchr(sign, '=')) != NULL) {
        if (sign[1] == '=')
            sign++;
        else if (sign == text || strchr("<>!=", sign[-1]) == NULL)
            return sign + 1 + strspn(sign + 1, " \t\n");
        sign++;
    }
    return NULL;
}

static enum error compile_formula(const struct builder *b)
{
    size_t before = b->faults->total;
    const char *text = b->values[FORMULA].text, *right = right_side(text);
    enum error error = expression_compile_rows(
        b->arena, text, b->symbols, place(b, FORMULA), b->faults,
        &b->fit->formula);

    if (error != ERR_INVALID || right == NULL)
        return error;
    b->faults->total = before; /* told better: */
    fault_add(b->faults, place(b, FORMULA), FAULT_SYNTAX,
              strlen(right) <= SHOWN_MAX ? right : NULL,
              "a formula is a value, not an equation: write only what stands "
              "right of =");
    return error;
}

/* A formula of these symbols, which are all but the parameters. */
static enum error compile_column(const struct builder *b, unsigned member,
                                 const struct symbols *symbols,
                                 struct expression **ret)
{
    size_t before = b->faults->total;
    const char *text = b->values[member].text, *at = place(b, member);
    struct faults *unseen;
    struct expression *ignored;
    enum error error = expression_compile_rows(b->arena, text, symbols, at,
                                               b->faults, ret);

    if (error != ERR_INVALID)
        return error;
    unseen = ARENA_NEW(b->arena, struct faults);
    if (unseen == NULL)
        return ERR_MEMORY;
    faults_init(unseen, b->arena);
    if (expression_compile_rows(b->arena, text, b->symbols, at, unseen,
                                &ignored) != OK)
        return error;
    b->faults->total = before; /* told better: */
    fault_add(b->faults, at, FAULT_UNKNOWN_NAME, NULL,
              "%s made of columns and constants, not of parameters",
              member == TARGET ? "a target is" : "weights are");
    return error;
}

/* The numbers [rows] of a formula without parameters. */
static enum error evaluate_column(const struct builder *b, unsigned member,
                                  double **ret)
{
    struct symbols *symbols = ARENA_NEW(b->arena, struct symbols);
    double *numbers = arena_array(b->arena, b->fit->rows, sizeof *numbers);
    struct expression *expression;

    if (symbols == NULL || numbers == NULL)
        return ERR_MEMORY;
    *symbols = (struct symbols){
        .items = b->symbols->items + b->parameters,
        .count = b->symbols->count - b->parameters,
        .dataset_rows = b->fit->rows,
    };
    TRY(compile_column(b, member, symbols, &expression));
    expression_evaluate_rows(expression, NULL, numbers, NULL);
    for (size_t i = 0; i < b->fit->rows; i++) {
        bool negative = member == WEIGHTS && numbers[i] < 0;

        if (isfinite(numbers[i]) && !negative)
            continue;
        fault_add(b->faults, place(b, member), FAULT_OUT_OF_RANGE, NULL,
                  "%.*s is %.17g in row %zu (counted from 1): %s", SHOWN_MAX,
                  b->values[member].text, /* NAN: without its sign */
                  isnan(numbers[i]) ? NAN : numbers[i], i + 1,
                  negative ? "weights must not be negative"
                           : "finite numbers are needed");
        return ERR_INVALID;
    }
    *ret = numbers;
    return OK;
}

static void check_weights(const struct builder *b, const double *weights)
{
    for (size_t i = 0; i < b->fit->rows; i++)
        if (weights[i] > 0)
            return;
    fault_add(b->faults, place(b, WEIGHTS), FAULT_OUT_OF_RANGE, NULL,
              "they are 0 in every row: at least one must be above 0");
}

static enum error set_columns(const struct builder *b)
{
    double *target = NULL, *root = NULL;
    size_t before = b->faults->total;
    enum error error = evaluate_column(b, TARGET, &target);

    if (error == ERR_MEMORY)
        return error;
    if (b->values[WEIGHTS].given)
        error = evaluate_column(b, WEIGHTS, &root);
    if (error == ERR_MEMORY)
        return error;
    if (root != NULL)
        check_weights(b, root);
    if (b->faults->total > before)
        return ERR_INVALID;
    for (size_t i = 0; root != NULL && i < b->fit->rows; i++)
        root[i] = sqrt(root[i]);
    b->fit->target = target;
    b->fit->root = root;
    return OK;
}

/* The formulas, all of whose faults are wanted. */
static enum error compile(const struct builder *b)
{
    size_t before = b->faults->total;
    enum error error = compile_formula(b);

    if (error != ERR_MEMORY && set_columns(b) == ERR_MEMORY)
        error = ERR_MEMORY;
    if (error == ERR_MEMORY)
        return error;
    return b->faults->total > before ? ERR_INVALID : OK;
}

static enum error allocate(const struct builder *b)
{
    struct fit_data *fit = b->fit;

    if ((double)fit->rows * (double)fit->n > FIT_JACOBIAN_MAX) {
        fault_add(b->faults, place(b, DATASET), FAULT_TOO_LARGE, NULL,
                  "%zu rows and %zu parameters are more than %d derivatives",
                  fit->rows, fit->n, FIT_JACOBIAN_MAX);
        return ERR_INVALID;
    }
    fit->r = arena_array(b->arena, fit->rows, sizeof *fit->r);
    fit->J = arena_array(b->arena, fit->rows * fit->n, sizeof *fit->J);
    return fit->r == NULL || fit->J == NULL ? ERR_MEMORY : OK;
}

static enum error build(struct arena *arena, const struct value *values,
                        const char *pointer, struct faults *faults,
                        struct objective *ret)
{
    struct value chosen[MEMBERS_MAX];
    struct builder b = {.arena = arena, .values = chosen, .pointer = pointer,
                        .faults = faults};
    struct symbols *names = ARENA_NEW(arena, struct symbols);
    size_t before = faults->total;

    b.symbols = ARENA_NEW(arena, struct symbols);
    b.fit = ARENA_NEW(arena, struct fit_data);
    if (names == NULL || b.symbols == NULL || b.fit == NULL)
        return ERR_MEMORY;
    memcpy(chosen, values, MEMBERS * sizeof *chosen);
    check_given(&b);
    check_columns(&b);
    set_loss(&b);
    if (faults->total > before)
        return ERR_INVALID;
    if (chosen[FIXED].rows > 0)
        TRY(fit_fix(arena, &chosen[PARAMETERS], &chosen[CONSTANTS],
                    &chosen[FIXED], place(&b, FIXED), faults, &b.fit->fixed));
    TRY(collect_names(&b));
    TRY(allocate(&b));
    TRY(compile(&b));
    b.fit->absolute_sigma = values[ABSOLUTE_SIGMA].number != 0;
    b.fit->residuals.count = b.fit->rows;
    b.fit->residuals.linear = b.fit->formula->linear;
    b.fit->residuals.evaluate = evaluate_residuals;
    *names = *b.symbols; /* without the columns: they have no meaning outside */
    names->count -= values[DATASET].rows;
    names->dataset_rows = 0;
    *ret = (struct objective){
        .kind = &objective_fit, .n = b.fit->n, .data = b.fit,
        .symbols = names, .residuals = &b.fit->residuals,
        .evaluate = evaluate,
    };
    if (b.fit->fixed != NULL) {
        ret->full_count = b.fit->fixed->count;
        ret->full_index = b.fit->fixed->index;
    }
    return OK;
}

const struct objective_kind objective_fit = {
    .name = "fit",
    .formula = "sum over the rows of w*(formula - target)^2",
    .sentence = "A curve's parameters from data, with their standard errors; "
                "made for levenberg_marquardt.",
    .members = members,
    .build = build,
};
