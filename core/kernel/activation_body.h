/*
 * activation_body.h - what layers do to numbers, for one precision. It has no
 * include guard: one include is one copy.
 *
 * Who includes it has defined REAL; NAME(x), which gives x the precision's
 * suffix; and the elementary functions EXP_BLOCK, TANH_BLOCK and ERF_BLOCK.
 */
#ifdef REAL

/* ---- forward ------------------------------------------------------------ */

/* NaN is not less than 0, so it stays. */
CLONES static void NAME(relu)(const REAL *x, size_t n, REAL *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] < 0 ? 0 : x[i];
}

static void NAME(tanh)(const REAL *x, size_t n, REAL *y)
{
    TANH_BLOCK(y, x, n);
}

static void NAME(sigmoid)(const REAL *x, size_t n, REAL *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = -x[i];
    EXP_BLOCK(y, y, n);
    for (size_t i = 0; i < n; i++)
        y[i] = 1 / (1 + y[i]);
}

/* The normal distribution's integral up to x: (1 + erf(x / sqrt 2)) / 2. */
static void NAME(normal)(const REAL *x, size_t n, REAL *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = x[i] * (REAL)ROOT_HALF;
    ERF_BLOCK(to, to, n);
    for (size_t i = 0; i < n; i++)
        to[i] = (1 + to[i]) / 2;
}

static void NAME(gelu)(const REAL *x, size_t n, REAL *y)
{
    NAME(normal)(x, n, y);
    for (size_t i = 0; i < n; i++)
        y[i] *= x[i];
}

/* ---- backward ----------------------------------------------------------- */

CLONES static void NAME(relu_gradient)(const REAL *x, const REAL *y, size_t n,
                                       REAL *g)
{
    (void)x;
    for (size_t i = 0; i < n; i++)
        g[i] = y[i] <= 0 ? 0 : g[i];
}

CLONES static void NAME(tanh_gradient)(const REAL *x, const REAL *y, size_t n,
                                       REAL *g)
{
    (void)x;
    for (size_t i = 0; i < n; i++)
        g[i] *= 1 - y[i] * y[i];
}

CLONES static void NAME(sigmoid_gradient)(const REAL *x, const REAL *y,
                                          size_t n, REAL *g)
{
    (void)x;
    for (size_t i = 0; i < n; i++)
        g[i] *= y[i] * (1 - y[i]);
}

/* d/dx x P(x) = P(x) + x p(x), with p the normal density. */
static void NAME(gelu_gradient)(const REAL *x, const REAL *y, size_t n,
                                REAL *g)
{
    REAL integral[BLOCK], density[BLOCK];

    (void)y;
    for (size_t begin = 0; begin < n; begin += BLOCK) {
        size_t count = n - begin < BLOCK ? n - begin : BLOCK;
        const REAL *at = x + begin;

        NAME(normal)(at, count, integral);
        for (size_t i = 0; i < count; i++)
            density[i] = -(at[i] * at[i]) / 2;
        EXP_BLOCK(density, density, count);
        for (size_t i = 0; i < count; i++)
            g[begin + i] *=
                integral[i] + at[i] * (density[i] * (REAL)DENSITY_AT_0);
    }
}

/* ---- the table ---------------------------------------------------------- */

static const struct {
    void (*apply)(const REAL *x, size_t n, REAL *y);
    void (*gradient)(const REAL *x, const REAL *y, size_t n, REAL *g);
} NAME(functions)[ACTIVATIONS] = {
    [ACTIVATION_RELU] = {NAME(relu), NAME(relu_gradient)},
    [ACTIVATION_TANH] = {NAME(tanh), NAME(tanh_gradient)},
    [ACTIVATION_SIGMOID] = {NAME(sigmoid), NAME(sigmoid_gradient)},
    [ACTIVATION_GELU] = {NAME(gelu), NAME(gelu_gradient)},
};

void NAME(activation_apply)(enum activation kind, const REAL *x, size_t n,
                            REAL *y)
{
    NAME(functions)[kind].apply(x, n, y);
}

void NAME(activation_gradient)(enum activation kind, const REAL *x,
                               const REAL *y, size_t n, REAL *g)
{
    NAME(functions)[kind].gradient(x, y, n, g);
}

#undef EXP_BLOCK
#undef TANH_BLOCK
#undef ERF_BLOCK
#undef REAL
#undef NAME
#endif
