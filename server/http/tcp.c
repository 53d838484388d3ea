/* tcp.c - what the kernel knows of a client's connection. */
#include "server/http/tcp.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { CLOSE_WAIT = 8 }; /* the kernel's TCP_CLOSE_WAIT, which is in no header
                            that can stand beside linux/tcp.h */

bool tcp_ask(int fd, struct tcp_news *ret)
{
    struct tcp_info info = {0};
    socklen_t bytes = sizeof info;

    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &bytes) != 0)
        return false;
    *ret = (struct tcp_news){
        .newest_ms = info.tcpi_last_data_recv,
        .is_ended = info.tcpi_state == CLOSE_WAIT,
        .acknowledged = info.tcpi_bytes_acked,
    };
    return true;
}

int tcp_unread(int fd)
{
    int unread;

    return ioctl(fd, FIONREAD, &unread) == 0 ? unread : -1;
}
