/* stop.c - the table of stop rules, and what a run that they end is called. */
#include "core/run/stop.h"

#include <assert.h>

#define ITERATIONS_MAX 1e9
#define EVALUATIONS_MAX 1e12
#define TOLERANCE_MAX 1e100

const struct parameter stop_parameters[] = {
    [STOP_MAX_ITERATIONS] = {
        "max_iterations", 10000, 0, ITERATIONS_MAX,
        "End after so many updates.", CLOSED, PARAMETER_INTEGER},
    [STOP_MAX_EPOCHS] = {
        "max_epochs", PARAMETER_OFF, 0, ITERATIONS_MAX,
        "End after so many passes over the rows; without rows an update is "
        "one.", CLOSED, PARAMETER_INTEGER},
    [STOP_MAX_EVALUATIONS] = {
        "max_evaluations", PARAMETER_OFF, 1, EVALUATIONS_MAX,
        "End when the loss was asked for at so many points.", CLOSED,
        PARAMETER_INTEGER},
    [STOP_TIME_LIMIT_S] = {
        "time_limit_s", PARAMETER_OFF, 0, 1e6,
        "End after so many seconds.", OPEN_LOW, PARAMETER_NUMBER},
    [STOP_GRADIENT_TOLERANCE] = {
        "gradient_tolerance", PARAMETER_OFF, 0, TOLERANCE_MAX,
        "End when the gradient's norm is at most this.", CLOSED,
        PARAMETER_NUMBER},
    [STOP_LOSS_TOLERANCE] = {
        "loss_tolerance", PARAMETER_OFF, 0, TOLERANCE_MAX,
        "End when the loss changes by at most this.", CLOSED,
        PARAMETER_NUMBER},
    [STOP_STEP_TOLERANCE] = {
        "step_tolerance", PARAMETER_OFF, 0, TOLERANCE_MAX,
        "End when a step is at most this long.", CLOSED, PARAMETER_NUMBER},
    [STOP_TARGET_LOSS] = {
        "target_loss", PARAMETER_OFF, -INFINITY, INFINITY,
        "End when the loss is as good as this; if left out, a method with a "
        "search of its own ends as unbounded where the loss falls by 1e30 "
        "times the larger of 1 and the first loss.", OPEN, PARAMETER_NUMBER},
    [STOP_PATIENCE] = {
        "patience", PARAMETER_OFF, 1, ITERATIONS_MAX,
        "End when so many updates brought no better loss.", CLOSED,
        PARAMETER_INTEGER},
    [STOP_DIVERGENCE_LOSS] = {
        "divergence_loss", PARAMETER_OFF, 0, INFINITY,
        "End as diverged when the loss is worse than this; if left out, than "
        "1e10 times the larger of 1 and the first loss (never, where each "
        "trial of a search is an iteration, and under constraints).", OPEN,
        PARAMETER_NUMBER},
    [STOP_RULES] = {0},
};

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
        "the loss grew past the divergence limit: try a smaller learning "
        "rate"},
    [REASON_UNBOUNDED] = {
        "unbounded", DIVERGED,
        "the loss fell beyond all measure: is a bound missing, or a sign "
        "wrong?"},
    [REASON_NONFINITE] = {
        "nonfinite", DIVERGED,
        "the loss, the gradient or the point is not a finite number: try "
        "another start or a smaller learning rate"},
    [REASON_INFEASIBLE] = {
        "infeasible", DIVERGED,
        "the method found no way on, and the constraints do not hold there: "
        "try another start, or ask whether they can all hold at once"},
    [REASON_CANCELED] = {"canceled", BUDGET, "the run was asked to stop"},
    [REASON_FAILED] = {"failed", BUDGET, "the run could not be recorded"},
};

const char *outcome_class_name(enum outcome_class outcome)
{
    static const char *const names[OUTCOME_CLASSES] = {
        [CONVERGED] = "converged",
        [BUDGET] = "budget",
        [DIVERGED] = "diverged",
    };

    assert((unsigned)outcome < OUTCOME_CLASSES);
    return names[outcome];
}
