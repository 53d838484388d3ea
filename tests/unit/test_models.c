/*
 * test_models.c - one walk over models x losses x penalties x layouts of the
 * rows: every gradient is that of differences, every layout says the same.
 *
 * Differences are central, of the float64 loss, with a step of 1e-5: their
 * error is near 1e-10 of the loss's third derivative and 1e-11 of its
 * rounding. Kinks of hinge and the like are met by a row within a step with a
 * chance of about 1e-5.
 */
#include <math.h>
#include <string.h>

#include "core/model/model_data.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/model_bench.h"

#define STEP 1e-5

static const double two_layers[] = {7, 4}, one_layer[] = {6};

/* ---- what is walked over ----------------------------------------------- */

typedef void visit(const struct model_design *design);

/* Every loss that a model's head takes. */
static void for_losses(struct model_design design, visit *visit_it)
{
    const struct loss *const *losses_of_head = heads[design.head].losses;

    for (size_t i = 0; losses_of_head[i] != NULL; i++) {
        design.loss = losses_of_head[i];
        if (design.loss->parameters != NULL)
            parameter_defaults(design.loss->parameters,
                               &design.loss_parameter);
        visit_it(&design);
    }
}

static void for_penalties(struct model_design design, visit *visit_it)
{
    static const struct {
        double l1, l2;
        bool intercept, is_sum;
    } settings[] = {
        {0, 0, true, false},      {0.03, 0, true, false},
        {0, 0.2, false, false},   {0.03, 0.2, true, true},
        {0, 0, false, true},
    };

    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        design.l1 = settings[i].l1;
        design.l2 = settings[i].l2;
        design.intercept = settings[i].intercept;
        design.is_sum = settings[i].is_sum;
        for_losses(design, visit_it);
    }
}

static void for_designs(visit *visit_it)
{
    static const char *const activations[] = {"relu", "tanh", "sigmoid",
                                              "gelu"};
    static const char *const mlp_heads[] = {"softmax", "logistic",
                                            "regression"};

    for (size_t i = 0; model_kinds[i] != NULL; i++)
        if (!model_kinds[i]->is_layered)
            for_penalties(model_bench_design(model_kinds[i]->name, NULL),
                          visit_it);
    for (size_t h = 0; h < 3; h++)
        for (size_t a = 0; a < 4; a++)
            for_penalties(model_bench_mlp(mlp_heads[h], activations[a],
                                          a % 2 ? two_layers : one_layer,
                                          1 + a % 2), visit_it);
    for_penalties(model_bench_mlp("softmax", "relu", NULL, 0), visit_it);
}

/* ---- differences ------------------------------------------------------- */

static double loss_at(struct model_bench *bench, const struct batch *batch,
                      double *x)
{
    const struct objective *objective = &bench->objective;

    if (batch == NULL)
        return objective->evaluate(objective->data, x, objective->n, NULL);
    return objective->by_rows->evaluate(objective->data, batch, x,
                                        objective->n, NULL);
}

/* The gradient by differences: ret [n]. */
static void difference(struct model_bench *bench, const struct batch *batch,
                       double *ret)
{
    for (size_t i = 0; i < bench->objective.n; i++) {
        double x = bench->x[i], above, below;

        bench->x[i] = x + STEP;
        above = loss_at(bench, batch, bench->x);
        bench->x[i] = x - STEP;
        below = loss_at(bench, batch, bench->x);
        bench->x[i] = x;
        ret[i] = (above - below) / (2 * STEP);
    }
}

static double *numbers(struct model_bench *bench)
{
    return arena_array(&bench->arena, bench->objective.n, sizeof(double));
}

/* As one would say it in a message. */
static void describe(const struct model_bench *bench, const char *what,
                     double far, double near)
{
    const struct model_design *d = &bench->design;

    if (far <= near)
        return;
    fail_msg("%s: %s %s layout %d l1 %g l2 %g intercept %d sum %d: %g > %g",
             what, d->choice.kind->name, d->loss->name,
             (int)bench->training.layout, d->l1, d->l2, d->intercept,
             d->is_sum, far, near);
}

