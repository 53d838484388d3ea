/* activation.c - what layers do to numbers, in both precisions. */
#include "core/kernel/activation.h"

#include "core/kernel/lanes.h"
#include "core/kernel/math.h"

enum { BLOCK = 64 };

#define ROOT_HALF 0.70710678118654752440    /* 1 / sqrt 2 */
#define DENSITY_AT_0 0.39894228040143267794 /* 1 / sqrt(2 pi) */

#define REAL double
#define NAME(x) x##_f64
#define EXP_BLOCK math_exp_block
#define TANH_BLOCK math_tanh_block
#define ERF_BLOCK math_erf_block
#include "core/kernel/activation_body.h"

#define REAL float
#define NAME(x) x##_f32
#define EXP_BLOCK math_exp_block_f32
#define TANH_BLOCK math_tanh_block_f32
#define ERF_BLOCK math_erf_block_f32
#include "core/kernel/activation_body.h"

bool activation_needs_input(enum activation kind)
{
    static const bool needs[ACTIVATIONS] = {[ACTIVATION_GELU] = true};

    return needs[kind];
}
