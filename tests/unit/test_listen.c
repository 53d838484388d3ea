/* test_listen.c - the address of --listen, and who can reach it. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "server/listen.h"

/* Who reaches an address: RFC 1122 3.2.1.3 (127/8), RFC 4291 2.5.2, 2.5.3.
 * The forms with fewer dots are those of inet_aton(3). */
static void an_address_is_what_it_means_not_how_it_is_written(void **unused)
{
    static const struct {
        const char *text, *host;
        uint16_t port;
        bool is_loopback, is_any;
    } cases[] = {
        {"127.0.0.1:8080", "127.0.0.1", 8080, true, false},
        {"localhost:1", "127.0.0.1", 1, true, false},
        {"127.9.9.9:0", "127.9.9.9", 0, true, false},
        {"127.1:80", "127.1", 80, true, false},
        {"[::1]:65535", "::1", 65535, true, false},
        {"[0:0:0:0:0:0:0:1]:1", "0:0:0:0:0:0:0:1", 1, true, false},
        {"0.0.0.0:80", "0.0.0.0", 80, false, true},
        {"0:80", "0", 80, false, true},
        {"[::]:80", "::", 80, false, true},
        {"[0::0]:80", "0::0", 80, false, true},
        {"10.0.0.1:80", "10.0.0.1", 80, false, false},
        {"128.0.0.1:80", "128.0.0.1", 80, false, false},
        {"2130706433:80", "2130706433", 80, true, false}, /* 127.0.0.1 */
        {"167772161:80", "167772161", 80, false, false},  /* 10.0.0.1 */
        {"[::ffff:10.0.0.1]:80", "::ffff:10.0.0.1", 80, false, false},
        {"[2001:db8::1]:80", "2001:db8::1", 80, false, false},
    };
    char message[CONFIG_MESSAGE_BYTES];
    struct listen listen;
    (void)unused;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(listen_read(cases[i].text, &listen, message), OK);
        assert_string_equal(listen.host, cases[i].host);
        assert_int_equal(listen.port, cases[i].port);
        assert_int_equal(listen_is_loopback(&listen), cases[i].is_loopback);
        assert_int_equal(listen_is_any(&listen), cases[i].is_any);
    }
}

static void what_is_no_address_is_said(void **unused)
{
    static const char *const texts[] = {
        "", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
        "127.0.0.1:-1", "127.0.0.1:80x", "[::1]80",
    };
    static const struct { const char *text, *message; } told[] = {
        {"127.0.0.1:99999", "--listen: \"127.0.0.1:99999\" is not HOST:PORT: "
                            "a port is from 0 to 65535"},
        {"http://127.0.0.1:80", "--listen: \"http://127.0.0.1:80\" is not "
                                "HOST:PORT, as 127.0.0.1:8080: leave the "
                                "scheme out"},
        {"*:80", "--listen: \"*:80\" is not HOST:PORT: all addresses are "
                 "0.0.0.0, or [::]"},
    };
    static const char *const split[] = {
        "[::1:80", "[]:80", "[::1]x:80",
        "a-name-longer-than-every-numeric-address-0123456789-0123456789-01:80",
    };
    char message[CONFIG_MESSAGE_BYTES], wanted[CONFIG_MESSAGE_BYTES];
    struct listen listen;
    (void)unused;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(listen_read(texts[i], &listen, message), ERR_INVALID);
        snprintf(wanted, sizeof wanted,
                 "--listen: \"%s\" is not HOST:PORT, as 127.0.0.1:8080",
                 texts[i]);
        assert_string_equal(message, wanted);
    }
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        assert_int_equal(listen_read(told[i].text, &listen, message),
                         ERR_INVALID);
        assert_string_equal(message, told[i].message);
    }
    for (size_t i = 0; i < sizeof split / sizeof *split; i++)
        assert_int_equal(listen_read(split[i], &listen, message), ERR_INVALID);
    assert_int_equal(listen_read("example.org:80", &listen, message),
                     ERR_INVALID);
    assert_string_equal(message, "--listen: \"example.org:80\" is not a "
                                 "numeric address, as 127.0.0.1:8080 or "
                                 "[::1]:8080");
    assert_int_equal(listen_read("127.0.0.999:80", &listen, message),
                     ERR_INVALID);
}

static void a_client_aims_at_the_loopback_of_the_same_kind(void **unused)
{
    static const char *const pairs[][2] = {
        {"0.0.0.0:8080", "127.0.0.1:8080"},
        {"[::]:8080", "[::1]:8080"},
        {"127.0.0.7:8080", "127.0.0.7:8080"},
        {"[2001:db8::1]:8080", "[2001:db8::1]:8080"},
    };
    char message[CONFIG_MESSAGE_BYTES];
    struct listen from, to;
    (void)unused;

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_int_equal(listen_read(pairs[i][0], &from, message), OK);
        assert_int_equal(listen_read(pairs[i][1], &to, message), OK);
        listen_aim(&from);
        assert_int_equal(from.address_bytes, to.address_bytes);
        assert_memory_equal(&from.address, &to.address, to.address_bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_what_it_means_not_how_it_is_written),
        cmocka_unit_test(what_is_no_address_is_said),
        cmocka_unit_test(a_client_aims_at_the_loopback_of_the_same_kind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
