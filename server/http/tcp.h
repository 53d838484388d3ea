/* tcp.h - what the kernel knows of a client's connection. */
#ifndef SERVER_HTTP_TCP_H
#define SERVER_HTTP_TCP_H

#include <stdbool.h>
#include <stdint.h>

struct tcp_news {
    uint32_t newest_ms;      /* age of the newest segment with data */
    bool is_ended;           /* the client has closed its side */
    uint64_t acknowledged;   /* bytes that it has of ours, of all answers */
};

/* False: it is no TCP connection any more. */
bool tcp_ask(int fd, struct tcp_news *ret);

/* Bytes that came and nobody has read yet; -1: unknown. */
int tcp_unread(int fd);

#endif
