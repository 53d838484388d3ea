/*
 * start.c - where the training of a network begins.
 *
 *     he      W normal, deviation sqrt(2 / inputs), b = 0   (for relu)
 *     glorot  W uniform within sqrt(6 / (inputs + outputs)), b = 0
 *     torch   W and b uniform within 1 / sqrt(inputs): torch.nn.Linear's
 *
 * Number i of x is made of numbers 2i and 2i + 1 of a stream of the job's
 * seed.
 *
 * Source  He, Zhang, Ren & Sun 2015, arXiv:1502.01852, (10); Glorot & Bengio
 *         2010, AISTATS, (16); Box & Muller 1958, Ann. Math. Stat. 29(2)
 */
#include <math.h>

#include "core/base/random.h"
#include "core/kernel/math.h"
#include "core/model/model_data.h"

#define TWICE_PI 6.283185307179586

static double draw_uniform(uint64_t seed, size_t i)
{
    return 2 * random_unit(seed, RANDOM_WEIGHTS, 2 * i) - 1;
}

static double draw_normal(uint64_t seed, size_t i)
{
    double u = 1 - random_unit(seed, RANDOM_WEIGHTS, 2 * i);
    double v = random_unit(seed, RANDOM_WEIGHTS, 2 * i + 1);

    return sqrt(-2 * math_log(u)) * math_cos(TWICE_PI * v);
}

static void draw_weights(const struct layer *layer, enum initialization how,
                         uint64_t seed, double *x)
{
    size_t end = layer->weights + layer->inputs * layer->outputs;
    double inputs = (double)layer->inputs, outputs = (double)layer->outputs;

    for (size_t i = layer->weights; i < end; i++) {
        if (how == INITIALIZE_HE)
            x[i] = sqrt(2 / inputs) * draw_normal(seed, i);
        else if (how == INITIALIZE_GLOROT)
            x[i] = sqrt(6 / (inputs + outputs)) * draw_uniform(seed, i);
        else
            x[i] = draw_uniform(seed, i) / sqrt(inputs);
    }
}

void model_draw_start(const void *data, uint64_t seed, double *ret_x)
{
    const struct model *model = data;
    const double *p = model->design.choice.parameters;
    enum initialization how = (enum initialization)p[MLP_INITIALIZATION];

    for (size_t l = 0; l < model->network.layer_count; l++) {
        const struct layer *layer = &model->network.layers[l];

        draw_weights(layer, how, seed, ret_x);
        for (size_t k = 0; model->network.has_biases && k < layer->outputs;
             k++) {
            size_t i = layer->biases + k;

            ret_x[i] = how == INITIALIZE_TORCH
                           ? draw_uniform(seed, i)
                                 / sqrt((double)layer->inputs)
                           : 0;
        }
    }
}
