/* softmax.c - the probability of each of many classes. */
#include "core/model/model.h"

static enum head head(const double *parameters)
{
    (void)parameters;
    return HEAD_SOFTMAX;
}

const struct model_kind model_softmax = {
    .name = "softmax",
    .formula = "f = W x + b; p(class k) = exp(f_k) / sum_j exp(f_j)",
    .sentence = "Two classes or more, with probabilities: multinomial "
                "logistic regression.",
    .source = "Bridle 1990, Neurocomputing, NATO ASI F68, 227-236",
    .head = head,
};
