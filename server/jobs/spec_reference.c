/* spec_reference.c - datasets that a spec names, found and held. */
#include "server/jobs/spec_reference.h"

#include <string.h>

#include "core/base/suggest.h"
#include "core/dataset/builtin.h"
#include "core/dataset/dataset.h"
#include "server/datasets/datasets.h"
#include "server/datasets/file.h"
#include "server/jobs/spec_tables.h"

enum {
    NAME_BYTES_MAX_HERE = 256,
    PATH_BYTES_MAX = 4096,
    GENERATED_CELLS_MAX = 2000000,
};

static bool fail(struct json_reader *reader, enum error error)
{
    struct spec_reading *reading = reader->user;

    if (error == ERR_MEMORY || !reading)
        reader->faults->out_of_memory = true;
    else
        reading->error = error;
    return false;
}

/* How the reference is written again. */
static bool keep_reference(struct json_reader *reader, struct buffer *text,
                           struct value *ret)
{
    ret->reference = text->failed ? NULL : arena_text(reader->arena,
                                                      text->bytes,
                                                      text->count);
    buffer_fini(text);
    return ret->reference ? true : fail(reader, ERR_MEMORY);
}

static bool keep_name(struct json_reader *reader, const char *name,
                      struct value *ret)
{
    struct json_writer writer;
    struct buffer text;

    buffer_init(&text);
    json_writer_init(&writer, &text);
    json_text(&writer, name);
    return keep_reference(reader, &text, ret);
}

/* ---- by name ----------------------------------------------------------- */

static bool refuse_name(struct json_reader *reader, const char *pointer,
                        const char *name)
{
    struct suggestion near = {.word = name};
    bool is_path = strchr(name, '/') || strstr(name, ".csv");

    for (size_t i = 0; builtins[i]; i++)
        suggest_offer(&near, builtins[i]->name);
    fault_add(reader->faults, pointer, FAULT_UNKNOWN_NAME, near.best,
              "there is no dataset of this id or name%s", is_path
              ? ": a file is uploaded with POST /datasets first" : "");
    return false;
}

/* Without a store, in the arena. */
static bool make_builtin(struct json_reader *reader,
                         const struct builtin *builtin,
                         const double *parameters, struct value *ret)
{
    struct dataset *data = ARENA_NEW(reader->arena, struct dataset);
    const void *bytes;
    enum error error = ERR_MEMORY;
    size_t count;

    if (data)
        error = builtin_make(builtin, parameters, reader->arena, &bytes,
                             &count);
    if (error == OK)
        error = dataset_view(reader->arena, bytes, count, data);
    ret->dataset = data;
    ret->text = builtin->name;
    return error == OK ? true : fail(reader, error);
}

static bool builtin_read(struct json_reader *reader, const char *pointer,
                         const char *name, struct value *ret)
{
    const struct builtin *builtin = builtin_find(name);
    double parameters[PARAMETERS_MAX];

    if (!builtin)
        return refuse_name(reader, pointer, name);
    parameter_defaults(builtin->parameters, parameters);
    return keep_name(reader, name, ret)
        && make_builtin(reader, builtin, parameters, ret);
}

/* Hold it for the life of the spec. */
static bool hold(struct json_reader *reader, const char *pointer,
                 const char *name, struct value *ret)
{
    struct spec_reading *reading = reader->user;
    const struct spec_source *source = reading->source;
    struct spec *spec = reading->spec;
    char id[IDENTIFIER_TEXT_BYTES];
    struct dataset_hold *held;
    enum error error;

    if (spec->hold_count == SPEC_HOLDS_MAX)
        return fail(reader, ERR_TOO_BIG);
    error = datasets_hold(source->datasets, source->reader, name, &held);
    if (error == ERR_MISSING)
        return refuse_name(reader, pointer, name);
    if (error != OK)
        return fail(reader, error);
    spec->datasets = source->datasets;
    spec->holds[spec->hold_count++] = held;
    ret->dataset = dataset_held(held);
    if (dataset_held_builtin(held)) {
        ret->text = dataset_held_builtin(held)->name;
        return keep_name(reader, name, ret);
    }
    identifier_format(dataset_held_id(held), "ds", id);
    return keep_name(reader, id, ret);
}

static bool name_read(struct json_reader *reader, struct json_value value,
                      struct value *ret)
{
    const struct spec_reading *reading = reader->user;
    const char *name;

    if (!json_read_text(reader, value, NAME_BYTES_MAX_HERE, &name))
        return false;
    if (!reading || !reading->source || !reading->source->datasets)
        return builtin_read(reader, value.pointer, name, ret);
    return hold(reader, value.pointer, name, ret);
}

/* ---- generated --------------------------------------------------------- */

static bool keep_generated(struct json_reader *reader,
                           const struct builtin *builtin,
                           const double *parameters, struct value *ret)
{
    struct json_writer writer;
    struct buffer text;

    buffer_init(&text);
    json_writer_init(&writer, &text);
    json_object_begin(&writer);
    json_member_text(&writer, "generated", builtin->name);
    parameters_write(&writer, builtin->parameters, parameters);
    json_object_end(&writer);
    return keep_reference(reader, &text, ret);
}

