/* kept_result.c - a result read back. */
#include "server/jobs/kept_result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "server/jobs/kept_numbers.h"
#include "server/json/reader.h"

enum { FIELD_BYTES_MAX = 64 };

/* ---- points ------------------------------------------------------------ */

/* Numbers, and null for each that is not finite. */
static bool read_x(struct json_reader *reader, struct json_value value,
                   size_t *ret_n, double **ret_x)
{
    struct json_value element = {.node = NULL};
    double *x;

    if (!json_array_open(reader, value, DIMENSION_MAX, ret_n))
        return false;
    x = arena_array(reader->arena, *ret_n, sizeof *x);
    if (!x)
        return reader->faults->out_of_memory = true, false;
    while (json_array_next(reader, value, &element)) {
        x[element.index] = NAN;
        if (!json_value_is_null(element)
            && !json_read_number(reader, element, &x[element.index]))
            return false;
    }
    *ret_x = x;
    return true;
}

static double nonfinite_of(const char *word)
{
    if (strstr(word, "inf"))
        return *word == '-' ? -INFINITY : INFINITY;
    return NAN;
}

/* What the nulls of the last point were: {"field": "x.3", "value": "-inf"} */
static bool read_nonfinite(struct json_reader *reader,
                           struct json_object *root, double *x, size_t n)
{
    struct json_value list, element = {.node = NULL};

    if (!json_object_take(root, "nonfinite", &list))
        return true;
    while (json_array_next(reader, list, &element)) {
        struct json_object object;
        struct json_value member;
        const char *field, *word;
        size_t index;

        if (!json_object_open(reader, element, &object)
            || !json_object_need(&object, "field", &member)
            || !json_read_text(reader, member, FIELD_BYTES_MAX, &field)
            || !json_object_need(&object, "value", &member)
            || !json_read_text(reader, member, FIELD_BYTES_MAX, &word))
            return false;
        if (strncmp(field, "x.", 2))
            continue;
        index = strtoul(field + 2, NULL, 10);
        if (index < n)
            x[index] = nonfinite_of(word);
    }
    return true;
}

/* `numbers`: of this place, where they were taken out of the text. */
static bool read_point(struct json_reader *reader, struct json_object *object,
                       const char *iteration, size_t n,
                       const struct kept_numbers *numbers,
                       enum kept_place place, struct kept_point *ret)
{
    double *x = numbers->points[place].x;
    size_t count = numbers->points[place].n;
    struct json_value member;
    int64_t number;

    if (!json_object_need(object, iteration, &member)
        || !json_read_integer(reader, member, 0, INT64_MAX, &number)
        || !json_object_need(object, "x", &member)
        || (!x && !read_x(reader, member, &count, &x))
        || (n > 0 && count != n))
        return false;
    *ret = (struct kept_point){(uint64_t)number, x};
    return n > 0 || read_nonfinite(reader, object, x, count);
}

static bool read_points(struct json_reader *reader, struct json_object *root,
                        const struct kept_numbers *numbers,
                        struct kept_result *ret)
{
    struct json_value member;
    struct json_object best;

    if (!json_object_need(root, "x", &member)
        || !json_array_open(reader, member, DIMENSION_MAX, &ret->n))
        return false;
    if (numbers->points[KEPT_LAST].x)
        ret->n = numbers->points[KEPT_LAST].n;
    if (ret->n == 0
        || !read_point(reader, root, "iterations", 0, numbers, KEPT_LAST,
                       &ret->points[KEPT_LAST])
        || !json_object_need(root, "best", &member)
        || !json_object_open(reader, member, &best))
        return false;
    return read_point(reader, &best, "iteration", ret->n, numbers, KEPT_BEST,
                      &ret->points[KEPT_BEST]);
}

/* ---- all of it --------------------------------------------------------- */

static enum error read_root(struct json_reader *reader,
                            const struct kept_numbers *numbers,
                            struct kept_result *ret)
{
    struct json_object root;
    struct json_value member;

    if (!json_object_open(reader, json_reader_root(reader), &root))
        return ERR_CORRUPT;
    if (!json_object_take(&root, "x", &member))
        return ERR_MISSING;
    if (!read_points(reader, &root, numbers, ret))
        return reader->faults->out_of_memory ? ERR_MEMORY : ERR_CORRUPT;
    if (!json_object_take(&root, "model", &member)
        || json_value_is_null(member))
        return OK;
    TRY(kept_model_read(reader, member, &ret->model));
    ret->is_model = true;
    return ret->model.objective.n == ret->n ? OK : ERR_CORRUPT;
}

static enum error read_text(struct arena *arena, const struct buffer *text,
                            const struct kept_numbers *numbers,
                            struct kept_result *ret)
{
    struct faults *faults = ARENA_NEW(arena, struct faults);
    struct json_reader reader;
    struct json_flaw flaw;
    enum error error;

    if (!faults)
        return ERR_MEMORY;
    faults_init(faults, arena);
    error = json_reader_init(&reader, text->bytes, text->count, faults,
                             &flaw);
    if (error != OK)
        return error == ERR_INVALID ? ERR_CORRUPT : error;
    reader.arena = arena;
    error = read_root(&reader, numbers, ret);
    json_reader_fini(&reader);
    return error;
}

enum error kept_result_read(struct arena *arena, const char *result,
                            struct kept_result *ret)
{
    struct kept_numbers numbers;
    struct buffer text;
    enum error error;

    *ret = (struct kept_result){.is_model = false};
    buffer_init(&text);
    error = kept_numbers_take(arena, result, &text, &numbers);
    if (error == OK)
        error = read_text(arena, &text, &numbers, ret);
    buffer_fini(&text);
    return error;
}
