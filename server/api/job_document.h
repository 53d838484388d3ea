/* job_document.h - a job as JSON: the contract's section 3. */
#ifndef SERVER_API_JOB_DOCUMENT_H
#define SERVER_API_JOB_DOCUMENT_H

#include "server/api/api.h"
#include "server/json/writer.h"

/* Write a job as one object; what moves comes from the live job, if it runs
 * here. */
void job_document_write(struct json_writer *writer, struct pool *pool,
                        const struct store_job *job);

/* Reply with a job's document and its ETag; an ended job's is remembered. */
enum http_turn job_document_reply(struct http_request *request,
                                  unsigned status,
                                  const struct store_job *job);

/* Reply with the remembered document of an ended job. False: there is none. */
bool job_document_reply_cached(struct http_request *request,
                               const struct identifier *id);

/* Add `Location: /jobs/{id}` to the coming reply. */
void job_document_locate(struct http_request *request,
                         const struct store_job *job);

#endif
