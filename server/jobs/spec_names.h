/* spec_names.h - variables and constants of formulas as JSON. */
#ifndef SERVER_JOBS_SPEC_NAMES_H
#define SERVER_JOBS_SPEC_NAMES_H

#include "core/objective/objective.h"
#include "server/json/reader.h"
#include "server/json/writer.h"

/* ["x", "y"] or {"x": 1000, "W": [10, 64]}: ret->symbols[ret->rows]. False
 * after a fault. */
bool spec_variables_read(struct json_reader *reader, struct json_value value,
                         struct value *ret);
void spec_variables_write(struct json_writer *writer,
                          const struct value *value);

/* {"a": 2, "w": [1, 2], "A": [[1, 2], [3, 4]]}, likewise. */
bool spec_constants_read(struct json_reader *reader, struct json_value value,
                         struct value *ret);
void spec_constants_write(struct json_writer *writer,
                          const struct value *value);

/* Read what a member says of the symbol of its name. False after a fault. */
typedef bool spec_symbol_read(struct json_reader *reader,
                              struct json_value member, struct symbol *symbol);

/* Read an object whose names are data: ret->symbols[ret->rows]. False after a
 * fault, which calls them `what`. */
bool spec_symbols_read(struct json_reader *reader, struct json_value value,
                       const char *what, spec_symbol_read *read,
                       struct value *ret);

/* An array of rows. */
void spec_matrix_write(struct json_writer *writer, const double *numbers,
                       size_t rows, size_t columns);

#endif
