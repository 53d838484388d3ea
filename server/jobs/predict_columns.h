/* predict_columns.h - columns of the rows, and those of the model; for
 * predict_*.c alone. */
#ifndef SERVER_JOBS_PREDICT_COLUMNS_H
#define SERVER_JOBS_PREDICT_COLUMNS_H

#include "core/dataset/prepare.h"
#include "server/jobs/predict_input.h"
#include "server/json/reader.h"

#define NO_INPUT SIZE_MAX

/* A column that the model looks at. */
struct model_column {
    const char *name;
    size_t place;                  /* among the inputs */
};

/* One column of the data, where it stands in the data by column. */
struct data_column {
    const char *name;
    size_t place;                  /* of the input, or NO_INPUT */
    struct json_value array, element; /* of JSON: where the walk is */
};

/* Where the rows come from. */
struct predict_form {
    /* Put the next row's cells. False after a fault. */
    bool (*take)(struct predict_input *input);
    /* Give faults from `before` on, about members of "", their place. */
    void (*locate)(struct predict_input *input, size_t before);
};

struct predict_input {
    const struct predict_form *form;
    struct transform transform;    /* with what keeps missing columns quiet */
    struct arena *arena;
    struct faults *faults;
    struct model_column *sorted;   /* [inputs] by name; NULL: sparse */
    const bool *worded;            /* [inputs] its values are words */
    size_t inputs;
    struct named_cell *cells;      /* [inputs] of the row */
    size_t cell_count;
    size_t rows, row;              /* how many; the one that comes next */
    const char *ignored[PREDICT_IGNORED_MAX];
    size_t ignored_count;

    struct json_reader reader;     /* of JSON */
    bool has_reader;
    struct json_value list, element; /* of {"rows": […]} */
    struct data_column *columns;   /* [column_count] of the others */
    size_t column_count;
    const struct dataset *data;    /* of CSV */
    const char *text;
    size_t bytes;
};

/* Note the columns of input->transform, each once. False without memory. */
bool predict_columns_init(struct predict_input *input);

/* The place of a column among the inputs, or NO_INPUT. */
size_t predict_place(const struct predict_input *input, const char *name);

/* Put a cell; `place` may be NO_INPUT. False without memory. */
bool predict_put(struct predict_input *input, size_t place, const char *name,
                 struct cell cell);

/* A column that is no input: note its name. A fault at `pointer` where the
 * data are sparse: nothing else would tell of a slip. */
void predict_ignore(struct predict_input *input, const char *name,
                    const char *pointer);

/* Look at input->columns: places, those that are missing. */
void predict_match(struct predict_input *input, const char *pointer);

#endif
