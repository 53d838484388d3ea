/* heading.h - what stands before a formula: "f(x, y) =". */
#ifndef CORE_EXPRESSION_HEADING_H
#define CORE_EXPRESSION_HEADING_H

#include "core/base/error.h"
#include "core/expression/lexer.h"
#include "core/expression/symbols.h"

/* How many tokens "(x, y)" has at tokens[at]; 0: there is no such list. */
size_t heading_list(const struct token *tokens, size_t at);

/*
 * The names that a heading lists, as variables that are numbers.
 *
 *   text           in   UTF-8
 *   ret_variables  out  [*ret_count], in `arena`; NULL: there is no heading,
 *                       or none with a list
 *
 * Fails   ERR_MEMORY
 */
MUST_CHECK enum error heading_variables(struct arena *arena, const char *text,
                                        const struct symbol **ret_variables,
                                        size_t *ret_count);

#endif
