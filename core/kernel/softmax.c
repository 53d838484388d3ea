/* softmax.c - probabilities of classes and their loss, in both precisions. */
#include "core/kernel/softmax.h"

#include <assert.h>
#include <string.h>

#include "core/kernel/math.h"

enum { BLOCK = 64, TOGETHER = 256, ROWS_TOGETHER = 64 };

/* How many of m rows of n > 0 numbers are worked on together. */
static size_t rows_together(size_t m, size_t n)
{
    size_t rows = n > TOGETHER ? 1 : TOGETHER / n;

    rows = rows < ROWS_TOGETHER ? rows : ROWS_TOGETHER;
    return rows < m ? rows : m;
}

#define REAL double
#define NAME(x) x##_f64
#define EXP_BLOCK math_exp_block
#define LOG1P_BLOCK math_log1p_block
#include "core/kernel/softmax_body.h"

#define REAL float
#define NAME(x) x##_f32
#define EXP_BLOCK math_exp_block_f32
#define LOG1P_BLOCK math_log1p_block_f32
#include "core/kernel/softmax_body.h"
