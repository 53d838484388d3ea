/* logistic.c - the probability of one of two classes. */
#include "core/model/model.h"

static enum head head(const double *parameters)
{
    (void)parameters;
    return HEAD_LOGISTIC;
}

const struct model_kind model_logistic = {
    .name = "logistic",
    .formula = "f = w.x + b; p(second class) = 1 / (1 + exp(-f))",
    .sentence = "Two classes, with probabilities.",
    .source = "Cox 1958, J. R. Statist. Soc. B 20(2), 215-242",
    .head = head,
};
