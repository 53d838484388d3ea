/* spec_batching.c - batches of a spec: which rows an update takes. */
#include "server/jobs/spec_batching.h"

#include <math.h>
#include <string.h>

#include "core/base/suggest.h"
#include "core/optimizer/check.h"

enum { WORD_BYTES_MAX = 64 };

/* Whether the run has epochs. */
static bool is_over_rows(const struct spec *spec)
{
    return spec->batching.batch_rows > 0;
}

/* ---- reading ----------------------------------------------------------- */

/* Add a fault unless there are rows, which the member is about; false: there
 * are none. */
static bool require_rows(struct json_reader *reader, struct json_value member,
                         const struct spec *spec)
{
    if (!spec->objective.kind || spec->objective.by_rows)
        return spec->objective.by_rows != NULL;
    fault_add(reader->faults, member.pointer, FAULT_CONFLICT, NULL,
              "this objective has no rows: batches are of a fit or a model");
    return false;
}

static void read_batch_size(struct json_reader *reader,
                            struct json_value member, struct spec *spec)
{
    const char *word;
    int64_t size;

    if (json_value_type(member) == JSON_TEXT
        && json_read_text(reader, member, WORD_BYTES_MAX, &word)
        && !strcmp(word, "full")) {
        if (require_rows(reader, member, spec))
            spec->batching.batch_rows = SIZE_MAX;
        return;
    }
    if (json_value_type(member) != JSON_NUMBER) {
        fault_add(reader->faults, member.pointer, FAULT_WRONG_TYPE, NULL,
                  "must be \"full\" or a whole number of rows, at least 1");
        return;
    }
    if (json_read_integer(reader, member, 1, UINT32_MAX, &size)
        && require_rows(reader, member, spec))
        spec->batching.batch_rows = (size_t)size;
}

static void read_shuffle(struct json_reader *reader, struct json_value member,
                         struct spec *spec)
{
    struct suggestion near = {0};
    const char *word;

    if (!json_read_text(reader, member, WORD_BYTES_MAX, &word)
        || !require_rows(reader, member, spec))
        return;
    near.word = word;
    for (enum shuffle s = 0; s < SHUFFLES; s++) {
        spec->batching.shuffle = s;
        if (!strcmp(shuffle_texts[s].name, word))
            return;
        suggest_offer(&near, shuffle_texts[s].name);
    }
    spec->batching.shuffle = SHUFFLE_ROWS;
    fault_add(reader->faults, member.pointer, FAULT_UNKNOWN_NAME, near.best,
              "must be \"rows\", \"blocks\" or \"none\"");
}

/* The rows of one epoch: each of them once. NULL after a fault. */
static const uint32_t *read_epoch(struct json_reader *reader,
                                  struct json_value value, size_t rows)
{
    uint32_t *order;
    const double *numbers;
    unsigned char *seen;
    size_t count;

    if (!json_read_numbers(reader, value, DIMENSION_MAX, &numbers, &count))
        return NULL;
    if (count != rows) {
        fault_add(reader->faults, value.pointer, FAULT_WRONG_SIZE, NULL,
                  "%zu rows are named, but there are %zu to learn from: an "
                  "epoch visits each once", count, rows);
        return NULL;
    }
    order = arena_array(reader->arena, rows, sizeof *order);
    seen = arena_array(reader->arena, rows, 1);
    if (!order || !seen)
        return reader->faults->out_of_memory = true, NULL;
    for (size_t i = 0; i < rows; i++) {
        double row = numbers[i];

        if (!(row >= 0 && row < (double)rows) || row != floor(row)
            || seen[(size_t)row]) {
            fault_add(reader->faults,
                      pointer_index(reader->faults, value.pointer, i),
                      FAULT_OUT_OF_RANGE, NULL,
                      "must be a whole number in [0, %zu] that did not stand "
                      "before: an epoch visits each row once", rows - 1);
            return NULL;
        }
        seen[(size_t)row] = 1;
        order[i] = (uint32_t)row;
    }
    return order;
}

static void read_order(struct json_reader *reader, struct json_value member,
                       struct spec *spec)
{
    struct json_value element = {.node = NULL};
    const uint32_t **order;
    size_t count, i = 0;

    if (!require_rows(reader, member, spec)
        || !json_array_open(reader, member, DIMENSION_MAX, &count))
        return;
    if (count == 0) {
        fault_add(reader->faults, member.pointer, FAULT_WRONG_SIZE, NULL,
                  "must have the rows of one epoch at least");
        return;
    }
    order = arena_array(reader->arena, count, sizeof *order);
    if (!order) {
        reader->faults->out_of_memory = true;
        return;
    }
    while (json_array_next(reader, member, &element))
        order[i++] = read_epoch(reader, element,
                                spec->objective.by_rows->count);
    spec->batching.order = order;
    spec->batching.epochs_ordered = count;
}

static void read_precision(struct json_reader *reader,
                           struct json_value member, struct spec *spec)
{
    const struct by_rows *by_rows = spec->objective.by_rows;
    const char *word;

    if (!json_read_text(reader, member, WORD_BYTES_MAX, &word))
        return;
    if (!strcmp(word, "float64"))
        return;
    if (strcmp(word, "float32")) {
        fault_add(reader->faults, member.pointer, FAULT_UNKNOWN_NAME, NULL,
                  "must be \"float64\" or \"float32\"");
        return;
    }
    spec->float32 = by_rows && by_rows->takes_float32;
    if (spec->objective.kind && !spec->float32)
        fault_add(reader->faults, member.pointer, FAULT_CONFLICT, NULL,
                  "only models may be float32; all else is float64");
}

