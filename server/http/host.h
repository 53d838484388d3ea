/* host.h - Host headers that are numbers. */
#ifndef SERVER_HTTP_HOST_H
#define SERVER_HTTP_HOST_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a Host without its port is "192.0.2.1" or "[2001:db8::1]". */
bool host_is_numeric(const char *host, size_t bytes);

#endif
