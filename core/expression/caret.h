/* caret.h - faults in a text: line, column, the line itself and a caret. */
#ifndef CORE_EXPRESSION_CARET_H
#define CORE_EXPRESSION_CARET_H

#include <stddef.h>

#include "core/base/fault.h"

/*
 * Add a fault whose detail is
 *
 *     line 1, column 5: <the sentence>
 *     2 + * 3
 *         ^
 *
 * Columns count characters. Of a long line only what is near is shown.
 *
 *   at   in   place in the text, in bytes; its end is a place too
 */
void caret_fault(struct faults *faults, const char *pointer, const char *text,
                 size_t at, enum fault_code code, const char *suggestion,
                 const char *format, ...)
    __attribute__((format(printf, 7, 8)));

#endif
