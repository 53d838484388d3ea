/* parser_search.c - what a name stands for, and what it may have been meant
 * for. */
#include "core/expression/parser_parts.h"

#include <string.h>

#include "core/base/suggest.h"

const struct symbol *parser_find_symbol(const struct parser *p,
                                        const struct token *name)
{
    const struct symbols *symbols = p->symbols;

    for (size_t i = 0; i < symbols->count; i++)
        if (strncmp(symbols->items[i].name, p->text + name->at, name->bytes)
                == 0
            && symbols->items[i].name[name->bytes] == '\0')
            return &symbols->items[i];
    for (size_t i = 0; i < p->let_count; i++)
        if (strncmp(p->lets[i].symbol.name, p->text + name->at, name->bytes)
                == 0
            && p->lets[i].symbol.name[name->bytes] == '\0')
            return &p->lets[i].symbol;
    return NULL;
}

const struct scope *parser_find_counter(const struct parser *p,
                                        const struct token *name)
{
    for (unsigned i = p->scope_count; i-- > 0;) {
        const struct token *other = p->scopes[i].name;

        if (other != NULL && other->bytes == name->bytes
            && memcmp(p->text + other->at, p->text + name->at, name->bytes)
                   == 0)
            return &p->scopes[i];
    }
    return NULL;
}

static bool is_users(const struct parser *p, const struct token *name)
{
    return parser_find_symbol(p, name) != NULL
        || parser_find_counter(p, name) != NULL;
}

const struct language_function *parser_find_function(const struct parser *p,
                                                     const struct token *name)
{
    const char *text = p->text + name->at, *meaning;
    const struct language_function *function =
        language_function_find(text, name->bytes);

    if (function != NULL)
        return function->yields && is_users(p, name) ? NULL : function;
    meaning = language_meaning(text, name->bytes, name->is_prefixed);
    return meaning == NULL || is_users(p, name)
               ? NULL : language_function_find(meaning, strlen(meaning));
}

const struct language_constant *parser_find_constant(const struct parser *p,
                                                     const struct token *name)
{
    const char *text = p->text + name->at;
    const struct language_constant *constant =
        language_constant_find(text, name->bytes);
    const char *meaning =
        language_meaning(text, name->bytes, name->is_prefixed);

    return constant != NULL || meaning == NULL
               ? constant : language_constant_find(meaning, strlen(meaning));
}

/* The nearest of all names that could stand here. */
static const char *suggest(struct parser *p, const struct token *name,
                           bool is_call)
{
    struct arena *arena = p->graph->arena;
    struct suggestion near = {
        .word = arena_text(arena, p->text + name->at, name->bytes)};

    if (is_call) {
        for (size_t i = 0; language_functions[i].name != NULL; i++)
            suggest_offer(&near, language_functions[i].name);
        return near.best;
    }
    for (size_t i = 0; i < p->symbols->count; i++)
        suggest_offer(&near, p->symbols->items[i].name);
    for (size_t i = 0; i < p->let_count; i++)
        suggest_offer(&near, p->lets[i].symbol.name);
    for (size_t i = 0; language_constants[i].name != NULL; i++)
        suggest_offer(&near, language_constants[i].name);
    for (unsigned i = 0; i < p->scope_count; i++) {
        const struct token *counter = p->scopes[i].name;
        const char *copy = counter == NULL ? NULL
            : arena_text(arena, p->text + counter->at, counter->bytes);

        if (copy != NULL)
            suggest_offer(&near, copy);
    }
    return near.best;
}

/* Functions that other programs have, and we have not: what to write instead,
 * or "". None of ours is near to them, however alike their names are. */
static const char *other_form(const struct parser *p, const struct token *name)
{
    static const struct {
        const char *name, *form;
    } rows[] = {
        {"acot", "atan(1/a)"},       {"acsc", "asin(1/a)"},
        {"asec", "acos(1/a)"},       {"coth", "1/tanh(a)"},
        {"csch", "1/sinh(a)"},       {"deg2rad", "a*pi/180"},
        {"degrees", "a*180/pi"},     {"elu", "if(a > 0, a, expm1(a))"},
        {"exp2", "2^a"},             {"factorial", "gamma(a + 1)"},
        {"frac", "a - floor(a)"},
        {"gelu", "a*(1 + erf(a/sqrt(2)))/2"},
        {"leaky_relu", "max(a, 0.01*a)"}, {"logit", "log(a/(1 - a))"},
        {"mish", "a*tanh(softplus(a))"}, {"relu6", "clamp(a, 0, 6)"},
        {"silu", "a*logistic(a)"},   {"step", "a >= 0"},
        {"swish", "a*logistic(a)"},
        {"fmod", "a - b*if(a/b < 0, ceil(a/b), floor(a/b))"},
        {"heaviside", "a >= 0"},     {"inverse", "1/a"},
        {"logaddexp", "max(a, b) + softplus(-abs(a - b))"},
        {"mean", "sum(a)/length(a)"}, {"norm", "norm2(a)"},
        {"nthroot", "a^(1/n)"},
        {"rad2deg", "a*180/pi"},     {"radians", "a*pi/180"},
        {"reciprocal", "1/a"},       {"remainder", "mod(a, b)"},
        {"root", "a^(1/n)"},         {"sech", "1/cosh(a)"},
        {"sinc", "sin(pi*a)/(pi*a)"}, {"square", "a^2"},
        {"sqr", "a^2"},              {"trunc", "sign(a)*floor(abs(a))"},
        {"beta", ""},    {"besselj", ""}, {"digamma", ""}, {"erfinv", ""},
        {"median", ""},  {"rand", ""},    {"random", ""},  {"selu", ""},
        {"std", ""},     {"var", ""},     {"zeta", ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strlen(rows[i].name) == name->bytes
            && memcmp(p->text + name->at, rows[i].name, name->bytes) == 0)
            return rows[i].form;
    return NULL;
}

/* Words that stand before or around a formula in a program; "": none. */
static const char *word_advice(const struct parser *p,
                               const struct token *name)
{
    static const struct {
        const char *word, *advice;
    } rows[] = {
        {"def", "; only the formula itself stands here"},
        {"else", "; a choice is written if(c, a, b)"},
        {"function", "; only the formula itself stands here"},
        {"lambda", "; only the formula itself stands here"},
        {"linalg", "; the length of a vector a is written norm2(a)"},
        {"return", "; only the formula itself stands here"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strlen(rows[i].word) == name->bytes
            && memcmp(p->text + name->at, rows[i].word, name->bytes) == 0)
            return rows[i].advice;
    return "";
}

void parser_refuse_name(struct parser *p, const struct token *name,
                        bool is_call)
{
    const char *form = is_call ? other_form(p, name) : NULL;
    const char *near = NULL;

    if (form != NULL) {
        PARSER_FAULT(p, name, FAULT_UNKNOWN_NAME, NULL,
                     "there is no function %.*s%s%s", TOKEN_TEXT(p, name),
                     form[0] != '\0' ? "; it is written " : "", form);
        return;
    }
    if (p->faults->total < FAULTS_KEPT) /* a search whose result is not lost */
        near = suggest(p, name, is_call);
    PARSER_FAULT(p, name, FAULT_UNKNOWN_NAME, near, "there is no %s %.*s%s",
                 is_call ? "function" : "variable, constant or counter",
                 TOKEN_TEXT(p, name), word_advice(p, name));
}
