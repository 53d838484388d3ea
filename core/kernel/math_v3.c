/*
 * math_v3.c - SLEEF's vectors for CPUs with AVX2.
 *
 * The whole file is compiled for AVX2, so nothing here may run before
 * HAS_VECTORS().
 */
#if defined(__x86_64__)
#pragma GCC target("avx2,fma")
#include <sleef.h>

#define HAS_VECTORS() __builtin_cpu_supports("avx2")
#define VECTOR_BYTES 32
#define SLEEF(name, error) Sleef_finz_##name##d4_##error##avx2
#define SLEEF_F32(name, error) Sleef_finz_##name##f8_##error##avx2
#define SLEEF_VECTOR __m256d
#define SLEEF_VECTOR_F32 __m256
#endif

#define NAME(name) math_##name##_v3
#define NAME_F32(name) math_##name##_v3_f32
#include "core/kernel/math_body.h"
