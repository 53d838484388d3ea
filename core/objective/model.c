/*
 * model.c - the objective "model": weights that are learned from rows.
 *
 * build() checks what the spec says and plans which rows there will be;
 * load(), in the worker, reads them.
 */
#include "core/model/model.h"

#include <math.h>
#include <string.h>

#include "core/base/suggest.h"
#include "core/dataset/builtin.h"
#include "core/dataset/prepare.h"
#include "core/model/model_data.h"

extern const struct objective_kind objective_model;

enum {
    DATASET, TARGET, FEATURES, MODEL, LOSS, LOSS_SCALE, QUANTILE, L1, L2,
    INTERCEPT, REDUCTION, CLASS_WEIGHTS, STANDARDIZE, STANDARDIZE_TARGET,
    ONE_HOT, MISSING, VALIDATION_FRACTION, VALIDATION
};

/* ---- the table --------------------------------------------------------- */

static const char *const reductions[] = {"mean", "sum", NULL};
static const char *const missings[] = {"error", "mean", "drop", NULL};

static const struct parameter member_rows[] = {
    [L1] = {"l1", 0, 0, 1e300, "", CLOSED, PARAMETER_NUMBER},
    [L2] = {"l2", 0, 0, 1e300, "", CLOSED, PARAMETER_NUMBER},
    [LOSS_SCALE] = {"loss_scale", PARAMETER_OFF, 0, 1e300, "", CLOSED,
                    PARAMETER_NUMBER},
    [QUANTILE] = {"quantile", PARAMETER_OFF, 0, 1, "", OPEN,
                  PARAMETER_NUMBER},
    [INTERCEPT] = {"intercept", 1, 0, 1, "", CLOSED, PARAMETER_FLAG},
    [REDUCTION] = {"reduction", PARAMETER_ONE_OF(reductions, 0, "")},
    [STANDARDIZE] = {"standardize", 0, 0, 1, "", CLOSED, PARAMETER_FLAG},
    [STANDARDIZE_TARGET] = {"standardize_target", 0, 0, 1, "", CLOSED,
                            PARAMETER_FLAG},
    [MISSING] = {"missing", PARAMETER_ONE_OF(missings, 0, "")},
    [VALIDATION_FRACTION] = {"validation_fraction", 0, 0, 1, "", OPEN_HIGH,
                             PARAMETER_NUMBER},
};

static const struct value no_weights = {.text = "none"};

#define BY_ROW(name, which, sentence)                                         \
    {name, MEMBER_PARAMETER, sentence, NULL, &member_rows[which]}

static const struct member members[] = {
    [DATASET] = {"dataset", MEMBER_DATASET,
                 "A dataset's id or name, or columns of equal length, as "
                 "{\"columns\": {\"x\": [1, 2], \"y\": [3, 5]}}.",
                 .is_needed = true},
    [TARGET] = {"target", MEMBER_OF_COLUMNS,
                "The column that is learned. Left out: \"label\" of a sparse "
                "dataset, the one that is meant of a built-in one."},
    [FEATURES] = {"features", MEMBER_NAMES,
                  "The columns it is learned from; left out: all others."},
    [MODEL] = {"model", MEMBER_MODEL,
               "A type of GET /models and its parameters, as {\"type\": "
               "\"mlp\", \"hidden\": [8]}.", .is_needed = true},
    [LOSS] = {"loss", MEMBER_NAME,
              "One of GET /losses; left out: the model's own.",
              .kinds = (const void *const *)losses},
    [LOSS_SCALE] = {"loss_scale", MEMBER_NUMBER,
                    "Of the losses huber and epsilon_insensitive; others do "
                    "not change with it.", NULL, &member_rows[LOSS_SCALE]},
    [QUANTILE] = {"quantile", MEMBER_NUMBER,
                  "Of the loss quantile; others do not change with it.",
                  NULL, &member_rows[QUANTILE]},
    [L1] = BY_ROW("l1", L1, "The penalty l1 |w|_1 on weights."),
    [L2] = BY_ROW("l2", L2, "The penalty l2/2 |w|^2 on weights."),
    [INTERCEPT] = BY_ROW("intercept", INTERCEPT,
                         "Whether there are biases; they are not penalised."),
    [REDUCTION] = BY_ROW("reduction", REDUCTION,
                         "Whether the loss is the mean over rows or their "
                         "sum."),
    [CLASS_WEIGHTS] = {"class_weights", MEMBER_CLASS_WEIGHTS,
                       "balanced: a row weighs rows / (classes * rows of its "
                       "class); or what the rows of each class weigh, as "
                       "{\"yes\": 2}: 1 where it is not said.",
                       &no_weights},
    [STANDARDIZE] = BY_ROW("standardize", STANDARDIZE,
                           "Features less their mean, by their deviation."),
    [STANDARDIZE_TARGET] = BY_ROW("standardize_target", STANDARDIZE_TARGET,
                                  "The same of the target."),
    [ONE_HOT] = {"one_hot", MEMBER_NAMES,
                 "Columns that become a feature for each of their values."},
    [MISSING] = BY_ROW("missing", MISSING,
                       "What becomes of missing values: a fault, the "
                       "column's mean, or the row is left out."),
    [VALIDATION_FRACTION] = BY_ROW("validation_fraction", VALIDATION_FRACTION,
                                   "The share of rows that are not learned "
                                   "but looked at."),
    [VALIDATION] = {"validation", MEMBER_DATASET,
                    "Another dataset that is not learned but looked at."},
    {0},
};

