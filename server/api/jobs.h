/* jobs.h - the handlers of /jobs and what lies below it. */
#ifndef SERVER_API_JOBS_H
#define SERVER_API_JOBS_H

#include "server/api/api.h"

http_handler jobs_create;   /* POST   /jobs */
http_handler jobs_list;     /* GET    /jobs */
http_handler job_show;      /* GET    /jobs/{id} */
http_handler job_spec;      /* GET    /jobs/{id}/spec */
http_handler job_result;    /* GET    /jobs/{id}/result */
http_handler job_result_safetensors; /* GET /jobs/{id}/result.safetensors */
http_handler job_trace;     /* GET    /jobs/{id}/trace */
http_handler job_trace_csv;     /* GET /jobs/{id}/trace.csv */
http_handler job_trace_ndjson;  /* GET /jobs/{id}/trace.ndjson */
http_handler job_trace_json;    /* GET /jobs/{id}/trace.json */
http_handler job_trace_summary; /* GET /jobs/{id}/trace/summary */
http_handler traces_show;   /* GET    /traces */
http_handler job_cancel;    /* POST   /jobs/{id}/cancel */
http_handler job_delete;    /* DELETE /jobs/{id} */

extern const struct http_parameter jobs_create_queries[];
extern const struct http_parameter jobs_list_queries[];
extern const struct http_parameter job_result_queries[];
extern const struct http_parameter job_trace_queries[];
extern const struct http_parameter traces_queries[];
extern const struct http_parameter job_delete_queries[];

#endif
