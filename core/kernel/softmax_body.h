/*
 * softmax_body.h - probabilities of classes and their loss, for one
 * precision. It has no include guard: one include is one copy.
 *
 * Who includes it has defined REAL; NAME(x), which gives x the precision's
 * suffix; and the elementary functions EXP_BLOCK and LOG1P_BLOCK.
 */
#ifdef REAL

/* The greatest score of a row; NaN where one is. */
static REAL NAME(greatest)(const REAL *z, size_t n)
{
    REAL most = z[0];

    for (size_t j = 1; j < n; j++)
        most = z[j] > most || z[j] != z[j] ? z[j] : most;
    return most;
}

/* exp(z - greatest) for some rows, in z's place; short rows together, or they
 * would fill no vectors. */
static void NAME(exponentiate)(REAL *z, size_t stride, size_t rows, size_t n,
                               REAL *most)
{
    REAL together[TOGETHER];

    if (n > TOGETHER) {
        assert(rows == 1);
        most[0] = NAME(greatest)(z, n);
        for (size_t j = 0; j < n; j++)
            z[j] -= most[0];
        EXP_BLOCK(z, z, n);
        return;
    }
    for (size_t i = 0; i < rows; i++) {
        most[i] = NAME(greatest)(z + i * stride, n);
        for (size_t j = 0; j < n; j++)
            together[i * n + j] = z[i * stride + j] - most[i];
    }
    EXP_BLOCK(together, together, rows * n);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < n; j++)
            z[i * stride + j] = together[i * n + j];
}

/* At most rows_together() rows, n > 0. */
static void NAME(soften)(REAL *z, size_t stride, size_t rows, size_t n,
                         double *ret_log_sum)
{
    REAL most[ROWS_TOGETHER];
    double sums[ROWS_TOGETHER];

    NAME(exponentiate)(z, stride, rows, n, most);
    for (size_t i = 0; i < rows; i++, z += stride) {
        double sum = 0, share;

        for (size_t j = 0; j < n; j++)
            sum += z[j];
        share = 1 / sum;
        for (size_t j = 0; j < n; j++)
            z[j] = (REAL)(z[j] * share);
        sums[i] = sum;
    }
    if (ret_log_sum == NULL)
        return;
    math_log_block(ret_log_sum, sums, rows);
    for (size_t i = 0; i < rows; i++)
        ret_log_sum[i] += most[i];
}

void NAME(softmax)(REAL *z, size_t stride, size_t m, size_t n,
                   double *ret_log_sum)
{
    size_t rows;

    for (size_t i = 0; n > 0 && i < m; i += rows) {
        rows = rows_together(m - i, n);
        NAME(soften)(z + i * stride, stride, rows, n,
                     ret_log_sum != NULL ? ret_log_sum + i : NULL);
    }
}

void NAME(softmax_loss)(REAL *z, size_t stride, size_t m, size_t n,
                        const uint32_t *label, const double *weight,
                        double *ret_loss)
{
    REAL of_true[ROWS_TOGETHER];
    double log_sum[ROWS_TOGETHER];
    size_t rows;

    for (size_t begin = 0; begin < m; begin += rows) {
        rows = rows_together(m - begin, n);
        for (size_t i = 0; i < rows; i++)
            of_true[i] = z[i * stride + label[begin + i]];
        NAME(soften)(z, stride, rows, n, ret_loss != NULL ? log_sum : NULL);
        for (size_t i = 0; i < rows; i++, z += stride) {
            double scale = weight != NULL ? weight[begin + i] : 1;

            if (ret_loss != NULL)
                ret_loss[begin + i] = scale * (log_sum[i] - of_true[i]);
            z[label[begin + i]] -= 1;
            if (weight != NULL)
                for (size_t j = 0; j < n; j++)
                    z[j] = (REAL)(scale * z[j]);
        }
    }
}

void NAME(softmax_two)(const REAL *t, size_t n, double *ret_loss,
                       REAL *ret_slope)
{
    REAL margin[BLOCK], power[BLOCK], log1p[BLOCK];

    for (size_t begin = 0; begin < n; begin += BLOCK) {
        size_t count = n - begin < BLOCK ? n - begin : BLOCK;

        memcpy(margin, t + begin, count * sizeof *t);
        for (size_t i = 0; i < count; i++)
            power[i] = margin[i] > 0 ? -margin[i] : margin[i];
        EXP_BLOCK(power, power, count);
        if (ret_loss != NULL) {
            LOG1P_BLOCK(log1p, power, count);
            for (size_t i = 0; i < count; i++)
                ret_loss[begin + i] = (double)log1p[i]
                                    - (margin[i] < 0 ? (double)margin[i] : 0);
        }
        if (ret_slope != NULL)
            for (size_t i = 0; i < count; i++)
                ret_slope[begin + i] =
                    NAME(softmax_slope_at)(margin[i], power[i]);
    }
}

#undef EXP_BLOCK
#undef LOG1P_BLOCK
#undef REAL
#undef NAME
#endif