/* ---- building ---------------------------------------------------------- */

/* What build() hands from one to the next. */
struct builder {
    struct arena *arena;
    const struct value *values;
    const char *pointer;
    struct faults *faults;
    struct model_design design;
    struct preparation_request request;
    struct preparation preparation;
};

static const char *place(const struct builder *b, unsigned member)
{
    return pointer_member(b->faults, b->pointer, members[member].name);
}

static size_t chosen(const struct builder *b, unsigned member)
{
    return (size_t)b->values[member].number;
}

/* The target's name: of sparse and built-in datasets it need not be said.
 * NULL: nobody says it. */
static const char *target_of(const struct builder *b)
{
    const struct value *dataset = &b->values[DATASET];
    const struct builtin *builtin;

    if (b->values[TARGET].given)
        return b->values[TARGET].text;
    if (dataset->dataset->sparse)
        return "label";
    builtin = dataset->text != NULL ? builtin_find(dataset->text) : NULL;
    return builtin != NULL ? builtin->target : NULL;
}

static void check_given(const struct builder *b)
{
    static const unsigned needed[] = {DATASET, MODEL};
    const struct value *dataset = &b->values[DATASET];

    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!b->values[needed[i]].given)
            fault_add(b->faults, place(b, needed[i]), FAULT_REQUIRED, NULL,
                      "this member is required. %s",
                      members[needed[i]].sentence);
    if (dataset->given && target_of(b) == NULL)
        fault_add(b->faults, place(b, TARGET), FAULT_REQUIRED, NULL,
                  "this member is required. %s", members[TARGET].sentence);
}

/* The loss that the spec names, of whatever head; NULL: none, or a fault. */
static const struct loss *named_loss(const struct builder *b)
{
    const struct value *value = &b->values[LOSS];
    struct suggestion near = {.word = value->text};
    const struct loss *loss;

    if (!value->given)
        return NULL;
    loss = loss_find(value->text);
    if (loss != NULL)
        return loss;
    for (size_t i = 0; losses[i] != NULL; i++)
        suggest_offer(&near, losses[i]->name);
    fault_add(b->faults, place(b, LOSS), FAULT_UNKNOWN_NAME, near.best,
              "there is no such loss: GET /losses has them");
    return NULL;
}

/* "\"a\", \"b\" or \"c\"" */
static const char *names_of_losses(const struct builder *b,
                                   const struct loss *const *list)
{
    const char *text = "";

    for (size_t i = 0; list[i] != NULL && text != NULL; i++)
        text = arena_format(b->arena, "%s%s\"%s\"", text,
                            i == 0 ? "" : list[i + 1] != NULL ? ", " : " or ",
                            list[i]->name);
    return text != NULL ? text : "";
}

