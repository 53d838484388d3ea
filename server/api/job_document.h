/* job_document.h - a job as JSON: the contract's section 3. */
#ifndef SERVER_API_JOB_DOCUMENT_H
#define SERVER_API_JOB_DOCUMENT_H

#include "server/api/api.h"
#include "server/json/writer.h"

/* Write a job as one object; what moves comes from the live job, if it runs in
 * this pool. `base_path` stands before the links: see http_base_path(). */
void job_document_write(struct json_writer *writer, struct pool *pool,
                        const char *base_path, const struct store_job *job);

/* The same, with the object left open for more members. */
void job_document_begin(struct json_writer *writer, struct pool *pool,
                        const char *base_path, const struct store_job *job);

/* Write the member `counts`: jobs of the whole store by state, and completed
 * ones by the class of their outcome. */
void job_counts_write(struct json_writer *writer,
                      const struct store_counts *counts);

/*
 * Reply with a job's document and its ETag; an ended job's is remembered.
 *
 * The tag is the revision. A job that runs moves within a revision: its tag
 * has the digest of the document behind it, "7.9c3e…", so that 304 is said of
 * the very same bytes only; http_match() and http_knows_revision() go by the
 * revision alone.
 */
enum http_next job_document_reply(struct http_request *request,
                                  unsigned status,
                                  const struct store_job *job);

/* Reply with the remembered document of an ended job. False: there is none. */
bool job_document_reply_cached(struct http_request *request,
                               const struct identifier *id);

/* Add `Location: {base path}/jobs/{id}` to the coming reply. */
void job_document_locate(struct http_request *request,
                         const struct store_job *job);

#endif
