/* test_callers.c - hosts, origins, proxies, base path as people give them. */
#include <string.h>

#include "server/callers.h"
#include "tests/unit/cmocka_all.h"

#define A_HOST "a host's name, without scheme, port or path, as pages.example"

static struct callers callers;

static enum error read_all(const struct config *given, char *message)
{
    struct config config = *given;

    config.hosts = config.hosts ? config.hosts : "";
    config.cors_origins = config.cors_origins ? config.cors_origins : "";
    config.trusted_proxies =
        config.trusted_proxies ? config.trusted_proxies : "";
    config.base_path = config.base_path ? config.base_path : "";
    memset(&callers, 0xff, sizeof callers);
    message[0] = '\0';
    return callers_read(&config, &callers, message);
}

#define READ(message, ...) \
    read_all(&(struct config){__VA_ARGS__}, message)

static void nothing_is_given_unless_it_is(void **unused)
{
    struct http_options options = {.port = 7};
    char message[CONFIG_MESSAGE_BYTES];
    (void)unused;

    assert_int_equal(READ(message, .hosts = ""), OK);
    callers_apply(&callers, &options);
    assert_null(options.hosts[0]);
    assert_null(options.origins[0]);
    assert_false(options.any_origin_reads);
    assert_int_equal(options.proxy_count, 0);
    assert_string_equal(options.base_path, "");
    assert_int_equal(options.port, 7);
}

static void lists_are_cut_at_their_commas(void **unused)
{
    struct http_options options = {0};
    char message[CONFIG_MESSAGE_BYTES];
    (void)unused;

    assert_int_equal(
        READ(message, .hosts = "a.example, b.example",
             .cors_origins = "HTTPS://Pages.Example:443 ,*,"
                             "http://localhost:3000",
             .trusted_proxies = "127.0.0.1,10.0.0.0/8,fd00::/8",
             .base_path = "/descent/"),
        OK);
    callers_apply(&callers, &options);
    assert_string_equal(options.hosts[0], "a.example");
    assert_string_equal(options.hosts[1], "b.example");
    assert_null(options.hosts[2]);
    assert_string_equal(options.origins[0], "https://pages.example");
    assert_string_equal(options.origins[1], "http://localhost:3000");
    assert_null(options.origins[2]);
    assert_true(options.any_origin_reads);
    assert_int_equal(options.proxy_count, 3);
    assert_int_equal(options.proxies[0].bits, 128);
    assert_int_equal(options.proxies[1].bits, 104);
    assert_int_equal(options.proxies[2].bits, 8);
    assert_string_equal(options.base_path, "/descent");
}

#define ORIGIN "an origin, as https://pages.example or " \
               "http://localhost:3000, nor *"
#define NETWORK "an address or a network, as 127.0.0.1 or 10.0.0.0/8"
#define PATH "a path of at most 128 letters, digits and - _ ~ . as /descent"

static void a_mistake_is_named(void **unused)
{
    static const struct {
        struct config config;
        const char *message;
    } cases[] = {
        {{.hosts = "a,,b"}, "--hosts: \"\" is not " A_HOST},
        {{.hosts = "*"}, "--hosts: \"*\" is not " A_HOST},
        {{.hosts = "http://x"}, "--hosts: \"http://x\" is not " A_HOST},
        {{.hosts = "a.example:80"}, "--hosts: \"a.example:80\" is not " A_HOST},
        {{.hosts = "a/b"}, "--hosts: \"a/b\" is not " A_HOST},
        {{.cors_origins = "https://a.example/"},
         "--cors-origins: \"https://a.example/\" is not " ORIGIN},
        {{.cors_origins = "https://a.example,null"},
         "--cors-origins: \"null\" is not " ORIGIN},
        {{.trusted_proxies = "10.0.0.1/8"},
         "--trusted-proxies: \"10.0.0.1/8\" is not " NETWORK},
        {{.trusted_proxies = "*"},
         "--trusted-proxies: \"*\" is not " NETWORK},
        {{.base_path = "descent"},
         "--base-path: \"descent\" is not " PATH},
        {{.base_path = "/a//b"}, "--base-path: \"/a//b\" is not " PATH},
        {{.base_path = "/a/../b"}, "--base-path: \"/a/../b\" is not " PATH},
        {{.base_path = "/a\r\nX: y"},
         "--base-path: \"/a\r\nX: y\" is not " PATH},
        {{.base_path = "/jobs/of"}, "--base-path: /jobs/of begins as a route "
         "of the server does; take another name"},
    };
    char message[CONFIG_MESSAGE_BYTES];
    (void)unused;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_all(&cases[i].config, message), ERR_INVALID);
        assert_string_equal(message, cases[i].message);
    }
}

static void limits_hold(void **unused)
{
    char message[CONFIG_MESSAGE_BYTES], text[8192] = "";
    (void)unused;

    for (int i = 0; i < CALLERS_MAX; i++)
        strncat(text, i > 0 ? ",::1" : "::1", sizeof text - 1 - strlen(text));
    assert_int_equal(READ(message, .trusted_proxies = text), OK);
    assert_int_equal(callers.proxy_count, CALLERS_MAX);
    strncat(text, ",::1", sizeof text - 1 - strlen(text));
    assert_int_equal(READ(message, .trusted_proxies = text), ERR_INVALID);
    assert_string_equal(message, "--trusted-proxies: at most 64 items");
    memset(text, 'a', 4096);
    text[4096] = '\0';
    assert_int_equal(READ(message, .cors_origins = text), ERR_INVALID);
    assert_string_equal(message, "--cors-origins: at most 4095 bytes");
    text[256] = '\0';
    assert_int_equal(READ(message, .hosts = text), ERR_INVALID);
    text[255] = '\0';
    assert_int_equal(READ(message, .hosts = text), OK);
    text[0] = '/';
    text[129] = '\0';
    assert_int_equal(READ(message, .base_path = text), ERR_INVALID);
    text[128] = '\0';
    assert_int_equal(READ(message, .base_path = text), OK);
    assert_int_equal(READ(message, .base_path = "/"), OK);
    assert_string_equal(callers.base_path, "");
    assert_int_equal(READ(message, .base_path = "/jobsite"), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_given_unless_it_is),
        cmocka_unit_test(lists_are_cut_at_their_commas),
        cmocka_unit_test(a_mistake_is_named),
        cmocka_unit_test(limits_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