/* Rows times features: a spec of a few bytes must not fill the memory. */
static bool check_cells(struct json_reader *reader, const char *pointer,
                        const struct parameter *table,
                        const double *parameters)
{
    double cells = 1;

    for (size_t i = 0; table[i].name; i++)
        if (!strcmp(table[i].name, "rows")
            || !strcmp(table[i].name, "features"))
            cells *= parameters[i];
    if (cells <= GENERATED_CELLS_MAX)
        return true;
    fault_add(reader->faults, pointer, FAULT_TOO_LARGE, NULL,
              "%.0f cells, rows times features; at most %d are generated",
              cells, GENERATED_CELLS_MAX);
    return false;
}

static bool generated_read(struct json_reader *reader,
                           struct json_object *object, struct value *ret)
{
    const struct builtin *builtin;
    double parameters[PARAMETERS_MAX];
    size_t before = reader->faults->total;
    struct json_value member;
    const char *name;

    if (!json_object_need(object, "generated", &member)
        || !json_read_text(reader, member, NAME_BYTES_MAX_HERE, &name))
        return false;
    builtin = builtin_find(name);
    if (!builtin)
        return refuse_name(reader, member.pointer, name);
    parameters_read(reader, object, builtin->parameters, parameters);
    json_object_close(object);
    if (reader->faults->total > before
        || !check_cells(reader, object->value.pointer, builtin->parameters,
                        parameters))
        return false;
    return keep_generated(reader, builtin, parameters, ret)
        && make_builtin(reader, builtin, parameters, ret);
}

/* ---- files: on the command line ---------------------------------------- */

/* What is said about the file, as in the query of POST /datasets. */
static bool options_read(struct json_reader *reader,
                         struct json_object *object,
                         struct reader_options *ret)
{
    const struct reader_option *option = reader_option_table;
    enum error error = OK;
    bool good = true;

    *ret = READER_OPTIONS_NONE;
    for (; option->name; option++) {
        struct json_value member;
        const char *text;

        if (!json_object_take(object, option->name, &member))
            continue;
        if (!json_read_text(reader, member, PATH_BYTES_MAX, &text)) {
            good = false;
            continue;
        }
        error = reader_option_set(ret, reader->arena, option->name, text,
                                  member.pointer, reader->faults);
        if (error == ERR_MEMORY)
            return fail(reader, error);
        good &= error == OK;
    }
    return good;
}

static bool keep_file(struct json_reader *reader, const char *path,
                      struct value *ret)
{
    struct json_writer writer;
    struct buffer text;

    buffer_init(&text);
    json_writer_init(&writer, &text);
    json_object_begin(&writer);
    json_member_text(&writer, "file", path);
    json_object_end(&writer);
    return keep_reference(reader, &text, ret);
}

static bool file_read(struct json_reader *reader, struct json_object *object,
                      struct value *ret)
{
    const struct spec_reading *reading = reader->user;
    bool may = reading && reading->source && reading->source->takes_files;
    struct reader_options options;
    struct json_value member;
    const char *path;
    enum error error;

    if (!json_object_need(object, "file", &member)
        || !json_read_text(reader, member, PATH_BYTES_MAX, &path))
        return false;
    if (!may) {
        fault_add(reader->faults, member.pointer, FAULT_CONFLICT, NULL,
                  "the server reads no files of its own: upload the file with "
                  "POST /datasets, and give the dataset's id or name here");
        return false;
    }
    if (!options_read(reader, object, &options))
        return false;
    json_object_close(object);
    error = dataset_file_read(path, &options, reader->arena, member.pointer,
                              reader->faults, &ret->dataset);
    if (error == ERR_INVALID)
        return false;
    return error == OK ? keep_file(reader, path, ret) : fail(reader, error);
}

/* ---- all of them ------------------------------------------------------- */

static bool has_member(struct json_reader *reader, struct json_value object,
                       const char *wanted)
{
    struct json_value member = {.node = NULL};
    const char *name;

    while (json_object_next(reader, object, &name, &member))
        if (!strcmp(name, wanted))
            return true;
    return false;
}

bool spec_is_no_run(const struct json_reader *reader)
{
    const struct spec_reading *reading = reader->user;

    return reading && reading->source && reading->source->is_no_run;
}

bool spec_is_reference(struct json_reader *reader, struct json_value value)
{
    if (json_value_type(value) == JSON_TEXT)
        return true;
    return json_value_type(value) == JSON_OBJECT
        && (has_member(reader, value, "generated")
            || has_member(reader, value, "file"));
}

bool spec_reference_read(struct json_reader *reader, struct json_value value,
                         struct value *ret)
{
    struct json_object object;

    ret->given = true;
    if (json_value_type(value) == JSON_TEXT)
        return name_read(reader, value, ret);
    if (!json_object_open(reader, value, &object))
        return false;
    if (has_member(reader, value, "generated"))
        return generated_read(reader, &object, ret);
    return file_read(reader, &object, ret);
}
