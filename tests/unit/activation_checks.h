/*
 * activation_checks.h - what test_activation.c asks of each kind, for one
 * precision. It has no include guard: one include is one copy, with REAL,
 * NAME and EPSILON.
 */
#ifdef REAL

/* From -8 to 8, with what is special among them. */
static void NAME(fill)(REAL *x)
{
    for (size_t i = 0; i < NUMBERS; i++)
        x[i] = (REAL)(((double)i - NUMBERS / 2) * 0.02);
    for (size_t i = 0; i < SPECIAL; i++)
        x[i * 71] = (REAL)special[i];
}

static void NAME(assert_equal)(const REAL *x, const REAL *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(&x[i], &y[i], sizeof *x) != 0
            && !(isnan(x[i]) && isnan(y[i])))
            fail_msg("%zu of %zu is %.17g, not %.17g", i, n, (double)x[i],
                     (double)y[i]);
}

/* Some roundings of numbers about 1; erf and tanh near their limits leave
 * absolute errors of that size. */
static void NAME(check_values)(enum activation kind)
{
    static REAL x[NUMBERS], y[NUMBERS], g[NUMBERS];

    NAME(fill)(x);
    for (size_t i = 0; i < NUMBERS; i++)
        g[i] = (REAL)1.5;
    NAME(activation_apply)(kind, x, NUMBERS, y);
    NAME(activation_gradient)(kind,
                              activation_needs_input(kind) ? x : NULL, y,
                              NUMBERS, g);
    for (size_t i = 0; i < NUMBERS; i++) {
        long double value, slope;

        if (!(fabs((double)x[i]) <= 100))
            continue;
        value = exact[kind].value(x[i]);
        slope = (long double)1.5 * exact[kind].slope(x[i]);
        assert_true(fabsl(y[i] - value)
                    <= 4 * EPSILON * (1 + fabsl((long double)x[i])));
        assert_true(fabsl(g[i] - slope) <= 12 * (long double)EPSILON);
    }
}

static void NAME(check_clones)(enum activation kind, size_t n)
{
    static REAL x[NUMBERS], y[2][NUMBERS], g[2][NUMBERS];

    NAME(fill)(x);
    memcpy(g[0], x, sizeof x);
    NAME(activation_apply)(kind, x, n, y[0]);
    NAME(activation_gradient)(kind, x, y[0], n, g[0]);
    for (size_t k = 0; k < sizeof clones / sizeof *clones; k++) {
        if (!runs(k))
            continue;
        memcpy(g[1], x, sizeof x);
        clones[k]->NAME(apply)(kind, x, n, y[1]);
        clones[k]->NAME(gradient)(kind, x, y[1], n, g[1]);
        NAME(assert_equal)(y[1], y[0], n);
        NAME(assert_equal)(g[1], g[0], NUMBERS); /* from n on: untouched */
    }
}

static void NAME(check_alone)(enum activation kind)
{
    static REAL x[NUMBERS], y[NUMBERS], g[NUMBERS];

    NAME(fill)(x);
    for (size_t i = 0; i < NUMBERS; i++)
        g[i] = (REAL)0.75;
    NAME(activation_apply)(kind, x, NUMBERS, y);
    NAME(activation_gradient)(kind, x, y, NUMBERS, g);
    for (size_t i = 0; i < NUMBERS; i++) {
        REAL one, slope = (REAL)0.75;

        NAME(activation_apply)(kind, &x[i], 1, &one);
        NAME(activation_gradient)(kind, &x[i], &one, 1, &slope);
        NAME(assert_equal)(&one, &y[i], 1);
        NAME(assert_equal)(&slope, &g[i], 1);
    }
}

static void NAME(check_in_place)(enum activation kind)
{
    static REAL x[NUMBERS], y[NUMBERS];

    NAME(fill)(x);
    NAME(activation_apply)(kind, x, NUMBERS, y);
    NAME(activation_apply)(kind, x, NUMBERS, x);
    NAME(assert_equal)(x, y, NUMBERS);
}

#undef REAL
#undef NAME
#undef EPSILON
#endif
