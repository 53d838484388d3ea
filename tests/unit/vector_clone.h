/*
 * vector_clone.h - core/kernel/vector.c, rows.c and activation.c once more,
 * for a CPU of one's choice.
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

#include "core/kernel/activation.h"
#include "core/kernel/math.h"
#include "core/kernel/rows.h"
#include "core/kernel/vector.h"

/* rows.h and activation.h, in one precision. */
#define ROWS_MEMBERS(REAL, suffix)                                            \
    void (*dot_rows_##suffix)(struct rows_##suffix X, size_t m, size_t n,     \
                              const REAL *w, REAL *restrict z);               \
    void (*add_rows_##suffix)(struct rows_##suffix X, size_t m, size_t n,     \
                              const REAL *s, REAL *restrict g);               \
    void (*apply_##suffix)(enum activation kind, const REAL *x, size_t n,     \
                           REAL *y);                                          \
    void (*gradient_##suffix)(enum activation kind, const REAL *x,            \
                              const REAL *y, size_t n, REAL *g);

struct vector_clone {
    const char *name;
    double (*dot)(const double *x, const double *y, size_t n);
    double (*sum)(const double *x, size_t n);
    double (*distance2)(const double *x, const double *y, size_t n);
    struct squares (*squares)(const double *g, const double *x,
                              const double *y, size_t n);
    double (*length)(const double *x, const double *y, size_t n);
    bool (*is_finite)(const double *x, size_t n);
    float (*dot_one_f32)(const float *x, const float *y, size_t n);
    void (*add_one_f32)(float *restrict y, float a, const float *restrict x,
                        size_t n);
    ROWS_MEMBERS(double, f64)
    ROWS_MEMBERS(float, f32)
};

extern const struct vector_clone vector_clone_baseline;
#if defined(__x86_64__)
extern const struct vector_clone vector_clone_v3, vector_clone_v4;
#endif

#endif
