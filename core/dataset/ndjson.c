/*
 * ndjson.c - a JSON object a line, of numbers, texts, true, false and null.
 *
 * The columns are the members of the objects in the first bytes, in order of
 * appearance; a later line has some of them. Nothing nests, so nothing
 * recurses.
 *
 * Source  RFC 8259; ndjson.org
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/decimal.h"
#include "core/dataset/format.h"
#include "core/dataset/utf8.h"

struct ndjson {
    struct words names;        /* the code is the column */
    uint64_t *lines;           /* [columns] in which it was seen last */
    char *scratch;             /* a text without its escapes */
    size_t scratch_room;
};

struct line {
    struct reader *reader;
    const char *start, *at;
    uint64_t number;
    bool is_faulty, drops;
};

/* A string of the line, without its escapes. */
struct string {
    const char *text;
    size_t bytes, place;
};

static void skip_spaces(struct line *line)
{
    while (*line->at == ' ' || *line->at == '\t')
        line->at++;
}

static bool ends_line(char c)
{
    return c == '\n' || c == '\r' || c == '\0';
}

static enum error fault_at(struct line *line, const char *at,
                           enum fault_code code, const char *suggestion,
                           const char *detail)
{
    line->is_faulty = true;
    return reader_fault(line->reader, line->number,
                        (size_t)(at - line->start) + 1, code, suggestion, "%s",
                        detail);
}

/* ---- strings --------------------------------------------------------------*/

/* Four hexadecimal digits; false when they are none. */
static bool read_hex(const char *at, unsigned long *ret)
{
    *ret = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

        if (digit < 0)
            return false;
        *ret = *ret << 4 | (unsigned long)digit;
    }
    return true;
}

/* \uXXXX, or two of them, at `at` behind the backslash; NULL: it is none. */
static const char *read_unicode(const char *at, unsigned long *ret)
{
    unsigned long low;

    if (!read_hex(at + 1, ret) || *ret == 0)
        return NULL;
    if (*ret < 0xd800 || *ret > 0xdfff)
        return at + 5;
    if (*ret > 0xdbff || at[5] != '\\' || at[6] != 'u'
        || !read_hex(at + 7, &low) || low < 0xdc00 || low > 0xdfff)
        return NULL;
    *ret = 0x10000 + ((*ret - 0xd800) << 10) + (low - 0xdc00);
    return at + 11;
}

/* One escape at `at`, behind the backslash, to `ret`; NULL: it is none. */
static const char *read_escape(const char *at, char *ret, size_t *ret_bytes)
{
    static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *found = *at != '\0' ? strchr(escapes, *at) : NULL;
    unsigned long code;

    if (found != NULL) {
        *ret = meant[found - escapes];
        *ret_bytes = 1;
        return at + 1;
    }
    at = *at == 'u' ? read_unicode(at, &code) : NULL;
    if (at != NULL)
        *ret_bytes = (size_t)utf8_write(code, ret);
    return at;
}

static char *make_scratch(struct line *line, size_t bytes)
{
    struct ndjson *ndjson = line->reader->state;

    if (ndjson->scratch_room < bytes) {
        ndjson->scratch_room = 2 * bytes + 256;
        ndjson->scratch = arena_array(&line->reader->arena,
                                      ndjson->scratch_room, 1);
    }
    return ndjson->scratch;
}

/* The string at line->at, which is a quote. */
static enum error take_string(struct line *line, struct string *ret)
{
    const char *at = line->at + 1, *stop = at;
    bool escaped = false;
    char *to;

