/* routes.c - every route is a row; dispatch, 405 and documentation follow. */
#include "server/api/routes.h"

#include "server/api/api.h"
#include "server/api/catalogue.h"
#include "server/api/dashboard.h"
#include "server/api/datasets.h"
#include "server/api/events.h"
#include "server/api/expressions.h"
#include "server/api/job_model.h"
#include "server/api/jobs.h"
#include "server/api/landscape.h"
#include "server/api/operations.h"
#include "server/api/plot.h"
#include "server/jobs/predict.h"
#include "server/jobs/preview.h"

/* Of a body that says nothing: `{}` and blanks. */
enum { EMPTY_BYTES_MAX = 1024 };

const struct http_parameter jobs_create_queries[] = {
    {"dry_run", "Validate and predict only, create nothing.", HTTP_BOOLEAN},
    {"preview", "With dry_run: run so many first iterations.", HTTP_INTEGER,
     1, PREVIEW_ITERATIONS_MAX, HTTP_NONE},
    {0},
};

const struct http_route routes[] = {
    {HTTP_GET, "/", home_show, "This list; for browsers the dashboard."},
    {HTTP_GET, "/assets/{name}", asset_show,
     "What the dashboard's page refers to."},
    {HTTP_POST, "/jobs", jobs_create, "Create a job from a spec.",
     jobs_create_queries, HTTP_BODY_AS_SET, TYPE_JSON, .adds_faults = true},
    {HTTP_GET, "/jobs", jobs_list, "List jobs.", jobs_list_queries,
     .adds_faults = true},
    {HTTP_GET, "/jobs/{id}", job_show, "A job: state, progress, outcome.",
     .is_quick = true},
    {HTTP_DELETE, "/jobs/{id}", job_delete,
     "Delete an ended job with its trace.", job_delete_queries},
    {HTTP_GET, "/jobs/{id}/spec", job_spec,
     "The full spec, every default filled in."},
    {HTTP_GET, "/jobs/{id}/result", job_result,
     "Final and best point, outcome, digest; the best so far while it runs.",
     job_result_queries, .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/result.safetensors", job_result_safetensors,
     "The tensors of a trained model, as a file to keep.", job_result_queries,
     .adds_faults = true},
    {HTTP_POST, "/jobs/{id}/predict", job_predict,
     "Rows, JSON or CSV, through a trained model.", job_predict_queries,
     PREDICT_BYTES_MAX, TYPE_JSON ", text/csv", .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/trace", job_trace,
     "The recorded iterations as JSON columns, NDJSON, CSV or octets.",
     job_trace_queries, .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/trace.csv", job_trace_csv,
     "The trace as CSV, as a file to keep.", job_trace_queries,
     .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/trace.ndjson", job_trace_ndjson,
     "The trace as NDJSON, as a file to keep.", job_trace_queries,
     .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/trace.json", job_trace_json,
     "The trace as JSON columns, as a file to keep.", job_trace_queries,
     .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/trace/summary", job_trace_summary,
     "Every column of a trace in a few numbers, whatever its length."},
    {HTTP_GET, "/traces", traces_show,
     "The traces of up to 100 jobs as JSON columns.", traces_queries,
     .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/landscape", job_landscape,
     "The loss on a grid around the job's path, for contours.",
     job_landscape_queries, .adds_faults = true},
    {HTTP_POST, "/landscape", landscape_show,
     "The loss of a spec's objective on a grid, without a job.",
     landscape_queries, HTTP_BODY_AS_SET, TYPE_JSON, .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/plot.svg", job_plot,
     "The job as a picture: its path in the landscape, or its loss.",
     job_plot_queries, .adds_faults = true},
    {HTTP_GET, "/plot.svg", jobs_plot, "Several jobs in one picture.",
     jobs_plot_queries, .adds_faults = true},
    {HTTP_GET, "/jobs/{id}/events", job_events,
     "The job live, as server-sent events.", job_events_queries,
     .adds_faults = true},
    {HTTP_GET, "/events", events,
     "Several jobs live, as server-sent events.", events_queries,
     .adds_faults = true},
    {HTTP_POST, "/jobs/{id}/cancel", job_cancel, "Ask a job to end.",
     NULL, EMPTY_BYTES_MAX, TYPE_JSON, .adds_faults = true},
    {HTTP_POST, "/datasets", datasets_create,
     "Upload a dataset: CSV, TSV, LIBSVM, NDJSON, NPY or IDX.",
     datasets_create_queries, .body_type = datasets_types,
     .adds_faults = true, .sink = &datasets_sink},
    {HTTP_GET, "/datasets", datasets_list,
     "List datasets: uploaded ones, then those that are built in.",
     datasets_list_queries, .adds_faults = true},
    {HTTP_GET, "/datasets/{id}", dataset_show,
     "A dataset, by id or name: rows, columns, how it was read."},
    {HTTP_GET, "/datasets/{id}/preview", dataset_preview,
     "Its first rows.", dataset_preview_queries},
    {HTTP_DELETE, "/datasets/{id}", dataset_delete,
     "Delete a dataset that no queued or running job uses."},
    {HTTP_GET, "/optimizers", optimizers_list,
     "The update rules in a sentence each, or in full.",
     optimizers_list_queries},
    {HTTP_GET, "/optimizers/{name}", optimizer_show,
     "A rule: formula, parameters, source, dialects, JSON Schema."},
    {HTTP_GET, "/schedules", schedules_list,
     "How the learning rate can move."},
    {HTTP_GET, "/schedules/{name}", schedule_show, "One schedule."},
    {HTTP_GET, "/functions", functions_list, "The named test functions."},
    {HTTP_GET, "/functions/{name}", function_show,
     "A function: formula, start, minima, box, source."},
    {HTTP_GET, "/models", models_list, "What can be learned from rows."},
    {HTTP_GET, "/models/{name}", model_show,
     "A model: formula, parameters, losses, source, JSON Schema."},
    {HTTP_GET, "/losses", losses_list, "What a wrong prediction costs."},
    {HTTP_GET, "/losses/{name}", loss_show,
     "A loss: formula, parameter, models, source."},
    {HTTP_GET, "/expressions", expressions_show,
     "The language of formulas: functions, operators, limits, examples."},
    {HTTP_POST, "/expressions/check", expressions_check,
     "Read a formula; its gradient at points beside finite differences.",
     NULL, HTTP_BODY_AS_SET, TYPE_JSON},
    {HTTP_GET, "/livez", livez, "200 while the process serves.",
     .is_quick = true},
    {HTTP_GET, "/readyz", readyz, "200 while jobs can be posted.",
     .is_quick = true},
    {HTTP_GET, "/version", version_show, "Version of program and tables.",
     .is_quick = true},
    {HTTP_GET, "/problems/{slug}", problem_show,
     "What a problem means, and what to do about it."},
};

const size_t route_count = sizeof routes / sizeof *routes;