/* Whether the target is a column of numbers that are not whole. */
static bool is_of_numbers(const struct builder *b)
{
    const struct dataset *dataset = b->values[DATASET].dataset;
    size_t column = dataset_column(dataset, target_of(b));

    return column < dataset->column_count
        && dataset->columns[column].kind == COLUMN_NUMBER;
}

static void set_head(struct builder *b, const struct loss *loss)
{
    const struct model_choice *choice = b->values[MODEL].model;
    enum head head = choice->kind->head(choice->parameters);

    if (head == HEADS && loss != NULL)
        head = loss->target == LOSS_OF_CLASSES ? HEAD_SOFTMAX
                                               : HEAD_REGRESSION;
    if (head == HEADS)
        head = is_of_numbers(b) ? HEAD_REGRESSION : HEAD_SOFTMAX;
    b->design.choice = *choice;
    b->design.head = head;
}

static void set_loss(struct builder *b, const struct loss *loss)
{
    const struct loss *const *list = heads[b->design.head].losses;
    size_t i = 0;

    if (loss == NULL)
        loss = list[0];
    while (list[i] != NULL && list[i] != loss)
        i++;
    if (list[i] == NULL)
        fault_add(b->faults, place(b, LOSS), FAULT_CONFLICT, NULL,
                  "%s takes the loss%s %s here", b->design.choice.kind->name,
                  list[1] != NULL ? "es" : "", names_of_losses(b, list));
    b->design.loss = loss;
}

static void set_loss_parameter(struct builder *b)
{
    static const unsigned which[] = {LOSS_SCALE, QUANTILE};
    const struct parameter *row = b->design.loss->parameters;

    if (row == NULL)
        return;
    b->design.loss_parameter = row->initial;
    for (size_t i = 0; i < sizeof which / sizeof *which; i++) {
        const struct value *value = &b->values[which[i]];

        if (!value->given || strcmp(members[which[i]].name, row->name) != 0)
            continue;
        b->design.loss_parameter = value->number;
        if (!parameter_accepts(row, value->number))
            fault_add(b->faults, place(b, which[i]), FAULT_OUT_OF_RANGE, NULL,
                      "%.17g is not in %c%.17g, %.17g%c", value->number,
                      row->bound & OPEN_LOW ? '(' : '[', row->low, row->high,
                      row->bound & OPEN_HIGH ? ')' : ']');
    }
}

static void set_numbers(struct builder *b)
{
    const struct value *weights = &b->values[CLASS_WEIGHTS];
    struct model_design *d = &b->design;

    d->l1 = b->values[L1].number;
    d->l2 = b->values[L2].number;
    d->intercept = b->values[INTERCEPT].number != 0;
    d->is_sum = chosen(b, REDUCTION) == 1;
    d->is_balanced = weights->text != NULL
                  && strcmp(weights->text, "balanced") == 0;
    if ((d->is_balanced || weights->text == NULL)
        && !heads[d->head].of_classes)
        fault_add(b->faults, place(b, CLASS_WEIGHTS), FAULT_CONFLICT, NULL,
                  "the target of this model is a number: there are no classes "
                  "to weigh");
}

static enum error plan(struct builder *b)
{
    static const enum missing_policy policies[] = {
        MISSING_ERROR, MISSING_MEAN, MISSING_DROP,
    };
    const struct value *v = b->values;

    b->request = (struct preparation_request){
        .data = v[DATASET].dataset,
        .validation = v[VALIDATION].given ? v[VALIDATION].dataset : NULL,
        .target = target_of(b),
        .classes = heads[b->design.head].of_classes,
        .features = v[FEATURES].given ? v[FEATURES].names : NULL,
        .feature_count = v[FEATURES].rows,
        .one_hot = v[ONE_HOT].given ? v[ONE_HOT].names : NULL,
        .one_hot_count = v[ONE_HOT].rows,
        .missing = policies[chosen(b, MISSING)],
        .standardize = v[STANDARDIZE].number != 0,
        .standardize_target = v[STANDARDIZE_TARGET].number != 0,
        .validation_fraction = v[VALIDATION_FRACTION].number,
        .pointer = b->pointer,
    };

