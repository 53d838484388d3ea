/* command.h - the subcommands of the command line. */
#ifndef SERVER_COMMAND_H
#define SERVER_COMMAND_H

enum { EXIT_USAGE = 2 };   /* the command line, or the spec, is wrong */

/* What solve takes; its options are those that are no settings (config.h). */
#define SOLVE_ARGUMENTS "FILE|- [--trace csv|ndjson] [--residuals]"
#define SOLVE_TRACE "trace"
#define SOLVE_RESIDUALS "residuals"

/* What plot takes; its options are those of a plot.svg (server/plot/plot.h). */
#define PLOT_ARGUMENTS "FILE|-… [OPTION…]"

/* Each gets what stands after its name, and returns the exit status. */
int command_serve(int count, char *arguments[]);
int command_solve(int count, char *arguments[]);
int command_plot(int count, char *arguments[]);
int command_migrate(int count, char *arguments[]);
int command_health(int count, char *arguments[]);

/* Print one sentence on stderr; returns EXIT_USAGE. */
int command_fail(const char *sentence);

#endif
