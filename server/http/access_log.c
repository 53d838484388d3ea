/*
 * access_log.c - a line a request, written once a turn of the loop.
 *
 * The form is that of server/base/log.h. The lines are made here because there
 * are 40000 a second, and nothing in them can need quotes: ids are tokens,
 * methods and routes come from tables.
 */
#include "server/http/access_log.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/http/fixed.h"
#include "server/http/state.h"

enum { LINE_BYTES_MAX = 640, PEER_BYTES = 64, LOG_FLUSH_BYTES = 64 * 1024 };

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

/* Append " key=value". */
static char *add_pair(char *end, const char *key, const char *value)
{
    return stpcpy(stpcpy(stpcpy(stpcpy(end, " "), key), "="), value);
}

/* Append " peer=192.0.2.1", where that is asked for. */
static char *add_peer(const struct http_request *request, char *end)
{
    const union MHD_ConnectionInfo *info;
    char host[PEER_BYTES];
    const struct sockaddr *peer;

    if (!log_takes(LOG_DEBUG))
        return end;
    info = MHD_get_connection_info(request->link,
                                   MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    peer = info != NULL ? info->client_addr : NULL;
    if (peer == NULL
        || getnameinfo(peer, peer->sa_family == AF_INET
                                 ? sizeof(struct sockaddr_in)
                                 : sizeof(struct sockaddr_in6),
                       host, PEER_BYTES, NULL, 0, NI_NUMERICHOST) != 0)
        return end;
    return add_pair(end, "peer", host);
}

void access_log_add(struct http_request *request, bool completed,
                    int64_t now_ns)
{
    struct http_server *server = request->server;
    char *line, *end;

    if (!log_takes(LOG_INFO))
        return;
    end = line = buffer_reserve(&server->log, LINE_BYTES_MAX);
    if (line == NULL)
        return;
    end = stpcpy(stpcpy(end, "time="), time_text(server));
    end = stpcpy(end, " level=info event=request request_id=");
    end = stpcpy(end, request->id[0] != '\0' ? request->id : "-");
    end = stpcpy(stpcpy(end, " method="), request->method_name);
    end = stpcpy(stpcpy(end, " route="), route_text(request));
    if (request->log_key != NULL)
        end = add_pair(end, request->log_key, request->log_value);
    end = add_peer(request, end);
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
    if (log->count > 0)
        log_write(log->bytes, log->count);
    buffer_clear(log);
}
