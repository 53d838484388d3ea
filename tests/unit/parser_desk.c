/* parser_desk.c - see parser_desk.h. */
#include "tests/unit/parser_desk.h"

#include <stdlib.h>
#include <string.h>

#include "core/expression/expression.h"

static const double numbers_w[] = {10, 20, 30}, number_a[] = {2};
static const double numbers_A[] = {1, 2, 3, 4, 5, 6}, zero[] = {0};

static const struct symbol items[] = {
    {"x", SYMBOL_VARIABLE, 3, 0, 0, NULL},
    {"y", SYMBOL_VARIABLE, 0, 0, 3, NULL},
    {"one", SYMBOL_VARIABLE, 1, 0, 4, NULL},
    {"w", SYMBOL_CONSTANT, 3, 0, 0, numbers_w},
    {"a", SYMBOL_CONSTANT, 0, 0, 0, number_a},
    {"zero", SYMBOL_CONSTANT, 0, 0, 0, zero},
    {"A", SYMBOL_CONSTANT, 2, 3, 0, numbers_A},
    {"big", SYMBOL_VARIABLE, 5000, 0, 5, NULL},
};

const struct symbols desk_symbols = {
    items, sizeof items / sizeof *items, 5005, 0};

int desk_set_up(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);

    if (desk == NULL)
        return -1;
    arena_init(&desk->arena, 0);
    faults_init(&desk->faults, &desk->arena);
    *state = desk;
    return graph_init(&desk->graph, &desk->arena, desk_symbols.n) == OK
               ? 0 : -1;
}

int desk_tear_down(void **state)
{
    struct desk *desk = *state;

    arena_fini(&desk->arena);
    free(desk);
    return 0;
}

enum error parse(struct desk *desk, const char *text)
{
    desk->faults.total = 0;
    return parser_parse(&desk->graph, text, &desk_symbols, COUNTERS_MAX, "/f",
                        &desk->faults, &desk->parsed);
}

unsigned root(struct desk *desk, const char *text)
{
    if (parse(desk, text) != OK)
        fail_msg("%s: %s", text, desk->faults.items[0].detail);
    return desk->parsed.root;
}

void is(struct desk *desk, const char *text, double expected)
{
    double value;

    if (!graph_is_number(&desk->graph, root(desk, text), &value))
        fail_msg("%s is no number", text);
    if (!(value == expected))
        fail_msg("%s is %.17g, not %.17g", text, value, expected);
}

void same(struct desk *desk, const char *text, const char *other)
{
    if (root(desk, text) != root(desk, other))
        fail_msg("%s is not %s", text, other);
}

void form_is(struct desk *desk, const char *text, const char *form)
{
    root(desk, text);
    assert_string_equal(desk->parsed.form, form);
}

void says(struct desk *desk, const char *text, size_t index,
          enum fault_code code, const char *detail)
{
    assert_int_equal(parse(desk, text), ERR_INVALID);
    if (desk->faults.total <= index)
        fail_msg("%s has %zu faults", text, desk->faults.total);
    assert_string_equal(desk->faults.items[index].pointer, "/f");
    assert_string_equal(desk->faults.items[index].detail, detail);
    assert_int_equal(desk->faults.items[index].code, code);
}

void one(struct desk *desk, const char *text, enum fault_code code,
         const char *detail)
{
    says(desk, text, 0, code, detail);
    assert_int_equal(desk->faults.total, 1);
}

const char *desk_repeat(struct desk *desk, const char *head, const char *part,
                        size_t count, const char *tail)
{
    size_t bytes = strlen(head) + count * strlen(part) + strlen(tail) + 1;
    char *text = arena_array(&desk->arena, bytes, 1), *at = text;

    assert_non_null(text);
    at = stpcpy(at, head);
    for (size_t i = 0; i < count; i++)
        at = stpcpy(at, part);
    stpcpy(at, tail);
    return text;
}
