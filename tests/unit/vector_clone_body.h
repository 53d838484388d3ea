/* vector_clone_body.h - the copy that vector_clone.h speaks of. It has no
 * include guard: one include is one copy, called after VECTOR_CLONE. */
#define VECTOR_NO_CLONES
#define vector_dot_long VECTOR_CLONE(dot_long)
#define vector_sum_long VECTOR_CLONE(sum_long)
#define vector_distance2_long VECTOR_CLONE(distance2_long)
#define vector_squares_long VECTOR_CLONE(squares_long)
#define vector_length_scaled VECTOR_CLONE(length_scaled)
#define vector_is_finite VECTOR_CLONE(is_finite)
#define rows_dot_f64 VECTOR_CLONE(rows_dot_f64)
#define rows_dot_f32 VECTOR_CLONE(rows_dot_f32)
#define rows_add_f64 VECTOR_CLONE(rows_add_f64)
#define rows_add_f32 VECTOR_CLONE(rows_add_f32)
#define rows_dot_one_f32 VECTOR_CLONE(rows_dot_one_f32)
#define rows_add_one_f32 VECTOR_CLONE(rows_add_one_f32)
#define activation_apply_f64 VECTOR_CLONE(apply_f64)
#define activation_apply_f32 VECTOR_CLONE(apply_f32)
#define activation_gradient_f64 VECTOR_CLONE(gradient_f64)
#define activation_gradient_f32 VECTOR_CLONE(gradient_f32)
#define activation_needs_input VECTOR_CLONE(needs_input)

double vector_dot_long(const double *x, const double *y, size_t n);
double vector_sum_long(const double *x, size_t n);
double vector_distance2_long(const double *x, const double *y, size_t n);
struct squares vector_squares_long(const double *g, const double *x,
                                   const double *y, size_t n);
double vector_length_scaled(const double *x, const double *y, size_t n);
bool vector_is_finite(const double *x, size_t n);
float rows_dot_one_f32(const float *x, const float *y, size_t n);
void rows_add_one_f32(float *restrict y, float a, const float *restrict x,
                      size_t n);
bool activation_needs_input(enum activation kind);

#define DECLARE(REAL, suffix)                                                 \
    void rows_dot_##suffix(struct rows_##suffix X, size_t m, size_t n,        \
                           const REAL *w, REAL *restrict z);                  \
    void rows_add_##suffix(struct rows_##suffix X, size_t m, size_t n,        \
                           const REAL *s, REAL *restrict g);                  \
    void activation_apply_##suffix(enum activation kind, const REAL *x,       \
                                   size_t n, REAL *y);                        \
    void activation_gradient_##suffix(enum activation kind, const REAL *x,    \
                                      const REAL *y, size_t n, REAL *g);
DECLARE(double, f64)
DECLARE(float, f32)

#include "core/kernel/activation.c"
#include "core/kernel/rows.c"
#include "core/kernel/vector.c"

const struct vector_clone VECTOR_CLONE(clone) = {
    .name = VECTOR_NAME,
    .dot = vector_dot_long,
    .sum = vector_sum_long,
    .distance2 = vector_distance2_long,
    .squares = vector_squares_long,
    .length = vector_length_scaled,
    .is_finite = vector_is_finite,
    .dot_one_f32 = rows_dot_one_f32,
    .add_one_f32 = rows_add_one_f32,
    .dot_rows_f64 = rows_dot_f64,
    .add_rows_f64 = rows_add_f64,
    .apply_f64 = activation_apply_f64,
    .gradient_f64 = activation_gradient_f64,
    .dot_rows_f32 = rows_dot_f32,
    .add_rows_f32 = rows_add_f32,
    .apply_f32 = activation_apply_f32,
    .gradient_f32 = activation_gradient_f32,
};
