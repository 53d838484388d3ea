/* predict.c - rows through the transformation and the model, a block at a
 * time. */
#include "server/jobs/predict.h"

#include <math.h>
#include <string.h>

#include "core/dataset/prepare.h"
#include "core/model/model.h"
#include "server/json/writer.h"

enum {
    BLOCK_ROWS = 256,
    BLOCK_NUMBERS = 1 << 20,       /* features of one block, but a row */
};

/* Where the predictions go. */
struct predictions {
    size_t rows, classes;
    double *value;                 /* [rows] */
    double *probability;           /* [rows][classes] */
};

static bool is_finite(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

/* What is asked for must end soon: a row may be two bytes. */
static bool check_sizes(const struct transform *transform, size_t rows,
                        struct faults *faults)
{
    const struct {
        const char *name;
        size_t count, most;
    } sizes[] = {
        {"classes", transform->class_count, PREDICT_PROBABILITIES_MAX},
        {"features", transform->feature_count, PREDICT_FEATURES_MAX},
    };
    bool good = true;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (rows * sizes[i].count <= sizes[i].most)
            continue;
        good = false;
        fault_add(faults, "", FAULT_TOO_LARGE, NULL,
                  "%zu rows of %zu %s; rows times %s may be %zu at a time",
                  rows, sizes[i].count, sizes[i].name, sizes[i].name,
                  sizes[i].most);
    }
    return good;
}

static enum error allocate(struct arena *arena, struct predict_input *input,
                           const struct transform *transform,
                           struct faults *faults, struct predictions *ret)
{
    size_t rows = predict_input_rows(input);
    size_t classes = transform->class_count;

    *ret = (struct predictions){.rows = rows, .classes = classes};
    if (!check_sizes(transform, rows, faults))
        return ERR_INVALID;
    ret->value = arena_array(arena, rows + 1, sizeof *ret->value);
    ret->probability = arena_array(arena, rows * classes + 1,
                                   sizeof *ret->probability);
    return ret->value && ret->probability ? OK : ERR_MEMORY;
}

static size_t block_rows(size_t features)
{
    size_t rows = BLOCK_NUMBERS / features;

    return rows > BLOCK_ROWS ? BLOCK_ROWS : rows > 0 ? rows : 1;
}

/* All rows are read, so that all faults are found; after the first of them
 * nothing is predicted any more. */
static enum error predict_all(const struct predict_request *request,
                              struct predict_input *input,
                              struct arena *arena, struct faults *faults,
                              struct predictions *ret)
{
    const struct kept_result *kept = request->kept;
    size_t features = kept->model.transform->feature_count;
    size_t room = block_rows(features);
    double *numbers = arena_array(arena, room * features, sizeof *numbers);
    struct rows block = {.layout = ROWS_DENSE64, .features = features,
                         .dense64 = numbers};

    if (!numbers)
        return ERR_MEMORY;
    for (size_t first = 0; first < ret->rows; first += block.count) {
        block.count = ret->rows - first < room ? ret->rows - first : room;
        for (size_t i = 0; i < block.count; i++)
            if (predict_input_next(input, numbers + i * features)
                == ERR_MEMORY)
                return ERR_MEMORY;
        if (faults->total == 0)
            TRY(model_predict(&kept->model.objective,
                              kept->points[request->place].x, &block, arena,
                              ret->value + first,
                              ret->probability + first * ret->classes));
    }
    return faults->total == 0 ? OK : ERR_INVALID;
}

/* ---- the answer -------------------------------------------------------- */

static void write_class(struct json_writer *writer,
                        const struct transform *transform, size_t k)
{
    const char *name = transform->classes[k];

    if (transform->classes_are_words)
        json_text(writer, name);
    else
        json_raw(writer, name, strlen(name));
}

static void write_classes(struct json_writer *writer,
                          const struct transform *transform,
                          const struct predictions *said)
{
    json_key(writer, "classes");
    json_array_begin(writer);
    for (size_t k = 0; k < said->classes; k++)
        write_class(writer, transform, k);
    json_array_end(writer);
    json_key(writer, "predictions");
    json_array_begin(writer);
    for (size_t i = 0; i < said->rows; i++)
        if (isnan(said->value[i]))
            json_null(writer);
        else
            write_class(writer, transform, (size_t)said->value[i]);
    json_array_end(writer);
}

static void write_probabilities(struct json_writer *writer,
                                const struct predict_request *request,
                                const struct predictions *said)
{
    const struct model_design *design =
        model_design_of(&request->kept->model.objective);

    json_key(writer, "probabilities");
    if (!heads[design->head].tells_probabilities) {
        json_null(writer);
        return;
    }
    json_array_begin(writer);
    for (size_t i = 0; i < said->rows; i++)
        json_numbers(writer, said->probability + i * said->classes,
                     said->classes);
    json_array_end(writer);
}

static void write_answer(const struct predict_request *request,
                         const struct predict_input *input,
                         const struct predictions *said, struct buffer *out)
{
    const struct kept_result *kept = request->kept;
    const struct transform *transform = kept->model.transform;
    const char *const *ignored;
    struct json_writer writer;
    size_t count;

    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_member_text(&writer, "job", request->job);
    json_member_text(&writer, "at", kept_place_name(request->place));
    json_member_integer(&writer, "iteration",
                        (int64_t)kept->points[request->place].iteration);
    json_member_text(&writer, "target", transform->target);
    if (said->classes > 0) {
        write_classes(&writer, transform, said);
        write_probabilities(&writer, request, said);
    } else {
        json_key(&writer, "predictions");
        json_numbers(&writer, said->value, said->rows);
    }
    json_key(&writer, "ignored");
    json_array_begin(&writer);
    ignored = predict_input_ignored(input, &count);
    for (size_t i = 0; i < count; i++)
        json_text(&writer, ignored[i]);
    json_array_end(&writer);
    json_object_end(&writer);
}

enum error predict_write(const struct predict_request *request,
                         struct arena *arena, struct faults *faults,
                         struct json_flaw *flaw, struct buffer *out)
{
    const struct kept_result *kept = request->kept;
    struct predict_input *input;
    struct predictions said;
    enum error error;

    if (!is_finite(kept->points[request->place].x, kept->n)) {
        fault_add(faults, "", FAULT_CONFLICT, NULL, "the run diverged: its "
                  "weights are not finite. Try ?at=best");
        return ERR_INVALID;
    }
    TRY(predict_input_open(kept->model.transform, request->format,
                           request->text, request->bytes, arena, faults, flaw,
                           &input));
    error = allocate(arena, input, kept->model.transform, faults, &said);
    if (error == OK)
        error = predict_all(request, input, arena, faults, &said);
    if (error == OK)
        write_answer(request, input, &said, out);
    predict_input_close(input);
    if (error == OK && out->failed)
        return ERR_MEMORY;
    return error;
}
