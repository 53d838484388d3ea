/*
 * compact.h - L-BFGS's Hessian as a matrix: B = theta I - W M W'.
 *
 *     W = [Y, theta S]    n x 2k, the last k pairs, oldest first
 *     M = inverse of [-D  L'; L  theta S'S]    2k x 2k
 *
 * D is the diagonal of S'Y and L what is below it. Unlike the two loops it
 * can be restricted to some of the variables, as bounds need it.
 *
 * Source  Byrd, Nocedal & Schnabel 1994, Math. Prog. 63; Byrd, Lu, Nocedal &
 *         Zhu 1995, SIAM J. Sci. Comput. 16(5), (3.2) to (3.4)
 */
#ifndef CORE_SEARCH_COMPACT_H
#define CORE_SEARCH_COMPACT_H

#include <stdbool.h>
#include <stddef.h>

struct compact {
    size_t n, stride, rows;   /* rows: one more than pairs are kept */
    double *first, *count;    /* number of the oldest pair; how many are kept */
    double *theta;            /* y.y / s.y of the newest; 1 without pairs */
    double *s, *y;            /* [rows][stride] */
    double *sy, *ss;          /* [rows][rows] s_i.y_j, s_i.s_j, by slot */
    double *M, *pivot;        /* [2k][2k], [2k] factors of M's inverse */
};

/* How many numbers it takes for so many pairs, and where they lie in `memory`;
 * compact_forget() comes before their first use. */
size_t compact_size(size_t n, size_t pairs);
struct compact compact_at(double *memory, size_t n, size_t pairs);

void compact_forget(const struct compact *c);

/* 2k: the columns of W. */
size_t compact_columns(const struct compact *c);

/*
 * Keep the pair s = to_x - x, y = to_g - g, if the curvature along s is
 * positive; the oldest makes room for it.
 *
 * Cost    O(n k + k^3)
 */
void compact_learn(const struct compact *c, const double *to_x,
                   const double *x, const double *to_g, const double *g);

/* Column j of W is scale * column[n]. */
const double *compact_column(const struct compact *c, size_t j,
                             double *ret_scale);

/* w [2k] = row i of W. */
void compact_row(const struct compact *c, size_t i, double *w);

/* w [2k] = W'v */
void compact_down(const struct compact *c, const double *v, double *w);

/* v [n] += scale * W w */
void compact_up(const struct compact *c, double scale, const double *w,
                double *v);

/*
 * G [2k][2k] = W' diag(kept) W, over so many rows of W from `from` on, added to
 * what is in G above and on the diagonal.
 *
 *   kept    [n]      in   factors of rows: 1 or 0
 *   scratch [COMPACT_BLOCK]
 *
 * Cost    O(rows k^2); rows <= COMPACT_BLOCK: so many of all columns stay in
 *         the cache
 */
enum { COMPACT_BLOCK = 1024 };
void compact_add_gram(const struct compact *c, const double *kept, size_t from,
                      size_t rows, double *scratch, double *G);

/* w [2k] = M w */
void compact_middle(const struct compact *c, double *w);

#endif
