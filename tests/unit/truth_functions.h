/* truth_functions.h - the catalogue's names of the truth folder's functions. */
#ifndef TESTS_UNIT_TRUTH_FUNCTIONS_H
#define TESTS_UNIT_TRUTH_FUNCTIONS_H

/* What functions/named.json and functions/mgh.json call `id`; NULL: nothing of
 * the catalogue. */
const char *truth_function_name(const char *id);

#endif
