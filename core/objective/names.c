/* names.c - the names of a spec that a formula may use, put together. */
#include "core/objective/names.h"

#include <stdlib.h>
#include <string.h>

#include "core/expression/language.h"

/* A name and where it stands. */
struct entry {
    const char *name;
    size_t order;               /* among all names */
    const struct name_group *group;
    size_t index;               /* in its group */
};

static int compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

/* Numbers in x are listed, everything else is a member. */
static const char *place_of(const struct entry *entry, const char *pointer,
                            struct faults *faults)
{
    const struct symbol *symbol = &entry->group->value->symbols[entry->index];
    const char *place = pointer_member(faults, pointer, entry->group->member);

    if (entry->group->within != NULL)
        place = pointer_member(faults, place, entry->group->within);
    if (symbol->type == SYMBOL_VARIABLE && symbol->rows == 0)
        return pointer_index(faults, place, entry->index);
    return pointer_member(faults, place, entry->name);
}

static void check_name(const struct entry *entry, const char *pointer,
                       struct faults *faults)
{
    if (!language_is_name(entry->name))
        fault_add(faults, place_of(entry, pointer, faults),
                  FAULT_OUT_OF_RANGE,
                  language_latin(entry->name, strlen(entry->name)),
                  "a name is a letter or _, then letters, digits or _, at "
                  "most %d in all; letters are A to Z and a to z",
                  LANGUAGE_NAME_BYTES_MAX);
    else if (language_is_reserved(entry->name))
        fault_add(faults, place_of(entry, pointer, faults), FAULT_CONFLICT,
                  NULL, "%s has a meaning in formulas; another name is needed",
                  entry->name);
}

static void refuse_second(const struct entry *first,
                          const struct entry *second, const char *pointer,
                          struct faults *faults)
{
    bool same = first->group == second->group;

    fault_add(faults, place_of(second, pointer, faults),
              same ? FAULT_DUPLICATE : FAULT_CONFLICT, NULL,
              "%s is among the %s already", second->name,
              first->group->within != NULL ? first->group->within
                                           : first->group->member);
}

/* Check entries[count], and leave them sorted. */
static void check(struct entry *entries, size_t count, const char *pointer,
                  struct faults *faults)
{
    for (size_t i = 0; i < count; i++)
        check_name(&entries[i], pointer, faults);
    qsort(entries, count, sizeof *entries, compare);
    for (size_t i = 1; i < count; i++)
        if (strcmp(entries[i - 1].name, entries[i].name) == 0)
            refuse_second(&entries[i - 1], &entries[i], pointer, faults);
}

/* Copy the group's symbols, each variable behind those before. */
static void place_group(const struct name_group *group, struct symbol *to,
                        struct symbols *symbols)
{
    for (size_t i = 0; i < group->value->rows; i++) {
        to[i] = group->value->symbols[i];
        if (to[i].type != SYMBOL_VARIABLE)
            continue;
        to[i].offset = symbols->n;
        symbols->n += symbol_size(&to[i]);
    }
}

enum error names_collect(struct arena *arena, const struct name_group *groups,
                         size_t count, const char *pointer,
                         struct faults *faults, struct symbols *ret)
{
    struct symbols symbols = {.count = 0};
    size_t before = faults->total, at = 0;
    struct symbol *items;
    struct entry *entries;

    for (size_t k = 0; k < count; k++)
        symbols.count += groups[k].value->rows;
    items = arena_array(arena, symbols.count, sizeof *items);
    entries = arena_array(arena, symbols.count, sizeof *entries);
    if (items == NULL || entries == NULL)
        return ERR_MEMORY;
    for (size_t k = 0; k < count; k++) {
        place_group(&groups[k], items + at, &symbols);
        for (size_t i = 0; i < groups[k].value->rows; i++, at++)
            entries[at] = (struct entry){items[at].name, at, &groups[k], i};
        if (symbols.n > DIMENSION_MAX && faults->total == before)
            fault_add(faults, pointer_member(faults, pointer,
                                             groups[k].member),
                      FAULT_TOO_LARGE, NULL,
                      "there are %zu variables in all; at most %d are "
                      "possible", symbols.n, DIMENSION_MAX);
    }
    check(entries, at, pointer, faults);
    if (faults->total > before)
        return ERR_INVALID;
    symbols.items = items;
    *ret = symbols;
    return OK;
}
