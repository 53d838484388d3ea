/* main.c - the command line: one row a subcommand. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/suggest.h"
#include "server/api/openapi.h"
#include "server/api/routes.h"
#include "server/command.h"
#include "server/config.h"
#include "server/plot/plot.h"

static int command_help(int count, char *arguments[]);
static int command_version(int count, char *arguments[]);
static int command_openapi(int count, char *arguments[]);

static void help_serve(void);
static void help_plot(void);
static void help_migrate(void);
static void help_health(void);

static const struct command {
    const char *name;
    const char *arguments;
    const char *sentence;
    int (*run)(int count, char *arguments[]);
    void (*help)(void);    /* of its settings; NULL: it has none */
} commands[] = {
    {"serve", "[OPTION…]", "Take jobs over HTTP, run them, keep them.",
     command_serve, help_serve},
    {"solve", SOLVE_ARGUMENTS, "Run one job here; print its result.",
     command_solve},
    {"plot", PLOT_ARGUMENTS, "Run jobs here; draw them, as SVG.",
     command_plot, help_plot},
    {"migrate", "[--create] [--store FILE]",
     "Bring the database's tables up to date.",
     command_migrate, help_migrate},
    {"health", "[--listen HOST:PORT]", "Ask the server there if it is ready.",
     command_health, help_health},
    {"openapi", "", "Print the HTTP interface as OpenAPI 3.1.",
     command_openapi},
    {"version", "", "Print the version.", command_version},
    {"help", "[COMMAND]", "Print this, or what one command takes.",
     command_help},
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

static int command_openapi(int count, char *arguments[])
{
    struct buffer out;
    bool is_written;

    (void)arguments;
    if (count > 0)
        return command_fail("openapi takes no arguments");
    buffer_init(&out);
    openapi_write(&out, routes, route_count, "");
    buffer_text(&out, "\n");
    if (out.failed) {
        buffer_fini(&out);
        return command_fail(error_sentence(ERR_MEMORY));
    }
    is_written = fwrite(out.bytes, 1, out.count, stdout) == out.count
                 && fflush(stdout) == 0;
    buffer_fini(&out);
    return is_written ? 0 : command_fail("the output cannot be written");
}

/* ---- help --------------------------------------------------------------- */

static void help_serve(void)
{
    config_help(stdout, NULL);
}

static void help_plot(void)
{
    for (size_t i = 0; plot_options[i].name; i++)
        printf("  --%-16s %s\n", plot_options[i].name,
               plot_options[i].sentence);
}

static void help_migrate(void)
{
    puts("  --create                   Make a database where there is none.");
    config_help(stdout, "store");
}

static void help_health(void)
{
    config_help(stdout, "listen");
}

static void help_all(void)
{
    puts("descentd: gradient descent as a service.\n\nCommands:");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-8s %-28s %s\n", commands[i].name, commands[i].arguments,
               commands[i].sentence);
    puts("\nOptions of serve, migrate and health, or variables of the "
         "environment:");
    help_serve();
}

static void help_one(const struct command *command)
{
    printf("usage: descentd %s%s%s\n%s\n", command->name,
           *command->arguments ? " " : "", command->arguments,
           command->sentence);
    if (!command->help)
        return;
    puts(command->run == command_plot
             ? "\nOptions:" : "\nOptions, or variables of the environment:");
    command->help();
}

/* The command of that name, or NULL after a sentence about it. */
static const struct command *find_command(const char *name)
{
    const struct command *meant = NULL;
    struct suggestion near = {.word = name};
    char message[256];

    for (size_t i = 0; i < COMMANDS; i++) {
        if (!strcmp(name, commands[i].name))
            return &commands[i];
        suggest_offer(&near, commands[i].name);
        if (near.best == commands[i].name)
            meant = &commands[i];
    }
    if (meant)
        snprintf(message, sizeof message, "there is no command \"%.100s\"; did "
                 "you mean %s? usage: descentd %s %s", name, meant->name,
                 meant->name, meant->arguments);
    else
        snprintf(message, sizeof message, "there is no command \"%.100s\"; "
                 "`descentd help` lists them", name);
    command_fail(message);
    return NULL;
}

static int command_help(int count, char *arguments[])
{
    const struct command *command;

    if (count > 1)
        return command_fail("help takes the name of one command");
    if (count == 0) {
        help_all();
        return 0;
    }
    command = find_command(arguments[0]);
    if (!command)
        return EXIT_USAGE;
    help_one(command);
    return 0;
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

static bool asks_for_help(int count, char *arguments[])
{
    for (int i = 0; i < count; i++)
        if (!strcmp(arguments[i], "--help") || !strcmp(arguments[i], "-h"))
            return true;
    return false;
}

int main(int count, char *arguments[])
{
    const char *name = count > 1 ? arguments[1] : "";
    const struct command *command;

    if (!cpu_has_fma())
        return command_fail("this CPU has no fused multiply-add, which the "
                            "elementary functions need");
    if (count < 2)
        return command_fail("give a command; `descentd help` lists them");
    if (asks_for_help(1, arguments + 1))
        return command_help(0, NULL);
    if (!strcmp(name, "--version"))
        return command_version(0, NULL);
    command = find_command(name);
    if (!command)
        return EXIT_USAGE;
    if (asks_for_help(count - 2, arguments + 2)) {
        help_one(command);
        return 0;
    }
    return command->run(count - 2, arguments + 2);
}
