/* csv_names.h - begins a table of text: its columns and their names. */
#ifndef CORE_DATASET_CSV_NAMES_H
#define CORE_DATASET_CSV_NAMES_H

#include "core/dataset/format.h"
#include "core/dataset/sniff.h"

/* Prepare the reader's table for a shape; read the names, which stand before
 * `end`. Fails ERR_INVALID when there is nothing to read, or too many columns;
 * ERR_MEMORY. */
MUST_CHECK enum error csv_begin_table(struct reader *reader,
                                      const struct shape *shape,
                                      const char *end);

#endif
