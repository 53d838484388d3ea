/* test_config.c - settings from the table, the environment, the flags. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/config.h"

enum { ARGUMENTS_MAX = 8, HELP_BYTES = 16384 };

/* Read a NULL-ended list of arguments. */
static enum error read_list(char *const arguments[], struct config *ret,
                            char message[CONFIG_MESSAGE_BYTES])
{
    int count = 0;

    while (arguments[count])
        count++;
    memset(message, 0, CONFIG_MESSAGE_BYTES);
    return config_read(count, arguments, ret, message);
}

/* Read the arguments that stand behind; the last one is NULL. */
#define READ(config, message, ...) \
    read_list((char *[]){__VA_ARGS__}, config, message)

/* Issue 2 and API.md section 9 name the address, the store and the workers. */
static void the_defaults_are_legal(void **unused)
{
    char message[CONFIG_MESSAGE_BYTES];
    struct config config;
    (void)unused;

    assert_int_equal(READ(&config, message, NULL), OK);
    assert_string_equal(config.listen, "127.0.0.1:8080");
    assert_string_equal(config.store, "descentd.db");
    assert_string_equal(config.hosts, "");
    assert_string_equal(config.cors_origins, "");
    assert_string_equal(config.trusted_proxies, "");
    assert_string_equal(config.base_path, "");
    assert_true(config.linger_s == 10);
    assert_true(config.linger_bytes == 16777216);
    assert_false(config.insecure);
    assert_true(config.workers == (double)sysconf(_SC_NPROCESSORS_ONLN));
    assert_true(config.write_queue == 4096);
    assert_true(config.connections == 4000);
    assert_true(config.connection_memory == 16384);
    assert_true(config.header_timeout_s == 10);
    assert_true(config.body_timeout_s == 30);
    assert_true(config.drain_s == 5);
}

static void a_flag_has_its_value_behind_it_or_behind_an_equals_sign(
    void **unused)
{
    char message[CONFIG_MESSAGE_BYTES];
    struct config config;
    (void)unused;

    assert_int_equal(READ(&config, message, "--workers", "3", "--store=a=b",
                          "--hosts=", "--listen", "[::1]:0", NULL), OK);
    assert_true(config.workers == 3);
    assert_string_equal(config.store, "a=b");
    assert_string_equal(config.hosts, "");
    assert_string_equal(config.listen, "[::1]:0");
}

static void a_switch_needs_no_value(void **unused)
{
    char message[CONFIG_MESSAGE_BYTES];
    struct config config;
    (void)unused;

    assert_int_equal(READ(&config, message, "--insecure", "--workers", "3",
                          NULL), OK);
    assert_true(config.insecure);
    assert_true(config.workers == 3);
    assert_int_equal(READ(&config, message, "--insecure=true", NULL), OK);
    assert_true(config.insecure);
    assert_int_equal(READ(&config, message, "--insecure", "--insecure=false",
                          NULL), OK);
    assert_false(config.insecure);
    setenv("DESCENTD_INSECURE", "true", 1);
    assert_int_equal(READ(&config, message, NULL), OK);
    assert_true(config.insecure);
    assert_int_equal(READ(&config, message, "--insecure=false", NULL), OK);
    assert_false(config.insecure);
    unsetenv("DESCENTD_INSECURE");
}

static void the_last_flag_counts(void **unused)
{
    char message[CONFIG_MESSAGE_BYTES];
    struct config config;
    (void)unused;

    assert_int_equal(READ(&config, message, "--workers=1", "--workers=2",
                          NULL), OK);
    assert_true(config.workers == 2);
}

static void flags_go_before_the_environment(void **unused)
{
    char message[CONFIG_MESSAGE_BYTES];
    struct config config;
    (void)unused;

    setenv("DESCENTD_WORKERS", "7", 1);
    setenv("DESCENTD_WRITE_QUEUE", "99", 1);
    setenv("DESCENTD_STORE", "elsewhere.db", 1);
    assert_int_equal(READ(&config, message, "--workers=2", NULL), OK);
    assert_true(config.workers == 2);
    assert_true(config.write_queue == 99);
    assert_string_equal(config.store, "elsewhere.db");
    unsetenv("DESCENTD_WORKERS");
    unsetenv("DESCENTD_WRITE_QUEUE");
    unsetenv("DESCENTD_STORE");
}

static void limits_themselves_are_legal(void **unused)
{
    char message[CONFIG_MESSAGE_BYTES];
    struct config config;
    (void)unused;

    assert_int_equal(READ(&config, message, "--workers=0", "--drain-s=60",
                          "--header-timeout-s=0.1",
                          "--connection-memory=1048576", NULL), OK);
    assert_true(config.workers == 0);
    assert_true(config.drain_s == 60);
    assert_true(config.header_timeout_s == 0.1);
    assert_true(config.connection_memory == 1048576);
}

#define LISTED "; `descentd help serve` lists them"

