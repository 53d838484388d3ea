/* test_http_host.c - Host headers that are numbers. */
#include "tests/unit/cmocka_all.h"

#include <string.h>

#include "server/http/host.h"

static bool is_numeric(const char *host)
{
    return host_is_numeric(host, strlen(host));
}

/* RFC 3986, section 3.2.2: IPv4address and IP-literal. */
static void numbers_are_told_from_names(void **unused)
{
    static const char *const numbers[] = {
        "192.0.2.1", "0.0.0.0", "255.255.255.255", "[::1]", "[2001:db8::1]",
        "[::ffff:192.0.2.1]", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
    };
    static const char *const names[] = {
        "", "[]", "[", "]", "evil.example", "1.2.3", "1", "192.0.2.256",
        "192.0.2.1.", "192.0.2.1.evil.example", "0x7f.0.0.1", "::1",
        "2001:db8::1", "[192.0.2.1]", "[::1", "::1]", "[::1%lo]", "[g::1]",
        " 192.0.2.1", "192.0.2.1 ",
        "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
    };
    (void)unused;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_true(is_numeric(numbers[i]));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_false(is_numeric(names[i]));
}

/* The bytes behind the host, its port, are not looked at. */
static void only_the_bytes_of_the_host_count(void **unused)
{
    (void)unused;
    assert_true(host_is_numeric("192.0.2.1:80", 9));
    assert_true(host_is_numeric("[::1]:80", 5));
    assert_false(host_is_numeric("192.0.2.1:80", 12));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_told_from_names),
        cmocka_unit_test(only_the_bytes_of_the_host_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
