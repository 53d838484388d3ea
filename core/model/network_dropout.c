/* network_dropout.c - which outputs of hidden layers training leaves out. */
#include "core/base/random.h"
#include "core/model/network.h"

enum { WORDS = 4 };          /* of one block of random numbers */

/*
 * Four outputs of a layer in the row at `position` of the epoch: whether they
 * are kept. A pure function of its arguments: no state is stored, and a run
 * that continues draws what it would have drawn.
 */
static void draw(const struct network *network, size_t layer, size_t four,
                 uint64_t epoch, size_t position, bool ret_kept[WORDS])
{
    uint32_t counter[WORDS] = {(uint32_t)four, (uint32_t)position,
                               (uint32_t)epoch, (uint32_t)layer + 1};
    uint32_t key[2] = {(uint32_t)network->seed,
                       (uint32_t)(network->seed >> 32)};
    uint32_t words[WORDS];

    random_philox(counter, key, words);
    for (size_t i = 0; i < WORDS; i++)
        ret_kept[i] = words[i] * 0x1p-32 >= network->dropout;
}

#define MASK(name, real)                                                      \
    void network_mask_##name(const struct network *network, size_t layer,     \
                             const struct block *block, real *ret)            \
    {                                                                         \
        size_t outputs = network->layers[layer].outputs;                      \
        real factor = (real)(1 / (1 - network->dropout));                     \
        bool kept[WORDS];                                                     \
                                                                              \
        for (size_t i = 0; i < block->count; i++, ret += outputs)             \
            for (size_t k = 0; k < outputs; k++) {                            \
                if (k % WORDS == 0)                                           \
                    draw(network, layer, k / WORDS, block->epoch,             \
                         block->position + i, kept);                          \
                ret[k] = kept[k % WORDS] ? factor : 0;                        \
            }                                                                 \
    }
MASK(f64, double)
MASK(f32, float)
