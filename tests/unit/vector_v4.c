/* vector_v4.c - a copy of the sums for CPUs with AVX-512. */
#include "tests/unit/vector_clone.h"

#if defined(__x86_64__)
#pragma GCC target("arch=x86-64-v4")
#define VECTOR_NAME "x86-64-v4"
#define VECTOR_CLONE(name) vector_##name##_v4
#include "tests/unit/vector_clone_body.h"
#endif
