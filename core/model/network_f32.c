/* network_f32.c - a network in float32, whose x and gradients are float64. */
#include <string.h>

#include "core/kernel/matrix.h"
#include "core/kernel/rows.h"
#include "core/kernel/sparse.h"
#include "core/model/network.h"

typedef float real;

#define NAME(x) x##_f32
#define DENSE dense32
#define SPARSE values32
#define X_OF(network, x) ((network)->x32)

#include "core/model/network_body.inc"

/* Sums of floats reach over one block: what many blocks add up to is as exact
 * as in float64. The weights of sparse rows are summed in float64 at once. */
void network_backward_f32(struct network *network, const struct block *block,
                          const double *x, double *g)
{
    const struct layer *first = &network->layers[0];
    size_t begin = is_sparse(block) ? first->biases : 0;

    (void)x; /* network_prepare() made x32 of it */
    memset(network->g32 + begin, 0, (network->n - begin) * sizeof(float));
    add_gradient(network, block, network->x32, network->g32, g);
    for (size_t i = begin; i < network->n; i++)
        g[i] += (double)network->g32[i];
}
