/*
 * routes.c - every route is a row; dispatch, checks, 405, documentation and
 * GET /openapi.json follow.
 */
#include "server/api/routes.h"

#include "server/api/api.h"
#include "core/function/function.h"
#include "core/loss/loss.h"
#include "core/model/model.h"
#include "core/optimizer/optimizer.h"
#include "core/schedule/schedule.h"
#include "server/api/catalogue.h"
#include "server/api/catalogue_parts.h"
#include "server/api/dashboard.h"
#include "server/api/datasets.h"
#include "server/api/events.h"
#include "server/api/expressions.h"
#include "server/api/job_model.h"
#include "server/api/jobs.h"
#include "server/api/landscape.h"
#include "server/api/openapi.h"
#include "server/api/operations.h"
#include "server/api/plot.h"
#include "server/api/queue.h"
#include "server/jobs/predict.h"
#include "server/jobs/preview.h"

#define TYPE_OCTET_STREAM "application/octet-stream"
#define TYPE_EVENTS "text/event-stream"
#define TYPE_SVG "image/svg+xml"

/* Of a body that says nothing: `{}` and blanks. */
enum { EMPTY_BYTES_MAX = 1024 };

const struct http_parameter jobs_create_queries[] = {
    {"dry_run", "Validate and predict only, create nothing.", HTTP_BOOLEAN},
    {"preview", "With dry_run: run so many first iterations.", HTTP_INTEGER,
     1, PREVIEW_ITERATIONS_MAX, HTTP_NONE},
    {0},
};

/* ---- captures ------------------------------------------------------------ */

static const struct http_parameter job[] = {
    {"id", "The job's id.", HTTP_ID, .prefix = "job"}, {0},
};
static const struct http_parameter dataset[] = {
    {"id", "The dataset's id or name.", HTTP_TEXT}, {0},
};
static const struct http_parameter asset[] = {
    {"name", "A file's name.", HTTP_TEXT}, {0},
};
static const struct http_parameter slug[] = {
    {"slug", "The end of a problem's type.", HTTP_TEXT}, {0},
};

/* One of a table of kinds. */
#define NAME_OF(table)                                                        \
    (const struct http_parameter[])                                           \
    {                                                                         \
        {"name", "Its name.", HTTP_CHOICE, .initial = HTTP_NONE,              \
         .kinds = CATALOGUE(table)},                                          \
        {0},                                                                  \
    }

/* ---- bodies and answers -------------------------------------------------- */

/* A body by its schema; then examples. */
#define BODY(name, ...)                                                       \
    &(const struct http_body){name, {__VA_ARGS__}}
#define ANSWERS(...) (const struct http_answer[]){__VA_ARGS__, {0}}
#define ANSWER(sentence, schema) ANSWERS({200, sentence, TYPE_JSON, schema})
#define PROBLEMS(...) (const struct problem *const[]){__VA_ARGS__, NULL}

/* Nothing, or {}. */
static const struct http_body no_members = {"nothing", .is_optional = true};

static const struct http_answer trace_answers[] = {
    {200, "The iterations.", TYPE_JSON, "trace"},
    {200, "The iterations, a row a line.", TYPE_NDJSON},
    {200, "The iterations, with the columns' names first.", "text/csv"},
    {200, "Columns of little-endian float64, as Trace-Layout says.",
     TYPE_OCTET_STREAM},
    {304, "As If-None-Match names it."},
    {0},
};
static const struct http_answer landscape_answers[] = {
    {200, "The grid.", TYPE_JSON, "landscape"},
    {200, "Little-endian float64, as Grid-Layout says.", TYPE_OCTET_STREAM},
    {0},
};

#define JOBS_READ .scope = "jobs:read"
#define JOBS_WRITE .scope = "jobs:write"
#define DATASETS_WRITE .scope = "datasets:write"

/* ---- the table ----------------------------------------------------------- */

