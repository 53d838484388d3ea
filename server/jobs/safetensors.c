/* safetensors.c - tensors as octets. */
#include "server/jobs/safetensors.h"

#include <string.h>

#include "core/model/model.h"
#include "server/json/number.h"
#include "server/json/writer.h"

enum { ALIGNMENT = 8 };           /* of the numbers, in the file */

static void append_word(struct buffer *out, uint64_t word)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(word >> 8 * i);
    buffer_append(out, bytes, sizeof bytes);
}

static size_t count_of(const struct tensor *tensor)
{
    return tensor->dimensions == 1 ? tensor->shape[0]
                                   : tensor->shape[0] * tensor->shape[1];
}

static void write_tensor(struct json_writer *writer,
                         const struct tensor *tensor)
{
    size_t begin = tensor->first * sizeof(double);

    json_key(writer, tensor->name);
    json_object_begin(writer);
    json_member_text(writer, "dtype", "F64");
    json_key(writer, "shape");
    json_array_begin(writer);
    for (size_t i = 0; i < tensor->dimensions; i++)
        json_integer(writer, (int64_t)tensor->shape[i]);
    json_array_end(writer);
    json_key(writer, "data_offsets");
    json_array_begin(writer);
    json_integer(writer, (int64_t)begin);
    json_integer(writer, (int64_t)(begin + count_of(tensor)
                                           * sizeof(double)));
    json_array_end(writer);
    json_object_end(writer);
}

/* What is said about the file: texts by name. */
static void write_metadata(struct json_writer *writer, const char *job,
                           const char *place, uint64_t iteration)
{
    char text[NUMBER_TEXT_BYTES];

    text[number_write_integer((int64_t)iteration, text)] = '\0';
    json_key(writer, "__metadata__");
    json_object_begin(writer);
    json_member_text(writer, "job", job);
    json_member_text(writer, "at", place);
    json_member_text(writer, "iteration", text);
    json_object_end(writer);
}

void safetensors_write(const struct kept_result *kept, enum kept_place place,
                       const char *job, struct buffer *out)
{
    const struct kept_point *point = &kept->points[place];
    struct tensor tensors[TENSORS_MAX] = {
        {.name = "x", .dimensions = 1, .shape = {kept->n}},
    };
    struct json_writer writer;
    struct buffer header;
    size_t count = 1;

    if (kept->is_model)
        count = model_tensors(&kept->model.objective, tensors);
    buffer_init(&header);
    json_writer_init(&writer, &header);
    json_object_begin(&writer);
    write_metadata(&writer, job, kept_place_name(place), point->iteration);
    for (size_t i = 0; i < count; i++)
        write_tensor(&writer, &tensors[i]);
    json_object_end(&writer);
    while (!header.failed && header.count % ALIGNMENT != 0)
        buffer_text(&header, " ");
    append_word(out, header.count);
    buffer_append(out, header.bytes, header.count);
    out->failed |= header.failed;
    buffer_fini(&header);
    for (size_t i = 0; i < kept->n; i++) {
        uint64_t bits;

        memcpy(&bits, &point->x[i], sizeof bits);
        append_word(out, bits);
    }
}
