/* spec_parts.c - the names of a spec's variables. */
#include "server/jobs/spec_parts.h"

#include <string.h>

#include "core/model/model.h"

enum { DIGITS_MAX = 9 };

size_t spec_part_size(const struct spec_part *part)
{
    return (part->rows ? part->rows : 1) * (part->columns ? part->columns : 1);
}

static enum error parts_of_model(struct arena *arena,
                                 const struct objective *objective,
                                 struct spec_parts *ret)
{
    struct tensor tensors[TENSORS_MAX];
    size_t count = model_tensors(objective, tensors);
    struct spec_part *parts = arena_array(arena, count, sizeof *parts);

    if (!parts)
        return ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        bool is_matrix = tensors[i].dimensions == 2;

        parts[i] = (struct spec_part){
            arena_text(arena, tensors[i].name, strlen(tensors[i].name)),
            tensors[i].first, tensors[i].shape[0],
            is_matrix ? tensors[i].shape[1] : 0};
        if (!parts[i].name)
            return ERR_MEMORY;
    }
    *ret = (struct spec_parts){parts, count, objective->n};
    return OK;
}

/* Names that no formula needs: of a polynomial's variables. */
static enum error parts_of_names(struct arena *arena, const struct spec *spec,
                                 struct spec_parts *ret)
{
    const struct member *members = spec->objective.kind->members;
    const struct value *names = NULL;
    struct spec_part *parts;
    size_t count;

    for (size_t i = 0; members[i].name; i++)
        if (members[i].type == MEMBER_NAMES
            && !strcmp(members[i].name, "variables"))
            names = &spec->objective_values[i];
    count = names && names->given ? names->rows : 0;
    parts = arena_array(arena, count + 1, sizeof *parts);
    if (!parts)
        return ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        parts[i] = (struct spec_part){.name = names->names[i], .first = i};
    *ret = (struct spec_parts){parts, count, spec->objective.n};
    return OK;
}

enum error spec_parts_of(struct arena *arena, const struct spec *spec,
                         struct spec_parts *ret)
{
    const struct objective *objective = &spec->objective;
    const struct symbols *symbols = objective->symbols;
    struct spec_part *parts;

    if (model_design_of(objective))
        return parts_of_model(arena, objective, ret);
    if (!symbols)
        return parts_of_names(arena, spec, ret);
    parts = arena_array(arena, symbols->count, sizeof *parts);
    if (!parts)
        return ERR_MEMORY;
    *ret = (struct spec_parts){.items = parts, .n = objective->n};
    for (size_t i = 0; i < symbols->count; i++) {
        const struct symbol *symbol = &symbols->items[i];

        if (symbol->type == SYMBOL_VARIABLE)
            parts[ret->count++] = (struct spec_part){
                symbol->name, symbol->offset, symbol->rows, symbol->columns};
    }
    return OK;
}

/* ---- one variable ------------------------------------------------------ */

const char *spec_variable_name(struct arena *arena,
                               const struct spec_parts *parts, size_t i)
{
    const struct spec_part *part;
    size_t k = 0;

    while (k < parts->count && i - parts->items[k].first
                                   >= spec_part_size(&parts->items[k]))
        k++;
    if (k == parts->count)
        return parts->n == 1 ? "x" : arena_format(arena, "x[%zu]", i + 1);
    part = &parts->items[k];
    i -= part->first;
    if (part->rows == 0)
        return part->name;
    if (part->columns == 0)
        return arena_format(arena, "%s[%zu]", part->name, i + 1);
    return arena_format(arena, "%s[%zu,%zu]", part->name,
                        i / part->columns + 1, i % part->columns + 1);
}

const char *const *spec_variable_names(struct arena *arena,
                                       const struct spec *spec)
{
    size_t n = spec->objective.n;
    const char **names = arena_array(arena, n, sizeof *names);
    struct spec_parts parts;

    if (!names || spec_parts_of(arena, spec, &parts) != OK)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        names[i] = spec_variable_name(arena, &parts, i);
        if (!names[i])
            return NULL;
    }
    return names;
}

/* A whole number, and what stands behind it. False: it is none. */
static bool read_index(const char **text, size_t *ret)
{
    size_t digits = strspn(*text, "0123456789");

    if (digits == 0 || digits > DIGITS_MAX)
        return false;
    *ret = 0;
    for (size_t i = 0; i < digits; i++)
        *ret = 10 * *ret + (size_t)((*text)[i] - '0');
    *text += digits;
    return true;
}

/* "[3]" or "[2,3]", as the part's shape is: the place within it. */
static bool read_place(const struct spec_part *part, const char *text,
                       size_t *ret)
{
    size_t row = 1, column = 1;

    if (part->rows > 0 && (*text++ != '[' || !read_index(&text, &row)))
        return false;
    if (part->columns > 0 && (*text++ != ',' || !read_index(&text, &column)))
        return false;
    if (part->rows > 0 && *text++ != ']')
        return false;
    *ret = (row - 1) * (part->columns ? part->columns : 1) + column - 1;
    return *text == '\0' && row >= 1 && column >= 1
           && row <= (part->rows ? part->rows : 1)
           && column <= (part->columns ? part->columns : 1);
}

/* Whether the text names a number of the part. */
static bool is_of_part(const struct spec_part *part, const char *text,
                       size_t *ret)
{
    size_t length = strcspn(text, "[");

    if (strlen(part->name) != length || strncmp(part->name, text, length)
        || !read_place(part, text + length, ret))
        return false;
    *ret += part->first;
    return true;
}

bool spec_variable_find(const struct spec_parts *parts, size_t n,
                        const char *text, struct suggestion *near,
                        size_t *ret)
{
    const struct spec_part nameless = {.name = "x", .rows = n == 1 ? 0 : n};
    const char *rest = text;

    if (read_index(&rest, ret) && *rest == '\0')
        return *ret < n;
    if (parts->count == 0)
        return is_of_part(&nameless, text, ret);
    for (size_t i = 0; i < parts->count; i++) {
        if (is_of_part(&parts->items[i], text, ret))
            return true;
        suggest_offer(near, parts->items[i].name);
    }
    return false;
}
