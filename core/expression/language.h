/*
 * language.h - the words of formulas: functions, operators, constants.
 *
 * One table each, for the parser, for suggestions and for GET /expressions.
 * README.md of this folder has the grammar.
 */
#ifndef CORE_EXPRESSION_LANGUAGE_H
#define CORE_EXPRESSION_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/expression/operation.h"

enum {
    LANGUAGE_NAME_BYTES_MAX = 64,
    LANGUAGE_MANY = 0,      /* arguments without a limit of their number */
};

/* How a call's arguments are read. */
enum language_call {
    CALL_PLAIN,             /* one operation on numbers */
    CALL_MADE,              /* of several operations on them */
    CALL_OVER,              /* (i, low, high, body); sum(a) too */
    CALL_DOT,
    CALL_NORM,
    CALL_LOG_SUM_EXP,
    CALL_LENGTH,
};

struct language_function {
    const char *name;       /* "exp"; NULL ends the table */
    const char *arguments;  /* "a, b" */
    unsigned least, most;   /* how many of them */
    enum language_call call;
    enum operation operation; /* of plain calls, and of those over counters */
    const char *sentence;   /* with the derivative at a kink, if it has one */
    bool yields;            /* the user may call something else so */
};

/* Other names of functions and constants, as other programs have them. */
struct language_alias {
    const char *name;       /* "ln"; NULL ends the table */
    const char *meaning;    /* "log" */
    bool wants_prefix;      /* only behind "Math." and the like */
};

struct language_operator {
    const char *name;       /* "^"; NULL ends the table */
    unsigned precedence;    /* a higher one binds tighter */
    const char *associates; /* "left", "right"; "none": no chains */
    const char *sentence;
};

struct language_constant {
    const char *name;       /* "pi"; NULL ends the table */
    double value;
    const char *sentence;
    bool yields;            /* the user may call something else so */
};

struct language_example {
    const char *expression; /* NULL ends the table */
    const char *variables, *constants; /* as in a spec; NULL: none */
    const char *sentence;
};

extern const struct language_function language_functions[];
extern const struct language_alias language_aliases[];
extern const struct language_operator language_operators[];
extern const struct language_constant language_constants[];
extern const struct language_example language_examples[];

/* The grammar in EBNF, line by line, as in README.md; NULL ends it. */
extern const char *const language_grammar[];

/* The function or constant whose name is the first `bytes` of `name`, or
 * NULL. */
const struct language_function *language_function_find(const char *name,
                                                       size_t bytes);
const struct language_constant *language_constant_find(const char *name,
                                                       size_t bytes);

/* What an alias stands for; NULL: it is none. */
const char *language_meaning(const char *name, size_t bytes,
                             bool is_prefixed);

/* Whether a variable or constant of the user's may be called so, as far as its
 * letters go: a letter or _, then letters, digits, _. */
bool language_is_name(const char *name);

/* What a Greek letter is called in Latin ones, "alpha"; NULL: the text is no
 * such letter. UTF-8. */
const char *language_latin(const char *text, size_t bytes);

/* Whether the language itself uses the name, and does not yield it. */
bool language_is_reserved(const char *name);

#endif
