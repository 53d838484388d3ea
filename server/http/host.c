/*
 * host.c - Host headers that are numbers.
 *
 * The list of hosts keeps out pages whose name was made to point here (DNS
 * rebinding): a browser sends that name as Host. A numeric address cannot be
 * made to point elsewhere, so that it is safe wherever it is one of ours.
 */
#include "server/http/host.h"

#include <arpa/inet.h>
#include <string.h>

bool host_is_numeric(const char *host, size_t bytes)
{
    bool is_six = bytes > 2 && host[0] == '[' && host[bytes - 1] == ']';
    char text[INET6_ADDRSTRLEN];
    struct in6_addr address;

    if (is_six) {
        host++;
        bytes -= 2;
    }
    if (bytes >= sizeof text)
        return false;
    memcpy(text, host, bytes);
    text[bytes] = '\0';
    return inet_pton(is_six ? AF_INET6 : AF_INET, text, &address) == 1;
}