static void a_mistake_is_one_sentence_that_names_it(void **unused)
{
    static const struct {
        char *arguments[ARGUMENTS_MAX];
        const char *message;
    } cases[] = {
        {{"--workers", "many"},
         "--workers: \"many\" is not a whole number in [0, 256]"},
        {{"--workers=many"},
         "--workers: \"many\" is not a whole number in [0, 256]"},
        {{"--workers=257"},
         "--workers: \"257\" is not a whole number in [0, 256]"},
        {{"--workers=-1"},
         "--workers: \"-1\" is not a whole number in [0, 256]"},
        {{"--workers=1.5"},
         "--workers: \"1.5\" is not a whole number in [0, 256]"},
        {{"--workers="}, "--workers: \"\" is not a whole number in [0, 256]"},
        {{"--workers", "3x"},
         "--workers: \"3x\" is not a whole number in [0, 256]"},
        {{"--workers=nan"},
         "--workers: \"nan\" is not a whole number in [0, 256]"},
        {{"--drain-s=inf"},
         "--drain-s: \"inf\" is not a number of seconds in [0, 60]"},
        {{"--connection-memory=1"},
         "--connection-memory: \"1\" is not a whole number in "
         "[4096, 1048576]"},
        {{"--write-queue=0"},
         "--write-queue: \"0\" is not a whole number in [1, 1000000]"},
        {{"--store", "a.db", "--workers"}, "--workers needs a value: N"},
        {{"--listen"}, "--listen needs a value: HOST:PORT"},
        {{"--insecure=yes"}, "--insecure: \"yes\" is neither true nor false"},
        {{"--insecure="}, "--insecure: \"\" is neither true nor false"},
        {{"--insecure", "true"}, "there is no option true" LISTED},
        {{"--insecur"},
         "there is no option --insecur; did you mean --insecure?"},
        {{"--wokers", "3"},
         "there is no option --wokers; did you mean --workers N?"},
        {{"--wokers=3"},
         "there is no option --wokers; did you mean --workers N?"},
        {{"--trase=csv"},
         "there is no option --trase here; did you mean --trace of "
         "`descentd solve FILE|- [--trace csv|ndjson] [--residuals]`?"},
        {{"--something-else"}, "there is no option --something-else" LISTED},
        {{"workers"}, "there is no option workers" LISTED},
        {{"./jobs.db"}, "there is no option ./jobs.db; a database is named by "
         "--store ./jobs.db"},
        {{"-w"}, "there is no option -w" LISTED},
        {{"--"}, "there is no option --" LISTED},
        {{""}, "there is no option " LISTED},
    };
    char message[CONFIG_MESSAGE_BYTES];
    struct config config;
    (void)unused;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_list(cases[i].arguments, &config, message),
                         ERR_INVALID);
        assert_string_equal(message, cases[i].message);
    }
}

static void a_mistake_in_the_environment_names_the_variable(void **unused)
{
    char message[CONFIG_MESSAGE_BYTES];
    struct config config;
    (void)unused;

    setenv("DESCENTD_IDLE_TIMEOUT_S", "soon", 1);
    assert_int_equal(READ(&config, message, NULL), ERR_INVALID);
    assert_string_equal(message, "DESCENTD_IDLE_TIMEOUT_S: \"soon\" is not a "
                                 "number of seconds in [0.1, 3600]");
    unsetenv("DESCENTD_IDLE_TIMEOUT_S");
}

static void a_long_word_is_cut_in_the_message(void **unused)
{
    char message[CONFIG_MESSAGE_BYTES], word[4000], flag[4020];
    struct config config;
    (void)unused;

    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    snprintf(flag, sizeof flag, "--%s", word);
    assert_int_equal(READ(&config, message, flag, "1", NULL), ERR_INVALID);
    assert_in_range(strlen(message), 1, CONFIG_MESSAGE_BYTES - 1);
    snprintf(flag, sizeof flag, "--workers=%s", word);
    assert_int_equal(READ(&config, message, flag, NULL), ERR_INVALID);
    assert_in_range(strlen(message), 1, CONFIG_MESSAGE_BYTES - 1);
}

/* What --help says of a setting can be given back as its flag. */
static void the_help_names_every_setting(void **unused)
{
    static const char *const flags[] = {
        "listen", "store", "workers", "hosts", "cors-origins",
        "trusted-proxies", "base-path", "web-root", "insecure", "write-queue",
        "retention-s", "trace-bytes-max", "connections", "connection-memory",
        "header-timeout-s",
        "body-timeout-s", "body-bytes-per-s", "linger-s", "linger-bytes",
        "dataset-bytes-max", "uploads", "event-ping-s", "errands",
        "errand-threads",
        "errand-s", "errand-bytes", "idle-timeout-s", "drain-s",
        "body-bytes-max", "log-level", "bodies-bytes-max",
        "answer-bytes-max", "answer-window-s", "answer-bytes-per-s",
    };
    char text[HELP_BYTES] = "", line[128];
    FILE *out = fmemopen(text, sizeof text - 1, "w");
    size_t lines = 0;
    (void)unused;

    assert_non_null(out);
    config_help(out, NULL);
    fclose(out);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        snprintf(line, sizeof line, "  --%s ", flags[i]);
        assert_non_null(strstr(text, line));
    }
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 2 * sizeof flags / sizeof *flags);
    assert_non_null(strstr(text, "default false, or DESCENTD_INSECURE\n"));
    assert_non_null(strstr(text, "[4096, 1048576] default 16384, "
                                 "or DESCENTD_CONNECTION_MEMORY\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults_are_legal),
        cmocka_unit_test(
            a_flag_has_its_value_behind_it_or_behind_an_equals_sign),
        cmocka_unit_test(a_switch_needs_no_value),
        cmocka_unit_test(the_last_flag_counts),
        cmocka_unit_test(flags_go_before_the_environment),
        cmocka_unit_test(limits_themselves_are_legal),
        cmocka_unit_test(a_mistake_is_one_sentence_that_names_it),
        cmocka_unit_test(a_mistake_in_the_environment_names_the_variable),
        cmocka_unit_test(a_long_word_is_cut_in_the_message),
        cmocka_unit_test(the_help_names_every_setting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
