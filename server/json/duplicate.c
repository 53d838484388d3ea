/*
 * duplicate.c - finds members given twice.
 *
 * They are found in the tree, where names have no escapes, by sorting
 * each object's names. The tree knows no places, so the member is counted in
 * document order, and the text's member of that number is the one.
 */
#include "server/json/duplicate.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A walk over a tree in document order. */
struct walk {
    const cJSON *path[JSON_DEPTH_MAX + 1];
    size_t depth;
};

static const cJSON *walk_next(struct walk *walk)
{
    const cJSON *node = walk->path[walk->depth];

    if (node->child != NULL) {
        walk->path[++walk->depth] = node->child;
        return node->child;
    }
    while (walk->depth > 0 && walk->path[walk->depth]->next == NULL)
        walk->depth--;
    if (walk->depth == 0)
        return NULL;
    walk->path[walk->depth] = walk->path[walk->depth]->next;
    return walk->path[walk->depth];
}

/* The members of one object at a time; the memory is kept for the next. */
struct members {
    struct member {
        const cJSON *node;
        size_t index;
    } *items;
    size_t count, capacity;
};

static enum error collect(struct members *members, const cJSON *object)
{
    members->count = 0;
    for (const cJSON *node = object->child; node != NULL; node = node->next) {
        if (members->count == members->capacity) {
            size_t capacity = 2 * members->capacity + 16;
            struct member *items = realloc(members->items,
                                           capacity * sizeof *items);

            if (items == NULL)
                return ERR_MEMORY;
            members->items = items;
            members->capacity = capacity;
        }
        members->items[members->count] =
            (struct member){node, members->count};
        members->count++;
    }
    return OK;
}

static int compare(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int order = strcmp(x->node->string, y->node->string);

    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* The first member whose name stands before it, or NULL. */
static const cJSON *repeated(struct members *members)
{
    const struct member *first = NULL;

    if (members->count > 1)
        qsort(members->items, members->count, sizeof *members->items, compare);
    for (size_t i = 1; i < members->count; i++) {
        const struct member *item = &members->items[i];

        if (strcmp(item[-1].node->string, item->node->string) == 0
            && (first == NULL || item->index < first->index))
            first = item;
    }
    return first != NULL ? first->node : NULL;
}

static enum error find(const cJSON *tree, const cJSON **ret_node)
{
    struct walk walk = {.path = {tree}};
    struct members members = {0};
    enum error error = OK;

    *ret_node = NULL;
    for (const cJSON *node = tree; node != NULL && *ret_node == NULL;
         node = walk_next(&walk)) {
        if (!cJSON_IsObject(node))
            continue;
        error = collect(&members, node);
        if (error != OK)
            break;
        *ret_node = repeated(&members);
    }
    free(members.items);
    return error;
}

/* How many members stand before `node` in the document. */
static size_t members_before(const cJSON *tree, const cJSON *node)
{
    struct walk walk = {.path = {tree}};
    size_t count = 0;

    for (const cJSON *at = tree; at != node; at = walk_next(&walk))
        count += at->string != NULL;
    return count;
}

/* Where name number `number` begins: a name is a string before a colon. */
static size_t place_of_name(const char *text, size_t bytes, size_t number)
{
    size_t at = 0;

    while (at < bytes) {
        size_t start = at;

        if (text[at++] != '"')
            continue;
        at = json_string_end(text, start);
        while (at < bytes && strchr(" \t\r\n", text[at]) != NULL)
            at++;
        if (at < bytes && text[at] == ':' && number-- == 0)
            return start;
    }
    return 0;
}

enum error json_refuse_duplicate(const struct cJSON *tree, const char *text,
                                 size_t bytes, struct json_flaw *ret_flaw)
{
    const cJSON *node;

    TRY(find(tree, &node));
    if (node == NULL)
        return OK;
    *ret_flaw = json_flaw_at(
        text, place_of_name(text, bytes, members_before(tree, node)),
        "this object has a member of this name already");
    return ERR_INVALID;
}
