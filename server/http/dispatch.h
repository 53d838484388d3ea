/* dispatch.h - what MHD calls: a connection, a request, its end. */
#ifndef SERVER_HTTP_DISPATCH_H
#define SERVER_HTTP_DISPATCH_H

#include <stddef.h>

#include <microhttpd.h>

/* Called at the end of the request line; makes the request. */
void *dispatch_begin(void *cls, const char *target,
                     struct MHD_Connection *link);

/* Called at the end of the header, for every piece of the body, at its end,
 * and again after a resume. */
enum MHD_Result dispatch_request(void *cls, struct MHD_Connection *link,
                                 const char *target, const char *method,
                                 const char *version, const char *bytes,
                                 size_t *count, void **context);

/* Called when the last byte of an answer is out, or the connection broke. */
void dispatch_completed(void *cls, struct MHD_Connection *link, void **context,
                        enum MHD_RequestTerminationCode code);

void dispatch_connection(void *cls, struct MHD_Connection *link,
                         void **context,
                         enum MHD_ConnectionNotificationCode code);

#endif
