/*
 * vector_clone.h - core/kernel/vector.c once more, for a CPU of one's choice.
 *
 * Each vector_*.c of this folder compiles one copy of the functions under
 * names of its own and exports the struct that holds them.
 */
#ifndef TESTS_UNIT_VECTOR_CLONE_H
#define TESTS_UNIT_VECTOR_CLONE_H

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "core/kernel/vector.h"

struct vector_clone {
    const char *name;
    double (*dot)(const double *x, const double *y, size_t n);
    double (*sum)(const double *x, size_t n);
    double (*distance2)(const double *x, const double *y, size_t n);
    struct squares (*squares)(const double *g, const double *x,
                              const double *y, size_t n);
    double (*length)(const double *x, const double *y, size_t n);
    bool (*is_finite)(const double *x, size_t n);
};

extern const struct vector_clone vector_clone_baseline;
#if defined(__x86_64__)
extern const struct vector_clone vector_clone_v3, vector_clone_v4;
#endif

#endif
