/* model.c - the list of models, and an objective made of one. */
#include "core/model/model.h"

#include <assert.h>
#include <string.h>

#include "core/model/model_data.h"

#define MODELS(ROW)                                                           \
    ROW(linear)                                                               \
    ROW(logistic)                                                             \
    ROW(mlp)                                                                  \
    ROW(softmax)                                                              \
    ROW(svm)

#define ROW(name) extern const struct model_kind model_##name;
MODELS(ROW)
#undef ROW

const struct model_kind *const model_kinds[] = {
#define ROW(name) &model_##name,
    MODELS(ROW)
#undef ROW
    NULL,
};

const struct model_kind *model_kind_find(const char *name)
{
    for (size_t i = 0; model_kinds[i] != NULL; i++)
        if (strcmp(model_kinds[i]->name, name) == 0)
            return model_kinds[i];
    return NULL;
}

const struct model_design *model_design_of(const struct objective *objective)
{
    const struct model *model = objective->model;

    return model != NULL ? &model->design : NULL;
}

const struct transform *model_transform(const struct objective *objective)
{
    const struct model *model = objective->model;

    return model != NULL && model->request != NULL
                   && model->training.count > 0
               ? &model->prepared.transform : NULL;
}

/* ---- evaluating -------------------------------------------------------- */

static double evaluate(void *data, const double *x, size_t n, double *g)
{
    struct model *model = data;
    struct batch all = {.count = model->training.count};
    double loss = model_evaluate(model, &model->training, &all, false, x, g);

    (void)n;
    return loss + model_penalize(model, x, g);
}

static double evaluate_batch(void *data, const struct batch *batch,
                             const double *x, size_t n, double *g)
{
    struct model *model = data;
    bool drops = model->network.dropout > 0;
    double loss = model_evaluate(model, &model->training, batch, drops, x, g);

    (void)n;
    return loss + model_penalize(model, x, g);
}

/* ---- building ---------------------------------------------------------- */

/* How many numbers the design's layers have; more than DIMENSION_MAX may be
 * said where it is. */
static double count_parameters(const struct model_design *d, size_t outputs)
{
    double inputs = (double)d->features, n = 0;

    for (size_t l = 0; l <= d->choice.hidden_count; l++) {
        double width = l < d->choice.hidden_count ? d->choice.hidden[l]
                                                  : (double)outputs;

        n += width * (inputs + d->intercept);
        inputs = width;
    }
    return n;
}

static void set_network(struct model *model, size_t outputs)
{
    const struct model_design *d = &model->design;
    const double *p = d->choice.parameters;
    struct network *network = &model->network;
    size_t inputs = d->features;

    network->has_biases = d->intercept;
    if (d->choice.kind->is_layered) {
        network->activation = (enum activation)p[MLP_ACTIVATION];
        network->dropout = p[MLP_DROPOUT];
    }
    for (size_t l = 0; l < d->choice.hidden_count; l++) {
        size_t width = (size_t)d->choice.hidden[l];

        network_add_layer(network, inputs, width);
        inputs = width;
    }
    network_add_layer(network, inputs, outputs);
    if (d->choice.hidden_count == 0)
        network->dropout = 0; /* there is nothing to drop */
}

static void set_linear(struct model *model)
{
    const struct model_design *d = &model->design;

    model->linear = (struct linear_model){
        .rows = &model->training, .loss = d->loss,
        .loss_parameter = d->loss_parameter,
        .scale = d->is_sum ? 1 : 1 / (double)d->rows,
        .l1 = d->l1, .l2 = d->l2, .intercept = d->intercept,
        .is_sum = d->is_sum, .entries = d->entries,
        .cancel = &model->cancel,
    };
}

enum error model_build(const struct model_design *design, struct arena *arena,
                       struct objective *ret)
{
    const struct model_kind *kind = design->choice.kind;
    const struct head_kind *head = &heads[design->head];
    size_t outputs = head->of_many ? design->classes : 1;
    struct model *model;

