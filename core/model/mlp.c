/* mlp.c - layers of sums with an activation between them. */
#include "core/kernel/activation.h"
#include "core/model/model.h"

static const char *const activations[] = {
    [ACTIVATION_RELU] = "relu", [ACTIVATION_TANH] = "tanh",
    [ACTIVATION_SIGMOID] = "sigmoid", [ACTIVATION_GELU] = "gelu", NULL,
};
static const char *const initializations[] = {
    [INITIALIZE_HE] = "he", [INITIALIZE_GLOROT] = "glorot",
    [INITIALIZE_TORCH] = "torch", NULL,
};

/* In the order of mlp_heads[]. */
static const char *const head_names[] = {
    "auto", "softmax", "logistic", "regression", NULL,
};
static const enum head mlp_heads[] = {
    HEADS, HEAD_SOFTMAX, HEAD_LOGISTIC, HEAD_REGRESSION,
};

static const struct parameter parameters[] = {
    [MLP_ACTIVATION] = {"activation",
        PARAMETER_ONE_OF(activations, ACTIVATION_RELU,
                         "What each number goes through between two layers.")},
    [MLP_INITIALIZATION] = {"initialization",
        PARAMETER_ONE_OF(initializations, INITIALIZE_HE,
                         "How the start is drawn: he for relu and gelu, "
                         "glorot for tanh and sigmoid; torch is that of "
                         "torch.nn.Linear.")},
    [MLP_DROPOUT] = {"dropout", 0, 0, 1,
        "The share of outputs of hidden layers that are left out, drawn anew "
        "for every row and epoch of minibatches; the rest is scaled up.",
        OPEN_HIGH, PARAMETER_NUMBER},
    [MLP_HEAD] = {"head",
        PARAMETER_ONE_OF(head_names, 0,
                         "What the last layer says: a probability for each "
                         "class (softmax), of the second of two (logistic), "
                         "or a number (regression); auto takes regression "
                         "where the target is a column of numbers that are "
                         "not whole or the loss is one of numbers, else "
                         "softmax.")},
    {0},
};

static const struct parameter lists[] = {
    {"hidden", PARAMETER_OFF, 1, MODEL_WIDTH_MAX,
     "How many numbers each hidden layer has, from the first on.", CLOSED,
     PARAMETER_INTEGER},
    {0},
};

static enum head head(const double *p)
{
    return mlp_heads[(size_t)p[MLP_HEAD]];
}

const struct model_kind model_mlp = {
    .name = "mlp",
    .formula = "h_1 = a(W_1 x + b_1), h_2 = a(W_2 h_1 + b_2), ..., "
               "f = W_m h_(m-1) + b_m",
    .sentence = "A network of any number of hidden layers, trained by "
                "back-propagation: what no straight line tells apart.",
    .source = "Rumelhart, Hinton & Williams 1986, Nature 323, 533-536",
    .parameters = parameters,
    .lists = lists,
    .is_layered = true,
    .head = head,
};
