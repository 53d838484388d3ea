/* command.c - what the subcommands share. */
#include "server/command.h"

#include <stdio.h>

int command_fail(const char *sentence)
{
    fprintf(stderr, "descentd: %s\n", sentence);
    return EXIT_USAGE;
}
