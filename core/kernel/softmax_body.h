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

/* One row; returns log sum_j exp(z_j), or 0 where it is not wanted. */
static double NAME(soften)(REAL *z, size_t n, bool wanted)
{
    REAL most = NAME(greatest)(z, n);
    double sum = 0;

    for (size_t j = 0; j < n; j++)
        z[j] -= most;
    EXP_BLOCK(z, z, n);
    for (size_t j = 0; j < n; j++)
        sum += z[j];
    for (size_t j = 0; j < n; j++)
        z[j] = (REAL)(z[j] / sum);
    return wanted ? most + math_log(sum) : 0;
}

void NAME(softmax)(REAL *z, size_t stride, size_t m, size_t n,
                   double *ret_log_sum)
{
    for (size_t i = 0; n > 0 && i < m; i++) {
        double log_sum = NAME(soften)(z + i * stride, n, ret_log_sum != NULL);

        if (ret_log_sum != NULL)
            ret_log_sum[i] = log_sum;
    }
}

void NAME(softmax_loss)(REAL *z, size_t stride, size_t m, size_t n,
                        const uint32_t *label, const double *weight,
                        double *ret_loss)
{
    for (size_t i = 0; i < m; i++, z += stride) {
        double of_true = z[label[i]], scale = weight != NULL ? weight[i] : 1;
        double log_sum = NAME(soften)(z, n, ret_loss != NULL);

        if (ret_loss != NULL)
            ret_loss[i] = scale * (log_sum - of_true);
        z[label[i]] -= 1;
        if (weight != NULL)
            for (size_t j = 0; j < n; j++)
                z[j] = (REAL)(scale * z[j]);
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
                    -(margin[i] > 0 ? power[i] : 1) / (1 + power[i]);
    }
}

#undef EXP_BLOCK
#undef LOG1P_BLOCK
#undef REAL
#undef NAME
#endif
