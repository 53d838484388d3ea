/* listen.c - the address of --listen: reading it, and who can reach it. */
#include "server/listen.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum error refuse(const char *text, const char *what,
                         char message[CONFIG_MESSAGE_BYTES])
{
    snprintf(message, CONFIG_MESSAGE_BYTES, "--listen: \"%.100s\" is not %s",
             text, what);
    return ERR_INVALID;
}

/* What is wrong with a text that cannot be split. */
static const char *what_is_needed(const char *text)
{
    static const char form[] = "HOST:PORT, as 127.0.0.1:8080";
    const char *colon = strrchr(text, ':');

    if (*text == '*')
        return "HOST:PORT: all addresses are 0.0.0.0, or [::]";
    if (strstr(text, "://"))
        return "HOST:PORT, as 127.0.0.1:8080: leave the scheme out";
    if (colon && colon > text && strspn(colon + 1, "0123456789") > 4
        && colon[1 + strspn(colon + 1, "0123456789")] == '\0')
        return "HOST:PORT: a port is from 0 to 65535";
    return form;
}

/* Split "127.0.0.1:8080" or "[::1]:8080" into host and port. */
static bool split(const char *text, struct listen *listen)
{
    const char *colon = strrchr(text, ':');
    const char *begin = *text == '[' ? text + 1 : text;
    const char *end = *text == '[' ? strchr(text, ']') : colon;
    char *rest;
    long port;

    if (!colon || !end || end <= begin || end - begin >= LISTEN_HOST_BYTES
        || (end != colon && end + 1 != colon) || colon[1] < '0'
        || colon[1] > '9')
        return false;
    port = strtol(colon + 1, &rest, 10);
    if (*rest || port > UINT16_MAX)
        return false;
    if (*begin == '*' || strstr(text, "://"))
        return false;
    memcpy(listen->host, begin, (size_t)(end - begin));
    if (!strcmp(listen->host, "localhost"))
        snprintf(listen->host, LISTEN_HOST_BYTES, "127.0.0.1");
    listen->port = (uint16_t)port;
    return true;
}

enum error listen_read(const char *text, struct listen *ret,
                       char message[CONFIG_MESSAGE_BYTES])
{
    struct addrinfo hints = {
        .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
        .ai_socktype = SOCK_STREAM,
    }, *info;
    struct listen listen = {.port = 0};
    char port[8];

    if (!split(text, &listen))
        return refuse(text, what_is_needed(text), message);
    snprintf(port, sizeof port, "%u", listen.port);
    if (getaddrinfo(listen.host, port, &hints, &info) != 0)
        return refuse(text, "a numeric address, as 127.0.0.1:8080 or "
                            "[::1]:8080", message);
    memcpy(&listen.address, info->ai_addr, info->ai_addrlen);
    listen.address_bytes = info->ai_addrlen;
    freeaddrinfo(info);
    *ret = listen;
    return OK;
}

static const struct sockaddr_in *four(const struct listen *listen)
{
    return (const struct sockaddr_in *)&listen->address;
}

static const struct sockaddr_in6 *six(const struct listen *listen)
{
    return (const struct sockaddr_in6 *)&listen->address;
}

bool listen_is_loopback(const struct listen *listen)
{
    if (listen->address.ss_family == AF_INET)
        return ntohl(four(listen)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return IN6_IS_ADDR_LOOPBACK(&six(listen)->sin6_addr);
}

bool listen_is_any(const struct listen *listen)
{
    if (listen->address.ss_family == AF_INET)
        return four(listen)->sin_addr.s_addr == htonl(INADDR_ANY);
    return IN6_IS_ADDR_UNSPECIFIED(&six(listen)->sin6_addr);
}

void listen_aim(struct listen *listen)
{
    if (!listen_is_any(listen))
        return;
    if (listen->address.ss_family == AF_INET)
        ((struct sockaddr_in *)&listen->address)->sin_addr.s_addr =
            htonl(INADDR_LOOPBACK);
    else
        ((struct sockaddr_in6 *)&listen->address)->sin6_addr =
            in6addr_loopback;
}
