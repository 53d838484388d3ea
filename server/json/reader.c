/* reader.c - typed reading of a parsed document; every fault has its place. */
#include "server/json/reader.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/base/suggest.h"
#include "server/json/number.h"

static const int64_t exact_max = INT64_C(1) << 53;

struct json_value json_reader_root(const struct json_reader *reader)
{
    return (struct json_value){.node = reader->tree, .pointer = ""};
}

enum json_type json_value_type(struct json_value value)
{
    if (value.node == NULL || cJSON_IsNull(value.node))
        return JSON_NULL;
    if (cJSON_IsBool(value.node))
        return JSON_FLAG;
    if (cJSON_IsNumber(value.node))
        return JSON_NUMBER;
    if (cJSON_IsString(value.node))
        return JSON_TEXT;
    return cJSON_IsArray(value.node) ? JSON_ARRAY : JSON_OBJECT;
}

bool json_value_is_null(struct json_value value)
{
    return json_value_type(value) == JSON_NULL;
}

static const char *const type_names[] = {
    [JSON_NULL] = "null",       [JSON_FLAG] = "true or false",
    [JSON_NUMBER] = "a number", [JSON_TEXT] = "a string",
    [JSON_ARRAY] = "an array",  [JSON_OBJECT] = "an object",
};

/* Whether the value is there and of this type; `wanted` is for people. */
static bool expect(struct json_reader *reader, struct json_value value,
                   enum json_type type, const char *wanted)
{
    enum json_type found = json_value_type(value);

    if (value.node == NULL)
        return false;
    if (found == type)
        return true;
    fault_add(reader->faults, value.pointer, FAULT_WRONG_TYPE, NULL,
              "%s is needed, not %s", wanted,
              found == JSON_FLAG ? cJSON_IsTrue(value.node) ? "true" : "false"
                                 : type_names[found]);
    return false;
}

/* Room for `count` elements, or NULL, which will be reported as no memory. */
static void *allocate(struct json_reader *reader, size_t count, size_t size)
{
    void *room = arena_array(reader->arena, count, size);

    if (room == NULL)
        reader->faults->out_of_memory = true;
    return room;
}

bool json_object_open(struct json_reader *reader, struct json_value value,
                      struct json_object *ret_object)
{
    bool is_object = expect(reader, value, JSON_OBJECT,
                            type_names[JSON_OBJECT]);

    ret_object->reader = reader;
    ret_object->value = value;
    ret_object->asked_count = 0;
    if (!is_object)
        ret_object->value.node = NULL;
    return is_object;
}

/* Most names differ in their first letter, and a spec has them compared some
 * hundred times. */
static bool is_same(const char *a, const char *b)
{
    return a[0] == b[0] && strcmp(a, b) == 0;
}

static bool was_asked(const struct json_object *object, const char *name)
{
    for (size_t i = 0; i < object->asked_count; i++)
        if (is_same(object->asked[i], name))
            return true;
    return false;
}

/* Find a member without making its pointer. */
static const cJSON *find(struct json_object *object, const char *name)
{
    const cJSON *node = object->value.node != NULL ? object->value.node->child
                                                   : NULL;

    if (!was_asked(object, name)) {
        assert(object->asked_count < JSON_OBJECT_NAMES);
        object->asked[object->asked_count++] = name;
    }
    while (node != NULL && !is_same(node->string, name))
        node = node->next;
    return node;
}

static const char *member_pointer(const struct json_object *object,
                                  const char *name)
{
    return pointer_member(object->reader->faults, object->value.pointer, name);
}

bool json_object_take(struct json_object *object, const char *name,
                      struct json_value *ret_value)
{
    const cJSON *node = find(object, name);

    *ret_value = (struct json_value){.node = node, .pointer = ""};
    if (node != NULL)
        ret_value->pointer = member_pointer(object, name);
    return node != NULL;
}

bool json_object_need(struct json_object *object, const char *name,
                      struct json_value *ret_value)
{
    if (json_object_take(object, name, ret_value))
        return true;
    if (object->value.node != NULL)
        fault_add(object->reader->faults, member_pointer(object, name),
                  FAULT_REQUIRED, NULL, "this member is required");
    return false;
}

/* Where a member of this name belongs, if that is not here; or NULL. */
static const char *find_place(const struct json_object *object,
                              const char *name, const char *pointer)
{
    const struct json_place *place = object->reader->places;

    for (; place != NULL && place->name != NULL; place++)
        if (strcmp(place->name, name) == 0)
            return strcmp(place->pointer, pointer) != 0 ? place->pointer
                                                        : NULL;
    return NULL;
}