const struct http_route routes[] = {
    {HTTP_GET, "/", home_show, "This list; for browsers the dashboard.",
     .answers = ANSWERS({200, "The routes.", TYPE_JSON, "index"},
                        {200, "The dashboard.", "text/html"})},
    {HTTP_GET, "/assets/{name}", asset_show,
     "What the dashboard's page refers to.", .captures = asset,
     .answers = ANSWERS({200, "A file.", "text/javascript"},
                        {200, "A file.", "text/css"})},
    {HTTP_GET, "/openapi.json", openapi_show,
     "This interface as OpenAPI 3.1.",
     .answers = ANSWERS({200, "The document.", TYPE_JSON})},
    {HTTP_POST, "/jobs", jobs_create, "Create a job from a spec.",
     jobs_create_queries, HTTP_BODY_AS_SET, TYPE_JSON,
     .body = BODY("spec", "parabola", "valley", "formula", "terms", "bowl",
                  "fit", "model", "network", "constrained", "bounded",
                  "diverged"),
     .answers = ANSWERS(
         {202, "It is stored, and waits for its turn.", TYPE_JSON, "job"},
         {201, "It has ended, as Prefer: wait asked for.", TYPE_JSON, "job"},
         {200, "dry_run: the spec is valid.", TYPE_JSON, "prediction"}),
     .problems = PROBLEMS(PROBLEM_INVALID_SPEC, PROBLEM_TOO_COSTLY,
                          PROBLEM_QUEUE_FULL, PROBLEM_DISK_FULL),
     JOBS_WRITE, .adds_faults = true},
    {HTTP_GET, "/jobs", jobs_list, "List jobs.", jobs_list_queries,
     .answers = ANSWER("A page of jobs.", "job_list"), JOBS_READ,
     .adds_faults = true},
    {HTTP_GET, "/jobs/{id}", job_show, "A job: state, progress, outcome.",
     .captures = job,
     .answers = ANSWERS({200, "The job.", TYPE_JSON, "job"},
                        {304, "As If-None-Match names it."}),
     JOBS_READ, .is_quick = true},
    {HTTP_DELETE, "/jobs/{id}", job_delete,
     "Delete an ended job with its trace.", job_delete_queries,
     .captures = job,
     .answers = ANSWERS({204, "It is deleted."},
                        {202, "It is running, and will be once it ended."}),
     .problems = PROBLEMS(PROBLEM_TRANSITION, PROBLEM_PRECONDITION),
     JOBS_WRITE},
    {HTTP_GET, "/jobs/{id}/spec", job_spec,
     "The full spec, every default filled in.", .captures = job,
     .answers = ANSWER("The spec; it can be posted again.", "spec"),
     JOBS_READ},
    {HTTP_GET, "/jobs/{id}/result", job_result,
     "Final and best point, outcome, digest; the best so far while it runs.",
     job_result_queries, .captures = job,
     .answers = ANSWERS(
         {200, "The result.", TYPE_JSON, "result"},
         {200, "The tensors of a model, as safetensors.", TYPE_OCTET_STREAM},
         {304, "As If-None-Match names it."}),
     .problems = PROBLEMS(PROBLEM_NOT_ACCEPTABLE, PROBLEM_TRANSITION,
                          PROBLEM_NO_MODEL, PROBLEM_TOO_COSTLY),
     JOBS_READ, .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/result.safetensors", job_result_safetensors,
     "The tensors of a trained model, as a file to keep.", job_result_queries,
     .captures = job,
     .answers = ANSWERS({200, "The file.", TYPE_OCTET_STREAM},
                        {304, "As If-None-Match names it."}),
     .problems = PROBLEMS(PROBLEM_TRANSITION, PROBLEM_NO_MODEL), JOBS_READ,
     .adds_faults = true},
    {HTTP_POST, "/jobs/{id}/predict", job_predict,
     "Rows, JSON or CSV, through a trained model.", job_predict_queries,
     PREDICT_BYTES_MAX, TYPE_JSON ", text/csv", .captures = job,
     .body = BODY("rows", "flowers"),
     .answers = ANSWER("A prediction for each row.", "predictions"),
     .problems = PROBLEMS(PROBLEM_TRANSITION, PROBLEM_INVALID_ROWS,
                          PROBLEM_NO_MODEL),
     JOBS_READ, .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/trace", job_trace,
     "The recorded iterations as JSON columns, NDJSON, CSV or octets.",
     job_trace_queries, .captures = job, .answers = trace_answers,
     .problems = PROBLEMS(PROBLEM_NOT_ACCEPTABLE), JOBS_READ,
     .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/trace.csv", job_trace_csv,
     "The trace as CSV, as a file to keep.", job_trace_queries,
     .captures = job, .answers = ANSWERS({200, "The file.", "text/csv"}),
     JOBS_READ, .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/trace.ndjson", job_trace_ndjson,
     "The trace as NDJSON, as a file to keep.", job_trace_queries,
     .captures = job, .answers = ANSWERS({200, "The file.", TYPE_NDJSON}),
     JOBS_READ, .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/trace.json", job_trace_json,
     "The trace as JSON columns, as a file to keep.", job_trace_queries,
     .captures = job, .answers = ANSWER("The file.", "trace"), JOBS_READ,
     .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/trace/summary", job_trace_summary,
     "Every column of a trace in a few numbers, whatever its length.",
     .captures = job, .answers = ANSWER("The numbers.", "trace_summary"),
     JOBS_READ},
    {HTTP_GET, "/traces", traces_show,
     "The traces of up to 100 jobs as JSON columns.", traces_queries,
     .answers = ANSWER("The traces, in the order of jobs.", "traces"),
     JOBS_READ, .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/landscape", job_landscape,
     "The loss on a grid around the job's path, for contours.",
     job_landscape_queries, .captures = job, .answers = landscape_answers,
     .problems = PROBLEMS(PROBLEM_NOT_ACCEPTABLE, PROBLEM_TOO_COSTLY),
     JOBS_READ, .adds_faults = true},
    {HTTP_POST, "/landscape", landscape_show,
     "The loss of a spec's objective on a grid, without a job.",
     landscape_queries, HTTP_BODY_AS_SET, TYPE_JSON,
     .body = BODY("landscape_request", "grid"), .answers = landscape_answers,
     .problems = PROBLEMS(PROBLEM_NOT_ACCEPTABLE, PROBLEM_INVALID_SPEC,
                          PROBLEM_TOO_COSTLY),
     JOBS_READ, .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/plot.svg", job_plot,
     "The job as a picture: its path in the landscape, or its loss.",
     job_plot_queries, .captures = job,
     .answers = ANSWERS({200, "The picture.", TYPE_SVG}),
     .problems = PROBLEMS(PROBLEM_TOO_COSTLY), JOBS_READ,
     .adds_faults = true},
    {HTTP_GET, "/plot.svg", jobs_plot, "Several jobs in one picture.",
     jobs_plot_queries, .answers = ANSWERS({200, "The picture.", TYPE_SVG}),
     .problems = PROBLEMS(PROBLEM_TOO_COSTLY), JOBS_READ,
     .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/events", job_events,
     "The job live, as server-sent events.", job_events_queries,
     .captures = job,
     .answers = ANSWERS({200, "The stream.", TYPE_EVENTS},
                        {204, "It has ended, and all was read."}),
     .problems = PROBLEMS(PROBLEM_NOT_ACCEPTABLE, PROBLEM_VIEWS), JOBS_READ,
     .adds_faults = true},
    {HTTP_GET, "/events", events,
     "Several jobs live, as server-sent events.", events_queries,
     .answers = ANSWERS({200, "The stream.", TYPE_EVENTS},
                        {204, "All have ended, and all was read."}),
     .problems = PROBLEMS(PROBLEM_NOT_ACCEPTABLE, PROBLEM_VIEWS), JOBS_READ,
     .adds_faults = true},
    {HTTP_POST, "/jobs/{id}/cancel", job_cancel, "Ask a job to end.",
     NULL, EMPTY_BYTES_MAX, TYPE_JSON, .captures = job, .body = &no_members,
     .answers = ANSWERS({202, "It will end soon.", TYPE_JSON, "job"},
                        {200, "It is canceled.", TYPE_JSON, "job"}),
     .problems = PROBLEMS(PROBLEM_TRANSITION, PROBLEM_PRECONDITION),
     JOBS_WRITE, .adds_faults = true},
    {HTTP_POST, "/datasets", datasets_create,
     "Upload a dataset: CSV, TSV, LIBSVM, NDJSON, NPY or IDX.",
     datasets_create_queries, .body_type = datasets_types,
     .body = BODY(NULL, "people"),
     .answers = ANSWERS(
         {201, "It is stored.", TYPE_JSON, "dataset"},
         {200, "The same content is here already.", TYPE_JSON, "dataset"}),
     .problems = PROBLEMS(PROBLEM_DIGEST, PROBLEM_NAME_IN_USE,
                          PROBLEM_INVALID_DATASET, PROBLEM_DISK_FULL),
     DATASETS_WRITE, .adds_faults = true, .sink = &datasets_sink},
    {HTTP_GET, "/datasets", datasets_list,
     "List datasets: uploaded ones, then those that are built in.",
     datasets_list_queries,
     .answers = ANSWER("A page of datasets.", "dataset_list"), JOBS_READ,
     .adds_faults = true},
    {HTTP_GET, "/datasets/{id}", dataset_show,
     "A dataset, by id or name: rows, columns, how it was read.",
     .captures = dataset, .answers = ANSWER("The dataset.", "dataset"),
     JOBS_READ},
    {HTTP_GET, "/datasets/{id}/preview", dataset_preview,
     "Its first rows.", dataset_preview_queries, .captures = dataset,
     .answers = ANSWER("The rows.", "dataset_preview"), JOBS_READ},
    {HTTP_DELETE, "/datasets/{id}", dataset_delete,
     "Delete a dataset that no queued or running job uses.",
     .captures = dataset, .answers = ANSWERS({204, "It is deleted."}),
     .problems = PROBLEMS(PROBLEM_DATASET_IN_USE, PROBLEM_BUILT_IN),
     DATASETS_WRITE},
    {HTTP_GET, "/optimizers", optimizers_list,
     "The update rules in a sentence each, or in full.",
     optimizers_list_queries, .answers = ANSWER("All rules.", "rule_list")},
    {HTTP_GET, "/optimizers/{name}", optimizer_show,
     "A rule: formula, parameters, source, dialects, JSON Schema.",
     .captures = NAME_OF(optimizer_kinds),
     .answers = ANSWER("The rule.", "rule")},
    {HTTP_GET, "/schedules", schedules_list,
     "How the learning rate can move.",
     .answers = ANSWER("All schedules.", "rate_schedule_list")},
    {HTTP_GET, "/schedules/{name}", schedule_show, "One schedule.",
     .captures = NAME_OF(schedule_kinds),
     .answers = ANSWER("The schedule.", "rate_schedule")},
    {HTTP_GET, "/functions", functions_list, "The named test functions.",
     .answers = ANSWER("All functions.", "function_list")},
    {HTTP_GET, "/functions/{name}", function_show,
     "A function: formula, start, minima, box, source.",
     .captures = NAME_OF(functions),
     .answers = ANSWER("The function.", "function")},
    {HTTP_GET, "/models", models_list, "What can be learned from rows.",
     .answers = ANSWER("All models.", "model_kind_list")},
    {HTTP_GET, "/models/{name}", model_show,
     "A model: formula, parameters, losses, source, JSON Schema.",
     .captures = NAME_OF(model_kinds),
     .answers = ANSWER("The model.", "model_kind")},
    {HTTP_GET, "/losses", losses_list, "What a wrong prediction costs.",
     .answers = ANSWER("All losses.", "loss_list")},
    {HTTP_GET, "/losses/{name}", loss_show,
     "A loss: formula, parameter, models, source.",
     .captures = NAME_OF(losses), .answers = ANSWER("The loss.", "loss")},
    {HTTP_GET, "/expressions", expressions_show,
     "The language of formulas: functions, operators, limits, examples.",
     .answers = ANSWER("The language.", "language")},
    {HTTP_POST, "/expressions/check", expressions_check,
     "Read a formula; its gradient at points beside finite differences.",
     NULL, HTTP_BODY_AS_SET, TYPE_JSON,
     .body = BODY("expression_request", "check"),
     .answers = ANSWER("The formula as it was understood.",
                       "expression_check"),
     .problems = PROBLEMS(PROBLEM_INVALID_EXPRESSION)},
    {HTTP_GET, "/queue", queue_show,
     "What waits by priority, what runs, the workers, the store's size.",
     .answers = ANSWER("The queue.", "queue"), JOBS_READ},
    {HTTP_GET, "/livez", livez, "200 while the process serves.",
     .answers = ANSWER("It serves.", "status"), .is_quick = true},
    {HTTP_GET, "/readyz", readyz, "200 while jobs can be posted.",
     .answers = ANSWER("Jobs can be posted.", "status"),
     .problems = PROBLEMS(PROBLEM_SHUTTING_DOWN, PROBLEM_STORAGE,
                          PROBLEM_DAMAGED, PROBLEM_QUEUE_FULL),
     .is_quick = true},
    {HTTP_GET, "/version", version_show, "Version of program and tables.",
     .answers = ANSWER("The version.", "version"), .is_quick = true},
    {HTTP_GET, "/problems/{slug}", problem_show,
     "What a problem means, and what to do about it.", .captures = slug,
     .answers = ANSWER("The problem.", "problem_explained")},
};

const size_t route_count = sizeof routes / sizeof *routes;
