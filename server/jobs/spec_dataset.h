/* spec_dataset.h - datasets that stand in the spec itself. */
#ifndef SERVER_JOBS_SPEC_DATASET_H
#define SERVER_JOBS_SPEC_DATASET_H

#include "core/objective/objective.h"
#include "server/json/reader.h"
#include "server/json/writer.h"

/* Read {"columns": {"x": [1, 2], "v": [[3, 5], [4, 6]]}}; MEMBER_COLUMNS says
 * to what. False after a fault. */
bool spec_dataset_read(struct json_reader *reader, struct json_value value,
                       struct value *ret);

void spec_dataset_write(struct json_writer *writer, const struct value *value);

/* What columns in the spec may hold. */
struct inline_form {
    const char *needed;        /* of the dataset, where it is something else */
    const char *arrays_needed; /* of its columns */
    bool (*read_columns)(struct json_reader *reader, struct json_value value,
                         struct value *ret);
};

/* Read a reference, or {"columns": {…}} of this form. False after a fault. */
bool spec_inline_read(struct json_reader *reader, struct json_value value,
                      const struct inline_form *form, struct value *ret);

/*
 * Read a dataset for a model: a name, or columns that may hold words and null
 * beside numbers; MEMBER_DATASET says to what. False after a fault.
 *
 * A name is one of the built-in datasets.
 */
bool spec_table_read(struct json_reader *reader, struct json_value value,
                     struct value *ret);

void spec_table_write(struct json_writer *writer, const struct value *value);

/* {"v": ["p0", "p1"]}, likewise: MEMBER_GROUPS. */
bool spec_groups_read(struct json_reader *reader, struct json_value value,
                      struct value *ret);
void spec_groups_write(struct json_writer *writer, const struct value *value);

#endif
