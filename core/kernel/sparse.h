/*
 * sparse.h - products with rows of which only what is not zero is stored.
 *
 * Compressed rows (CSR): row i has the entries begin[i] to begin[i + 1] - 1,
 * a column and a value each. Values may be float32; what they meet (w, g, the
 * sums) is float64 in both, to which a float32 converts exactly.
 *
 * Order of the sums, on every CPU: a row's product is vector_dot() of its
 * values with w[column], entry by entry as stored, so a row with every column
 * stored has the bits of the dense one; g takes the rows in order of i. No
 * product is fused.
 *
 * Thread  any; no allocation
 */
#ifndef CORE_KERNEL_SPARSE_H
#define CORE_KERNEL_SPARSE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A matrix by its rows; owned by others.
 *
 *   begin   [rows + 1]  where a row's entries begin; ascending
 *   column  [entries]   below the length of w and g; within a row none twice
 *   value   [entries]
 *   index   NULL, or the numbers of the rows that are meant, in any order
 *   more    how many numbers index has behind those that a call uses, as in
 *           rows.h
 */
struct sparse_f64 {
    const uint64_t *begin;
    const uint32_t *column;
    const double *value;
    const uint32_t *index;
    size_t more;
};

struct sparse_f32 {
    const uint64_t *begin;
    const uint32_t *column;
    const float *value;
    const uint32_t *index;
    size_t more;
};

/*
 * The product of one row's entries with w.
 *
 *   column, value  [n]  in  a row's entries
 *   w              -    in  longer than the greatest column
 *
 * Cost    O(n) time
 */
double sparse_dot_one_f64(const uint32_t *column, const double *value,
                          size_t n, const double *w);
double sparse_dot_one_f32(const uint32_t *column, const float *value,
                          size_t n, const double *w);

/*
 * g[column] += a value, for the entries of one row; two roundings each.
 *
 *   column, value  [n]  in      a row's entries
 *   g              -    in/out  longer than the greatest column
 *
 * Cost    O(n) time
 */
void sparse_add_one_f64(double *restrict g, double a, const uint32_t *column,
                        const double *value, size_t n);
void sparse_add_one_f32(double *restrict g, double a, const uint32_t *column,
                        const float *value, size_t n);

/*
 * z = X w: z[i] is sparse_dot_one_…() of row i.
 *
 *   X   [m]  in   rows, gathered or not
 *   z   [m]  out
 *
 * Cost    O(entries) time
 */
void sparse_dot_f64(struct sparse_f64 X, size_t m, const double *w,
                    double *restrict z);
void sparse_dot_f32(struct sparse_f32 X, size_t m, const double *w,
                    double *restrict z);

/*
 * g += X^T s: sparse_add_one_…() of each row, in order of i.
 *
 *   X   [m]  in      rows, gathered or not
 *   s   [m]  in      a factor for each row
 *   g   -    in/out  longer than the greatest column
 *
 * Cost    O(entries) time: untouched elements of g cost nothing
 */
void sparse_add_f64(struct sparse_f64 X, size_t m, const double *s,
                    double *restrict g);
void sparse_add_f32(struct sparse_f32 X, size_t m, const double *s,
                    double *restrict g);

#endif
