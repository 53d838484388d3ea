/* matrix_v3.c - products of matrices for CPUs with AVX2. */
#include "core/kernel/matrix_kernel.h"

#if MATRIX_WIDE
#pragma GCC target("arch=x86-64-v3")
#include <immintrin.h>

#define TILE_ROWS 6

typedef __m256d vector_f64;
#define load_f64 _mm256_loadu_pd
#define store_f64 _mm256_storeu_pd
#define spread_f64 _mm256_set1_pd
#define fused_f64 _mm256_fmadd_pd
#define sum_f64 _mm256_add_pd
#define REAL double
#define NAME(x) x##_f64
#include "core/kernel/matrix_body.h"

typedef __m256 vector_f32;
#define load_f32 _mm256_loadu_ps
#define store_f32 _mm256_storeu_ps
#define spread_f32 _mm256_set1_ps
#define fused_f32 _mm256_fmadd_ps
#define sum_f32 _mm256_add_ps
#define REAL float
#define NAME(x) x##_f32
#include "core/kernel/matrix_body.h"

const struct matrix_kernel matrix_v3 = {"x86-64-v3", multiply_f64,
                                        multiply_f32};
#endif