    ret->place = (size_t)(line->at - line->start) + 1;
    for (; *stop != '"'; stop++) {
        if (ends_line(*stop))
            return fault_at(line, line->at, FAULT_SYNTAX, NULL,
                            "the string that begins here is not closed");
        if ((unsigned char)*stop < ' ')
            return fault_at(line, stop, FAULT_SYNTAX, NULL,
                            "a control character in a string must be "
                            "escaped");
        if (*stop == '\\') {
            escaped = true;
            stop += !ends_line(stop[1]);
        }
    }
    line->at = stop + 1;
    ret->text = at;
    ret->bytes = (size_t)(stop - at);
    if (!escaped)
        return OK;
    ret->text = to = make_scratch(line, ret->bytes);
    if (to == NULL)
        return ERR_MEMORY;
    while (at < stop) {
        const char *from = at;
        size_t bytes = 1;

        if (*at == '\\') {
            at = read_escape(at + 1, to, &bytes);
            if (at == NULL || at > stop)
                return fault_at(line, from, FAULT_SYNTAX, NULL,
                                "this escape is none of JSON's, or half of a "
                                "pair, or a zero");
        } else {
            *to = *at++;
        }
        to += bytes;
    }
    ret->bytes = (size_t)(to - ret->text);
    return OK;
}

/* ---- values ---------------------------------------------------------------*/

/* Whether the text is a number of JSON, whose grammar is stricter. */
static bool is_json_number(const char *at)
{
    at += *at == '-';
    if (*at < '0' || *at > '9' || (*at == '0' && at[1] >= '0' && at[1] <= '9'))
        return false;
    while (*at >= '0' && *at <= '9')
        at++;
    return *at != '.' || (at[1] >= '0' && at[1] <= '9');
}

static enum error set_number(struct line *line, size_t column, double value,
                             bool whole, const char *text, size_t bytes)
{
    struct table *table = &line->reader->table;

    if (!table_has_words(table, column)) {
        table_number(table, column, value, whole);
        return OK;
    }
    table->columns[column].numbers_as_words += line->reader->pass == 0;
    return table_word(table, column, text, bytes);
}

static enum error take_number(struct line *line, size_t column)
{
    struct decimal number;
    const char *at = line->at, *end = decimal_read(at, '.', &number);

    if (end == NULL || !is_json_number(at))
        return fault_at(line, at, FAULT_WRONG_TYPE, NULL,
                        "a value must be a number, a string, true, false or "
                        "null");
    if (isinf(number.value))
        return fault_at(line, at, FAULT_OUT_OF_RANGE, NULL,
                        "the number is beyond the largest one, 1.8e308");
    line->at = end;
    return set_number(line, column, number.value, number.whole, at,
                      (size_t)(end - at));
}

static enum error take_text(struct line *line, size_t column)
{
    struct table *table = &line->reader->table;
    struct table_column *c = &table->columns[column];
    struct string string = {0};

    TRY(take_string(line, &string));
    if (line->is_faulty)
        return OK;
    if (reader_is_missing(line->reader, string.text, string.bytes))
        return reader_missing(line->reader, column, line->number,
                              string.place, &line->drops);
    if (line->reader->pass == 0 && c->words_seen++ == 0) {
        c->word_line = line->number;
        c->word_column = string.place;
    }
    return table_word(table, column, string.text, string.bytes);
}

static bool accept(struct line *line, const char *word)
{
    size_t bytes = strlen(word);

    if (strncmp(line->at, word, bytes) != 0)
        return false;
    line->at += bytes;
    return true;
}

static enum error take_value(struct line *line, size_t column)
{
    const char *at = line->at;

    if (*at == '"')
        return take_text(line, column);
    if (accept(line, "true"))
        return set_number(line, column, 1, true, "true", 4);
    if (accept(line, "false"))
        return set_number(line, column, 0, true, "false", 5);
    if (accept(line, "null"))
        return reader_missing(line->reader, column, line->number,
                              (size_t)(at - line->start) + 1, &line->drops);
    if (*at == '[' || *at == '{')
        return fault_at(line, at, FAULT_WRONG_TYPE, NULL,
                        "a value must be a number, a string, true, false or "
                        "null: give each part a member of its own");
    return take_number(line, column);
}

/* ---- lines ----------------------------------------------------------------*/