static void check_near(const struct model_bench *bench, const char *what,
                       const double *g, const double *expected, double near)
{
    size_t n = bench->objective.n;
    double size = fmax(1e-3, vector_norm2(expected, n));

    describe(bench, what, vector_distance(g, expected, n) / size, near);
}

static void look_at_gradient(const struct model_design *design)
{
    struct model_bench *bench = model_bench_new(design, ROWS_DENSE64,
                                                design->l2 > 0);
    double *g = numbers(bench), *expected = numbers(bench), loss;

    difference(bench, NULL, expected);
    loss = bench->objective.evaluate(bench->objective.data, bench->x,
                                     bench->objective.n, g);
    check_near(bench, "gradient", g, expected, 1e-6);
    describe(bench, "loss", fabs(loss - loss_at(bench, NULL, bench->x)), 0);
    model_bench_free(bench);
}

static void gradients_are_those_of_differences(void **unused)
{
    (void)unused;
    for_designs(look_at_gradient);
}

/* ---- layouts ----------------------------------------------------------- */

/* Zeros that are not stored leave sums in another order; floats have 24
 * bits. */
static void look_at_layouts(const struct model_design *design)
{
    static const double near[] = {
        [ROWS_SPARSE64] = 1e-13, [ROWS_DENSE32] = 2e-5, [ROWS_SPARSE32] = 2e-5,
    };
    struct model_bench *dense = model_bench_new(design, ROWS_DENSE64, true);
    double *expected = numbers(dense), loss;

    loss = dense->objective.evaluate(dense->objective.data, dense->x,
                                     dense->objective.n, expected);
    for (int l = ROWS_DENSE32; l <= ROWS_SPARSE32; l++) {
        struct model_bench *other = model_bench_new(design,
                                                    (enum rows_layout)l, true);
        double *g = numbers(other), far;

        far = other->objective.evaluate(other->objective.data, other->x,
                                        other->objective.n, g) - loss;
        describe(other, "loss of the layout", fabs(far),
                 near[l] * fmax(1, fabs(loss)));
        check_near(other, "layout", g, expected, near[l]);
        model_bench_free(other);
    }
    model_bench_free(dense);
}

static void layouts_say_the_same(void **unused)
{
    (void)unused;
    for_designs(look_at_layouts);
}

/* ---- batches ----------------------------------------------------------- */

/* The mean of two batches' gradients is that of both together; rows by number
 * are rows by place. */
static void look_at_batches(const struct model_design *design)
{
    enum { FIRST = 260, SECOND = 40 };
    struct model_bench *bench = model_bench_new(design, ROWS_SPARSE64, false);
    const struct objective *o = &bench->objective;
    uint32_t rows[FIRST];
    struct batch all = {.count = FIRST + SECOND}, first = {.count = FIRST},
                 second = {.first = FIRST, .count = SECOND}, named;
    double *g = numbers(bench), *part = numbers(bench), loss, sum;

    for (uint32_t i = 0; i < FIRST; i++)
        rows[i] = i;
    named = (struct batch){.count = FIRST, .first = 3, .rows = rows};
    loss = o->by_rows->evaluate(o->data, &all, bench->x, o->n, g);
    assert_true(loss == o->evaluate(o->data, bench->x, o->n, part));
    assert_memory_equal(g, part, o->n * sizeof *g);
    sum = o->by_rows->evaluate(o->data, &first, bench->x, o->n, g);
    assert_true(sum == o->by_rows->evaluate(o->data, &named, bench->x, o->n,
                                            part));
    assert_memory_equal(g, part, o->n * sizeof *g);
    sum *= FIRST;
    sum += SECOND * o->by_rows->evaluate(o->data, &second, bench->x, o->n, g);
    if (!design->is_sum)
        describe(bench, "parts", fabs(sum / (FIRST + SECOND) - loss),
                 1e-13 * fmax(1, fabs(loss)));
    model_bench_free(bench);
}

static void batches_add_up(void **unused)
{
    (void)unused;
    for_designs(look_at_batches);
}

