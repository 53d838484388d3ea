/* network.h - whether a peer's address lies in a network. */
#ifndef SERVER_HTTP_NETWORK_H
#define SERVER_HTTP_NETWORK_H

#include <stdbool.h>
#include <stddef.h>

#include "server/http/http.h"

struct sockaddr;

/* Whether a peer's address lies in one of the networks. */
bool network_holds(const struct http_network *networks, size_t count,
                   const struct sockaddr *peer);

#endif