/* "; there are a, b and c" where the members are few, else "". */
static const char *names_text(const struct json_object *object)
{
    size_t count = object->asked_count;
    const char *text = "";

    if (count == 0 || count > JSON_NAMES_LISTED_MAX)
        return "";
    for (size_t i = 0; i < count && text != NULL; i++)
        text = arena_format(object->reader->arena, "%s%s%s", text,
                            i == 0 ? count == 1 ? "; there is " : "; there are "
                            : i + 1 < count ? ", " : " and ",
                            object->asked[i]);
    return text != NULL ? text : "";
}

/* Past the faults that are kept they are only counted: no pointers or
 * suggestions are made for thousands of unknown members. */
static void add_unknown(struct json_object *object, const char *name)
{
    struct faults *faults = object->reader->faults;
    struct suggestion nearest = {.word = name};
    const char *pointer, *place = NULL;

    if (faults->total >= FAULTS_KEPT) {
        fault_add(faults, "", FAULT_UNKNOWN_MEMBER, NULL, "no such member");
        return;
    }
    for (size_t i = 0; i < object->asked_count; i++)
        suggest_offer(&nearest, object->asked[i]);
    pointer = member_pointer(object, name);
    if (nearest.best == NULL)
        place = find_place(object, name, pointer);
    if (place != NULL)
        fault_add(faults, pointer, FAULT_UNKNOWN_MEMBER, place,
                  "no such member here: it is %s", place);
    else
        fault_add(faults, pointer, FAULT_UNKNOWN_MEMBER, nearest.best,
                  "no such member%s", names_text(object));
}

void json_object_close(struct json_object *object)
{
    if (object->value.node == NULL)
        return;
    for (const cJSON *node = object->value.node->child; node != NULL;
         node = node->next)
        if (!was_asked(object, node->string))
            add_unknown(object, node->string);
}

/* Step to the first or next child of `parent`; false at the end. */
static bool step(struct json_value parent, enum json_type type,
                 struct json_value *child)
{
    const cJSON *node;

    if (parent.node == NULL || json_value_type(parent) != type)
        return false;
    node = child->node == NULL ? parent.node->child : child->node->next;
    if (node == NULL)
        return false;
    child->index = child->node == NULL ? 0 : child->index + 1;
    child->node = node;
    return true;
}

bool json_object_next(struct json_reader *reader, struct json_value object,
                      const char **ret_name, struct json_value *member)
{
    if (!step(object, JSON_OBJECT, member))
        return false;
    *ret_name = member->node->string;
    member->pointer = pointer_member(reader->faults, object.pointer,
                                     *ret_name);
    return true;
}

bool json_array_next(struct json_reader *reader, struct json_value array,
                     struct json_value *element)
{
    if (!step(array, JSON_ARRAY, element))
        return false;
    element->pointer = pointer_index(reader->faults, array.pointer,
                                     element->index);
    return true;
}

bool json_read_integer(struct json_reader *reader, struct json_value value,
                       int64_t low, int64_t high, int64_t *ret)
{
    char text[NUMBER_TEXT_BYTES];
    double number;

    if (!expect(reader, value, JSON_NUMBER, "a whole number"))
        return false;
    low = low < -exact_max ? -exact_max : low;
    high = high > exact_max ? exact_max : high;
    number = value.node->valuedouble;
    if (number == floor(number) && number >= (double)low
        && number <= (double)high) {
        *ret = (int64_t)number;
        return true;
    }
    fault_add(reader->faults, value.pointer, FAULT_OUT_OF_RANGE, NULL,
              "must be a whole number from %" PRId64 " to %" PRId64
              ", not %.*s", low, high, (int)number_write(number, text), text);
    return false;
}

bool json_read_number(struct json_reader *reader, struct json_value value,
                      double *ret)
{
    if (!expect(reader, value, JSON_NUMBER, type_names[JSON_NUMBER]))
        return false;
    *ret = value.node->valuedouble;
    return true;
}

bool json_read_flag(struct json_reader *reader, struct json_value value,
                    bool *ret)
{
    if (!expect(reader, value, JSON_FLAG, type_names[JSON_FLAG]))
        return false;
    *ret = cJSON_IsTrue(value.node);
    return true;
}

bool json_read_text(struct json_reader *reader, struct json_value value,
                    size_t bytes_max, const char **ret)
{
    const char *text;

    if (!expect(reader, value, JSON_TEXT, type_names[JSON_TEXT]))
        return false;
    if (strlen(value.node->valuestring) > bytes_max) {
        fault_add(reader->faults, value.pointer, FAULT_TOO_LARGE, NULL,
                  "at most %zu bytes, not %zu", bytes_max,
                  strlen(value.node->valuestring));
        return false;
    }
    text = arena_text(reader->arena, value.node->valuestring,
                      strlen(value.node->valuestring));
    if (text == NULL) {
        reader->faults->out_of_memory = true;
        return false;
    }
    *ret = text;
    return true;
}

