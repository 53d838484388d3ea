/*
 * math_v4.c - SLEEF's vectors for CPUs with AVX-512.
 *
 * The whole file is compiled for AVX-512, so nothing here may run before
 * HAS_VECTORS().
 */
#if defined(__x86_64__)
#pragma GCC target("avx512f,fma")
#include <sleef.h>

#define HAS_VECTORS() __builtin_cpu_supports("avx512f")
#define VECTOR_BYTES 64
#define SLEEF(name, error) Sleef_finz_##name##d8_##error##avx512f
#define SLEEF_F32(name, error) Sleef_finz_##name##f16_##error##avx512f
#define SLEEF_VECTOR __m512d
#define SLEEF_VECTOR_F32 __m512
#endif

#define NAME(name) math_##name##_v4
#define NAME_F32(name) math_##name##_v4_f32
#include "core/kernel/math_body.h"
