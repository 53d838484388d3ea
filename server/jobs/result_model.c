/* result_model.c - tensors and metrics of a model as JSON. */
#include "server/jobs/result_model.h"

#include "core/model/model.h"
#include "server/jobs/kept_model.h"

enum {
    TENSOR_WRITTEN_MAX = 10000,   /* numbers of one tensor; more are left to
                                     the octets, which are always whole */
    CONFUSION_WRITTEN_MAX = 100,  /* classes; their metrics go on */
};

/* ---- tensors ----------------------------------------------------------- */

static void write_values(struct json_writer *writer,
                         const struct tensor *tensor, const double *x)
{
    size_t columns = tensor->shape[1];

    x += tensor->first;
    if (tensor->dimensions == 1) {
        json_numbers(writer, x, tensor->shape[0]);
        return;
    }
    json_array_begin(writer);
    for (size_t i = 0; i < tensor->shape[0]; i++)
        json_numbers(writer, x + i * columns, columns);
    json_array_end(writer);
}

static void write_tensor(struct json_writer *writer,
                         const struct tensor *tensor, const double *x)
{
    size_t count = 1;

    json_key(writer, tensor->name);
    json_object_begin(writer);
    json_key(writer, "shape");
    json_array_begin(writer);
    for (size_t i = 0; i < tensor->dimensions; i++) {
        json_integer(writer, (int64_t)tensor->shape[i]);
        count *= tensor->shape[i];
    }
    json_array_end(writer);
    json_key(writer, "values");
    if (count <= TENSOR_WRITTEN_MAX) {
        write_values(writer, tensor, x);
    } else {
        json_null(writer);
        json_member_text(writer, "note", "more numbers than are written "
                         "here: ask with Accept: application/octet-stream");
    }
    json_object_end(writer);
}

static void write_tensors(struct json_writer *writer,
                          const struct objective *objective, const double *x)
{
    struct tensor tensors[TENSORS_MAX];
    size_t count = model_tensors(objective, tensors);

    json_key(writer, "tensors");
    json_object_begin(writer);
    for (size_t i = 0; i < count; i++)
        write_tensor(writer, &tensors[i], x);
    json_object_end(writer);
}

/* ---- metrics ----------------------------------------------------------- */

static void write_classes(struct json_writer *writer,
                          const struct model_report *report,
                          const char *const *names)
{
    json_key(writer, "classes");
    json_object_begin(writer);
    for (size_t k = 0; k < report->classes; k++) {
        const struct class_metrics *metrics = &report->by_class[k];

        json_key(writer, names[k]);
        json_object_begin(writer);
        json_member_integer(writer, "rows", (int64_t)metrics->rows);
        json_member_number(writer, "precision", metrics->precision);
        json_member_number(writer, "recall", metrics->recall);
        json_member_number(writer, "f1", metrics->f1);
        json_object_end(writer);
    }
    json_object_end(writer);
}

/* Row i, column j: rows of class i that were taken for class j. */
static void write_confusion(struct json_writer *writer,
                            const struct model_report *report)
{
    json_key(writer, "confusion");
    if (report->classes > CONFUSION_WRITTEN_MAX) {
        json_null(writer);
        return;
    }
    json_array_begin(writer);
    for (size_t i = 0; i < report->classes; i++) {
        json_array_begin(writer);
        for (size_t j = 0; j < report->classes; j++)
            json_integer(writer, (int64_t)
                         report->confusion[i * report->classes + j]);
        json_array_end(writer);
    }
    json_array_end(writer);
}

static void write_report(struct json_writer *writer,
                         const struct model_report *report,
                         const char *const *names)
{
    json_object_begin(writer);
    json_member_integer(writer, "rows", (int64_t)report->rows);
    json_member_number(writer, "loss", report->loss);
    if (report->classes == 0) {
        json_member_number(writer, "rmse", report->rmse);
        json_member_number(writer, "r_squared", report->r_squared);
    } else {
        json_member_number(writer, "accuracy", report->accuracy);
        if (report->classes == 2)
            json_member_number(writer, "roc_auc", report->roc_auc);
        write_classes(writer, report, names);
        write_confusion(writer, report);
    }
    json_object_end(writer);
}

/* One part: null where there is none, or the run was canceled. */
static void write_part(struct json_writer *writer, const char *name,
                       const struct objective *objective, const double *x,
                       bool validation, struct buffer *out)
{
    const struct model_design *design = model_design_of(objective);
    struct model_report report;
    struct arena arena;
    enum error error;

    json_key(writer, name);
    arena_init(&arena, 0);
    error = model_metrics_final(objective, x, validation, &arena, &report);
    if (error == OK)
        write_report(writer, &report, design->class_names);
    else
        json_null(writer); /* a name has its value, whatever comes of it */
    if (error != OK && error != ERR_MISSING && error != ERR_CLOSING)
        out->failed = true;
    arena_fini(&arena);
}

void result_model_write(struct json_writer *writer, const struct spec *spec,
                        const struct run_result *result, struct buffer *out)
{
    const struct objective *objective = &spec->objective;
    const double *x = kept_place_of(spec) == KEPT_BEST ? result->best.x
                                                       : result->x;

    kept_model_write(writer, spec, result);
    write_tensors(writer, objective, x);
    json_key(writer, "metrics");
    json_object_begin(writer);
    write_part(writer, "training", objective, x, false, out);
    write_part(writer, "validation", objective, x, true, out);
    json_object_end(writer);
}