static size_t count_children(const cJSON *node)
{
    size_t count = 0;

    for (node = node->child; node != NULL; node = node->next)
        count++;
    return count;
}

/* json_array_open() with words for what the array holds. */
static bool open_array(struct json_reader *reader, struct json_value value,
                       size_t count_max, const char *wanted,
                       size_t *ret_count)
{
    size_t count;

    if (!expect(reader, value, JSON_ARRAY, wanted))
        return false;
    count = count_children(value.node);
    if (count > count_max) {
        fault_add(reader->faults, value.pointer, FAULT_TOO_LARGE, NULL,
                  "at most %zu elements, not %zu", count_max, count);
        return false;
    }
    *ret_count = count;
    return true;
}

bool json_array_open(struct json_reader *reader, struct json_value value,
                     size_t count_max, size_t *ret_count)
{
    return open_array(reader, value, count_max, type_names[JSON_ARRAY],
                      ret_count);
}

/* Copy an array's numbers; a pointer is only made where there is a fault. */
static bool copy_numbers(struct json_reader *reader, struct json_value array,
                         double *numbers)
{
    struct json_value element = {.node = NULL};
    bool good = true;

    while (step(array, JSON_ARRAY, &element)) {
        if (cJSON_IsNumber(element.node)) {
            numbers[element.index] = element.node->valuedouble;
            continue;
        }
        good = false;
        element.pointer = reader->faults->total >= FAULTS_KEPT ? ""
                          : pointer_index(reader->faults, array.pointer,
                                          element.index);
        (void)expect(reader, element, JSON_NUMBER, type_names[JSON_NUMBER]);
    }
    return good;
}

bool json_read_numbers(struct json_reader *reader, struct json_value value,
                       size_t count_max, const double **ret_numbers,
                       size_t *ret_count)
{
    double *numbers;
    size_t count;

    if (!open_array(reader, value, count_max, "an array of numbers", &count))
        return false;
    numbers = allocate(reader, count, sizeof *numbers);
    if (numbers == NULL || !copy_numbers(reader, value, numbers))
        return false;
    *ret_numbers = numbers;
    *ret_count = count;
    return true;
}

/* Whether every element of `array` is a row of one length, that of row 0. */
static bool check_rows(struct json_reader *reader, struct json_value array,
                       size_t *ret_columns)
{
    struct json_value row = {.node = NULL};
    size_t columns = 0;
    bool good = true;

    while (json_array_next(reader, array, &row)) {
        size_t count;

        if (!expect(reader, row, JSON_ARRAY, "a row of numbers")) {
            good = false;
            continue;
        }
        count = count_children(row.node);
        if (row.index == 0)
            columns = count;
        if (count == columns)
            continue;
        good = false;
        fault_add(reader->faults, row.pointer, FAULT_WRONG_SIZE, NULL,
                  "a row of %zu numbers is needed, as the first, not %zu",
                  columns, count);
    }
    *ret_columns = columns;
    return good;
}

bool json_read_matrix(struct json_reader *reader, struct json_value value,
                      size_t count_max, const double **ret_numbers,
                      size_t *ret_rows, size_t *ret_columns)
{
    struct json_value row = {.node = NULL};
    size_t rows, columns;
    double *numbers;
    bool good = true;

    if (!open_array(reader, value, count_max, "an array of rows of numbers",
                    &rows)
        || !check_rows(reader, value, &columns))
        return false;
    if (columns > 0 && rows > count_max / columns) {
        fault_add(reader->faults, value.pointer, FAULT_TOO_LARGE, NULL,
                  "at most %zu numbers, not %zu rows of %zu", count_max, rows,
                  columns);
        return false;
    }
    numbers = allocate(reader, rows * columns, sizeof *numbers);
    if (numbers == NULL)
        return false;
    while (json_array_next(reader, value, &row))
        good &= copy_numbers(reader, row, numbers + row.index * columns);
    if (!good)
        return false;
    *ret_numbers = numbers;
    *ret_rows = rows;
    *ret_columns = columns;
    return true;
}

bool json_read_texts(struct json_reader *reader, struct json_value value,
                     size_t count_max, size_t bytes_max,
                     const char *const **ret_texts, size_t *ret_count)
{
    struct json_value element = {.node = NULL};
    const char **texts;
    size_t count;
    bool good = true;

    if (!open_array(reader, value, count_max, "an array of strings", &count))
        return false;
    texts = allocate(reader, count, sizeof *texts);
    if (texts == NULL)
        return false;
    while (json_array_next(reader, value, &element))
        good &= json_read_text(reader, element, bytes_max,
                               &texts[element.index]);
    if (!good)
        return false;
    *ret_texts = texts;
    *ret_count = count;
    return true;
}
