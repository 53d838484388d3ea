/*
 * access_log.c - a line a request, written once a turn of the loop.
 *
 * The form is that of server/base/log.h. The lines are made here because there
 * are 40000 a second, and nothing in them can need quotes: ids are tokens,
 * methods and routes come from tables.
 */
#include "server/http/access_log.h"

#include <string.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/http/fixed.h"
#include "server/http/state.h"

enum { LINE_BYTES_MAX = 512, LOG_FLUSH_BYTES = 64 * 1024 };

/* The status that went out, also where MHD answered by itself. */
static unsigned status_of(const struct http_request *request)
{
    const union MHD_ConnectionInfo *info;

    if (request->status != 0)
        return request->status;
    info = MHD_get_connection_info(request->link,
                                   MHD_CONNECTION_INFO_HTTP_STATUS);
    return info != NULL ? info->http_status : 0;
}

/* The wall time as text, made anew when its millisecond is over. */
static const char *time_text(struct http_server *server)
{
    int64_t now_ms = clock_wall_ms();

    if (now_ms != server->log_time_ms) {
        time_format(now_ms, server->log_time);
        server->log_time_ms = now_ms;
    }
    return server->log_time;
}

static const char *route_text(const struct http_request *request)
{
    enum { ROUTE_BYTES_MAX = 128 };

    if (request->route == NULL
        || strlen(request->route->path) > ROUTE_BYTES_MAX)
        return "-";
    return request->route->path;
}

void access_log_add(struct http_request *request, bool completed,
                    int64_t now_ns)
{
    struct http_server *server = request->server;
    char *line = buffer_reserve(&server->log, LINE_BYTES_MAX), *end = line;

    if (line == NULL)
        return;
    end = stpcpy(stpcpy(end, "time="), time_text(server));
    end = stpcpy(end, " level=info event=request request_id=");
    end = stpcpy(end, request->id[0] != '\0' ? request->id : "-");
    end = stpcpy(stpcpy(end, " method="), request->method_name);
    end = stpcpy(stpcpy(end, " route="), route_text(request));
    end = fixed_write(stpcpy(end, " status="), status_of(request), 0);
    end = fixed_write(stpcpy(end, " bytes="), request->sent_bytes, 0);
    end = fixed_write(stpcpy(end, " seconds="),
                      (uint64_t)(now_ns - request->began_ns) / 1000, 6);
    end = stpcpy(end, completed ? "\n" : " ended=aborted\n");
    server->log.count += (size_t)(end - line);
    if (server->log.count >= LOG_FLUSH_BYTES)
        access_log_flush(server);
}

void access_log_flush(struct http_server *server)
{
    struct buffer *log = &server->log;

    if (log->failed)
        buffer_fini(log); /* the lines are lost; the next ones need not be */
    if (log->count > 0 && write(STDERR_FILENO, log->bytes, log->count) < 0)
        log->count = 0; /* nowhere is left to say so */
    buffer_clear(log);
}
