/*
 * network.c - addresses and networks: "127.0.0.1", "10.0.0.0/8", "fd00::/8".
 *
 * All are IPv6 here; an IPv4 address a.b.c.d is ::ffff:a.b.c.d, as the kernel
 * has it on a socket that takes both (RFC 4291, section 2.5.5.2).
 */
#include "server/http/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { MAPPED_BYTES = 12, ADDRESS_TEXT_MAX = INET6_ADDRSTRLEN };

static const unsigned char mapped[MAPPED_BYTES] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff,
};

/* Read an address; returns how many of its first bits are the mapping's: 96
 * or 0; -1 where it is none. */
static int read_address(const char *text, unsigned char address[16])
{
    if (inet_pton(AF_INET6, text, address) == 1)
        return 0;
    memcpy(address, mapped, MAPPED_BYTES);
    return inet_pton(AF_INET, text, address + MAPPED_BYTES) == 1
         ? MAPPED_BYTES * 8 : -1;
}

/* Whether all bits behind the first `bits` are 0. */
static bool ends_in_zeros(const unsigned char address[16], unsigned bits)
{
    for (unsigned i = bits; i < 128; i++)
        if (address[i / 8] >> (7 - i % 8) & 1)
            return false;
    return true;
}

bool http_network_read(const char *text, struct http_network *ret)
{
    size_t bytes = strcspn(text, "/"), digits;
    struct http_network network = {.bits = 128};
    char address[ADDRESS_TEXT_MAX];
    unsigned long length;
    int offset;

    if (bytes >= sizeof address)
        return false;
    memcpy(address, text, bytes);
    address[bytes] = '\0';
    offset = read_address(address, network.address);
    if (offset < 0)
        return false;
    if (text[bytes] == '/') {
        digits = strspn(text + bytes + 1, "0123456789");
        if (digits == 0 || digits > 3 || text[bytes + 1 + digits] != '\0')
            return false;
        length = strtoul(text + bytes + 1, NULL, 10);
        if (length > 128 - (unsigned long)offset)
            return false;
        network.bits = (unsigned)length + (unsigned)offset;
    }
    if (!ends_in_zeros(network.address, network.bits))
        return false;
    *ret = network;
    return true;
}

static bool holds(const struct http_network *network,
                  const unsigned char address[16])
{
    size_t whole = network->bits / 8;
    unsigned rest = network->bits % 8;

    if (memcmp(network->address, address, whole) != 0)
        return false;
    return rest == 0
           || (network->address[whole] ^ address[whole]) >> (8 - rest) == 0;
}

bool network_holds(const struct http_network *networks, size_t count,
                   const struct sockaddr *peer)
{
    unsigned char address[16];

    if (peer->sa_family == AF_INET6) {
        struct sockaddr_in6 six;

        memcpy(&six, peer, sizeof six);
        memcpy(address, &six.sin6_addr, sizeof address);
    } else if (peer->sa_family == AF_INET) {
        struct sockaddr_in four;

        memcpy(&four, peer, sizeof four);
        memcpy(address, mapped, MAPPED_BYTES);
        memcpy(address + MAPPED_BYTES, &four.sin_addr, 4);
    } else {
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (holds(&networks[i], address))
            return true;
    return false;
}
