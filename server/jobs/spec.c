/* spec.c - a job spec, read with all its faults and written in full. */
#include "server/jobs/spec.h"

#include <math.h>
#include <string.h>

#include "server/datasets/datasets.h"
#include "server/jobs/chunk.h"
#include "server/jobs/pyramid.h"
#include "server/jobs/spec_batching.h"
#include "server/jobs/spec_constraint.h"
#include "server/jobs/spec_optimizer.h"
#include "server/jobs/spec_reference.h"
#include "server/jobs/spec_start.h"
#include "server/jobs/spec_tables.h"
#include "server/json/reader.h"
#include "server/json/writer.h"

enum {
    TYPE_BYTES_MAX = 64,            /* of "auto" */
};

/* ---- reading ----------------------------------------------------------- */

/* One fault for each tag that stands further up already. */
static void check_tags(struct faults *faults, const struct spec *spec)
{
    for (size_t i = 0; i < spec->tag_count; i++) {
        size_t same = 0;

        while (strcmp(spec->tags[same], spec->tags[i]))
            same++;
        if (same < i)
            fault_add(faults, pointer_index(faults, "/tags", i),
                      FAULT_DUPLICATE, NULL, "this tag stands twice");
    }
}

const struct parameter spec_retention[] = {
    {"retention_s", PARAMETER_OFF, 0, SPEC_RETENTION_S_MAX,
     "Once ended, the job is kept for so long; 0: for ever.", CLOSED},
    {0},
};

static void read_head(struct json_reader *reader, struct json_object *root,
                      struct spec *spec)
{
    struct json_value member;

    if (json_object_take(root, "name", &member) && !json_value_is_null(member))
        json_read_text(reader, member, SPEC_NAME_BYTES_MAX, &spec->name);
    if (json_object_take(root, "tags", &member))
        json_read_texts(reader, member, STORE_TAGS_MAX, SPEC_TAG_BYTES_MAX,
                        &spec->tags, &spec->tag_count);
    if (json_object_take(root, "priority", &member))
        json_read_integer(reader, member, -SPEC_PRIORITY_MAX,
                          SPEC_PRIORITY_MAX, &spec->priority);
    parameters_read(reader, root, spec_retention, &spec->retention_s);
    if (json_object_take(root, "seed", &member))
        json_read_integer(reader, member, 0, SPEC_SEED_MAX, &spec->seed);

    check_tags(reader->faults, spec);
}

static void read_objective(struct json_reader *reader,
                           struct json_object *root, struct spec *spec)
{
    const struct objective_kind *kind;
    struct json_object object;
    struct json_value member;
    enum error error;

    if (!json_object_need(root, "objective", &member)
        || !json_object_open(reader, member, &object))
        return;
    kind = kind_read(reader, &object, (const void *const *)objective_kinds);
    if (!kind)
        return; /* its other members cannot be judged */
    if (members_read(reader, &object, kind->members, spec->objective_values)) {
        error = kind->build(reader->arena, spec->objective_values,
                            member.pointer, reader->faults, &spec->objective);
        if (error == ERR_MEMORY)
            reader->faults->out_of_memory = true;
    }
    json_object_close(&object);
}

static void read_optimizer(struct json_reader *reader,
                           struct json_object *root, struct spec *spec)
{
    struct json_value member;
    bool is_given = spec_is_no_run(reader)
                        ? json_object_take(root, "optimizer", &member)
                        : json_object_need(root, "optimizer", &member);

    if (is_given)
        spec_optimizer_read(reader, member, spec);
}

static void read_stop(struct json_reader *reader, struct json_object *root,
                      struct spec *spec)
{
    struct json_object object;
    struct json_value member;

    bool iterations_given = false;

    parameter_defaults(stop_parameters, spec->stop);
    if (json_object_take(root, "stop", &member)
        && json_object_open(reader, member, &object)) {
        iterations_given = json_object_take(&object, "max_iterations",
                                            &member);
        parameters_read(reader, &object, stop_parameters, spec->stop);
        json_object_close(&object);
    }
    spec_batching_limit(reader, spec, iterations_given);
}

static void read_record_x(struct json_reader *reader, struct json_value member,
                          struct spec *spec)
{
    const char *text;
    bool flag;

    if (json_value_type(member) == JSON_TEXT
        && json_read_text(reader, member, SPEC_BYTES_MAX, &text)
        && !strcmp(text, "auto"))
        return;
    if (json_value_type(member) != JSON_FLAG
        || !json_read_flag(reader, member, &flag)) {
        fault_add(reader->faults, member.pointer, FAULT_OUT_OF_RANGE, NULL,
                  "must be \"auto\", true or false");
        return;
    }
    spec->record_x = flag ? RECORD_X_YES : RECORD_X_NO;
    if (flag && spec->objective.n > RECORD_X_DIMENSION_MAX)
        fault_add(reader->faults, member.pointer, FAULT_TOO_LARGE, NULL,
                  "x can be recorded in every row up to dimension %d; "
                  "\"auto\" keeps it at every %dth",
                  RECORD_X_DIMENSION_MAX, STORE_CHUNK_ROWS);
}

