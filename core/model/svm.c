/* svm.c - two classes and the widest margin between them. */
#include "core/model/model.h"

static enum head head(const double *parameters)
{
    (void)parameters;
    return HEAD_MARGIN;
}

const struct model_kind model_svm = {
    .name = "svm",
    .formula = "f = w.x + b; the second class where f > 0",
    .sentence = "Two classes, without probabilities: the linear support "
                "vector machine.",
    .source = "Cortes & Vapnik 1995, Machine Learning 20(3), 273-297",
    .head = head,
};
