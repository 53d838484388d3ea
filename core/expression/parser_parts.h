/*
 * parser_parts.h - what the parts of the parser share.
 *
 * parser.c reads operators, parser_names.c, parser_search.c, parser_indices.c
 * and parser_data.c names, parser_calls.c and parser_sums.c calls,
 * parser_lets.c what stands before the formula. Each function that reads
 * something begins at the token p->at and leaves it behind what it read. After
 * a syntax error p->at is at the end, so that everybody returns.
 */
#ifndef CORE_EXPRESSION_PARSER_PARTS_H
#define CORE_EXPRESSION_PARSER_PARTS_H

#include "core/base/fault.h"
#include "core/expression/caret.h"
#include "core/expression/expression.h"
#include "core/expression/graph.h"
#include "core/expression/language.h"
#include "core/expression/lexer.h"
#include "core/expression/symbols.h"

/* A part of the formula that is a number. */
struct operand {
    unsigned node;
    bool is_bad;            /* a fault is known; nothing more is said of it */
    bool is_whole;          /* its value is the affine form `whole` */
    bool is_power;          /* what follows could belong to its exponent */
    struct affine whole;
    size_t first, last;     /* its tokens, without parentheses around it */
};

/* A counter that can be used; without a name where it is that of the vectors
 * within dot, norm2 or sum. */
struct scope {
    const struct token *name;
    unsigned counter;
    bool is_bad;            /* its bounds are; so nothing is said of indices */
};

/* Within dot, norm2 and sum(a) a vector stands for its k-th element. The
 * counter k is made when the first vector has told the length. */
struct vectors {
    size_t length;          /* 0: none was met yet */
    const struct token *first; /* the name of the one met first */
    unsigned depth, counter;
    size_t count;           /* met so far */
};

/* A name that the formula gave to a value, or to a vector of values. */
struct let {
    struct symbol symbol;
    unsigned node;           /* the value; of a vector: when it is ready */
    bool is_bad;             /* nothing is said where it is used */
};

struct parser {
    struct graph *graph;
    const char *text;
    const struct symbols *symbols;
    unsigned row;
    const char *pointer;
    struct faults *faults;
    struct token *tokens;
    size_t at;
    unsigned descents;
    struct scope scopes[COUNTER_DEPTH_MAX];
    unsigned scope_count;
    struct vectors *vectors; /* NULL: a vector needs an index here */
    double points;           /* over which all sums so far run */
    struct let lets[EXPRESSION_LETS_MAX];
    size_t let_count;
    size_t kept;             /* elements of all vectors of let, so far */
    bool is_in_vector;       /* in the body of a vector of let, whose counter
                                is that of scopes[0] */
    bool is_stopped;
};

/* Add a fault at a token. */
#define PARSER_FAULT(p, token, code, suggestion, ...)                         \
    caret_fault((p)->faults, (p)->pointer, (p)->text, (token)->at, (code),    \
                (suggestion), __VA_ARGS__)

/* The token's text, as "%.*s" wants it. */
#define TOKEN_TEXT(p, token) (int)(token)->bytes, (p)->text + (token)->at

static inline const struct token *parser_token(const struct parser *p)
{
    return &p->tokens[p->at];
}

/* ---- parser_tokens.c --------------------------------------------------- */

/* Read no further. */
void parser_stop(struct parser *p);

/* Go past a token of this kind, if there is one here. */
bool parser_accept(struct parser *p, unsigned kind);

/* Go past a token of this kind: ( ) ] ; or a comma. If there is another, add a
 * fault and stop. */
bool parser_expect(struct parser *p, unsigned kind);

/* Whether this token is a word of the language, and no name of the user's. */
bool parser_is_word(const struct parser *p, const char *word);

/* Whether a factor begins here whose * is not written: 2x, 2 sin(x), 3(x + 1),
 * (x + 1)(x - 1). */
bool parser_is_factor(const struct parser *p);

/* One level deeper; a fault and the end where it is too deep. In any case
 * parser_ascend() follows. */
bool parser_descend(struct parser *p);
void parser_ascend(struct parser *p);

/* One fault for a token that cannot stand here, and the end.
 *
 *   needed           in   what could: "a comma"
 *   behind_operand   in   whether an operator could
 */
void parser_refuse_token(struct parser *p, const char *needed,
                         bool behind_operand);

/* ---- parser.c ---------------------------------------------------------- */

/* Operators and operands, as far as they go: to a ) or a comma. */
void parser_read(struct parser *p, struct operand *ret);

/* The operand whose node was made of the tokens first ... p->at - 1. */
void parser_made(struct parser *p, unsigned node, bool is_bad, size_t first,
                 struct operand *ret);

/* ---- parser_names.c ---------------------------------------------------- */

