/* kept_model.c - a trained model in its job's result: written by the worker
 * that trained it, read by whoever predicts. */
#include "server/jobs/kept_model.h"

#include <math.h>
#include <string.h>

#include "core/dataset/prepare.h"
#include "core/loss/loss.h"
#include "core/model/model.h"
#include "core/run/run.h"
#include "server/jobs/spec_model.h"
#include "server/json/number.h"

enum {
    FEATURES_MAX = 1 << 28,
    WORD_BYTES_LIMIT = 1 << 16,    /* of names and words that were taken */
};

enum kept_place kept_place_of(const struct spec *spec)
{
    const struct model_design *design = model_design_of(&spec->objective);

    if (!design)
        return KEPT_LAST;
    return design->validation_rows > 0 || !isnan(spec->stop[STOP_PATIENCE])
               ? KEPT_BEST : KEPT_LAST;
}

/* ---- writing ----------------------------------------------------------- */

static void write_feature(struct json_writer *writer,
                          const struct transform_feature *feature)
{
    json_object_begin(writer);
    json_member_text(writer, "column", feature->column);
    if (feature->word)
        json_member_text(writer, "word", feature->word);
    if (!isnan(feature->integer))
        json_member_number(writer, "integer", feature->integer);
    if (!isnan(feature->fill))
        json_member_number(writer, "fill", feature->fill);
    if (feature->mean != 0)
        json_member_number(writer, "mean", feature->mean);
    if (feature->scale != 1)
        json_member_number(writer, "scale", feature->scale);
    json_object_end(writer);
}

/* Words are texts, integers are numbers. */
static void write_classes(struct json_writer *writer,
                          const struct transform *transform)
{
    json_key(writer, "classes");
    json_array_begin(writer);
    for (size_t k = 0; k < transform->class_count; k++)
        if (transform->classes_are_words)
            json_text(writer, transform->classes[k]);
        else
            json_raw(writer, transform->classes[k],
                     strlen(transform->classes[k]));
    json_array_end(writer);
}

static void write_transform(struct json_writer *writer,
                            const struct transform *transform)
{
    json_member_text(writer, "target", transform->target);
    if (transform->class_count > 0) {
        write_classes(writer, transform);
    } else {
        json_member_number(writer, "target_mean", transform->target_mean);
        json_member_number(writer, "target_scale", transform->target_scale);
    }
    json_member_integer(writer, "inputs", (int64_t)transform->feature_count);
    json_key(writer, "features");
    if (!transform->features) {
        json_null(writer);
        return;
    }
    json_array_begin(writer);
    for (size_t i = 0; i < transform->feature_count; i++)
        write_feature(writer, &transform->features[i]);
    json_array_end(writer);
}

void kept_model_write(struct json_writer *writer, const struct spec *spec,
                      const struct run_result *result)
{
    const struct model_design *design = model_design_of(&spec->objective);
    const struct transform *transform = model_transform(&spec->objective);
    enum kept_place place = kept_place_of(spec);
    uint64_t iteration = place == KEPT_BEST ? result->best.iteration
                                            : result->iterations;

    json_key(writer, "model");
    if (!transform) { /* canceled before its rows were read */
        json_null(writer);
        return;
    }
    json_object_begin(writer);
    json_key(writer, "design");
    spec_model_write(writer, &(struct value){.model = &design->choice});
    json_member_text(writer, "head", heads[design->head].name);
    json_member_text(writer, "loss", design->loss->name);
    json_member_flag(writer, "intercept", design->intercept);
    json_member_text(writer, "at", kept_place_name(place));
    json_member_integer(writer, "iteration", (int64_t)iteration);
    write_transform(writer, transform);
    json_object_end(writer);
}

/* ---- reading: what does not fit is damage, whatever it is --------------- */

static bool read_feature(struct json_reader *reader, struct json_value value,
                         struct transform_feature *ret)
{
    struct {
        const char *name;
        double *number;
    } numbers[] = {
        {"integer", &ret->integer}, {"fill", &ret->fill},
        {"mean", &ret->mean}, {"scale", &ret->scale},
    };
    struct json_object object;
    struct json_value member;

    *ret = (struct transform_feature){
        .integer = NAN, .fill = NAN, .mean = 0, .scale = 1};
    if (!json_object_open(reader, value, &object)
        || !json_object_need(&object, "column", &member)
        || !json_read_text(reader, member, WORD_BYTES_LIMIT, &ret->column))
        return false;
    if (json_object_take(&object, "word", &member)
        && !json_read_text(reader, member, WORD_BYTES_LIMIT, &ret->word))
        return false;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (json_object_take(&object, numbers[i].name, &member)
            && !json_read_number(reader, member, numbers[i].number))
            return false;
    return true;
}

static bool read_features(struct json_reader *reader,
                          struct json_object *object,
                          struct transform *transform)
{
    struct json_value member, element = {.node = NULL};
    struct transform_feature *features;
    int64_t inputs;
    size_t count;

