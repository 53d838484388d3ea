/* vector_v3.c - a copy of the sums for CPUs with AVX2. */
#include "tests/unit/vector_clone.h"

#if defined(__x86_64__)
#pragma GCC target("arch=x86-64-v3")
#define VECTOR_NAME "x86-64-v3"
#define VECTOR_CLONE(name) vector_##name##_v3
#include "tests/unit/vector_clone_body.h"
#endif
