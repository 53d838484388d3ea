/* parameter.c - the value of a parameter, as its row says. */
#include "server/http/parameter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/decimal.h"
#include "core/base/suggest.h"
#include "server/base/clock.h"

enum { NUMBER_BYTES_MAX = 64 };

/* One text that is read by a row. */
struct reading {
    const struct http_parameter *row;
    struct arena *arena;
    const char *place;
    struct faults *faults;       /* NULL: nobody wants to know */
};

const char *parameter_choice_name(const struct http_parameter *row,
                                  size_t index)
{
    if (row->choices != NULL)
        return row->choices[index];
    if (row->kinds == NULL || row->kinds[index] == NULL)
        return NULL;
    return *(const char *const *)row->kinds[index];
}

static int find_choice(const struct http_parameter *row, const char *text)
{
    const char *name;

    for (size_t i = 0; (name = parameter_choice_name(row, i)) != NULL; i++)
        if (strcmp(text, name) == 0)
            return (int)i;
    return -1;
}

struct http_value parameter_default(const struct http_parameter *row)
{
    struct http_value value = {.choice = -1};

    if (isnan(row->initial))
        return value;
    value.integer = (int64_t)row->initial;
    value.number = row->initial;
    value.flag = row->initial != 0;
    if (row->type == HTTP_CHOICE)
        value.choice = (int)row->initial;
    return value;
}

/* ---- faults -------------------------------------------------------------- */

/* "a, b and c" with `last` for "and"; "" without memory. */
static const char *names_text(const struct reading *reading, const char *last)
{
    const char *text = "", *name;

    for (size_t i = 0; (name = parameter_choice_name(reading->row, i)); i++) {
        bool is_last = !parameter_choice_name(reading->row, i + 1);

        text = arena_format(reading->arena, "%s%s%s", text,
                            i == 0 ? "" : is_last ? last : ", ", name);
        if (text == NULL)
            return "";
    }
    return text;
}

static void refuse_choice(const struct reading *reading, const char *text)
{
    bool are_two = parameter_choice_name(reading->row, 2) == NULL;
    struct suggestion near = {.word = text};
    const char *name;

    for (size_t i = 0; (name = parameter_choice_name(reading->row, i)); i++)
        suggest_offer(&near, name);
    fault_add(reading->faults, reading->place, FAULT_UNKNOWN_NAME, near.best,
              "\"%s\" is %s %s", text, are_two ? "neither" : "none of",
              names_text(reading, are_two ? " nor " : ", "));
}

/* A text that is no number of the row, nor one of its words. */
static void refuse_number(const struct reading *reading, const char *text,
                          bool is_whole)
{
    const struct http_parameter *row = reading->row;
    const char *kind = is_whole ? "a whole number" : "a number", *name;
    struct suggestion near = {.word = text};

    for (size_t i = 0; (name = parameter_choice_name(row, i)) != NULL; i++)
        suggest_offer(&near, name);
    if (parameter_choice_name(row, 0) != NULL)
        fault_add(reading->faults, reading->place, FAULT_OUT_OF_RANGE,
                  near.best, "\"%s\" is neither %s nor %s in [%.15g, %.15g]",
                  text, names_text(reading, ", "), kind, row->low, row->high);
    else
        fault_add(reading->faults, reading->place, FAULT_OUT_OF_RANGE, NULL,
                  "\"%s\" is not %s in [%.15g, %.15g]", text, kind,
                  row->low, row->high);
}

void parameter_refuse_missing(const struct http_parameter *row,
                              const char *place, struct faults *faults)
{
    if (row->type == HTTP_LIST && row->items == HTTP_ID)
        fault_add(faults, place, FAULT_REQUIRED, NULL,
                  "give the ids of 1 to %zu %ss, separated by commas",
                  row->items_max, row->prefix);
    else
        fault_add(faults, place, FAULT_REQUIRED, NULL,
                  "it must be given. %s", row->sentence);
}

/* ---- one value ----------------------------------------------------------- */

static bool read_integer(const struct http_parameter *row, const char *text,
                         int64_t *ret)
{
    char *end;
    long long value;

    if (*text != '-' && (*text < '0' || *text > '9'))
        return false;
    errno = 0;
    value = strtoll(text, &end, 10);
    if (*end != '\0' || errno != 0 || (double)value < row->low
        || (double)value > row->high)
        return false;
    *ret = value;
    return true;
}

static bool read_number(const struct http_parameter *row, const char *text,
                        double *ret)
{
    char padded[NUMBER_BYTES_MAX + DECIMAL_PADDING] = "";
    size_t bytes = strlen(text);
    struct decimal decimal;

    if (bytes > NUMBER_BYTES_MAX)
        return false;
    memcpy(padded, text, bytes);
    if (decimal_read(padded, '.', &decimal) != padded + bytes
        || !(decimal.value >= row->low && decimal.value <= row->high))
        return false;
    *ret = decimal.value;
    return true;
}

