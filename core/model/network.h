/*
 * network.h - layers: rows of numbers to scores, and back to a gradient.
 *
 * Layer l makes of its inputs X the outputs X W^T + b; between two layers each
 * number goes through the activation and, in training, dropout. A linear model
 * is a network of one layer. All lies in one vector x: W of the first layer
 * row-major, its b, W of the second, ...
 *
 * Rows go through in blocks of NETWORK_BLOCK. A network of float32 keeps a
 * copy of x as floats and answers gradients as doubles, summed as floats within
 * a block only.
 *
 * Thread  one at a time for a network, which holds its scratch space
 */
#ifndef CORE_MODEL_NETWORK_H
#define CORE_MODEL_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/dataset/rows.h"
#include "core/kernel/activation.h"

enum {
    NETWORK_BLOCK = 256,     /* rows */
    NETWORK_HIDDEN_MAX = 16, /* layers before the last */
    NETWORK_LAYERS_MAX = NETWORK_HIDDEN_MAX + 1,
};

struct layer {
    size_t inputs, outputs;
    size_t weights;          /* where W [outputs][inputs] begins in x */
    size_t biases;           /* where b [outputs] begins in x */
};

/* Rows that go through together. */
struct block {
    const struct rows *rows;
    const uint32_t *index;   /* [count] which rows; NULL: from `first` on */
    size_t first;
    size_t count;            /* 1 ... NETWORK_BLOCK */
    size_t more;             /* numbers that index has behind those */
    ptrdiff_t skip;          /* without index: rows from the end of these to
                                those that come next */
    bool drops;              /* dropout is at work */
    uint64_t epoch;          /* of the mask that is drawn then, */
    size_t position;         /* with the place of its first row in the epoch */
};

struct network {
    struct layer layers[NETWORK_LAYERS_MAX];
    size_t layer_count;
    size_t n;                /* length of x */
    bool has_biases;
    bool is_float;           /* computes in float32 */
    enum activation activation;
    double dropout;          /* share of outputs of hidden layers */
    uint64_t seed;           /* of dropout */

    /* Scratch: each [NETWORK_BLOCK][outputs], float or double. */
    void *z[NETWORK_LAYERS_MAX];     /* what the layer says */
    void *h[NETWORK_LAYERS_MAX];     /* activated */
    void *mask[NETWORK_LAYERS_MAX];  /* 0 or 1 / (1 - dropout), */
    void *kept[NETWORK_LAYERS_MAX];  /* and h times it; both NULL without
                                        dropout */
    void *delta[NETWORK_LAYERS_MAX]; /* gradient by z */
    void *workspace;
    double *column;          /* [NETWORK_BLOCK] */
    double *scores;          /* [NETWORK_BLOCK][outputs] of network_scores() */
    float *x32, *g32;        /* [n] of a network of floats */
};

/* Append a layer to the network; x grows by what it needs. */
void network_add_layer(struct network *network, size_t inputs,
                       size_t outputs);

static inline const struct layer *network_last(const struct network *network)
{
    return &network->layers[network->layer_count - 1];
}

/* How many bytes network_allocate() takes. */
size_t network_bytes(const struct network *network);

/* Allocate the scratch space. Fails: ERR_MEMORY. */
MUST_CHECK enum error network_allocate(struct network *network,
                                       struct arena *arena);

/* Tell x [n] to a network of floats; called before the blocks of that x. */
void network_prepare(struct network *network, const double *x);

/*
 * Scores of the block's rows: [count][outputs] in z of the last layer.
 *
 *   x   [n]  in  as told to network_prepare()
 */
void network_forward_f64(struct network *network, const struct block *block,
                         const double *x);
void network_forward_f32(struct network *network, const struct block *block,
                         const double *x);

/*
 * Add to g what the block adds to the gradient; after a forward pass of the
 * same block, when z of the last layer has become the derivative of the loss
 * by it.
 *
 *   g   [n]  in/out
 */
void network_backward_f64(struct network *network, const struct block *block,
                          const double *x, double *g);
void network_backward_f32(struct network *network, const struct block *block,
                          const double *x, double *g);

/* A forward pass; the scores as doubles [count][outputs], valid until the
 * next. */
const double *network_scores(struct network *network,
                             const struct block *block, const double *x);

/* The mask of layer `layer` for a block: ret [count][outputs]. */
void network_mask_f64(const struct network *network, size_t layer,
                      const struct block *block, double *ret);
void network_mask_f32(const struct network *network, size_t layer,
                      const struct block *block, float *ret);

#endif