void spec_batching_read(struct json_reader *reader, struct json_object *root,
                        struct spec *spec)
{
    struct json_value member, shuffle;

    if (spec->objective.by_rows && spec->objective.by_rows->always)
        spec->batching.batch_rows = SIZE_MAX;
    if (json_object_take(root, "batch_size", &member)
        && !json_value_is_null(member))
        read_batch_size(reader, member, spec);
    if (json_object_take(root, "shuffle", &shuffle))
        read_shuffle(reader, shuffle, spec);
    if (json_object_take(root, "order", &member)) {
        read_order(reader, member, spec);
        if (shuffle.node)
            fault_add(reader->faults, shuffle.pointer, FAULT_CONFLICT, NULL,
                      "give either shuffle or order");
    }
    if (json_object_take(root, "precision", &member))
        read_precision(reader, member, spec);
}

/* ---- limits ------------------------------------------------------------- */

/* What has no rows has no epochs: a limit of them would mean nothing. */
static void refuse_epochs(struct json_reader *reader, const struct spec *spec)
{
    if (isnan(spec->stop[STOP_MAX_EPOCHS]) || !spec->objective.kind)
        return;
    fault_add(reader->faults, "/stop/max_epochs", FAULT_CONFLICT,
              "max_iterations", "this job has no epochs%s",
              spec->objective.by_rows
                  ? ": give batch_size, a number or \"full\""
                  : ", as its objective has no rows");
}

void spec_batching_limit(struct json_reader *reader, struct spec *spec,
                         bool iterations_given)
{
    uint64_t an_epoch;

    if (!is_over_rows(spec)) {
        refuse_epochs(reader, spec);
        return;
    }
    if (!iterations_given) {
        if (isnan(spec->stop[STOP_MAX_EPOCHS]))
            spec->stop[STOP_MAX_EPOCHS] = SPEC_EPOCHS_DEFAULT;
        spec->stop[STOP_MAX_ITERATIONS] = NAN;
    }
    an_epoch = batches_in_epoch(&spec->batching,
                                spec->objective.by_rows->count);
    if (an_epoch == 1)
        return;
    if (!isnan(spec->stop[STOP_GRADIENT_TOLERANCE]))
        fault_add(reader->faults, "/stop/gradient_tolerance", FAULT_CONFLICT,
                  NULL,
                  "with batches smaller than the data the gradient is that of "
                  "a few rows, which is not small at the minimum: use "
                  "loss_tolerance or patience, or \"batch_size\":\"full\"");
    if (spec->optimizer)
        optimizer_check_batches(spec->optimizer, spec->steps, "/batch_size",
                                reader->faults);
}

void spec_batching_every(struct json_reader *reader, struct json_value member,
                         struct spec *spec)
{
    if (is_over_rows(spec)) {
        spec->every_epoch = true;
        spec->every = (int64_t)batches_in_epoch(
            &spec->batching, spec->objective.by_rows->count);
    } else if (spec->objective.kind) {
        fault_add(reader->faults, member.pointer, FAULT_CONFLICT, NULL,
                  "this job has no epochs%s", spec->objective.by_rows
                      ? ": give batch_size, or \"full\"" : "");
    }
}

uint64_t spec_iterations_max(const struct spec *spec)
{
    double epochs = spec->stop[STOP_MAX_EPOCHS];
    double iterations = spec->stop[STOP_MAX_ITERATIONS];
    double most = isnan(iterations) ? 1e18 : iterations;
    uint64_t an_epoch = 1;

    if (is_over_rows(spec))
        an_epoch = batches_in_epoch(&spec->batching,
                                    spec->objective.by_rows->count);
    if (epochs * (double)an_epoch < most)
        most = epochs * (double)an_epoch;
    if (spec->stop[STOP_MAX_EVALUATIONS] < most && spec->steps)
        most = spec->stop[STOP_MAX_EVALUATIONS];
    return (uint64_t)most;
}

/* ---- writing ----------------------------------------------------------- */

static void write_order(const struct spec *spec, struct json_writer *writer)
{
    size_t rows = spec->objective.by_rows->count;

    json_key(writer, "order");
    json_array_begin(writer);
    for (size_t e = 0; e < spec->batching.epochs_ordered; e++) {
        json_array_begin(writer);
        for (size_t i = 0; i < rows; i++)
            json_integer(writer, spec->batching.order[e][i]);
        json_array_end(writer);
    }
    json_array_end(writer);
}

void spec_batching_write(const struct spec *spec, struct json_writer *writer)
{
    const struct batching *how = &spec->batching;

    if (!is_over_rows(spec))
        return;
    if (how->batch_rows == SIZE_MAX)
        json_member_text(writer, "batch_size", "full");
    else
        json_member_integer(writer, "batch_size", (int64_t)how->batch_rows);
    if (how->order)
        write_order(spec, writer);
    else
        json_member_text(writer, "shuffle", shuffle_texts[how->shuffle].name);
    if (spec->objective.by_rows->takes_float32)
        json_member_text(writer, "precision",
                         spec->float32 ? "float32" : "float64");
}
