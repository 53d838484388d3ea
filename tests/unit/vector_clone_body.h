/* vector_clone_body.h - the copy that vector_clone.h speaks of. It has no
 * include guard: one include is one copy, called after VECTOR_CLONE. */
#define VECTOR_NO_CLONES
#define vector_dot_long VECTOR_CLONE(dot_long)
#define vector_sum_long VECTOR_CLONE(sum_long)
#define vector_distance2_long VECTOR_CLONE(distance2_long)
#define vector_squares_long VECTOR_CLONE(squares_long)
#define vector_length_scaled VECTOR_CLONE(length_scaled)
#define vector_is_finite VECTOR_CLONE(is_finite)

double vector_dot_long(const double *x, const double *y, size_t n);
double vector_sum_long(const double *x, size_t n);
double vector_distance2_long(const double *x, const double *y, size_t n);
struct squares vector_squares_long(const double *g, const double *x,
                                   const double *y, size_t n);
double vector_length_scaled(const double *x, const double *y, size_t n);
bool vector_is_finite(const double *x, size_t n);

#include "core/kernel/vector.c"

const struct vector_clone VECTOR_CLONE(clone) = {
    .name = VECTOR_NAME,
    .dot = vector_dot_long,
    .sum = vector_sum_long,
    .distance2 = vector_distance2_long,
    .squares = vector_squares_long,
    .length = vector_length_scaled,
    .is_finite = vector_is_finite,
};
