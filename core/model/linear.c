/* linear.c - a number as a weighted sum of features. */
#include "core/model/model.h"

static enum head head(const double *parameters)
{
    (void)parameters;
    return HEAD_REGRESSION;
}

const struct model_kind model_linear = {
    .name = "linear",
    .formula = "f = w.x + b",
    .sentence = "Regression: least squares, and with other losses robust "
                "lines, medians, quantiles, counts, support vectors.",
    .source = "Hastie, Tibshirani & Friedman 2009, The Elements of "
              "Statistical Learning, chapter 3",
    .head = head,
};
