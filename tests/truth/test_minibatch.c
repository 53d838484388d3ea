/*
 * test_minibatch.c - PyTorch's training runs with a given order of rows: the
 * loss of each of the first batches, of all rows at the end of each epoch, and
 * the parameters at the end.
 *
 * Relative errors, of max(1, |theirs|). The records say how far NumPy is from
 * PyTorch (numpy_rel); ten times that is allowed, and 1e-12 at least: sums of
 * a few hundred terms in another order, over up to 1326 steps.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/model/model.h"
#include "core/run/run.h"
#include "tests/truth/table.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/truth_folder.h"

enum { EPOCHS_MOST = 64, BATCHES_MOST = 4096 };

/* One run of theirs, and what ours showed. */
struct record {
    const cJSON *json;
    struct arena arena;
    struct rows rows;
    struct objective objective;
    double wrap[WRAP_PARAMETERS], stop[STOP_RULES], p[PARAMETERS_MAX];
    struct schedule schedule;
    double losses[BATCHES_MOST], full[EPOCHS_MOST], accuracy;
    size_t batches, epochs;
};

static const cJSON *member(const cJSON *json, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(json, name);
}

static const char *text(const struct record *r, const char *name)
{
    const cJSON *item = member(r->json, name);

    assert_true(cJSON_IsString(item));
    return item->valuestring;
}

/* ---- what is trained --------------------------------------------------- */

static bool prepare_rows(struct record *r)
{
    const char *how = text(r, "preprocessing");

    if (!table_read_csv(&r->arena, text(r, "dataset"), &r->rows))
        return false;
    if (strcmp(how, "x/16") == 0)
        table_scale(&r->rows, 1.0 / 16);
    else
        table_standardize(&r->rows);
    if (strcmp(text(r, "target"), "as is") != 0)
        table_standardize_target(&r->rows);
    return true;
}

static double classes(const struct rows *rows)
{
    double most = 0;

    for (size_t i = 0; i < rows->count; i++)
        most = fmax(most, rows->target[i]);
    return most + 1;
}

static void set_mlp(const struct record *r, struct model_design *design,
                    double *hidden)
{
    const struct parameter *table = design->choice.kind->parameters;
    bool is_number = strcmp(text(r, "model"), "mlp_mse") == 0;
    double *p = design->choice.parameters;

    parameter_defaults(table, p);
    p[MLP_ACTIVATION] = parameter_choice(&table[MLP_ACTIVATION],
                                         text(r, "activation"));
    p[MLP_HEAD] = parameter_choice(&table[MLP_HEAD],
                                   is_number ? "regression" : "softmax");
    *hidden = member(r->json, "hidden")->valuedouble;
    design->choice.hidden = hidden;
    design->choice.hidden_count = 1;
}

static void build(struct record *r)
{
    bool is_mlp = strncmp(text(r, "model"), "mlp", 3) == 0;
    struct model_design design = {
        .choice.kind = model_kind_find(is_mlp ? "mlp" : text(r, "model")),
        .intercept = true, .features = r->rows.features,
        .rows = r->rows.count, .target_deviation = 1,
    };
    double *hidden = ARENA_NEW(&r->arena, double);

    assert_non_null(design.choice.kind);
    if (is_mlp)
        set_mlp(r, &design, hidden);
    design.head = design.choice.kind->head(design.choice.parameters);
    design.loss = heads[design.head].losses[0];
    if (heads[design.head].of_classes)
        design.classes = (size_t)classes(&r->rows);
    assert_int_equal(model_build(&design, &r->arena, &r->objective), OK);
    assert_int_equal(model_attach(&r->objective, &r->rows, NULL, 0, NULL,
                                  &r->arena), OK);
}

/* ---- how --------------------------------------------------------------- */

static const struct optimizer_kind *optimizer(struct record *r)
{
    static const char *const names[][2] = {
        {"SGD", "sgd"}, {"SGD-m", "sgd"}, {"Adam", "adam"},
        {"RMSprop", "rmsprop"},
    };
    const cJSON *params = member(r->json, "params"), *item;
    const struct optimizer_kind *kind = NULL;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i][0], text(r, "optimizer")) == 0)
            kind = optimizer_kind_find(names[i][1], NULL);
    assert_non_null(kind);
    parameter_defaults(kind->parameters, r->p);
    cJSON_ArrayForEach(item, params) {
        bool is_rate = strcmp(item->string, "lr") == 0;
        const char *name = is_rate ? "learning_rate" : item->string;
        size_t row = 0;

        while (strcmp(kind->parameters[row].name, name) != 0)
            assert_non_null(kind->parameters[++row].name);
        r->p[row] = item->valuedouble;
    }
    return kind;
}