/* The column of a name; column_count when there is none. */
static enum error find_column(struct ndjson *ndjson,
                              const struct string *string, size_t *ret)
{
    uint32_t code;
    bool is_new;

    TRY(words_intern(&ndjson->names, string->text, string->bytes,
                     ndjson->names.count, &code, &is_new));
    *ret = code;
    return OK;
}

static enum error take_member(struct line *line)
{
    struct ndjson *ndjson = line->reader->state;
    struct string name = {0};
    const char *at = line->at;
    size_t column;

    if (*at != '"')
        return fault_at(line, at, FAULT_SYNTAX, NULL,
                        "a member must begin with its name in quotes");
    TRY(take_string(line, &name));
    if (line->is_faulty)
        return OK;
    if (name.bytes == 0 || name.bytes > NAME_BYTES_MAX)
        return fault_at(line, at, FAULT_WRONG_SIZE, NULL,
                        "a member's name must have 1 to 256 bytes");
    TRY(find_column(ndjson, &name, &column));
    if (column == ndjson->names.count)
        return fault_at(line, at, FAULT_UNKNOWN_MEMBER, NULL,
                        "no line at the beginning of the file has this "
                        "member");
    if (ndjson->lines[column] == line->number)
        return fault_at(line, at, FAULT_DUPLICATE, NULL,
                        "the line has this member twice");
    ndjson->lines[column] = line->number;
    skip_spaces(line);
    if (*line->at != ':')
        return fault_at(line, line->at, FAULT_SYNTAX, NULL,
                        "a colon must follow the name");
    line->at++;
    skip_spaces(line);
    return take_value(line, column);
}

/* What no member gave. */
static enum error miss_the_rest(struct line *line)
{
    struct ndjson *ndjson = line->reader->state;
    size_t place = (size_t)(line->at - line->start) + 1;

    for (size_t c = 0; c < line->reader->table.column_count; c++)
        if (ndjson->lines[c] != line->number)
            TRY(reader_missing(line->reader, c, line->number, place,
                               &line->drops));
    return OK;
}

static enum error take_members(struct line *line)
{
    line->at++; /* the brace */
    skip_spaces(line);
    while (*line->at != '}' && !line->is_faulty) {
        TRY(take_member(line));
        if (line->is_faulty)
            return OK;
        skip_spaces(line);
        if (*line->at == '}')
            break;
        if (*line->at != ',')
            return fault_at(line, line->at, FAULT_SYNTAX, NULL,
                            "a comma or the closing brace must follow a "
                            "member");
        line->at++;
        skip_spaces(line);
        if (*line->at == '}')
            return fault_at(line, line->at, FAULT_SYNTAX, NULL,
                            "a member must follow the comma");
    }
    TRY(miss_the_rest(line));
    line->at++;
    skip_spaces(line);
    if (!ends_line(*line->at))
        return fault_at(line, line->at, FAULT_SYNTAX, NULL,
                        "the line must end behind its object");
    return OK;
}

static enum error take_line(struct line *line)
{
    skip_spaces(line);
    if (ends_line(*line->at))
        return OK;
    if (*line->at != '{')
        return fault_at(line, line->at, FAULT_SYNTAX, NULL,
                        "a line must be an object: {\"x\":1,\"y\":2}");
    TRY(take_members(line));
    if (line->is_faulty)
        return OK;
    if (line->drops) {
        table_drop(&line->reader->table);
        return OK;
    }
    return table_commit(&line->reader->table);
}

static enum error take(struct reader *reader, const char *at, const char *end,
                       bool last, const char **ret_at)
{
    if (!last) {
        const char *stop = memrchr(at, '\n', (size_t)(end - at));

        end = stop == NULL ? at : stop + 1;
    }
    while (at < end) {
        struct line line = {reader, at, at, reader->line, false, false};

        TRY(take_line(&line));
        at = line.at;
        while (!ends_line(*at))
            at++;
        at += (*at == '\r' && at[1] == '\n') ? 2 : at < end;
        reader->line++;
    }
    *ret_at = at;
    return OK;
}

