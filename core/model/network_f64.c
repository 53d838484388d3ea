/* network_f64.c - a network in float64. */
#include "core/kernel/matrix.h"
#include "core/kernel/rows.h"
#include "core/kernel/sparse.h"
#include "core/model/network.h"

typedef double real;

#define NAME(x) x##_f64
#define DENSE dense64
#define SPARSE values64
#define X_OF(network, x) (x)

#include "core/model/network_body.inc"

void network_backward_f64(struct network *network, const struct block *block,
                          const double *x, double *g)
{
    add_gradient(network, block, x, g, g);
}
