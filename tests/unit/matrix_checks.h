/*
 * matrix_checks.h - what test_matrix.c asks of a product, for one precision.
 * It has no include guard: one include is one copy, with REAL, NAME, FUSED
 * and EPSILON.
 */
#ifdef REAL

/* A, B and what C held before, of each kind of values. */
static REAL NAME(data)[3][KINDS][ROOM];
static REAL NAME(c)[ROOM], NAME(expected)[ROOM];
static _Alignas(MATRIX_ALIGNMENT) char
    NAME(workspace)[MATRIX_WORKSPACE_MAX + GUARD];

static struct NAME(rows) NAME(a_of)(struct problem p)
{
    return (struct NAME(rows)){NAME(data)[0][p.kind],
                               a_columns(p.shape) + p.a_spare,
                               p.gathered ? a_index : NULL};
}

static struct NAME(rows) NAME(b_of)(struct problem p)
{
    return (struct NAME(rows)){NAME(data)[1][p.kind],
                               b_columns(p.shape) + p.b_spare,
                               p.gathered ? b_index : NULL};
}

/* Term p of the sum for row i of C, and for column j. */
static REAL NAME(a_term)(struct problem p, size_t i, size_t term)
{
    return p.shape.form == MATRIX_TN
               ? NAME(rows_at)(NAME(a_of)(p), term)[i]
               : NAME(rows_at)(NAME(a_of)(p), i)[term];
}

static REAL NAME(b_term)(struct problem p, size_t j, size_t term)
{
    return p.shape.form == MATRIX_NT
               ? NAME(rows_at)(NAME(b_of)(p), j)[term]
               : NAME(rows_at)(NAME(b_of)(p), term)[j];
}

static void NAME(fill)(void)
{
    for (uint64_t matrix = 0; matrix < 3; matrix++)
        for (int kind = 0; kind < KINDS; kind++)
            for (size_t i = 0; i < ROOM; i++)
                NAME(data)[matrix][kind][i] =
                    (REAL)sample((enum values)kind, matrix, i);
}

/* matrix.h's order, written out; and where all is finite, the bound for it:
 * Higham, "Accuracy and Stability", section 3.1, with n the longest chain. */
static REAL NAME(element)(struct problem p, size_t i, size_t j, REAL before)
{
    REAL total = before;
    long double exact = p.add ? before : 0, size = fabsl(exact);
    size_t chain = p.shape.k < MATRIX_BLOCK ? p.shape.k : MATRIX_BLOCK;

    chain += p.shape.k / MATRIX_BLOCK + 1;
    for (size_t begin = 0; begin < p.shape.k; begin += MATRIX_BLOCK) {
        REAL sum = 0;

        for (size_t t = begin; t < p.shape.k && t < begin + MATRIX_BLOCK;
             t++) {
            REAL a = NAME(a_term)(p, i, t), b = NAME(b_term)(p, j, t);

            sum = FUSED(a, b, sum);
            exact += (long double)a * b;
            size += fabsl((long double)a * b);
        }
        total = begin > 0 || p.add ? total + sum : sum;
    }
    if (p.kind == ORDINARY || p.kind == WIDE)
        assert_true(fabsl(total - exact)
                    <= (long double)chain * EPSILON * size);
    return total;
}

/* Equal bits, in C and for a while behind it; of NaNs, that both are. */
static void NAME(assert_same)(const char *kernel, struct problem p)
{
    static const char *const forms[] = {"NT", "NN", "TN"};
    size_t end = p.shape.m * (p.shape.n + p.c_spare) + GUARD;

    for (size_t i = 0; i < end; i++) {
        REAL x = NAME(c)[i], y = NAME(expected)[i];

        if (memcmp(&x, &y, sizeof x) != 0 && !(isnan(x) && isnan(y)))
            fail_msg("%s, %s %zu x %zu x %zu: element %zu is %.17g, not %.17g",
                     kernel, forms[p.shape.form], p.shape.m, p.shape.n,
                     p.shape.k, i, (double)x, (double)y);
    }
}

/* All kernels against the formula; what is between the rows of C and behind
 * the workspace stays as it was. */
static void NAME(check)(struct problem p)
{
    size_t stride = p.shape.n + p.c_spare;
    size_t bytes = NAME(matrix_workspace)(p.shape);
    const struct matrix_kernel *kernel;
    char *guard = NAME(workspace) + bytes, untouched[GUARD];
    const REAL *before = NAME(data)[2][p.kind];
    size_t used = (p.shape.m * stride + GUARD) * sizeof(REAL);

    memset(untouched, 0x5a, sizeof untouched);
    memcpy(NAME(expected), before, used);
    for (size_t i = 0; i < p.shape.m; i++)
        for (size_t j = 0; j < p.shape.n; j++)
            NAME(expected)[i * stride + j] =
                NAME(element)(p, i, j, before[i * stride + j]);
    for (size_t k = 0; (kernel = matrix_kernel(k)) != NULL; k++) {
        memcpy(NAME(c), before, used);
        memset(guard, 0x5a, GUARD);
        kernel->NAME(multiply)(p.shape, NAME(a_of)(p), NAME(b_of)(p), p.add,
                               NAME(c), stride, NAME(workspace));
        NAME(assert_same)(kernel->name, p);
        assert_memory_equal(guard, untouched, GUARD);
    }
}

/* The whole at once, then rows of C in so many parts, each of them in two
 * parts of its columns. */
static void NAME(check_parts)(struct matrix_shape s, size_t parts)
{
    struct problem p = {.shape = s, .kind = NASTY};
    size_t stride = s.n, half = s.n / 2;

    memcpy(NAME(c), NAME(data)[2][p.kind], sizeof NAME(c));
    memcpy(NAME(expected), NAME(c), sizeof NAME(c));
    NAME(matrix_multiply)(s, NAME(a_of)(p), NAME(b_of)(p), false,
                          NAME(expected), stride, NAME(workspace));
    for (size_t part = 0; part < parts; part++) {
        size_t begin = part * s.m / parts, end = (part + 1) * s.m / parts;
        struct NAME(rows) A = NAME(a_of)(p), left = NAME(b_of)(p);
        struct NAME(rows) right = left;
        REAL *c = NAME(c) + begin * stride;

        A.first += begin * (s.form == MATRIX_TN ? 1 : A.stride);
        right.first += half * (s.form == MATRIX_NT ? right.stride : 1);
        NAME(matrix_multiply)((struct matrix_shape){s.form, end - begin, half,
                                                    s.k},
                              A, left, false, c, stride, NAME(workspace));
        NAME(matrix_multiply)((struct matrix_shape){s.form, end - begin,
                                                    s.n - half, s.k},
                              A, right, false, c + half, stride,
                              NAME(workspace));
    }
    NAME(assert_same)("in parts", p);
}

#undef REAL
#undef NAME
#undef FUSED
#undef EPSILON
#endif