    assert(design->choice.hidden_count <= NETWORK_HIDDEN_MAX);
    if (count_parameters(design, outputs) > DIMENSION_MAX)
        return ERR_TOO_BIG;
    model = ARENA_NEW(arena, struct model);
    if (model == NULL)
        return ERR_MEMORY;
    model->design = *design;
    set_network(model, outputs);
    set_linear(model);
    model->by_rows.count = design->rows;
    model->by_rows.always = model->by_rows.takes_float32 = true;
    model->by_rows.is_noisy = model->network.dropout > 0;
    model->by_rows.evaluate = evaluate_batch;
    model->by_rows.descend = model_descend;
    model_set_metrics(model);
    *ret = (struct objective){
        .n = model->network.n, .data = model, .model = model,
        .by_rows = &model->by_rows, .evaluate = evaluate,
        .linear = !head->of_many && design->choice.hidden_count == 0
                      ? &model->linear : NULL,
        .draw_start = kind->is_layered ? model_draw_start : NULL,
    };
    if (!kind->is_layered)
        ret->start = arena_array(arena, ret->n, sizeof *ret->start);
    return kind->is_layered || ret->start != NULL ? OK : ERR_MEMORY;
}

/* ---- rows -------------------------------------------------------------- */

/* Squares of the target about its mean: what r_squared is a share of. */
static double total_squares(const struct rows *rows)
{
    double sum = 0, squares = 0;

    for (size_t i = 0; i < rows->count; i++)
        sum += rows->target[i];
    for (size_t i = 0; i < rows->count; i++) {
        double d = rows->target[i] - sum / (double)rows->count;

        squares += d * d;
    }
    return squares;
}

size_t model_load_bytes(const struct objective *objective)
{
    struct network wide = objective->model->network, narrow = wide;
    size_t bytes;

    narrow.is_float = true;
    bytes = network_bytes(&wide);
    if (network_bytes(&narrow) > bytes)
        bytes = network_bytes(&narrow);
    return bytes
         + NETWORK_BLOCK * (5 * sizeof(double) + sizeof(uint32_t))
         + 6 * 64;
}

enum error model_attach(const struct objective *objective,
                        const struct rows *training,
                        const struct rows *validation, uint64_t seed,
                        const atomic_bool *cancel, struct arena *arena)
{
    return model_attach_rows(objective->model, training, validation, seed,
                             cancel, arena);
}

enum error model_attach_rows(struct model *model, const struct rows *training,
                             const struct rows *validation, uint64_t seed,
                             const atomic_bool *cancel, struct arena *arena)
{
    double **scratch[] = {&model->f, &model->y, &model->loss, &model->slope,
                          &model->weight};

    model->training = *training;
    model->by_rows.count = training->count;
    model->cancel = cancel;
    model->network.seed = seed;
    model->network.is_float = training->layout == ROWS_DENSE32
                           || training->layout == ROWS_SPARSE32;
    model->total_squares[0] = total_squares(training);
    if (!model->design.is_sum)
        model->linear.scale = 1 / (double)training->count;
    if (validation != NULL) {
        model->validation = *validation;
        model->total_squares[1] = total_squares(validation);
    }
    for (size_t i = 0; i < sizeof scratch / sizeof *scratch; i++)
        if ((*scratch[i] = arena_array(arena, NETWORK_BLOCK,
                                       sizeof(double))) == NULL)
            return ERR_MEMORY;
    model->label = arena_array(arena, NETWORK_BLOCK, sizeof *model->label);
    model->linear.columns = ARENA_NEW(arena, struct columns);
    if (model->label == NULL || model->linear.columns == NULL)
        return ERR_MEMORY;
    return network_allocate(&model->network, arena);
}

/* ---- tensors ----------------------------------------------------------- */

/* "W12" of 'W' and 12; "W" of 'W' and 0. */
static void set_name(struct tensor *tensor, char letter, size_t number)
{
    char *end = tensor->name;

    *end++ = letter;
    if (number >= 10)
        *end++ = (char)('0' + number / 10);
    if (number > 0)
        *end++ = (char)('0' + number % 10);
    *end = '\0';
}

size_t model_tensors(const struct objective *objective, struct tensor *ret)
{
    const struct model *model = objective->model;
    const struct network *network = &model->network;
    size_t count = 0;

    for (size_t l = 0; l < network->layer_count; l++) {
        const struct layer *layer = &network->layers[l];
        bool is_layered = model->design.choice.kind->is_layered;
        bool is_vector = layer->outputs == 1 && !is_layered;
        size_t number = is_layered ? l + 1 : 0;

        ret[count] = (struct tensor){
            .first = layer->weights, .dimensions = is_vector ? 1 : 2,
            .shape = {is_vector ? layer->inputs : layer->outputs,
                      is_vector ? 0 : layer->inputs},
        };
        set_name(&ret[count++], is_vector ? 'w' : 'W', number);
        if (!network->has_biases)
            continue;
        ret[count] = (struct tensor){
            .first = layer->biases, .dimensions = 1,
            .shape = {layer->outputs},
        };
        set_name(&ret[count++], 'b', number);
    }
    return count;
}
