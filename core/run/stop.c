/* stop.c - the table of stop rules. */
#include "core/run/stop.h"

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
