/* main.c - the command line: one row a subcommand. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/base/suggest.h"
#include "server/command.h"
#include "server/config.h"

static int command_help(int count, char *arguments[]);
static int command_version(int count, char *arguments[]);

static const struct command {
    const char *name;
    const char *arguments;
    const char *sentence;
    int (*run)(int count, char *arguments[]);
} commands[] = {
    {"serve", "[OPTION…]", "Take jobs over HTTP, run them, keep them.",
     command_serve},
    {"solve", "FILE|- [--trace csv|ndjson] [--residuals]",
     "Run one job here; print its result.", command_solve},
    {"migrate", "[OPTION…]", "Bring the database's tables up to date.",
     command_migrate},
    {"version", "", "Print the version.", command_version},
    {"help", "", "Print this.", command_help},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static int command_version(int count, char *arguments[])
{
    (void)arguments;
    if (count > 0)
        return command_fail("version takes no arguments");
    puts("descentd " DESCENTD_VERSION);
    return 0;
}

static int command_help(int count, char *arguments[])
{
    (void)count;
    (void)arguments;
    puts("descentd: gradient descent as a service.\n\nCommands:");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-8s %-28s %s\n", commands[i].name, commands[i].arguments,
               commands[i].sentence);
    puts("\nOptions of serve and migrate, or variables of the environment:");
    config_help(stdout);
    return 0;
}

int command_fail(const char *sentence)
{
    fprintf(stderr, "descentd: %s\n", sentence);
    return EXIT_USAGE;
}

/* What the elementary functions' equal bits are made with. */
static bool cpu_has_fma(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("fma");
#else
    return true;
#endif
}

/* "descentd serve --help": the same for every command. */
static bool asks_for_help(int count, char *arguments[])
{
    return count == 1 && (!strcmp(arguments[0], "--help")
                          || !strcmp(arguments[0], "-h"));
}

int main(int count, char *arguments[])
{
    const char *name = count > 1 ? arguments[1] : "";
    struct suggestion near = {.word = name};
    char message[256];

    if (!cpu_has_fma())
        return command_fail("this CPU has no fused multiply-add, which the "
                            "elementary functions need");
    if (!strcmp(name, "--help") || !strcmp(name, "-h"))
        return command_help(0, NULL);
    if (!strcmp(name, "--version"))
        return command_version(0, NULL);
    for (size_t i = 0; i < COMMANDS; i++) {
        if (!strcmp(name, commands[i].name))
            return asks_for_help(count - 2, arguments + 2)
                       ? command_help(0, NULL)
                       : commands[i].run(count - 2, arguments + 2);
        suggest_offer(&near, commands[i].name);
    }
    if (count < 2)
        return command_fail("give a command; `descentd help` lists them");
    snprintf(message, sizeof message, "there is no command \"%.100s\"%s%s%s",
             name, near.best ? "; did you mean " : "; see `descentd help`",
             near.best ? near.best : "", near.best ? "?" : "");
    return command_fail(message);
}