/* ---- the first bytes ------------------------------------------------------*/

/* Behind the value at `at`, as far as names are concerned. */
static void skip_value(struct line *line)
{
    struct string string;

    if (*line->at == '"') {
        if (take_string(line, &string) != OK)
            line->is_faulty = true;
        return;
    }
    while (!ends_line(*line->at) && *line->at != ',' && *line->at != '}')
        line->at++;
}

/* Add the names of a line; one that is faulty is left to take(). */
static enum error gather_names(struct ndjson *ndjson, struct line *line)
{
    skip_spaces(line);
    if (*line->at != '{')
        return OK;
    do {
        struct string name = {0};
        uint32_t code;
        bool is_new;

        line->at++;
        skip_spaces(line);
        if (*line->at != '"')
            return OK;
        TRY(take_string(line, &name));
        if (line->is_faulty || name.bytes == 0
            || name.bytes > NAME_BYTES_MAX)
            return OK;
        TRY(words_intern(&ndjson->names, name.text, name.bytes,
                         DATASET_COLUMNS_MAX, &code, &is_new));
        skip_spaces(line);
        if (*line->at != ':')
            return OK;
        line->at++;
        skip_spaces(line);
        skip_value(line);
        skip_spaces(line);
    } while (*line->at == ',' && !line->is_faulty);
    return OK;
}

static enum error gather(struct reader *reader, struct ndjson *ndjson,
                         const char *at, const char *end, bool last)
{
    size_t faults = reader->faults->total;
    uint64_t number = 1;

    while (at < end) {
        struct line line = {reader, at, at, number++, false, false};
        const char *stop = at;

        while (!ends_line(*stop))
            stop++;
        if (stop >= end && !last && ndjson->names.count > 0)
            break;
        if (gather_names(ndjson, &line) == ERR_MEMORY)
            return ERR_MEMORY;
        reader->faults->total = faults; /* take() finds them again */
        at = stop + 1;
    }
    return OK;
}

static enum error begin(struct reader *reader, const char *bytes,
                        const char *end, bool last)
{
    struct ndjson *ndjson = ARENA_NEW(&reader->arena, struct ndjson);
    struct table *table = &reader->table;
    size_t count;

    if (ndjson == NULL)
        return ERR_MEMORY;
    reader->state = ndjson;
    TRY(gather(reader, ndjson, bytes, end, last));
    count = ndjson->names.count;
    table->writes = true;
    TRY(table_init(table, count > 0 ? count : 1));
    ndjson->lines = arena_array(&reader->arena, table->column_count,
                                sizeof *ndjson->lines);
    if (ndjson->lines == NULL)
        return ERR_MEMORY;
    for (size_t c = 0; c < count; c++) {
        table->columns[c].name = arena_text(&reader->arena,
                                            words_text(&ndjson->names, c),
                                            ndjson->names.items[c].bytes);
        if (table->columns[c].name == NULL)
            return ERR_MEMORY;
    }
    return OK;
}

static enum error restart(struct reader *reader)
{
    struct ndjson *ndjson = reader->state;

    memset(ndjson->lines, 0,
           reader->table.column_count * sizeof *ndjson->lines);
    return OK;
}

static void fini(struct reader *reader)
{
    struct ndjson *ndjson = reader->state;

    if (ndjson != NULL)
        words_fini(&ndjson->names);
}

static const struct format_rules rules = {
    .is_text = true, .begin = begin, .restart = restart, .take = take,
    .fini = fini,
};

const struct format format_ndjson = {
    .name = "ndjson", .media_type = "application/x-ndjson",
    .suffixes = ".ndjson .jsonl",
    .sentence = "A JSON object a line, of numbers, strings, true, false and "
                "null.",
    .rules = &rules,
};