/* ---- dropout ----------------------------------------------------------- */

static void dropout_is_drawn_by_row_and_epoch(void **unused)
{
    struct model_design design = model_bench_mlp("softmax", "gelu", two_layers,
                                                 2);
    struct batch batch = {.epoch = 3, .first = 20, .count = 30};
    struct batch later = {.epoch = 4, .first = 20, .count = 30};
    struct model_bench *bench;
    double *g, *expected, loss;

    (void)unused;
    design.choice.parameters[MLP_DROPOUT] = 0.4;
    bench = model_bench_new(&design, ROWS_DENSE64, true);
    g = numbers(bench);
    expected = numbers(bench);
    difference(bench, &batch, expected);
    loss = bench->objective.by_rows->evaluate(bench->objective.data, &batch,
                                              bench->x, bench->objective.n, g);
    check_near(bench, "dropout", g, expected, 1e-6);
    assert_true(loss == loss_at(bench, &batch, bench->x));
    assert_true(loss != loss_at(bench, &later, bench->x));
    model_bench_free(bench);
}

/* Of many outputs a share near 0.4 is dropped, the rest is scaled so that the
 * mean stays: 1 within five deviations of a mean over 256 * 7 draws. */
static void dropout_keeps_the_mean(void **unused)
{
    struct model_design design = model_bench_mlp("softmax", "gelu", two_layers,
                                                 2);
    struct model_bench *bench;
    struct block block = {.count = NETWORK_BLOCK, .epoch = 1};
    double mask[NETWORK_BLOCK * 7], sum = 0;

    (void)unused;
    design.choice.parameters[MLP_DROPOUT] = 0.4;
    bench = model_bench_new(&design, ROWS_DENSE64, false);
    network_mask_f64(&bench->objective.model->network, 0, &block, mask);
    for (size_t i = 0; i < NETWORK_BLOCK * 7; i++) {
        assert_true(mask[i] == 0 || mask[i] == 1 / (1 - 0.4));
        sum += mask[i];
    }
    assert_true(fabs(sum / (NETWORK_BLOCK * 7) - 1)
                < 5 * sqrt(0.4 / 0.6 / (NETWORK_BLOCK * 7)));
    model_bench_free(bench);
}

/* ---- starts ------------------------------------------------------------ */

static double deviation(const double *x, size_t n)
{
    return sqrt(vector_dot(x, x, n) / (double)n);
}

/* Of 40 x 11 weights the deviation is within five deviations of its own,
 * near 1/sqrt(2 * 440) of it. */
static void starts_have_their_deviation(void **unused)
{
    static const double wide[] = {40};
    const double inputs = 11, outputs = 40;
    const double expected[] = {
        [INITIALIZE_HE] = sqrt(2 / inputs),
        [INITIALIZE_GLOROT] = sqrt(2 / (inputs + outputs)),
        [INITIALIZE_TORCH] = sqrt(1 / (3 * inputs)),
    };
    struct model_design design = model_bench_mlp("softmax", "relu", wide, 1);

    (void)unused;
    for (int how = INITIALIZE_HE; how <= INITIALIZE_TORCH; how++) {
        struct model_bench *bench;
        double far;

        design.choice.parameters[MLP_INITIALIZATION] = how;
        bench = model_bench_new(&design, ROWS_DENSE64, false);
        bench->objective.draw_start(bench->objective.data, 5, bench->x);
        far = deviation(bench->x, 440) / expected[how] - 1;
        assert_true(fabs(far) < 5 / sqrt(2 * 440.0));
        assert_true((bench->x[440] == 0) == (how != INITIALIZE_TORCH));
        assert_null(bench->objective.start);
        model_bench_free(bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_those_of_differences),
        cmocka_unit_test(layouts_say_the_same),
        cmocka_unit_test(batches_add_up),
        cmocka_unit_test(dropout_is_drawn_by_row_and_epoch),
        cmocka_unit_test(dropout_keeps_the_mean),
        cmocka_unit_test(starts_have_their_deviation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
