/* fit_build.c - the objective "fit" from its members. */
#include <string.h>

#include "core/base/suggest.h"
#include "core/objective/fit_internal.h"
#include "core/objective/robust.h"

enum { SHOWN_MAX = 60 }; /* bytes of a formula, in a fault */

/* ---- checks ------------------------------------------------------------ */

/* Of an unknown loss nobody knows whether it needs a target. */
static void check_given(const struct fit_builder *b, bool is_known)
{
    static const unsigned needed[] = {FIT_DATASET, FIT_FORMULA, FIT_PARAMETERS,
                                      FIT_TARGET};
    size_t count = sizeof needed / sizeof *needed;

    if (b->fit->loss == FIT_SUM || !is_known)
        count--; /* the last one */
    for (size_t i = 0; i < count; i++)
        if (!b->values[needed[i]].given)
            fault_add(b->faults, fit_place(b, needed[i]), FAULT_REQUIRED, NULL,
                      "this member is required. %s",
                      fit_members[needed[i]].sentence);
    if (b->values[FIT_PARAMETERS].given && b->values[FIT_PARAMETERS].rows == 0)
        fault_add(b->faults, fit_place(b, FIT_PARAMETERS), FAULT_WRONG_SIZE,
                  NULL, "at least one is needed");
    if (b->fit->loss == FIT_SUM && b->values[FIT_TARGET].given)
        fault_add(b->faults, fit_place(b, FIT_TARGET), FAULT_CONFLICT, NULL,
                  "with the loss \"sum\" the formula itself is the loss of a "
                  "row: use %.*s in it", SHOWN_MAX,
                  b->values[FIT_TARGET].text);
}

/* Whether it is the name of a loss; all are offered as suggestions. */
static bool find_loss(struct fit_data *fit, struct suggestion *near)
{
    static const struct {
        const char *name;
        enum fit_loss loss;
    } losses[] = {
        {"squared", FIT_RESIDUALS}, {"log", FIT_LOG}, {"sum", FIT_SUM},
    };

    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        suggest_offer(near, losses[i].name);
        if (strcmp(losses[i].name, near->word) == 0) {
            fit->loss = losses[i].loss;
            return true;
        }
    }
    for (const struct robust *robust = robusts; robust->name; robust++) {
        suggest_offer(near, robust->name);
        if (strcmp(robust->name, near->word) == 0) {
            fit->residuals.robust = robust;
            return true;
        }
    }
    return false;
}

static bool set_loss(const struct fit_builder *b)
{
    const struct value *scale = &b->values[FIT_LOSS_SCALE];
    struct suggestion near = {.word = b->values[FIT_LOSS].text};

    b->fit->residuals.scale = scale->number;
    if (!(scale->number > 0))
        fault_add(b->faults, fit_place(b, FIT_LOSS_SCALE), FAULT_OUT_OF_RANGE,
                  NULL, "%.17g is not above 0", scale->number);
    if (find_loss(b->fit, &near))
        return true;
    fault_add(b->faults, fit_place(b, FIT_LOSS), FAULT_UNKNOWN_NAME, near.best,
              "must be \"squared\", " ROBUST_NAMES "\"log\" or \"sum\"");
    return false;
}

static void set_sigma(const struct fit_builder *b)
{
    b->fit->absolute_sigma = b->values[FIT_ABSOLUTE_SIGMA].number != 0;
    if (b->fit->absolute_sigma && b->fit->loss != FIT_RESIDUALS)
        fault_add(b->faults, fit_place(b, FIT_ABSOLUTE_SIGMA), FAULT_CONFLICT,
                  NULL, "with the loss \"%s\" there are no residuals that a "
                  "sigma could be of", b->values[FIT_LOSS].text);
}

/* ---- the formula ------------------------------------------------------- */

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

/* The left side of "y = a*x" is passed over where it is the target; of another
 * column it would be a fit of something else. */
