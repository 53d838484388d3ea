/* reason.c - the table of reasons: their names, classes and sentences. */
#include "core/base/reason.h"

#include <assert.h>

const struct reason_text reason_texts[REASONS] = {
    [REASON_NONE] = {"none", BUDGET, "the run goes on"},
    [REASON_GRADIENT_TOLERANCE] = {
        "gradient_tolerance", CONVERGED,
        "the gradient's norm fell to the tolerance"},
    [REASON_LOSS_TOLERANCE] = {
        "loss_tolerance", CONVERGED,
        "the loss changed by no more than the tolerance"},
    [REASON_STEP_TOLERANCE] = {
        "step_tolerance", CONVERGED,
        "the step was no longer than the tolerance"},
    [REASON_TARGET_LOSS] = {
        "target_loss", CONVERGED, "the loss reached its target"},
    [REASON_FIXED_POINT] = {
        "fixed_point", CONVERGED,
        "nothing moves any more: the gradient is zero, or a step leaves "
        "iterate and state bit for bit as they were"},
    [REASON_LINE_SEARCH] = {
        "line_search", CONVERGED,
        "no step along the search direction made the loss better: rounding "
        "allows no more"},
    [REASON_STALLED] = {
        "stalled", BUDGET,
        "no step made the loss better, though the gradient is not small or a "
        "parameter has lost its influence: is there a kink, a pole, an edge "
        "or a plain? Try another start, or bounds"},
    [REASON_MAX_ITERATIONS] = {
        "max_iterations", BUDGET, "all iterations allowed were made"},
    [REASON_MAX_EPOCHS] = {
        "max_epochs", BUDGET, "all epochs allowed were made"},
    [REASON_MAX_EVALUATIONS] = {
        "max_evaluations", BUDGET, "all evaluations allowed were made"},
    [REASON_TIME_LIMIT] = {
        "time_limit", BUDGET, "the time allowed was used up"},
    [REASON_PATIENCE] = {
        "patience", BUDGET,
        "the loss did not improve for as long as patience allows"},
    [REASON_DIVERGED] = {
        "diverged", DIVERGED,
        "the loss grew past the divergence limit"},
    [REASON_UNBOUNDED] = {
        "unbounded", DIVERGED,
        "the loss fell beyond all measure: is a bound missing, or a sign "
        "wrong?"},
    [REASON_NONFINITE] = {
        "nonfinite", DIVERGED,
        "the loss, the gradient or the point is not a finite number"},
    [REASON_INFEASIBLE] = {
        "infeasible", DIVERGED,
        "the method found no way on, and the constraints do not hold there: "
        "try another start, or ask whether they can all hold at once"},
    [REASON_CANCELED] = {"canceled", BUDGET, "the run was asked to stop"},
    [REASON_FAILED] = {"failed", BUDGET, "the run could not be recorded"},
};

const char *const outcome_class_names[OUTCOME_CLASSES + 1] = {
    [CONVERGED] = "converged",
    [BUDGET] = "budget",
    [DIVERGED] = "diverged",
};

const char *outcome_class_name(enum outcome_class outcome)
{
    assert((unsigned)outcome < OUTCOME_CLASSES);
    return outcome_class_names[outcome];
}
