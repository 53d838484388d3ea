/* spec_parts.c - what the numbers of x are called. */
#include "server/jobs/spec_parts.h"

#include <string.h>

#include "core/expression/symbols.h"
#include "core/model/model.h"

enum { DIGITS_MAX = 9 };

size_t spec_part_size(const struct spec_part *part)
{
    return (part->rows ? part->rows : 1) * (part->columns ? part->columns : 1);
}

static struct spec_part *parts_of_model(struct arena *arena,
                                   const struct objective *objective,
                                   size_t *ret_count)
{
    struct tensor tensors[TENSORS_MAX];
    size_t count = model_tensors(objective, tensors);
    struct spec_part *parts = arena_array(arena, count, sizeof *parts);

    *ret_count = count;
    for (size_t i = 0; parts && i < count; i++) {
        bool is_matrix = tensors[i].dimensions == 2;

        parts[i] = (struct spec_part){
            arena_text(arena, tensors[i].name, strlen(tensors[i].name)),
            tensors[i].first, tensors[i].shape[0],
            is_matrix ? tensors[i].shape[1] : 0, false};
        if (!parts[i].name)
            return NULL;
    }
    return parts;
}

/* Names that no formula needs: of a polynomial's variables. */
static struct spec_part *parts_of_names(struct arena *arena,
                                   const struct spec *spec,
                                   size_t *ret_count)
{
    const struct member *members = spec->objective.kind->members;
    const struct value *names = NULL;
    struct spec_part *parts;

    for (size_t i = 0; members[i].name; i++)
        if (members[i].type == MEMBER_NAMES
            && !strcmp(members[i].name, "variables"))
            names = &spec->objective_values[i];
    *ret_count = names && names->given ? names->rows : 0;
    parts = arena_array(arena, *ret_count + 1, sizeof *parts);
    for (size_t i = 0; parts && i < *ret_count; i++)
        parts[i] = (struct spec_part){.name = names->names[i], .first = i};
    return parts;
}

struct spec_part *spec_parts(struct arena *arena, const struct spec *spec,
                             size_t *ret_count)
{
    const struct objective *objective = &spec->objective;
    const struct symbols *symbols = objective->symbols;
    struct spec_part *parts;

    *ret_count = 0;
    if (model_design_of(objective))
        return parts_of_model(arena, objective, ret_count);
    if (!symbols)
        return parts_of_names(arena, spec, ret_count);
    parts = arena_array(arena, symbols->count, sizeof *parts);
    for (size_t i = 0; parts && i < symbols->count; i++) {
        const struct symbol *symbol = &symbols->items[i];

        if (symbol->type == SYMBOL_VARIABLE)
            parts[(*ret_count)++] = (struct spec_part){
                symbol->name, symbol->offset, symbol->rows, symbol->columns,
                false};
    }
    return parts;
}

/* "w", "w[2]" or "W[1][2]": the number at `index` of a part. */
static const char *element_name(struct arena *arena,
                                const struct spec_part *part, size_t index)
{
    if (part->rows == 0)
        return arena_format(arena, "%s", part->name);
    if (part->columns == 0)
        return arena_format(arena, "%s[%zu]", part->name, index + 1);
    return arena_format(arena, "%s[%zu][%zu]", part->name,
                        index / part->columns + 1, index % part->columns + 1);
}

/* What stands for the parts of numbers without names. */
static struct spec_part unnamed_part(size_t n)
{
    return (struct spec_part){"x", 0, n == 1 ? 0 : n, 0, false};
}

const char *const *spec_variable_names(struct arena *arena,
                                       const struct spec *spec)
{
    size_t n = spec->objective.n, count;
    const char **names = arena_array(arena, n, sizeof *names);
    struct spec_part *parts = spec_parts(arena, spec, &count);
    const struct spec_part unnamed = unnamed_part(n);

    if (!names || !parts)
        return NULL;
    for (size_t i = 0; i < (count ? count : 1); i++) {
        const struct spec_part *part = count ? &parts[i] : &unnamed;

        for (size_t k = 0; k < spec_part_size(part); k++) {
            names[part->first + k] = element_name(arena, part, k);
            if (!names[part->first + k])
                return NULL;
        }
    }
    return names;
}

/* ---- one of them ------------------------------------------------------- */

const char *spec_variable_name(struct arena *arena,
                               const struct spec_part *parts, size_t count,
                               size_t n, size_t i)
{
    const struct spec_part unnamed = unnamed_part(n);
    size_t k = 0;

    if (count == 0)
        return element_name(arena, &unnamed, i);
    while (i - parts[k].first >= spec_part_size(&parts[k]))
        k++;
    return element_name(arena, &parts[k], i - parts[k].first);
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

/* "[3]", of so many: from 0. False: it is none. */
static bool read_bracket(const char **text, size_t size, size_t *ret)
{
    size_t number;

    if (*(*text)++ != '[' || !read_index(text, &number)
        || *(*text)++ != ']' || number < 1 || number > size)
        return false;
    *ret = number - 1;
    return true;
}

/* Whether the text names a number of the part. */
static bool is_of_part(const struct spec_part *part, const char *text,
                       size_t *ret)
{
    size_t length = strlen(part->name), row = 0, column = 0;
    const char *rest;

    if (strncmp(part->name, text, length))
        return false;
    rest = text + length;
    if ((part->rows > 0 && !read_bracket(&rest, part->rows, &row))
        || (part->columns > 0 && !read_bracket(&rest, part->columns, &column))
        || *rest != '\0')
        return false;
    *ret = part->first + (part->columns > 0 ? row * part->columns : row)
         + column;
    return true;
}

bool spec_variable_find(const struct spec_part *parts, size_t count, size_t n,
                        const char *text, struct suggestion *near,
                        size_t *ret)
{
    const struct spec_part unnamed = unnamed_part(n);
    const char *rest = text;

    if (read_index(&rest, ret) && *rest == '\0')
        return *ret < n;
    if (count == 0)
        return is_of_part(&unnamed, text, ret);
    for (size_t i = 0; i < count; i++) {
        if (is_of_part(&parts[i], text, ret))
            return true;
        suggest_offer(near, parts[i].name);
    }
    return false;
}
