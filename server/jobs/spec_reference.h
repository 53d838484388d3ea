/*
 * spec_reference.h - datasets that a spec names: uploaded ones, built-in ones,
 * generated ones, and files on the command line.
 *
 *     "ds_…" | "iris" | {"generated": "two_moons", "rows": 200, "seed": 1}
 *     | {"file": "data.csv"}
 *
 * A name is found when the spec is read; what is written again is the id.
 */
#ifndef SERVER_JOBS_SPEC_REFERENCE_H
#define SERVER_JOBS_SPEC_REFERENCE_H

#include "core/objective/objective.h"
#include "server/jobs/spec.h"
#include "server/json/reader.h"

/* What reader->user points to while a spec is read. */
struct spec_reading {
    const struct spec_source *source;  /* NULL: built-in datasets only */
    struct spec *spec;                 /* gets what is held */
    enum error error;                  /* what kept a dataset from being
                                          found: memory, storage */
};

/* Whether what is read may leave out what only a run needs. */
bool spec_is_no_run(const struct json_reader *reader);

/* Whether a dataset in a spec is a reference, and not columns. */
bool spec_is_reference(struct json_reader *reader, struct json_value value);

/* Find it: ret->dataset, ret->reference. False after a fault, or an error of
 * the reading. */
bool spec_reference_read(struct json_reader *reader, struct json_value value,
                         struct value *ret);

/*
 * Make symbols of the columns of numbers that formulas may name: all of a
 * small dataset, else those that one of the texts among `values` mentions.
 *
 *   columns  in/out  the value with the dataset; gets symbols and rows
 */
bool spec_reference_columns(struct json_reader *reader, const char *pointer,
                            const struct member *table,
                            const struct value *values,
                            struct value *columns);

#endif
