/* fit_members.c - what the spec of an objective "fit" may hold. */
#include "core/objective/fit_internal.h"
#include "core/objective/robust.h"

static const struct value squared = {.text = "squared"};
static const struct value one = {.number = 1};

static const struct parameter scale = {
    "loss_scale", 1, 0, INFINITY, "", OPEN, PARAMETER_NUMBER,
};

#define ROBUST_TEXT(name, formula) #name,
static const char *const losses[] = {
    "squared", ROBUST_LOSSES(ROBUST_TEXT) "log", "sum", NULL,
};

const struct member fit_members[] = {
    [FIT_DATASET]    = {"dataset", MEMBER_COLUMNS,
                        "Columns of equal length by name, as {\"columns\": "
                        "{\"x\": [1, 2], \"y\": [3, 5]}}; of vectors as "
                        "{\"v\": [[1, 0], [2, 1]]}.", .is_needed = true},
    [FIT_FORMULA]    = {"formula", MEMBER_FORMULA,
                        "Of parameters, constants and columns; its value in "
                        "each row is fitted to the target.",
                        .is_needed = true},
    [FIT_TARGET]     = {"target", MEMBER_OF_COLUMNS,
                        "A column, or a formula of columns and constants, as "
                        "log(y). The loss \"sum\" has none."},
    [FIT_PARAMETERS] = {"parameters", MEMBER_VARIABLES,
                        "Names of numbers, or of vectors and matrices with "
                        "their sizes.", .is_needed = true},
    [FIT_CONSTANTS]  = {"constants", MEMBER_CONSTANTS,
                        "Numbers, vectors and matrices by name."},
    [FIT_LOSS]       = {"loss", MEMBER_NAME,
                        "\"squared\" if left out; " ROBUST_NAMES "which "
                        "forgive outliers; "
                        "\"log\": the formula gives the log-odds that the "
                        "target is 1, not 0; \"sum\": the formula itself is "
                        "the loss of a row.",
                        &squared, .choices = losses},
    [FIT_LOSS_SCALE] = {"loss_scale", MEMBER_NUMBER,
                        "The residual from which on those that forgive do so; "
                        "1 if left out. Other losses do not change with it.",
                        &one, &scale},
    [FIT_WEIGHTS]    = {"weights", MEMBER_OF_COLUMNS,
                        "A column, or a formula of columns and constants, as "
                        "1/s^2: what the loss of a row, the squared residual, "
                        "is multiplied by."},
    [FIT_FEATURES]   = {"features", MEMBER_GROUPS,
                        "Names for vectors made of columns, as {\"x\": "
                        "[\"height\", \"weight\"]}: the formula says dot(w, "
                        "x)."},
    [FIT_ABSOLUTE_SIGMA] = {"absolute_sigma", MEMBER_FLAG,
                        "Whether weights are 1/sigma^2 in the target's own "
                        "unit: standard errors then follow from them alone. If "
                        "left out, weights are relative."},
    [FIT_FIXED]      = {"fixed", MEMBER_CONSTANTS,
                        "Parameters that are not to be found, as {\"b\": 1}: "
                        "they are constants, and no part of x."},
    {0},
};

const char *fit_place(const struct fit_builder *b, enum fit_member member)
{
    return pointer_member(b->faults, b->pointer, fit_members[member].name);
}