static void read_one(const struct reading *reading, const char *text,
                     enum http_type type, struct http_value *value)
{
    const struct http_parameter *row = reading->row;
    int choice = find_choice(row, text);
    bool is_good = choice >= 0;

    if (is_good)
        value->choice = choice;
    else if (type == HTTP_INTEGER)
        is_good = read_integer(row, text, &value->integer);
    else if (type == HTTP_NUMBER)
        is_good = read_number(row, text, &value->number);
    else if (type == HTTP_TIME)
        is_good = time_parse(text, &value->integer);
    else if (type == HTTP_BOOLEAN)
        is_good = strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
    else if (type == HTTP_ID)
        value->is_id = identifier_parse(text, row->prefix, &value->id);
    if (type == HTTP_BOOLEAN && is_good)
        value->flag = *text == 't';
    if (is_good || type == HTTP_TEXT || type == HTTP_ID)
        return;
    value->is_wrong = true;
    if (reading->faults == NULL)
        return;
    if (type == HTTP_BOOLEAN)
        fault_add(reading->faults, reading->place, FAULT_OUT_OF_RANGE, NULL,
                  "\"%s\" is neither true nor false", text);
    else if (type == HTTP_TIME)
        fault_add(reading->faults, reading->place, FAULT_SYNTAX, NULL,
                  "\"%s\" is no RFC 3339 time: a date, a time and Z or an "
                  "offset, as 2026-01-31T12:00:00Z", text);
    else if (type == HTTP_CHOICE)
        refuse_choice(reading, text);
    else
        refuse_number(reading, text, type == HTTP_INTEGER);
}

/* ---- lists --------------------------------------------------------------- */

/* How far the first item goes. */
static size_t item_bytes(const char *text)
{
    size_t i = 0;

    for (bool is_inside = false; text[i] && (is_inside || text[i] != ','); i++)
        is_inside = text[i] == '[' || (is_inside && text[i] != ']');
    return i;
}

static size_t count_items(const char *text)
{
    size_t count = 1;

    for (text += item_bytes(text); *text != '\0'; text += item_bytes(text)) {
        text++;
        count++;
    }
    return count;
}

static enum error read_items(const struct reading *reading, const char *text,
                             struct http_value *ret)
{
    size_t count = count_items(text);
    const char **items = arena_array(reading->arena, count, sizeof *items);
    double *numbers = arena_array(reading->arena, count, sizeof *numbers);
    int *choices = arena_array(reading->arena, count, sizeof *choices);

    if (items == NULL || numbers == NULL || choices == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        size_t bytes = item_bytes(text);
        struct http_value item = {.choice = -1};

        items[i] = arena_text(reading->arena, text, bytes);
        if (items[i] == NULL)
            return ERR_MEMORY;
        read_one(reading, items[i], reading->row->items, &item);
        numbers[i] = item.number;
        choices[i] = item.choice;
        ret->is_wrong |= item.is_wrong;
        text += bytes + (text[bytes] == ',');
    }
    ret->items = items;
    ret->numbers = numbers;
    ret->choices = choices;
    ret->count = count;
    return OK;
}

static void refuse_many(const struct reading *reading, size_t count)
{
    bool has_ids = reading->row->items == HTTP_ID;

    fault_add(reading->faults, reading->place, FAULT_TOO_LARGE, NULL,
              "%zu %ss are asked for, at most %zu at once", count,
              has_ids ? reading->row->prefix : "item",
              reading->row->items_max);
}

static enum error read_list(const struct reading *reading, const char *text,
                            struct http_value *ret)
{
    const struct http_parameter *row = reading->row;
    size_t count = count_items(text);

    ret->choice = row->items == HTTP_CHOICE ? -1 : find_choice(row, text);
    if (ret->choice >= 0)
        return OK;
    ret->is_wrong = row->items_max > 0
                    && (*text == '\0' || count > row->items_max);
    if (row->items_max > 0 && *text == '\0') {
        if (reading->faults != NULL)
            parameter_refuse_missing(row, reading->place, reading->faults);
        return OK;
    }
    if (row->items_max > 0 && count > row->items_max) {
        if (reading->faults != NULL)
            refuse_many(reading, count);
        return OK;
    }
    return read_items(reading, text, ret);
}

enum error parameter_read(const struct http_parameter *row, const char *text,
                          struct arena *arena, const char *place,
                          struct faults *faults, struct http_value *ret)
{
    struct reading reading = {row, arena, place, faults};

    *ret = parameter_default(row);
    ret->text = text;
    ret->is_given = true;
    if (row->type == HTTP_LIST)
        return read_list(&reading, text, ret);
    read_one(&reading, text, row->type, ret);
    return OK;
}
