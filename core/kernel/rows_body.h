/*
 * rows_body.h - products with the rows of a matrix, for one precision. It has
 * no include guard: one include is one copy.
 *
 * Who includes it has defined REAL, NAME(x), which gives x the precision's
 * suffix, LANES, the number of lanes, and NAME(lanes), a vector of so many
 * REALs wherever they lie: 64 bytes.
 */
#ifdef REAL

/* Rows that are read together, and how many rows later the next are wanted:
 * about as long as memory takes to answer. */
enum { NAME(TOGETHER) = 4, NAME(AHEAD) = 24 };

#define LANES_AT(p) (*(const NAME(lanes) *)(p))

/* The terms that fill no more lanes: term k goes to lane k. */
static inline __attribute__((always_inline)) void
NAME(add_rest)(NAME(lanes) *sums, const REAL *x, const REAL *w, size_t rest)
{
    REAL s[LANES];

    memcpy(s, sums, sizeof s);
    for (size_t lane = 0; lane < rest; lane++)
        s[lane] += x[lane] * w[lane];
    memcpy(sums, s, sizeof s);
}

/* Fewer terms than lanes, in order. */
static inline REAL NAME(dot_short)(const REAL *x, const REAL *w, size_t n)
{
    REAL sum = 0;

    for (size_t j = 0; j < n; j++)
        sum += x[j] * w[j];
    return sum;
}

static inline __attribute__((always_inline)) REAL
NAME(dot_row)(const REAL *x, const REAL *w, size_t n)
{
    NAME(lanes) sums = {0};
    size_t j = 0;

    if (n < LANES)
        return NAME(dot_short)(x, w, n);
    for (; j + LANES <= n; j += LANES)
        sums += LANES_AT(x + j) * LANES_AT(w + j);
    if (j < n)
        NAME(add_rest)(&sums, x + j, w + j, n - j);
    return NAME(add_lanes)(&sums);
}

/* Four rows, each as dot_row() does it; n is at least LANES. */
static inline __attribute__((always_inline)) void
NAME(dot_rows)(const REAL *const x[NAME(TOGETHER)], const REAL *w, size_t n,
               REAL *z)
{
    NAME(lanes) sums[NAME(TOGETHER)] = {{0}};
    size_t j = 0;

    for (; j + LANES <= n; j += LANES) {
        NAME(lanes) w_j = LANES_AT(w + j);

#pragma GCC unroll 4
        for (size_t r = 0; r < NAME(TOGETHER); r++)
            sums[r] += LANES_AT(x[r] + j) * w_j;
    }
#pragma GCC unroll 4
    for (size_t r = 0; r < NAME(TOGETHER); r++) {
        if (j < n)
            NAME(add_rest)(&sums[r], x[r] + j, w + j, n - j);
        z[r] = NAME(add_lanes)(&sums[r]);
    }
}

/* Asks for row i; behind the last are the first ones of what comes next. */
static inline __attribute__((always_inline)) void
NAME(ask_for)(struct NAME(rows) X, size_t m, size_t n, size_t i)
{
    size_t place = i < m ? i : i + (size_t)X.skip;
    uintptr_t first = (uintptr_t)X.first;

    if (X.index == NULL)
        rows_prefetch((const void *)(first + X.stride * place * sizeof(REAL)),
                      n * sizeof(REAL));
    else if (i < m + X.more)
        rows_prefetch(NAME(rows_at)(X, i), n * sizeof(REAL));
}

/* The four rows from i on; asks for those that come AHEAD rows later. */
static inline void NAME(rows_from)(struct NAME(rows) X, size_t m, size_t n,
                                   size_t i, const REAL *x[NAME(TOGETHER)])
{
    for (size_t r = 0; r < NAME(TOGETHER); r++) {
        x[r] = NAME(rows_at)(X, i + r);
        NAME(ask_for)(X, m, n, i + r + NAME(AHEAD));
    }
}

CLONES void NAME(rows_dot)(struct NAME(rows) X, size_t m, size_t n,
                           const REAL *w, REAL *restrict z)
{
    size_t i = 0;

    for (; n >= LANES && i + NAME(TOGETHER) <= m; i += NAME(TOGETHER)) {
        const REAL *x[NAME(TOGETHER)];

        NAME(rows_from)(X, m, n, i, x);
        NAME(dot_rows)(x, w, n, z + i);
    }
    for (; i < m; i++) {
        NAME(ask_for)(X, m, n, i + NAME(AHEAD));
        z[i] = NAME(dot_row)(NAME(rows_at)(X, i), w, n);
    }
}

static inline __attribute__((always_inline)) void
NAME(add_row)(REAL *restrict y, REAL a, const REAL *restrict x, size_t n)
{
    size_t j = 0;

    for (; j + LANES <= n; j += LANES)
        *(NAME(lanes) *)(y + j) += a * LANES_AT(x + j);
    for (; j < n; j++)
        y[j] += a * x[j];
}

/* Four rows, one after the other at each place of g. */
static inline __attribute__((always_inline)) void
NAME(add_rows)(REAL *restrict g, const REAL s[NAME(TOGETHER)],
               const REAL *const x[NAME(TOGETHER)], size_t n)
{
    size_t j = 0;

    for (; j + LANES <= n; j += LANES) {
        NAME(lanes) g_j = LANES_AT(g + j);

#pragma GCC unroll 4
        for (size_t r = 0; r < NAME(TOGETHER); r++)
            g_j += s[r] * LANES_AT(x[r] + j);
        *(NAME(lanes) *)(g + j) = g_j;
    }
    for (; j < n; j++)
        for (size_t r = 0; r < NAME(TOGETHER); r++)
            g[j] += s[r] * x[r][j];
}

CLONES void NAME(rows_add)(struct NAME(rows) X, size_t m, size_t n,
                           const REAL *s, REAL *restrict g)
{
    static const REAL ones[NAME(TOGETHER)] = {1, 1, 1, 1};
    size_t i = 0;

    for (; i + NAME(TOGETHER) <= m; i += NAME(TOGETHER)) {
        const REAL *x[NAME(TOGETHER)];

        NAME(rows_from)(X, m, n, i, x);
        NAME(add_rows)(g, s != NULL ? s + i : ones, x, n);
    }
    for (; i < m; i++)
        NAME(add_row)(g, s != NULL ? s[i] : 1, NAME(rows_at)(X, i), n);
}

#undef LANES_AT
#undef LANES
#undef REAL
#undef NAME
#endif
