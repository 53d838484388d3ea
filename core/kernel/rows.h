/*
 * rows.h - products of a vector with the rows of a dense matrix.
 *
 * The two passes of every linear model over a batch: z = X w, and
 * g += X^T s. Rows lie where a dataset keeps them; `index` picks those of a
 * batch without moving them. Memory is what takes the time, so rows are read
 * once, several together, the next ones asked for meanwhile.
 *
 * Order of the sums, on every CPU and for any m: a product runs as vector.h
 * says (float32: the same in sixteen lanes of float, lane k + 8 added to lane
 * k before vector.h's tree; below sixteen terms in order); element j of g
 * takes s[i] X[i][j] in order of i. No product is fused. Workers that share a
 * sum over rows cut it at places that do not depend on their number, and add
 * their parts in order.
 *
 * Thread  any; no allocation
 */
#ifndef CORE_KERNEL_ROWS_H
#define CORE_KERNEL_ROWS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Rows of a matrix; row i begins at first + stride * (index ? index[i] : i).
 *
 *   first   elements, row-major; owned by others
 *   stride  elements from a row to the next, at least the row's length
 *   index   NULL, or the numbers of the rows that are meant, in any order
 *   more    how many numbers index has behind those that a call uses: rows of
 *           the next batch, which are only asked for meanwhile; 0 is right too
 *   skip    without index: rows from the end of those that a call uses to the
 *           next batch, likewise; below 0 where that lies before
 */
struct rows_f64 {
    const double *first;
    size_t stride;
    const uint32_t *index;
    size_t more;
    ptrdiff_t skip;
};

struct rows_f32 {
    const float *first;
    size_t stride;
    const uint32_t *index;
    size_t more;
    ptrdiff_t skip;
};

static inline const double *rows_at_f64(struct rows_f64 x, size_t i)
{
    return x.first + x.stride * (x.index != NULL ? x.index[i] : i);
}

static inline const float *rows_at_f32(struct rows_f32 x, size_t i)
{
    return x.first + x.stride * (x.index != NULL ? x.index[i] : i);
}

/*
 * Asks for the first kilobyte of a row to be brought near: for loops that know
 * which row comes next. Changes no result, and nothing need lie at p.
 *
 *   bytes  of the row
 */
static inline void rows_prefetch(const void *p, size_t bytes)
{
    enum { LINE = 64, MOST = 1024 };
    size_t end = bytes < MOST ? bytes : MOST;

    for (size_t at = 0; at < end; at += LINE)
        __builtin_prefetch((const void *)((uintptr_t)p + at));
}

/*
 * x . y; the sum of float32 products in sixteen lanes, see above. (For float64
 * that is vector_dot() of vector.h.)
 *
 * Cost    O(n) time
 */
float rows_dot_one_f32(const float *x, const float *y, size_t n);

/*
 * y += a x: each element y[j] + a x[j], two roundings. (For float64 that is
 * update_add() of update.h.)
 *
 *   y   [n]  in/out  must not overlap x
 *
 * Cost    O(n) time
 */
void rows_add_one_f32(float *restrict y, float a, const float *restrict x,
                      size_t n);

/*
 * z = X w. z[i] has the bits of vector_dot(row i, w, n), or of
 * rows_dot_one_f32(), whatever m is.
 *
 *   X   [m][n]  in   rows, gathered or not
 *   w   [n]     in
 *   z   [m]     out  must not overlap X or w
 *
 * Cost    O(m n) time; reads X once
 */
void rows_dot_f64(struct rows_f64 X, size_t m, size_t n, const double *w,
                  double *restrict z);
void rows_dot_f32(struct rows_f32 X, size_t m, size_t n, const float *w,
                  float *restrict z);

/*
 * g += X^T s: g[j] takes s[i] X[i][j] in order of i, as m calls of
 * update_add() or rows_add_one_f32() would.
 *
 *   X   [m][n]  in      rows, gathered or not
 *   s   [m]     in      a factor for each row; NULL: all 1, the sum of rows
 *   g   [n]     in/out  must not overlap X or s
 *
 * Cost    O(m n) time; reads X once, g m / 4 times
 */
void rows_add_f64(struct rows_f64 X, size_t m, size_t n, const double *s,
                  double *restrict g);
void rows_add_f32(struct rows_f32 X, size_t m, size_t n, const float *s,
                  float *restrict g);

#endif