/* A number of iterations, or "epoch". */
static void read_every(struct json_reader *reader, struct json_value member,
                       struct spec *spec)
{
    const char *word;

    if (json_value_type(member) != JSON_TEXT) {
        json_read_integer(reader, member, 1, SPEC_EVERY_MAX, &spec->every);
        return;
    }
    if (!json_read_text(reader, member, SPEC_BYTES_MAX, &word))
        return;
    if (strcmp(word, "epoch"))
        fault_add(reader->faults, member.pointer, FAULT_OUT_OF_RANGE, NULL,
                  "must be a whole number of iterations, or \"epoch\"");
    else
        spec_batching_every(reader, member, spec);
}

static void read_trace(struct json_reader *reader, struct json_object *root,
                       struct spec *spec)
{
    struct json_object object;
    struct json_value member;

    if (!json_object_take(root, "trace", &member)
        || !json_object_open(reader, member, &object))
        return;
    if (json_object_take(&object, "every", &member))
        read_every(reader, member, spec);
    if (json_object_take(&object, "x", &member))
        read_record_x(reader, member, spec);
    if (json_object_take(&object, "max_bytes", &member))
        json_read_integer(reader, member, SPEC_TRACE_BYTES_LEAST,
                          SPEC_TRACE_BYTES_MOST,
                          &spec->trace_bytes_max);
    json_object_close(&object);
}

/* What people write where it does not belong. */
static const struct json_place places[] = {
    {"learning_rate", "/optimizer/learning_rate"},
    {"lr", "/optimizer/learning_rate"},
    {"eta", "/optimizer/learning_rate"},
    {"alpha", "/optimizer/learning_rate"},
    {"step_size", "/optimizer/learning_rate"},
    {"momentum", "/optimizer/momentum"},
    {"nesterov", "/optimizer/nesterov"},
    {"schedule", "/optimizer/schedule"},
    {"bounds", "/optimizer/bounds"},
    {"max_iterations", "/stop/max_iterations"},
    {"iterations", "/stop/max_iterations"},
    {"max_iter", "/stop/max_iterations"},
    {"maxiter", "/stop/max_iterations"},
    {"n_iter", "/stop/max_iterations"},
    {"steps", "/stop/max_iterations"},
    {"max_epochs", "/stop/max_epochs"},
    {"epochs", "/stop/max_epochs"},
    {"time_limit_s", "/stop/time_limit_s"},
    {"timeout", "/stop/time_limit_s"},
    {"tolerance", "/stop/gradient_tolerance"},
    {"tol", "/stop/gradient_tolerance"},
    {"patience", "/stop/patience"},
    {"batch_size", "/batch_size"},
    {"shuffle", "/shuffle"},
    {"seed", "/seed"},
    {"x0", "/start"},
    {"start", "/start"},
    {"loss", "/objective/loss"},
    {"function", "/objective"},
    {"dataset", "/objective/dataset"},
    {0},
};

static void read_root(struct json_reader *reader, struct spec *spec)
{
    struct json_object root;

    if (!json_object_open(reader, json_reader_root(reader), &root))
        return;
    read_head(reader, &root, spec);
    read_objective(reader, &root, spec);
    spec_batching_read(reader, &root, spec);
    spec_start_read(reader, &root, spec);
    read_optimizer(reader, &root, spec);
    spec_constraints_read(reader, &root, spec);
    read_stop(reader, &root, spec);
    schedule_set_horizon(&spec->schedule, spec_iterations_max(spec));
    read_trace(reader, &root, spec);
    json_object_close(&root);
}

/* A run that the machine cannot hold is refused, not begun. */
static void check_memory(struct faults *faults, const struct spec *spec)
{
    double bytes = spec_predict(spec).memory_bytes;

    if (bytes > SPEC_MEMORY_BYTES_MAX)
        fault_add(faults, "/optimizer/type", FAULT_TOO_LARGE, NULL,
                  "%s needs %.0f MiB for %zu variables; a job may have %d",
                  spec->optimizer->name, ceil(bytes / (1 << 20)),
                  spec->objective.n, SPEC_MEMORY_BYTES_MAX >> 20);
}

static double trace_bytes_at(const struct spec *spec, int64_t every)
{
    struct spec apart = *spec;

    apart.every = every;
    return spec_predict(&apart).trace_bytes;
}

