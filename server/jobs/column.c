/* column.c - the table of a trace's columns. */
#include "server/jobs/column.h"

#include <string.h>

const struct column_text column_texts[COLUMNS] = {
    [COLUMN_ITERATION] = {
        "iteration", "How many updates were made.", NULL, COLUMN_OF_ALL,
        false, true},
    [COLUMN_TIME_S] = {
        "time_s", "Time since the run began.", "s", COLUMN_OF_ALL, true, true},
    [COLUMN_LOSS] = {
        "loss", "The loss at x; with batches, of the rows that the update "
        "after it uses.", NULL, COLUMN_OF_ALL, false, false},
    [COLUMN_GRADIENT_NORM] = {
        "gradient_norm", "The length of the gradient there.", NULL,
        COLUMN_OF_ALL, false, false},
    [COLUMN_STEP_NORM] = {
        "step_norm", "How far x moved.", NULL, COLUMN_OF_ALL, false, false},
    [COLUMN_LEARNING_RATE] = {
        "learning_rate", "The rate of the update that led here, or the length "
        "of its line search's step.", NULL, COLUMN_OF_ALL, false, false},
    [COLUMN_EVALUATIONS] = {
        "evaluations", "Points at which the loss was asked for so far.", NULL,
        COLUMN_OF_ALL, false, true},
    [COLUMN_CONSTRAINT_VIOLATION] = {
        "constraint_violation", "The greatest violation of a constraint.",
        NULL, COLUMN_OF_CONSTRAINTS, false, false},
    [COLUMN_EPOCH] = {
        "epoch", "Passes over the rows that were made.", NULL, COLUMN_OF_ROWS,
        false, false},
    [COLUMN_TRAINING_LOSS] = {
        "training_loss", "The loss over all rows of the training part.", NULL,
        COLUMN_OF_METRICS, false, false},
    [COLUMN_VALIDATION_LOSS] = {
        "validation_loss", "The loss over the validation part, without "
        "penalties.", NULL, COLUMN_OF_METRICS, false, false},
    [COLUMN_ACCURACY] = {
        "accuracy", "Share of the training part's rows whose class is "
        "predicted.", NULL, COLUMN_OF_METRICS, false, false},
    [COLUMN_VALIDATION_ACCURACY] = {
        "validation_accuracy", "The same of the validation part.", NULL,
        COLUMN_OF_METRICS, false, false},
    [COLUMN_RMSE] = {
        "rmse", "Root of the mean squared residual of the training part.",
        NULL, COLUMN_OF_METRICS, false, false},
    [COLUMN_VALIDATION_RMSE] = {
        "validation_rmse", "The same of the validation part.", NULL,
        COLUMN_OF_METRICS, false, false},
    [COLUMN_R_SQUARED] = {
        "r_squared", "Share of the target's variance in the training part "
        "that is explained.", NULL, COLUMN_OF_METRICS, false, false},
    [COLUMN_VALIDATION_R_SQUARED] = {
        "validation_r_squared", "The same of the validation part.", NULL,
        COLUMN_OF_METRICS, false, false},
};

enum column column_find(const char *name)
{
    enum column c = 0;

    while (c < COLUMNS && strcmp(column_texts[c].name, name) != 0)
        c++;
    return c;
}