    if (!json_object_need(object, "inputs", &member)
        || !json_read_integer(reader, member, 1, FEATURES_MAX, &inputs)
        || !json_object_need(object, "features", &member))
        return false;
    transform->feature_count = (size_t)inputs;
    if (json_value_is_null(member))
        return true;
    if (!json_array_open(reader, member, FEATURES_MAX, &count)
        || count != transform->feature_count)
        return false;
    features = arena_array(reader->arena, count, sizeof *features);
    if (!features)
        return reader->faults->out_of_memory = true, false;
    transform->features = features;
    while (json_array_next(reader, member, &element))
        if (!read_feature(reader, element, &features[element.index]))
            return false;
    return true;
}

/* A label as text: of an integer, its digits. */
static bool read_class(struct json_reader *reader, struct json_value value,
                       struct transform *transform, const char **ret)
{
    char text[NUMBER_TEXT_BYTES];
    double number;
    size_t bytes;

    if (json_value_type(value) == JSON_TEXT) {
        transform->classes_are_words = true;
        return json_read_text(reader, value, WORD_BYTES_LIMIT, ret);
    }
    if (!json_read_number(reader, value, &number))
        return false;
    bytes = number_write_integer((int64_t)number, text);
    *ret = arena_text(reader->arena, text, bytes);
    return *ret ? true : (reader->faults->out_of_memory = true, false);
}

static bool read_target(struct json_reader *reader, struct json_object *object,
                        struct transform *transform)
{
    struct json_value member, element = {.node = NULL};
    const char **classes;

    transform->target_scale = 1;
    if (!json_object_need(object, "target", &member)
        || !json_read_text(reader, member, WORD_BYTES_LIMIT,
                           &transform->target))
        return false;
    if (!json_object_take(object, "classes", &member))
        return json_object_need(object, "target_mean", &member)
            && json_read_number(reader, member, &transform->target_mean)
            && json_object_need(object, "target_scale", &member)
            && json_read_number(reader, member, &transform->target_scale);
    if (!json_array_open(reader, member, DISTINCT_MAX,
                         &transform->class_count))
        return false;
    classes = arena_array(reader->arena, transform->class_count,
                          sizeof *classes);
    if (!classes)
        return reader->faults->out_of_memory = true, false;
    transform->classes = classes;
    while (json_array_next(reader, member, &element))
        if (!read_class(reader, element, transform, &classes[element.index]))
            return false;
    return true;
}

static enum head head_find(const char *name)
{
    enum head head = 0;

    while (head < HEADS && strcmp(heads[head].name, name))
        head++;
    return head;
}

static bool read_design(struct json_reader *reader, struct json_object *object,
                        struct model_design *design)
{
    struct value choice = {0};
    struct json_value member;
    const char *head, *loss;

    if (!json_object_need(object, "design", &member)
        || !spec_model_read(reader, member, &choice)
        || !json_object_need(object, "head", &member)
        || !json_read_text(reader, member, WORD_BYTES_LIMIT, &head)
        || !json_object_need(object, "loss", &member)
        || !json_read_text(reader, member, WORD_BYTES_LIMIT, &loss)
        || !json_object_need(object, "intercept", &member)
        || !json_read_flag(reader, member, &design->intercept))
        return false;
    design->choice = *choice.model;
    design->head = head_find(head);
    design->loss = loss_find(loss);
    return design->head < HEADS && design->loss;
}

static bool read_place(struct json_reader *reader, struct json_object *object,
                       struct kept_model *ret)
{
    struct json_value member;
    const char *name;

    if (!json_object_need(object, "at", &member)
        || !json_read_text(reader, member, WORD_BYTES_LIMIT, &name))
        return false;
    ret->place = kept_place_find(name);
    return ret->place < KEPT_PLACES;
}

/* Whether head and target say the same. */
static bool fits(const struct model_design *design)
{
    const struct head_kind *head = &heads[design->head];

    if (!head->of_classes)
        return design->classes == 0;
    return head->of_many ? design->classes >= 2 : design->classes == 2;
}

enum error kept_model_read(struct json_reader *reader, struct json_value value,
                           struct kept_model *ret)
{
    struct model_design *design = ARENA_NEW(reader->arena,
                                            struct model_design);
    struct transform *transform = ARENA_NEW(reader->arena, struct transform);
    struct json_object object;
    enum error error;

    if (!design || !transform)
        return ERR_MEMORY;
    ret->transform = transform;
    if (!json_object_open(reader, value, &object)
        || !read_design(reader, &object, design)
        || !read_place(reader, &object, ret)
        || !read_target(reader, &object, transform)
        || !read_features(reader, &object, transform))
        return reader->faults->out_of_memory ? ERR_MEMORY : ERR_CORRUPT;
    design->features = transform->feature_count;
    design->classes = transform->class_count;
    design->class_names = transform->classes;
    design->target_mean = transform->target_mean;
    design->target_deviation = transform->target_scale;
    design->rows = 1; /* none are attached */
    if (!fits(design))
        return ERR_CORRUPT;
    error = model_build(design, reader->arena, &ret->objective);
    return error == ERR_TOO_BIG ? ERR_CORRUPT : error;
}
