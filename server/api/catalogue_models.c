/* catalogue_models.c - the core's tables of models and losses as JSON. */
#include "core/loss/loss.h"
#include "core/model/model.h"
#include "server/api/catalogue.h"
#include "server/api/catalogue_parts.h"
#include "server/api/schema.h"

/* ---- what goes with what ------------------------------------------------ */

static bool takes(enum head head, const struct loss *loss)
{
    for (size_t i = 0; heads[head].losses[i]; i++)
        if (heads[head].losses[i] == loss)
            return true;
    return false;
}

/* Whether the model takes the loss with one of its heads: a model whose head
 * is not said may have any but the margin's. */
static bool model_takes(const struct model_kind *kind, const struct loss *loss)
{
    double p[MODEL_PARAMETERS_MAX];
    enum head head;

    if (kind->parameters)
        parameter_defaults(kind->parameters, p);
    head = kind->head(p);
    if (head != HEADS)
        return takes(head, loss);
    for (head = 0; head < HEADS; head++)
        if (head != HEAD_MARGIN && takes(head, loss))
            return true;
    return false;
}

/* ---- models ------------------------------------------------------------- */

/* The first of a head is what it takes where none is named. */
static void write_losses(struct json_writer *writer,
                         const struct model_kind *kind)
{
    double p[MODEL_PARAMETERS_MAX];
    enum head head;

    if (kind->parameters)
        parameter_defaults(kind->parameters, p);
    head = kind->head(p);
    json_key(writer, "losses");
    json_array_begin(writer);
    for (size_t i = 0; head != HEADS && heads[head].losses[i]; i++)
        json_text(writer, heads[head].losses[i]->name);
    for (size_t i = 0; head == HEADS && losses[i]; i++)
        if (model_takes(kind, losses[i]))
            json_text(writer, losses[i]->name);
    json_array_end(writer);
}

static void write_model_members(struct json_writer *writer,
                                const struct model_kind *kind)
{
    json_member_text(writer, "name", kind->name);
    json_member_text(writer, "sentence", kind->sentence);
    json_member_text(writer, "formula", kind->formula);
    json_member_text(writer, "source", kind->source);
    write_losses(writer, kind);
    catalogue_write_parameters(writer, "parameters", kind->parameters);
    catalogue_write_parameters(writer, "lists", kind->lists);
}

static void write_model(struct json_writer *writer, const void *kind)
{
    json_object_begin(writer);
    write_model_members(writer, kind);
    json_object_end(writer);
}

static void write_model_with_schema(struct json_writer *writer,
                                    const void *kind)
{
    const struct model_kind *model = kind;

    json_object_begin(writer);
    write_model_members(writer, model);
    json_key(writer, "schema");
    schema_write_model(writer, model->name);
    json_object_end(writer);
}

enum http_next models_list(struct http_request *request)
{
    return catalogue_list(request, CATALOGUE(model_kinds), write_model);
}

enum http_next model_show(struct http_request *request)
{
    return catalogue_show(request, CATALOGUE(model_kinds),
                          write_model_with_schema);
}

/* ---- losses ------------------------------------------------------------- */

static void write_loss(struct json_writer *writer, const void *kind)
{
    static const char *const targets[] = {
        [LOSS_OF_NUMBERS] = "numbers",
        [LOSS_OF_COUNTS] = "numbers that are not negative",
        [LOSS_OF_CLASSES] = "classes",
    };
    const struct loss *loss = kind;

    json_object_begin(writer);
    json_member_text(writer, "name", loss->name);
    json_member_text(writer, "sentence", loss->sentence);
    json_member_text(writer, "formula", loss->formula);
    json_member_text(writer, "source", loss->source);
    json_member_text(writer, "target", targets[loss->target]);
    json_key(writer, "models");
    json_array_begin(writer);
    for (size_t i = 0; model_kinds[i]; i++)
        if (model_takes(model_kinds[i], loss))
            json_text(writer, model_kinds[i]->name);
    json_array_end(writer);
    catalogue_write_parameters(writer, "parameters", loss->parameters);
    json_object_end(writer);
}

enum http_next losses_list(struct http_request *request)
{
    return catalogue_list(request, CATALOGUE(losses), write_loss);
}

enum http_next loss_show(struct http_request *request)
{
    return catalogue_show(request, CATALOGUE(losses), write_loss);
}