/* A variable, constant, column or counter, with its indices. */
void parser_read_name(struct parser *p, struct operand *ret);

/* v or A[i] as the argument of length(): its number of elements. */
void parser_read_length(struct parser *p, struct operand *ret);

/* ---- parser_search.c --------------------------------------------------- */

const struct symbol *parser_find_symbol(const struct parser *p,
                                        const struct token *name);
/* The innermost live counter of that name, or NULL. */
const struct scope *parser_find_counter(const struct parser *p,
                                        const struct token *name);

/* What the language has of that name, which may be an alias; NULL where it has
 * nothing, or yields to the user's. */
const struct language_function *parser_find_function(const struct parser *p,
                                                     const struct token *name);
const struct language_constant *parser_find_constant(const struct parser *p,
                                                     const struct token *name);

/* Add the fault of a name that nothing has. */
void parser_refuse_name(struct parser *p, const struct token *name,
                        bool is_call);

/* ---- parser_indices.c -------------------------------------------------- */

/* A whole number of counters; a fault where it is none. `what` names it in
 * the fault: "a bound". */
void parser_read_whole(struct parser *p, const char *what,
                       struct operand *ret);

/* [a] or [a, b] behind a name, or nothing; how many there are. */
enum { INDICES_MAX = 2 };
size_t parser_read_indices(struct parser *p,
                           struct operand indices[INDICES_MAX]);

/* The same of an index, which may be made of whole numbers in data too. */
void parser_read_index(struct parser *p, struct operand *ret);

/* Whether the index lies in 1 ... size for all values of its counters; a fault
 * where it does not. */
bool parser_check_index(struct parser *p, const struct token *name,
                        const struct operand *index, size_t size);

/* ---- parser_data.c ----------------------------------------------------- */

/* What became of a node as a whole number. */
enum whole {
    WHOLE_NONE,              /* it is something else */
    WHOLE_GOOD,
    WHOLE_REFUSED,           /* after a fault: the data are not whole */
};

/* The affine form of a node that data, counters and numbers make whole. `at`
 * is the token of a fault. */
enum whole parser_find_whole(struct parser *p, unsigned node,
                             const struct token *at, struct affine *ret);

/* Which number among the data makes the form too small, or too great: ": y is
 * 11 in row 3 (counted from 1)"; "" where it is none. In the graph's arena. */
const char *parser_blame_data(struct parser *p, const struct affine *form,
                              bool too_great);

/* ---- parser_calls.c ---------------------------------------------------- */

/* A name and what is in the parentheses behind it. `first` is, in these and
 * the next, the token of the function's name. */
void parser_read_call(struct parser *p, struct operand *ret);

/* Add the fault of a wrong number of arguments. */
void parser_refuse_count(struct parser *p,
                         const struct language_function *function,
                         size_t first);

/* Go past a comma; a fault where the arguments end too soon. */
bool parser_next_argument(struct parser *p,
                          const struct language_function *function,
                          size_t first);

/* Go past the ); a fault where there are too many arguments. */
void parser_close_call(struct parser *p,
                       const struct language_function *function, size_t first);

/* ---- parser_sums.c ----------------------------------------------------- */

/* The arguments of sum and prod, and the ) behind them. */
void parser_read_sums(struct parser *p,
                      const struct language_function *function, size_t first,
                      struct operand *ret);

/* The same of dot(a, b), norm2(a), sum(a): sums over elements. */
void parser_read_vectors(struct parser *p,
                         const struct language_function *function,
                         size_t first, struct operand *ret);

/* One more scope, without a name yet; a fault at the token and false where
 * they are too many. The counter of the name for the innermost scope. */
bool parser_open_scope(struct parser *p, const struct token *place);
void parser_fill_scope(struct parser *p, const struct token *name,
                       const struct operand *low, const struct operand *high);

/* A fault where something else has the name; `what` is to get it: "a
 * counter". */
bool parser_check_new(struct parser *p, const struct token *name,
                      const char *what);

/* Count the points of what runs over a counter and was made just now. */
void parser_add_points(struct parser *p, unsigned node, size_t first);

/* ---- parser_head.c ----------------------------------------------------- */

/* Go past "y =" or "f(x, y) =" before the formula, where that names what the
 * formula is, and nothing in it. */
void parser_skip_head(struct parser *p);

/* ---- parser_lets.c ----------------------------------------------------- */

/* Whether a `let` begins here; read it, to its ; */
bool parser_is_let(const struct parser *p);
void parser_read_let(struct parser *p);

/* The value of a let, or an element of its vector. */
unsigned parser_load_let(struct parser *p, const struct symbol *symbol,
                         const struct affine *at);

/* Keep what is computed over the elements of the vector of let that is being
 * read: else its derivatives would compute it again. */
unsigned parser_keep(struct parser *p, unsigned node, const struct token *at);

#endif
