/*
 * softmax_checks.h - what test_softmax.c asks of rows of scores, for one
 * precision. It has no include guard: one include is one copy, with REAL,
 * NAME and EPSILON.
 */
#ifdef REAL

/* ROWS rows of scores; what lies between them is 77. */
static void NAME(make_scores)(REAL *z, size_t n, double rounded[ROWS][STRIDE])
{
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < STRIDE; j++) {
            z[i * STRIDE + j] = j < n ? (REAL)score(i, j) : 77;
            rounded[i][j] = (double)z[i * STRIDE + j];
        }
}

static void NAME(assert_between)(const REAL *z, size_t n)
{
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = n; j < STRIDE; j++)
            assert_true(z[i * STRIDE + j] == 77);
}

/* Each exponential is within an ulp; that of a score 40 below the greatest is
 * off by the rounding of the difference too, 40 ulps of 1. */
static void NAME(check_softmax)(size_t n)
{
    static REAL z[ROWS * STRIDE], alone[STRIDE];
    static double scores[ROWS][STRIDE], sums[ROWS], sum;

    NAME(make_scores)(z, n, scores);
    NAME(softmax)(z, STRIDE, ROWS, n, sums);
    NAME(assert_between)(z, n);
    for (size_t i = 0; i < ROWS; i++) {
        long double exact = log_sum(scores[i], n);

        assert_true(fabsl(sums[i] - exact) <= 40 * (long double)EPSILON);
        for (size_t j = 0; j < n; j++) {
            long double p = expl(scores[i][j] - exact);

            assert_true(fabsl(z[i * STRIDE + j] - p)
                        <= 80 * (long double)EPSILON * p);
            alone[j] = (REAL)scores[i][j];
        }
        NAME(softmax)(alone, n, 1, n, &sum);
        assert_memory_equal(alone, z + i * STRIDE, n * sizeof *alone);
        assert_true(sum == sums[i]);
    }
}

static void NAME(check_loss)(size_t n, bool weighted)
{
    static REAL z[ROWS * STRIDE], p[ROWS * STRIDE];
    static double scores[ROWS][STRIDE], weight[ROWS], loss[ROWS];
    static uint32_t label[ROWS];

    for (size_t i = 0; i < ROWS; i++) {
        label[i] = (uint32_t)(i * 5 % n);
        weight[i] = weighted ? 0.25 + (double)i : 1;
    }
    NAME(make_scores)(z, n, scores);
    NAME(make_scores)(p, n, scores);
    NAME(softmax)(p, STRIDE, ROWS, n, NULL);
    NAME(softmax_loss)(z, STRIDE, ROWS, n, label, weighted ? weight : NULL,
                       loss);
    NAME(assert_between)(z, n);
    for (size_t i = 0; i < ROWS; i++) {
        long double exact = log_sum(scores[i], n) - scores[i][label[i]];

        assert_true(fabsl(loss[i] - weight[i] * exact)
                    <= 60 * (long double)EPSILON * weight[i]);
        for (size_t j = 0; j < n; j++)
            assert_true(z[i * STRIDE + j]
                        == (REAL)(weight[i] * (p[i * STRIDE + j]
                                               - (j == label[i]))));
    }
    NAME(make_scores)(p, n, scores);
    NAME(softmax_loss)(p, STRIDE, ROWS, n, label, weighted ? weight : NULL,
                       NULL);
    assert_memory_equal(p, z, sizeof z);
}

#undef REAL
#undef NAME
#undef EPSILON
#endif