    return prepare_plan(b->arena, &b->request, b->faults, &b->preparation);
}

/* A loss of counts wants none below 0. */
static void check_counts(const struct builder *b)
{
    const struct dataset *dataset = b->values[DATASET].dataset;
    size_t column = dataset_column(dataset, target_of(b));

    if (b->design.loss->target != LOSS_OF_COUNTS)
        return;
    if (b->values[STANDARDIZE_TARGET].number != 0)
        fault_add(b->faults, place(b, STANDARDIZE_TARGET), FAULT_CONFLICT,
                  NULL, "%s takes no target below 0, and half of a "
                  "standardized one is", b->design.loss->name);
    if (column < dataset->column_count && dataset->columns[column].min < 0)
        fault_add(b->faults, place(b, TARGET), FAULT_CONFLICT, NULL,
                  "%s takes no target below 0, but the least here is %.17g",
                  b->design.loss->name, dataset->columns[column].min);
}

/* What is known of the rows by their plan. */
static void set_rows(struct builder *b)
{
    const struct preparation *plan = &b->preparation;
    const struct head_kind *head = &heads[b->design.head];
    struct model_design *d = &b->design;

    d->features = plan->features;
    d->rows = plan->training_rows;
    d->validation_rows = plan->validation_rows;
    d->entries = plan->layout >= ROWS_SPARSE64
                     ? plan->nonzeros
                     : plan->training_rows * (uint64_t)plan->features;
    d->classes = head->of_classes ? plan->transform.class_count : 0;
    d->class_names = plan->transform.classes;
    d->target_deviation = 1;
    if (head->of_classes && !head->of_many && d->classes != 2)
        fault_add(b->faults, place(b, TARGET), FAULT_CONFLICT, NULL,
                  "%s tells two classes apart, but there %s %zu: the model "
                  "softmax takes two or more", d->choice.kind->name,
                  d->classes == 1 ? "is" : "are", d->classes);
    if (head->of_many && d->classes < 2)
        fault_add(b->faults, place(b, TARGET), FAULT_CONFLICT, NULL,
                  "there must be two classes or more");
    check_counts(b);
}

/* What the rows of each class weigh, from their names. */
static enum error set_class_weights(struct builder *b)
{
    const struct value *given = &b->values[CLASS_WEIGHTS];
    struct model_design *d = &b->design;
    double *weights;

    if (given->text != NULL || d->classes == 0)
        return OK;
    weights = arena_array(b->arena, d->classes, sizeof *weights);
    if (weights == NULL)
        return ERR_MEMORY;
    for (size_t c = 0; c < d->classes; c++)
        weights[c] = 1;
    for (size_t i = 0; i < given->rows; i++) {
        struct suggestion near = {.word = given->names[i]};
        size_t c = 0;

        while (c < d->classes && strcmp(d->class_names[c], near.word) != 0)
            suggest_offer(&near, d->class_names[c++]);
        if (c < d->classes)
            weights[c] = given->numbers[i];
        else
            fault_add(b->faults,
                      pointer_member(b->faults, place(b, CLASS_WEIGHTS),
                                     near.word),
                      FAULT_UNKNOWN_NAME, near.best,
                      "the target has no such class");
    }
    d->class_weights = weights;
    return OK;
}

static enum error make(struct builder *b, struct objective *ret);

static enum error build(struct arena *arena, const struct value *values,
                        const char *pointer, struct faults *faults,
                        struct objective *ret)
{
    struct builder b = {.arena = arena, .values = values, .pointer = pointer,
                        .faults = faults};
    size_t before = faults->total;
    const struct loss *loss;
    enum error error;

    check_given(&b);
    loss = named_loss(&b);
    if (faults->total > before || faults->out_of_memory)
        return faults->out_of_memory ? ERR_MEMORY : ERR_INVALID;
    set_head(&b, loss);
    set_loss(&b, loss);
    set_loss_parameter(&b);
    set_numbers(&b);
    error = plan(&b);
    if (error != OK)
        return error == ERR_MEMORY ? error : ERR_INVALID;
    set_rows(&b);
    TRY(set_class_weights(&b));
    if (faults->total > before)
        return ERR_INVALID;
    return make(&b, ret);
}

