/* trace_formats.h - a selection of a trace as columns, lines or octets. */
#ifndef SERVER_API_TRACE_FORMATS_H
#define SERVER_API_TRACE_FORMATS_H

#include "server/api/trace_rows.h"
#include "server/http/http.h"
#include "server/jobs/trace_text.h"
#include "server/store/store.h"

/* What the answer says about the job beside the rows. */
struct trace_about {
    const char *job;           /* its id as text */
    uint64_t from, to;         /* range of iterations that was asked for; to
                                  UINT64_MAX: the end */
    bool complete;             /* the job has ended */
    const char *const *names;  /* [n] of its variables, or NULL */
    bool omits_names;          /* the answer says nothing of them: JSON */
    size_t n;                  /* dimension */
    bool names_header;         /* of CSV: x.a instead of x.0 */
};

/*
 * Make copies in `arena` of what the two point to, which lives as long as the
 * request only. `about` may be NULL. Fails: ERR_MEMORY.
 */
MUST_CHECK enum error trace_keep(struct arena *arena,
                                 struct trace_selection *selection,
                                 struct trace_about *about);

/* ---- JSON --------------------------------------------------------------- */

struct trace_page;  /* one JSON object in the making */

/*
 * Read the rows of a page of JSON.
 *
 * Fails   as trace_table_read()
 * Owns    the page; free with trace_page_free(). It needs neither argument any
 *         more
 */
MUST_CHECK enum error trace_page_new(const struct trace_selection *selection,
                                     const struct trace_about *about,
                                     struct trace_page **ret);
void trace_page_free(struct trace_page *page);

/*
 * Append the next piece of about 64 KiB.
 *
 *   ret_more  out  false: it was the last
 *
 * Fails   as trace_chunk(), where the job is gone meanwhile, for one
 */
MUST_CHECK enum error trace_page_write(struct trace_page *page,
                                       struct buffer *out, bool *ret_more);

/*
 * Columns in one JSON object, as a stream for trace_reply_stream().
 *
 * Fails   as trace_table_read(); nothing has been answered then. So do the
 *         others
 */
MUST_CHECK enum error trace_stream_json(
    const struct trace_selection *selection, const struct trace_about *about,
    struct http_stream *ret);

/* ---- lines -------------------------------------------------------------- */

/* A row a line, made as the client takes them. */
MUST_CHECK enum error trace_stream_lines(
    const struct trace_selection *selection, const struct trace_about *about,
    enum trace_lines lines, struct http_stream *ret);

/* ---- octets ------------------------------------------------------------- */

/*
 * float64, little-endian; what there is and in which order stands in the
 * header Trace-Layout (docs/traces.md):
 *
 *     rows=800; order=columns; type=float64; endian=little;
 *     columns=iteration,loss,x.0
 *
 * A thinned range, or a page with a limit, is one column after the other, as
 * it is in memory anyway. All of a range is one row after the other, streamed.
 */
MUST_CHECK enum error trace_stream_octets(
    struct http_request *request, const struct trace_selection *selection,
    struct http_stream *ret);

enum { OCTETS_COLUMNS_MAX = 250 };  /* as their names stand in a header */

/* ---- all ---------------------------------------------------------------- */

/* Reply with a stream, packed where the client takes gzip. */
enum http_next trace_reply_stream(struct http_request *request,
                                  const char *type,
                                  const struct http_stream *stream);

#endif