static bool check_left_side(const struct fit_builder *b)
{
    const char *text = b->values[FIT_FORMULA].text;
    const char *target = b->values[FIT_TARGET].text;
    size_t blank = strspn(text, " \t\n");
    size_t bytes = strcspn(text + blank, " \t\n=");
    const char *name = arena_text(b->arena, text + blank, bytes);
    const char *sign = text + blank + bytes;
    struct suggestion unused = {.word = name};

    sign += strspn(sign, " \t\n");
    if (name == NULL || sign[0] != '=' || sign[1] == '='
        || fit_find_column(b, name, &unused) == NULL
        || (target != NULL && strcmp(target, name) == 0))
        return true;
    fault_add(b->faults, fit_place(b, FIT_FORMULA), FAULT_CONFLICT, target,
              "the formula is one for %s, which is not the target", name);
    return false;
}

/* Whether residuals and their Jacobian are wanted, and there is room. */
static bool has_jacobian(const struct fit_builder *b)
{
    return b->fit->loss == FIT_RESIDUALS
        && (double)b->fit->rows * (double)b->fit->n <= FIT_JACOBIAN_MAX;
}

static enum error compile_formula(const struct fit_builder *b)
{
    size_t before = b->faults->total;
    const char *text = b->values[FIT_FORMULA].text, *right = right_side(text);
    enum error error;

    if (!check_left_side(b))
        return ERR_INVALID;
    error = (has_jacobian(b) ? expression_compile_rows
                                        : expression_compile_sums)(
        b->arena, text, b->symbols, fit_place(b, FIT_FORMULA), b->faults,
        &b->fit->formula);

    if (error != ERR_INVALID || right == NULL || strchr(text, ';') != NULL)
        return error;
    b->faults->total = before; /* told better: */
    fault_add(b->faults, fit_place(b, FIT_FORMULA), FAULT_SYNTAX,
              strlen(right) <= SHOWN_MAX ? right : NULL,
              "a formula is a value, not an equation: write only what stands "
              "right of =");
    return error;
}

/* The formulas, all of whose faults are wanted. */
static enum error compile(const struct fit_builder *b)
{
    size_t before = b->faults->total;
    enum error error = compile_formula(b);

    if (error != ERR_MEMORY && fit_set_columns(b) == ERR_MEMORY)
        error = ERR_MEMORY;
    if (error == ERR_MEMORY)
        return error;
    return b->faults->total > before ? ERR_INVALID : OK;
}

static enum error allocate(const struct fit_builder *b)
{
    struct fit_data *fit = b->fit;
    bool has_J = has_jacobian(b);

    fit->r = arena_array(b->arena, fit->rows, sizeof *fit->r);
    fit->slopes = arena_array(b->arena, fit->rows, sizeof *fit->slopes);
    if (has_J)
        fit->J = arena_array(b->arena, fit->rows * fit->n, sizeof *fit->J);
    return fit->r == NULL || fit->slopes == NULL || (has_J && fit->J == NULL)
               ? ERR_MEMORY : OK;
}

enum error fit_build(struct arena *arena, const struct value *values,
                     const char *pointer, struct faults *faults,
                     struct symbols *ret_names, struct fit_data **ret)
{
    struct value chosen[FIT_MEMBERS];
    struct fit_builder b = {.arena = arena, .values = chosen,
                            .pointer = pointer, .faults = faults};
    size_t before = faults->total;

    b.symbols = ARENA_NEW(arena, struct symbols);
    b.fit = ARENA_NEW(arena, struct fit_data);
    if (b.symbols == NULL || b.fit == NULL)
        return ERR_MEMORY;
    memcpy(chosen, values, sizeof chosen);
    check_given(&b, set_loss(&b));
    set_sigma(&b);
    fit_check_columns(&b);
    if (faults->total > before)
        return ERR_INVALID;
    if (chosen[FIT_FIXED].rows > 0)
        TRY(fit_fix(arena, &chosen[FIT_PARAMETERS], &chosen[FIT_CONSTANTS],
                    &chosen[FIT_FIXED], fit_place(&b, FIT_FIXED), faults,
                    &b.fit->fixed));
    TRY(fit_collect_names(&b));
    TRY(allocate(&b));
    TRY(compile(&b));
    *ret_names = *b.symbols; /* columns have no meaning outside */
    ret_names->count -= b.columns;
    ret_names->dataset_rows = 0;
    *ret = b.fit;
    return OK;
}
