/* fixed.h - fixed-point numbers as text, without printf's price. */
#ifndef SERVER_HTTP_FIXED_H
#define SERVER_HTTP_FIXED_H

#include <stdint.h>

/* Write value / 10^decimals, terminated; returns the end. */
char *fixed_write(char *text, uint64_t value, int decimals);

#endif
