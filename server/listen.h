/* listen.h - the address of --listen: reading it, and who can reach it. */
#ifndef SERVER_LISTEN_H
#define SERVER_LISTEN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "core/base/error.h"
#include "server/config.h"

enum { LISTEN_HOST_BYTES = 64 };

struct listen {
    char host[LISTEN_HOST_BYTES]; /* numeric, without brackets: "::1" */
    uint16_t port;                /* 0: a free one */
    struct sockaddr_storage address;
    socklen_t address_bytes;
};

/*
 * Read "127.0.0.1:8080", "[::1]:8080" or "localhost:8080".
 *
 *   message  out  on failure, one sentence that names the setting
 *
 * Fails   ERR_INVALID
 */
MUST_CHECK enum error listen_read(const char *text, struct listen *ret,
                                  char message[CONFIG_MESSAGE_BYTES]);

/* Whether only this machine reaches it. */
bool listen_is_loopback(const struct listen *listen);

/* Whether it stands for all addresses of this machine: 0.0.0.0 or [::]. */
bool listen_is_any(const struct listen *listen);

/* Replace "all addresses" by the loopback of the same kind: what a client on
 * this machine connects to. */
void listen_aim(struct listen *listen);

#endif
