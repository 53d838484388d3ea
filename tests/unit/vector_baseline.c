/* vector_baseline.c - a copy of the sums for every CPU of its kind. */
#include "tests/unit/vector_clone.h"

#define VECTOR_NAME "baseline"
#define VECTOR_CLONE(name) vector_##name##_baseline
#include "tests/unit/vector_clone_body.h"