/* ---- loading ----------------------------------------------------------- */

/* Whether rows weigh more or less by their class. */
static bool is_weighed(const struct model_design *design)
{
    return design->is_balanced || design->class_weights != NULL;
}

/* What each row weighs: by its class, or so that classes count alike. */
static double *weigh(const struct rows *rows,
                     const struct model_design *design, struct arena *arena)
{
    double *weight = arena_array(arena, rows->count, sizeof *weight);
    double *by_class = arena_array(arena, design->classes, sizeof *by_class);

    if (weight == NULL || by_class == NULL)
        return NULL;
    for (size_t i = 0; i < rows->count && design->is_balanced; i++)
        by_class[(size_t)rows->target[i]]++;
    for (size_t c = 0; c < design->classes; c++)
        by_class[c] = design->is_balanced
                          ? (double)rows->count
                                / ((double)design->classes * by_class[c])
                          : design->class_weights[c];
    for (size_t i = 0; i < rows->count; i++)
        weight[i] = by_class[(size_t)rows->target[i]];
    return weight;
}

/* The same plan as build()'s, for rows as the run wants them. */
static enum error begin_rows(struct model *model, const struct loading *how,
                             struct arena *arena)
{
    struct preparation_request request = *model->request;
    struct preparation preparation;
    struct faults faults;

    request.float32 = how->float32;
    request.shuffle = how->shuffled;
    faults_init(&faults, arena);
    TRY(prepare_plan(arena, &request, &faults, &preparation));
    return prepare_begin(&preparation, how->seed, arena, &model->filling);
}

/* The rows are there: what follows from them. */
static enum error take_rows(struct model *model, const struct loading *how,
                            struct arena *arena)
{
    struct prepared *prepared = &model->prepared;

    if (is_weighed(&model->design)) {
        prepared->training.weight = weigh(&prepared->training,
                                          &model->design, arena);
        if (prepared->training.weight == NULL)
            return ERR_MEMORY;
    }
    model->design.target_mean = prepared->transform.target_mean;
    model->design.target_deviation = prepared->transform.target_scale;
    return model_attach_rows(model, &prepared->training,
                             prepared->validation.count > 0
                                 ? &prepared->validation : NULL,
                             how->seed, how->cancel, arena);
}

static enum error load(void *data, const struct loading *how,
                       struct arena *arena, bool *ret_more)
{
    struct model *model = data;

    model->cancel = how->cancel;
    *ret_more = false;
    if (model_is_canceled(model)) /* nobody will look at the numbers */
        return OK;
    if (model->filling == NULL)
        TRY(begin_rows(model, how, arena));
    TRY(prepare_step(model->filling, ret_more, &model->prepared));
    return *ret_more ? OK : take_rows(model, how, arena);
}

static enum error make(struct builder *b, struct objective *ret)
{
    struct objective objective;
    struct model *model;
    enum error error = model_build(&b->design, b->arena, &objective);

    if (error == ERR_TOO_BIG) {
        fault_add(b->faults, place(b, MODEL), FAULT_TOO_LARGE, NULL,
                  "with %zu features this model would have more than %d "
                  "parameters", b->design.features, DIMENSION_MAX);
        return ERR_INVALID;
    }
    TRY(error);
    objective.kind = &objective_model;
    model = objective.model;
    model->request = ARENA_NEW(b->arena, struct preparation_request);
    if (model->request == NULL)
        return ERR_MEMORY;
    *model->request = b->request;
    objective.load = load;
    objective.load_bytes = b->preparation.memory_bytes
                         + model_load_bytes(&objective)
                         + model_report_bytes(&objective) /* at the end */
                         + (is_weighed(&b->design)
                                ? (b->design.rows + b->design.classes + 16)
                                      * sizeof(double)
                                : 0);
    *ret = objective;
    return OK;
}

const struct objective_kind objective_model = {
    .name = "model",
    .formula = "mean over rows of loss(model(row), target) + l1 |w|_1 + "
               "l2/2 |w|^2",
    .sentence = "A model learned from a dataset.",
    .members = members,
    .build = build,
};