/*
 * Keep a trace within its limit: rows are further apart, by the least factor
 * with which the longest run that the spec allows fits. So the trace is as
 * even as without a limit, and follows from the spec alone.
 */
static void limit_trace(struct faults *faults, double server_max,
                        struct spec *spec)
{
    double most = (double)spec->trace_bytes_max;
    int64_t low = 1, high;

    if (most == 0 || (server_max > 0 && server_max < most))
        most = server_max;
    if (most == 0 || spec_predict(spec).trace_bytes <= most)
        return;
    high = (int64_t)spec_iterations_max(spec) / spec->every + 1;
    if (spec->every_epoch || trace_bytes_at(spec, spec->every * high) > most) {
        fault_add(faults, spec->trace_bytes_max ? "/trace/max_bytes"
                                                : "/trace/every",
                  FAULT_TOO_LARGE, NULL, "a trace may have %.0f bytes, %s",
                  most, spec->every_epoch
                      ? "and rows are recorded where epochs end: give a "
                        "number of iterations, or fewer epochs"
                      : "which its first and last row exceed: give "
                        "\"x\": false");
        return;
    }
    while (low < high) {
        int64_t middle = low + (high - low) / 2;

        if (trace_bytes_at(spec, spec->every * middle) <= most)
            high = middle;
        else
            low = middle + 1;
    }
    spec->every *= low;
}

/* A trace that the store cannot number is refused, not begun. */
static void check_rows(struct faults *faults, const struct spec *spec)
{
    double rows = spec_predict(spec).trace_rows;
    double most = (double)STORE_CHUNKS_MAX * STORE_CHUNK_ROWS;

    if (rows > most)
        fault_add(faults, "/trace/every", FAULT_TOO_LARGE, NULL,
                  "a trace has at most %.0f rows, and this run may record "
                  "%.0f: give %.0f or more, the iterations between two rows",
                  most, rows,
                  ceil((double)spec_iterations_max(spec) / (most - 2)));
}

void spec_release(struct spec *spec)
{
    for (size_t i = 0; i < spec->hold_count; i++)
        dataset_release(spec->datasets, spec->holds[i]);
    spec->hold_count = 0;
}

static enum error read_spec(struct arena *arena, const char *text,
                            size_t bytes, const struct spec_source *source,
                            struct faults *faults, struct json_flaw *flaw,
                            struct spec *ret)
{
    struct spec_reading reading = {.source = source, .spec = ret};
    struct json_reader reader;

    *flaw = (struct json_flaw){0};
    *ret = (struct spec){.every = 1, .retention_s = NAN};
    TRY(json_reader_init(&reader, text, bytes, faults, flaw));
    reader.arena = arena;
    reader.user = &reading;
    reader.places = places;
    read_root(&reader, ret);
    json_reader_fini(&reader);
    if (faults->out_of_memory)
        return ERR_MEMORY;
    TRY(reading.error);
    if (faults->total == 0 && ret->optimizer) {
        check_memory(faults, ret);
        limit_trace(faults, source ? source->trace_bytes_max : 0, ret);
        check_rows(faults, ret);
    }
    if (faults->total > 0)
        return ERR_INVALID;
    return ret->origin == START_RANDOM && !(source && source->draws_later)
               ? spec_start_draw(arena, ret) : OK;
}

enum error spec_read_from(struct arena *arena, const char *text, size_t bytes,
                          const struct spec_source *source,
                          struct faults *faults, struct json_flaw *flaw,
                          struct spec *ret)
{
    enum error error = read_spec(arena, text, bytes, source, faults, flaw,
                                 ret);

    if (error != OK)
        spec_release(ret);
    return error;
}

enum error spec_read(struct arena *arena, const char *text, size_t bytes,
                     struct faults *faults, struct json_flaw *flaw,
                     struct spec *ret)
{
    return spec_read_from(arena, text, bytes, NULL, faults, flaw, ret);
}

/* ---- writing ----------------------------------------------------------- */

void spec_write_objective(const struct spec *spec, struct json_writer *writer)
{
    const struct objective_kind *kind = spec->objective.kind;

    json_object_begin(writer);
    json_member_text(writer, "type", kind->name);
    members_write(writer, kind->members, spec->objective_values);
    json_object_end(writer);
}

static void write_trace(struct json_writer *writer, const struct spec *spec)
{
    json_key(writer, "trace");
    json_object_begin(writer);
    if (spec->every_epoch)
        json_member_text(writer, "every", "epoch");
    else
        json_member_integer(writer, "every", spec->every);
    if (spec->record_x == RECORD_X_AUTO)
        json_member_text(writer, "x", "auto");
    else
        json_member_flag(writer, "x", spec->record_x == RECORD_X_YES);
    if (spec->trace_bytes_max > 0)
        json_member_integer(writer, "max_bytes", spec->trace_bytes_max);
    json_object_end(writer);
}

