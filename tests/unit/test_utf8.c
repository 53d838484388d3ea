/* test_utf8.c - which bytes are UTF-8. */
#include <string.h>

#include "core/base/utf8.h"
#include "tests/unit/cmocka_all.h"

static size_t count(const char *text)
{
    return utf8_count((const unsigned char *)text, strlen(text));
}

/* Unicode 15, table 3-7: the ends of every row, and what lies beside them. */
static void the_table_of_the_standard_holds(void **unused)
{
    static const struct {
        const char *text;
        size_t bytes;
    } cases[] = {
        {"\x7f", 1}, {"\x80", 0}, {"\xc1\xbf", 0}, {"\xc2\x80", 2},
        {"\xdf\xbf", 2}, {"\xdf\xc0", 0}, {"\xe0\x9f\xbf", 0},
        {"\xe0\xa0\x80", 3}, {"\xed\x9f\xbf", 3}, {"\xed\xa0\x80", 0},
        {"\xee\x80\x80", 3}, {"\xef\xbf\xbf", 3}, {"\xf0\x8f\xbf\xbf", 0},
        {"\xf0\x90\x80\x80", 4}, {"\xf4\x8f\xbf\xbf", 4},
        {"\xf4\x90\x80\x80", 0}, {"\xf5\x80\x80\x80", 0}, {"\xff", 0},
        {"\xe2\x82", 0}, {"\xe2\x28\xa1", 0}, {"\xe2\x82\x28", 0},
        {"\xe2\x82\xac!", 3},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(count(cases[i].text), cases[i].bytes);
}

static void a_text_is_valid_as_a_whole(void **unused)
{
    (void)unused;
    assert_true(utf8_is_valid((const unsigned char *)"a\xc3\xa9\0b", 5));
    assert_true(utf8_is_valid((const unsigned char *)"", 0));
    assert_false(utf8_is_valid((const unsigned char *)"a\xc3", 2));
    assert_false(utf8_is_valid((const unsigned char *)"a\xa9z", 3));
}

static void the_first_fault_of_a_text_is_found(void **unused)
{
    static const unsigned char text[] = "0123456789012345678901234567890123"
                                        "5678901234567890123456789012345\xc3"
                                        "\xa9\0b\xe2\x82";
    const unsigned char *end = text + sizeof text - 1, *at;

    (void)unused;
    at = utf8_find_fault(text, end);
    assert_int_equal(*at, '\0');
    assert_false(utf8_is_begun(at, end));
    at = utf8_find_fault(at + 1, end);
    assert_ptr_equal(at, end - 2);
    assert_true(utf8_is_begun(at, end));
    assert_false(utf8_is_begun(end, end));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_the_standard_holds),
        cmocka_unit_test(a_text_is_valid_as_a_whole),
        cmocka_unit_test(the_first_fault_of_a_text_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
