/* matrix_v4.c - products of matrices for CPUs with AVX-512. */
#include "core/kernel/matrix_kernel.h"

#if MATRIX_WIDE
#pragma GCC target("arch=x86-64-v4")
#include <immintrin.h>

#define TILE_ROWS 12

typedef __m512d vector_f64;
#define load_f64 _mm512_loadu_pd
#define store_f64 _mm512_storeu_pd
#define spread_f64 _mm512_set1_pd
#define fused_f64 _mm512_fmadd_pd
#define sum_f64 _mm512_add_pd
#define REAL double
#define NAME(x) x##_f64
#include "core/kernel/matrix_body.h"

typedef __m512 vector_f32;
#define load_f32 _mm512_loadu_ps
#define store_f32 _mm512_storeu_ps
#define spread_f32 _mm512_set1_ps
#define fused_f32 _mm512_fmadd_ps
#define sum_f32 _mm512_add_ps
#define REAL float
#define NAME(x) x##_f32
#include "core/kernel/matrix_body.h"

const struct matrix_kernel matrix_v4 = {"x86-64-v4", multiply_f64,
                                        multiply_f32};
#endif
