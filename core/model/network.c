/* network.c - the shape of a network and its scratch space. */
#include "core/model/network.h"

#include "core/kernel/matrix.h"

void network_add_layer(struct network *network, size_t inputs, size_t outputs)
{
    struct layer *layer = &network->layers[network->layer_count++];

    *layer = (struct layer){
        .inputs = inputs, .outputs = outputs, .weights = network->n,
        .biases = network->n + inputs * outputs,
    };
    network->n = layer->biases + (network->has_biases ? outputs : 0);
}

/* What the products of all layers need at most. */
static size_t workspace_bytes(const struct network *network)
{
    size_t most = 0;

    for (size_t l = 0; l < network->layer_count; l++) {
        const struct layer *layer = &network->layers[l];
        struct matrix_shape shapes[MATRIX_FORMS] = {
            {MATRIX_NT, NETWORK_BLOCK, layer->outputs, layer->inputs},
            {MATRIX_NN, NETWORK_BLOCK, layer->inputs, layer->outputs},
            {MATRIX_TN, layer->outputs, layer->inputs, NETWORK_BLOCK},
        };

        for (size_t i = 0; i < MATRIX_FORMS; i++) {
            size_t bytes = network->is_float
                               ? matrix_workspace_f32(shapes[i])
                               : matrix_workspace_f64(shapes[i]);

            most = bytes > most ? bytes : most;
        }
    }
    return most;
}

static size_t real_bytes(const struct network *network)
{
    return network->is_float ? sizeof(float) : sizeof(double);
}

size_t network_bytes(const struct network *network)
{
    size_t outputs = network_last(network)->outputs, numbers = 0;
    size_t buffers = network->dropout > 0 ? 5 : 3;
    size_t allocations = buffers * network->layer_count + 5;

    for (size_t l = 0; l < network->layer_count; l++)
        numbers += network->layers[l].outputs;
    return buffers * numbers * NETWORK_BLOCK * real_bytes(network)
         + workspace_bytes(network)
         + NETWORK_BLOCK * (1 + outputs) * sizeof(double)
         + (network->is_float ? 2 * network->n * sizeof(float) : 0)
         + allocations * MATRIX_ALIGNMENT;
}

static void *numbers_of(struct network *network, size_t count,
                        struct arena *arena)
{
    return arena_array(arena, NETWORK_BLOCK * count, real_bytes(network));
}

enum error network_allocate(struct network *network, struct arena *arena)
{
    size_t outputs = network_last(network)->outputs;
    size_t bytes = workspace_bytes(network);
    bool good = true;

    for (size_t l = 0; l < network->layer_count; l++) {
        size_t width = network->layers[l].outputs;

        good &= (network->z[l] = numbers_of(network, width, arena)) != NULL
             && (network->h[l] = numbers_of(network, width, arena)) != NULL
             && (network->delta[l] = numbers_of(network, width, arena))
                    != NULL;
        if (network->dropout > 0)
            good &= (network->mask[l] = numbers_of(network, width, arena))
                        != NULL
                 && (network->kept[l] = numbers_of(network, width, arena))
                        != NULL;
    }
    network->column = arena_array(arena, NETWORK_BLOCK, sizeof(double));
    network->scores = arena_array(arena, NETWORK_BLOCK * outputs,
                                  sizeof(double));
    network->workspace = arena_array(arena, bytes > 0 ? bytes : 1, 1);
    good &= network->column != NULL && network->scores != NULL
         && network->workspace != NULL;
    if (network->is_float) {
        network->x32 = arena_array(arena, network->n, sizeof(float));
        network->g32 = arena_array(arena, network->n, sizeof(float));
        good &= network->x32 != NULL && network->g32 != NULL;
    }
    return good ? OK : ERR_MEMORY;
}

void network_prepare(struct network *network, const double *x)
{
    for (size_t i = 0; network->is_float && i < network->n; i++)
        network->x32[i] = (float)x[i];
}

const double *network_scores(struct network *network,
                             const struct block *block, const double *x)
{
    size_t last = network->layer_count - 1;
    size_t count = block->count * network->layers[last].outputs;
    const float *z = network->z[last];

    if (!network->is_float) {
        network_forward_f64(network, block, x);
        return network->z[last];
    }
    network_forward_f32(network, block, x);
    for (size_t i = 0; i < count; i++)
        network->scores[i] = z[i];
    return network->scores;
}
