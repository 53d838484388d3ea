/* client.c - what the load programs share. */
#include "tests/bench/client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { THREADS_LOOKED_AT = 1000 };

void client_die(const char *what)
{
    fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what,
            strerror(errno));
    exit(EXIT_FAILURE);
}

int client_connect(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address))
        client_die("connect");
    return fd;
}

void client_send(int fd, const char *format, ...)
{
    char text[512];
    va_list arguments;
    int bytes;

    va_start(arguments, format);
    bytes = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (bytes < 0 || (size_t)bytes >= sizeof text
        || send(fd, text, (size_t)bytes, MSG_NOSIGNAL) != bytes)
        client_die("send");
}

size_t client_ask(int fd, const char *method, const char *path, char *answer,
                  size_t room)
{
    size_t bytes = 0;
    char *body, *length;

    client_send(fd, "%s %s HTTP/1.1\r\nHost: localhost\r\n"
                "Content-Length: 0\r\n\r\n", method, path);
    for (;;) {
        ssize_t got = recv(fd, answer + bytes, room - 1 - bytes, 0);

        if (got <= 0)
            client_die("ask");
        bytes += (size_t)got;
        answer[bytes] = '\0';
        body = strstr(answer, "\r\n\r\n");
        length = strstr(answer, "Content-Length: ");
        if (body && length
            && answer + bytes - (body + 4) >= strtol(length + 16, NULL, 10))
            return bytes;
    }
}

/* Whether a thread of the process has this name; its time then. */
static int is_loop(long process, long thread, double *ret_ns)
{
    char path[96], name[16] = "";
    FILE *file;
    int read;

    snprintf(path, sizeof path, "/proc/%ld/task/%ld/comm", process, thread);
    file = fopen(path, "r");
    if (!file)
        return 0;
    read = fscanf(file, "%15s", name);
    fclose(file);
    if (read != 1 || strcmp(name, "loop") != 0)
        return 0;
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/schedstat", process,
             thread);
    file = fopen(path, "r");
    if (!file || fscanf(file, "%lf", ret_ns) != 1)
        client_die(path);
    fclose(file);
    return 1;
}

double client_loop_cpu_ns(long process)
{
    double ns;

    for (long i = 0; i < THREADS_LOOKED_AT; i++)
        if (is_loop(process, process + i, &ns))
            return ns;
    errno = ESRCH;
    client_die("a thread called loop");
}
