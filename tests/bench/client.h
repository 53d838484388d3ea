/*
 * client.h - what the load programs share: connections to a server on the
 * loopback, and what its loop's thread has had of a processor.
 *
 * Whatever goes wrong ends the program with a sentence on stderr.
 */
#ifndef TESTS_BENCH_CLIENT_H
#define TESTS_BENCH_CLIENT_H

#include <stddef.h>
#include <stdint.h>

/* Print what failed, with errno's sentence, and exit. */
_Noreturn void client_die(const char *what);

/* A connection to 127.0.0.1. */
int client_connect(uint16_t port);

__attribute__((format(printf, 2, 3)))
void client_send(int fd, const char *format, ...);

/* Send a request without a body and wait for its answer, which is terminated
 * and fits into `room` bytes; returns how many there are. */
size_t client_ask(int fd, const char *method, const char *path, char *answer,
                  size_t room);

/* Nanoseconds that the thread called "loop" of a process was on a CPU. */
double client_loop_cpu_ns(long process);

#endif