static void set_order(struct record *r, struct batching *how)
{
    const cJSON *epochs = member(r->json, "row_order_per_epoch"), *epoch;
    const uint32_t **order;

    how->shuffle = SHUFFLE_NONE;
    if (epochs == NULL)
        return;
    order = arena_array(&r->arena, (size_t)cJSON_GetArraySize(epochs),
                        sizeof *order);
    cJSON_ArrayForEach(epoch, epochs) {
        uint32_t *rows = arena_array(&r->arena, r->rows.count, sizeof *rows);
        const cJSON *row;
        size_t i = 0;

        order[how->epochs_ordered++] = rows;
        cJSON_ArrayForEach(row, epoch)
            rows[i++] = (uint32_t)row->valuedouble;
        assert_int_equal(i, r->rows.count);
    }
    how->order = order;
}

/* Zero, or of networks 0.3 sin(1 + k). */
static double *start(struct record *r)
{
    double *x = arena_array(&r->arena, r->objective.n, sizeof *x);

    for (size_t k = 0; r->objective.start == NULL && k < r->objective.n; k++)
        x[k] = 0.3 * sin(1 + (double)k);
    return x;
}

static enum reason observe(void *self, const struct iteration *it,
                           enum reason reason)
{
    struct record *r = self;

    if (it->iteration == r->batches && r->batches < BATCHES_MOST)
        r->losses[r->batches++] = it->loss;
    if (it->metrics != NULL && it->epoch == (double)r->epochs) {
        assert_true(r->epochs < EPOCHS_MOST);
        r->full[r->epochs++] = it->metrics[0];
        r->accuracy = it->metrics[1];
    }
    return reason;
}

/* ---- comparing --------------------------------------------------------- */

static double distance(double ours, double theirs)
{
    return fabs(ours - theirs) / fmax(1, fabs(theirs));
}

static double compare(const cJSON *theirs, const double *ours, size_t count)
{
    double far = 0;

    assert_true((size_t)cJSON_GetArraySize(theirs) <= count);
    for (theirs = theirs->child; theirs != NULL; theirs = theirs->next)
        far = fmax(far, distance(*ours++, theirs->valuedouble));
    return far;
}

/* Numbers in arrays of arrays, in their order. */
static double compare_nested(const cJSON *theirs, const double **ours)
{
    double far = 0;

    if (cJSON_IsNumber(theirs))
        return distance(*(*ours)++, theirs->valuedouble);
    for (theirs = theirs->child; theirs != NULL; theirs = theirs->next)
        far = fmax(far, compare_nested(theirs, ours));
    return far;
}

static void check(struct record *r, const struct run_result *result)
{
    const cJSON *rel = member(member(r->json, "check"), "numpy_rel");
    const cJSON *accuracy = member(r->json, "final_accuracy");
    double allowed = fmax(1e-12, 10 * rel->valuedouble);
    double batches = compare(member(r->json, "first_batch_losses"), r->losses,
                             r->batches);
    double full = compare(member(r->json, "loss_full"), r->full, r->epochs);
    const double *x = result->x;
    double final = compare_nested(member(r->json, "final"), &x);

    printf("# %-36s batches %.0e full %.0e final %.0e\n", text(r, "id"),
           batches, full, final);
    assert_int_equal(x - result->x, r->objective.n);
    assert_true(batches <= allowed && full <= allowed && final <= allowed);
    if (accuracy != NULL)
        assert_true(fabs(r->accuracy - accuracy->valuedouble) < 1e-15);
}

static bool run(const cJSON *json)
{
    static struct record r;
    struct run_result result;
    struct run how = {
        .objective = &r.objective, .wrap_parameters = r.wrap,
        .schedule = &r.schedule, .stop = r.stop, .observe = observe,
        .observer = &r,
    };

    r = (struct record){.json = json};
    arena_init(&r.arena, 0);
    if (!prepare_rows(&r)) {
        arena_fini(&r.arena);
        return false;
    }
    build(&r);
    parameter_defaults(wrap_parameters, r.wrap);
    parameter_defaults(stop_parameters, r.stop);
    schedule_default(&r.schedule);
    r.stop[STOP_MAX_EPOCHS] = member(json, "epochs")->valuedouble;
    how.optimizer = optimizer(&r);
    how.optimizer_parameters = r.p;
    how.batching.batch_rows =
        (size_t)member(json, "batch_size")->valuedouble;
    set_order(&r, &how.batching);
    how.start = start(&r);
    assert_int_equal(run_minimize(&how, &r.arena, &result), OK);
    check(&r, &result);
    arena_fini(&r.arena);
    return true;
}

static void runs_are_those_of_torch(void **unused)
{
    cJSON *truth = truth_read("minibatch/runs.json"), *json;
    int count = 0;

    (void)unused;
    if (truth == NULL)
        skip();
    cJSON_ArrayForEach(json, member(truth, "runs"))
        count += run(json);
    assert_int_equal(count, cJSON_GetArraySize(member(truth, "runs")));
    cJSON_Delete(truth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_are_those_of_torch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
