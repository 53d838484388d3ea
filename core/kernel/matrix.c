/* matrix.c - which kernel multiplies, and how much it copies. */
#include "core/kernel/matrix.h"

#include <assert.h>
#include <stdint.h>

#include "core/kernel/matrix_kernel.h"

const struct matrix_kernel *matrix_kernel(size_t i)
{
    const struct matrix_kernel *fitting[4];
    size_t count = 0;

#if MATRIX_WIDE
    if (__builtin_cpu_supports("x86-64-v4"))
        fitting[count++] = &matrix_v4;
    if (__builtin_cpu_supports("x86-64-v3"))
        fitting[count++] = &matrix_v3;
#endif
    fitting[count++] = &matrix_baseline;
    fitting[count] = NULL;
    return i <= count ? fitting[i] : NULL;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t filled_up(size_t count, size_t multiple)
{
    return (count + multiple - 1) / multiple * multiple;
}

static size_t workspace_bytes(struct matrix_shape shape, size_t element_bytes)
{
    size_t rows = least(shape.m, MATRIX_BLOCK_ROWS);
    size_t columns = filled_up(least(shape.n, MATRIX_BLOCK_COLUMNS),
                               MATRIX_PANEL_MAX);
    size_t terms = least(shape.k, MATRIX_BLOCK);
    size_t bytes = filled_up(terms * columns * element_bytes,
                             MATRIX_ALIGNMENT)
                 + filled_up(terms * rows * element_bytes, MATRIX_ALIGNMENT);

    assert(bytes <= MATRIX_WORKSPACE_MAX);
    return bytes;
}

size_t matrix_workspace_f64(struct matrix_shape shape)
{
    return workspace_bytes(shape, sizeof(double));
}

size_t matrix_workspace_f32(struct matrix_shape shape)
{
    return workspace_bytes(shape, sizeof(float));
}

/* What neither tiles nor workspace are needed for. */
#define EMPTY(shape, add, C, stride)                                          \
    do {                                                                      \
        if ((shape).k == 0 && !(add))                                         \
            for (size_t i = 0; i < (shape).m; i++)                            \
                for (size_t j = 0; j < (shape).n; j++)                        \
                    (C)[i * (stride) + j] = 0;                                \
        if ((shape).m == 0 || (shape).n == 0 || (shape).k == 0)               \
            return;                                                           \
    } while (0)

void matrix_multiply_f64(struct matrix_shape shape, struct rows_f64 A,
                         struct rows_f64 B, bool add, double *C, size_t stride,
                         void *workspace)
{
    EMPTY(shape, add, C, stride);
    assert(workspace != NULL && (uintptr_t)workspace % MATRIX_ALIGNMENT == 0);
    matrix_kernel(0)->multiply_f64(shape, A, B, add, C, stride, workspace);
}

void matrix_multiply_f32(struct matrix_shape shape, struct rows_f32 A,
                         struct rows_f32 B, bool add, float *C, size_t stride,
                         void *workspace)
{
    EMPTY(shape, add, C, stride);
    assert(workspace != NULL && (uintptr_t)workspace % MATRIX_ALIGNMENT == 0);
    matrix_kernel(0)->multiply_f32(shape, A, B, add, C, stride, workspace);
}
