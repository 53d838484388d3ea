/*
 * rows_checks.h - what test_rows.c asks of dense rows, for one precision. It
 * has no include guard: one include is one copy, with REAL, NAME, DOT and ADD
 * for a single row, and EPSILON.
 */
#ifdef REAL

static REAL NAME(X)[KINDS][ROOM], NAME(vector)[KINDS][LENGTH_MAX + 8];

static void NAME(fill)(void)
{
    for (int kind = 0; kind < KINDS; kind++) {
        for (size_t i = 0; i < ROOM; i++)
            NAME(X)[kind][i] = (REAL)sample((enum values)kind, 1, i);
        for (size_t i = 0; i < LENGTH_MAX + 8; i++)
            NAME(vector)[kind][i] = (REAL)sample((enum values)kind, 2, i);
    }
}

/* Equal bits; of NaNs, that both are. */
static void NAME(assert_equal)(const char *clone, struct batch b,
                               const REAL *x, const REAL *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(&x[i], &y[i], sizeof *x) != 0
            && !(isnan(x[i]) && isnan(y[i])))
            fail_msg("%s, %zu rows of %zu: element %zu is %.17g, not %.17g",
                     clone, b.m, b.n, i, (double)x[i], (double)y[i]);
}

/* Higham, section 4.2, as in test_kernel.c, for n terms in one lane. */
static void NAME(assert_near)(const REAL *x, const REAL *y, size_t n, REAL sum)
{
    long double exact = 0, size = 0;

    for (size_t k = 0; k < n; k++) {
        exact += (long double)x[k] * y[k];
        size += fabsl((long double)x[k] * y[k]);
    }
    assert_true(fabsl(sum - exact) <= (long double)(n + 1) * EPSILON * size);
}

/* Rows by DOT and ADD, one after the other, against all clones. */
static void NAME(check_rows)(struct batch b)
{
    struct NAME(rows) X = {NAME(X)[b.kind], b.n + b.spare,
                           b.gathered ? mixed : NULL,
                           b.m % 3 != 0 ? ROWS - b.m : 0};
    const REAL *v = NAME(vector)[b.kind] + b.spare, *s = v + 3;
    REAL z[ROWS + 1] = {0}, dots[ROWS + 1] = {0};
    static REAL g[LENGTH_MAX + 1], sums[LENGTH_MAX + 1];
    const struct vector_clone *clone;

    memcpy(sums, v, (b.n + 1) * sizeof *sums);
    for (size_t i = 0; i < b.m; i++) {
        dots[i] = DOT(NAME(rows_at)(X, i), v, b.n);
        ADD(sums, b.unscaled ? 1 : s[i], NAME(rows_at)(X, i), b.n);
        if (b.kind == ORDINARY || b.kind == WIDE)
            NAME(assert_near)(NAME(rows_at)(X, i), v, b.n, dots[i]);
    }
    for (size_t k = 0; (clone = clone_at(k)) != NULL; k++) {
        memcpy(g, v, (b.n + 1) * sizeof *g);
        memset(z, 0, sizeof z);
        clone->NAME(dot_rows)(X, b.m, b.n, v, z);
        clone->NAME(add_rows)(X, b.m, b.n, b.unscaled ? NULL : s, g);
        NAME(assert_equal)(clone->name, b, z, dots, b.m + 1);
        NAME(assert_equal)(clone->name, b, g, sums, b.n + 1);
    }
}

#undef REAL
#undef NAME
#undef DOT
#undef ADD
#undef EPSILON
#endif