void spec_write(const struct spec *spec, struct json_writer *writer)
{
    json_object_begin(writer);
    json_member_text(writer, "name", spec->name);
    json_key(writer, "tags");
    json_array_begin(writer);
    for (size_t i = 0; i < spec->tag_count; i++)
        json_text(writer, spec->tags[i]);
    json_array_end(writer);
    json_member_integer(writer, "priority", spec->priority);
    if (!isnan(spec->retention_s))
        json_member_number(writer, "retention_s", spec->retention_s);
    json_member_integer(writer, "seed", spec->seed);
    json_key(writer, "objective");
    spec_write_objective(spec, writer);
    spec_batching_write(spec, writer);
    spec_start_write(writer, spec);
    spec_optimizer_write(writer, spec);
    spec_constraints_write(writer, spec);
    json_key(writer, "stop");
    json_object_begin(writer);
    parameters_write(writer, stop_parameters, spec->stop);
    json_object_end(writer);
    write_trace(writer, spec);
    json_object_end(writer);
}

/* ---- what follows from a spec ------------------------------------------ */

struct run spec_run(const struct spec *spec)
{
    return (struct run){
        .objective = &spec->objective,
        .constraints = spec->constraints,
        .constraint_count = spec->constraint_count,
        .optimizer = spec->optimizer,
        .optimizer_parameters = spec->optimizer_parameters,
        .wrap_parameters = spec->wrap_parameters,
        .low = spec->low,
        .high = spec->high,
        .schedule = &spec->schedule,
        .seed = (uint64_t)spec->seed,
        .batching = spec->batching,
        .float32 = spec->float32,
        .stop = spec->stop,
        .start = spec->start,
    };
}

/* Of the order of an epoch. */
static double rows_bytes(const struct spec *spec)
{
    return spec->batching.batch_rows > 0 && !spec->batching.order
               ? sizeof(uint32_t) * (double)spec->objective.by_rows->count : 0;
}

/* Of the objective's residuals: its own, their Jacobian, and what the
 * optimizer keeps of both. */
static double residuals_numbers(const struct spec *spec)
{
    const struct residuals *residuals = spec->objective.residuals;
    double n = (double)spec->objective.n, count;

    if (!residuals)
        return 0;
    count = (double)residuals->count;
    return count * (n + 1)
         + (spec->optimizer->residuals_memory
                ? spec->optimizer->residuals_memory(count, n) : 0);
}

/* What a library keeps beside that by itself, in numbers. */
static double outside_numbers(const struct spec *spec, double iterations)
{
    const struct optimizer_kind *kind = spec->optimizer;

    return kind->outside_memory
               ? kind->outside_memory((double)spec->objective.n,
                                      (double)spec->constraint_count,
                                      iterations)
               : 0;
}

/* Of so many rows on disk, as chunk_encode() writes them where it saves
 * nothing (then each column is a number longer than its rows), and levels
 * that keep as much as they may. */
static double trace_bytes(const struct spec *spec, double rows)
{
    struct chunk_form form = chunk_form_of(spec);
    double columns = (double)column_count(form.columns);
    double chunks = ceil(rows / STORE_CHUNK_ROWS);
    double n = (double)spec->objective.n;
    double firsts = form.x == CHUNK_X_FIRST ? n : 0;

    columns += form.x == CHUNK_X_ROWS ? n : 0;
    return sizeof(double) * (rows * columns + chunks * (columns + firsts))
         + chunks * (double)chunk_head_bytes(form)
         + pyramid_bytes_max(form, rows);
}

struct spec_needs spec_predict(const struct spec *spec)
{
    double n = (double)spec->objective.n;
    double memory = (double)optimizer_memory(
        spec->optimizer, spec->optimizer_parameters, spec->objective.n);
    double iterations = (double)spec_iterations_max(spec);
    double rows = floor(iterations / (double)spec->every) + 2;

    memory += (double)optimizer_row_memory(spec->optimizer, &spec->objective);
    if (spec->steps) /* the state, and how it was a step before */
        memory *= 2;
    memory += residuals_numbers(spec) + outside_numbers(spec, iterations);
    if (rows > iterations + 1)
        rows = iterations + 1;
    return (struct spec_needs){
        .memory_bytes = (6 * n + memory) * sizeof(double)
                      + (double)spec->objective.load_bytes
                      + (spec->optimizer->more_bytes
                             ? spec->optimizer->more_bytes(&spec->objective)
                             : 0)
                      + rows_bytes(spec),
        .trace_rows = rows,
        .trace_bytes = trace_bytes(spec, rows),
    };
}
