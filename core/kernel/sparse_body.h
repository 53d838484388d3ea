/*
 * sparse_body.h - products with sparse rows, for one precision of the values.
 * It has no include guard: one include is one copy.
 *
 * Who includes it has defined REAL, the values' type, and NAME(x), which
 * gives x its suffix.
 */
#ifdef REAL

double NAME(sparse_dot_one)(const uint32_t *column, const REAL *value,
                            size_t n, const double *w)
{
    double s[VECTOR_LANES] = {0}, sum = 0;
    size_t k = 0;

    if (n < VECTOR_LANES) {
        for (; k < n; k++)
            sum += (double)value[k] * w[column[k]];
        return sum;
    }
    for (; k + VECTOR_LANES <= n; k += VECTOR_LANES)
#pragma GCC unroll 8
        for (size_t lane = 0; lane < VECTOR_LANES; lane++)
            s[lane] += (double)value[k + lane] * w[column[k + lane]];
#pragma GCC unroll 8
    for (size_t lane = 0; lane < VECTOR_LANES - 1; lane++) {
        if (k + lane >= n)
            break;
        s[lane] += (double)value[k + lane] * w[column[k + lane]];
    }
    return add_lanes(s);
}

void NAME(sparse_add_one)(double *restrict g, double a, const uint32_t *column,
                          const REAL *value, size_t n)
{
    for (size_t k = 0; k < n; k++)
        g[column[k]] += a * (double)value[k];
}

/* The entries of row i. Asks for those of a later row, where their places are
 * not the next in memory.
 *
 *   ret_begin  -  out  the first
 *
 * Returns how many */
static size_t NAME(entries)(struct NAME(sparse) X, size_t m, size_t i,
                            uint64_t *ret_begin)
{
    size_t row = X.index != NULL ? X.index[i] : i;

    if (X.index != NULL && i + ROWS_AHEAD < m + X.more) {
        size_t later = X.index[i + ROWS_AHEAD];
        uint64_t begin = X.begin[later];
        size_t count = X.begin[later + 1] - begin;

        rows_prefetch(X.column + begin, count * sizeof *X.column);
        rows_prefetch(X.value + begin, count * sizeof *X.value);
    }
    *ret_begin = X.begin[row];
    return X.begin[row + 1] - X.begin[row];
}

void NAME(sparse_dot)(struct NAME(sparse) X, size_t m, const double *w,
                      double *restrict z)
{
    for (size_t i = 0; i < m; i++) {
        uint64_t begin;
        size_t count = NAME(entries)(X, m, i, &begin);

        z[i] = NAME(sparse_dot_one)(X.column + begin, X.value + begin, count,
                                    w);
    }
}

void NAME(sparse_add)(struct NAME(sparse) X, size_t m, const double *s,
                      double *restrict g)
{
    for (size_t i = 0; i < m; i++) {
        uint64_t begin;
        size_t count = NAME(entries)(X, m, i, &begin);

        NAME(sparse_add_one)(g, s[i], X.column + begin, X.value + begin,
                             count);
    }
}

#undef REAL
#undef NAME
#endif
