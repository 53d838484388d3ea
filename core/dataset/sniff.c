/* sniff.c - what a table of text is, found out from its first lines. */
#include "core/dataset/sniff.h"

#include <string.h>

#include "core/base/decimal.h"

enum { LINES_MAX = 200 };      /* that are looked at */

/* Before one that is not as sure comes the one that is rarer in prose. */
static const char delimiters[] = {'\t', ';', ',', ' '};

/* Of the lines that end in the sample. */
struct lines {
    struct record record;
    bool last;
    unsigned seen;
};

static struct lines first_line(const char *at, const char *end, bool last,
                               char delimiter)
{
    return (struct lines){{at, end, delimiter, false}, last, 0};
}

/* Move to the next line that counts; false when there is none. */
static bool next_line(struct lines *lines)
{
    uint64_t skipped = 0;

    record_skip_blank(&lines->record, &skipped);
    return lines->seen < LINES_MAX && lines->record.at < lines->record.end;
}

/* Count the line that was just read; false where it is not whole. */
static bool take_line(struct lines *lines)
{
    if (lines->record.at >= lines->record.end && !lines->last
        && lines->seen > 0)
        return false;
    lines->seen++;
    return true;
}

static size_t count_cells(struct lines *lines)
{
    struct record_cell cell;
    size_t count = 0;

    while (record_next(&lines->record, &cell))
        count++;
    return count;
}

/* How many lines have the most frequent number of cells, and which it is. */
struct agreement {
    unsigned lines, agreeing;
    size_t cells;
};

static struct agreement agree(struct lines lines)
{
    size_t counts[LINES_MAX];
    struct agreement best = {0};
    unsigned total = 0;

    while (next_line(&lines)) {
        size_t count = count_cells(&lines);

        if (!take_line(&lines))
            break;
        counts[total++] = count;
    }
    for (unsigned i = 0; i < total; i++) {
        unsigned same = 0;

        if (counts[i] < 2)
            continue;
        for (unsigned j = 0; j < total; j++)
            same += counts[j] == counts[i];
        if (same > best.agreeing)
            best = (struct agreement){total, same, counts[i]};
    }
    return best;
}

static bool is_number(const struct record_cell *cell, char point)
{
    struct decimal number;

    return cell->bytes > 0
           && decimal_read(cell->text, point, &number)
                  == cell->text + cell->bytes;
}

/* Whether some cell of the first line is numbers with blanks between them. */
static bool has_numbers_between_blanks(const char *at, const char *end,
                                       char delimiter)
{
    struct record record = {at, end, delimiter, false};
    struct record_cell cell;
    uint64_t skipped = 0;

    record_skip_blank(&record, &skipped);
    while (record_next(&record, &cell)) {
        const char *text = cell.text, *stop = cell.text + cell.bytes;
        struct decimal number;
        unsigned numbers = 0;

        while (text != NULL && text < stop && !cell.quoted) {
            text = decimal_read(text, '.', &number);
            if (text == NULL || (text < stop && *text != ' '))
                break;
            numbers++;
            while (text < stop && *text == ' ')
                text++;
        }
        if (numbers >= 2)
            return true;
    }
    return false;
}

static char find_delimiter(const char *at, const char *end, bool last,
                           const struct reader_options *options)
{
    struct agreement best = {0};
    char found = ',';

    if (options->delimiter != '\0')
        return options->delimiter;
    for (size_t i = 0; i < sizeof delimiters; i++) {
        char delimiter = delimiters[i];
        struct agreement a = agree(first_line(at, end, last, delimiter));
        bool better = a.agreeing > best.agreeing;

        if (delimiter == ',' && options->decimal == ',')
            continue;
        if (delimiter == ' ')
            better = a.agreeing * 5 >= (a.lines - 1) * 4 /* but for names */
                     && (better
                         || (found == '\t' && a.agreeing == best.agreeing
                             && a.cells > best.cells
                             && has_numbers_between_blanks(at, end, '\t')));
        if (a.agreeing > 0 && better) {
            best = a;
            found = delimiter;
        }
    }
    return found;
}

static void find_point(const char *at, const char *end, bool last,
                       const struct reader_options *options,
                       struct shape *shape)
{
    struct lines lines = first_line(at, end, last, shape->delimiter);
    struct record_cell cell;
    unsigned points = 0, commas = 0;

    shape->point = options->decimal != '\0' ? options->decimal : '.';
    if (options->decimal != '\0' || shape->delimiter == ',')
        return;
    while (next_line(&lines)) {
        while (record_next(&lines.record, &cell)) {
            bool point = is_number(&cell, '.'), comma = is_number(&cell, ',');

            points += point && !comma;
            commas += comma && !point;
        }
        lines.seen++;
    }
    shape->point = commas > points ? ',' : '.';
    shape->point_is_open = commas == 0 && points == 0;
}

/* Look at the cells of the first line. */
static void look_at_first(const char *end, const struct reader_options *options,
                          struct shape *shape)
{
    struct record record = {shape->first, end, shape->delimiter, false};
    struct record_cell cell = {0};
    bool has_number = false;

    while (record_next(&record, &cell)) {
        has_number = has_number || is_number(&cell, shape->point)
                     || (shape->point_is_open && is_number(&cell, ','));
        shape->columns++;
    }
    shape->has_header = options->header >= 0 ? options->header == 1
                                             : !has_number;
    if (shape->has_header && shape->columns > 1 && cell.bytes == 0
        && !cell.quoted) {
        shape->columns--;
        shape->has_empty_last = true;
    }
}

/* Without a header: whether all lines end in an empty cell. */
static bool all_end_empty(struct lines lines)
{
    struct record_cell cell = {0};

    while (next_line(&lines)) {
        while (record_next(&lines.record, &cell))
            ;
        if (!take_line(&lines))
            break;
        if (cell.bytes > 0 || cell.quoted)
            return false;
    }
    return lines.seen > 0;
}

/* Whether all other lines have one cell more than the header (R writes so). */
static bool lacks_first_name(struct lines lines, size_t columns)
{
    if (!next_line(&lines))
        return false;
    count_cells(&lines);
    lines.seen = 1;
    while (next_line(&lines)) {
        size_t count = count_cells(&lines);

        if (!take_line(&lines))
            break;
        if (count != columns + 1)
            return false;
    }
    return lines.seen > 1;
}

void sniff(const char *at, const char *end, bool last,
           const struct reader_options *options, struct shape *ret)
{
    struct record record = {.at = at, .end = end};
    struct lines lines;

    *ret = (struct shape){.first_line = 1};
    ret->delimiter = find_delimiter(at, end, last, options);
    record.delimiter = ret->delimiter;
    record_skip_blank(&record, &ret->first_line);
    ret->first = record.at;
    if (ret->first >= end)
        return;
    find_point(at, end, last, options, ret);
    look_at_first(end, options, ret);
    lines = first_line(ret->first, end, last, ret->delimiter);
    if (!ret->has_header && ret->columns > 1 && all_end_empty(lines)) {
        ret->columns--;
        ret->has_empty_last = true;
    }
    if (ret->has_header && !ret->has_empty_last
        && (ret->delimiter == ' ' || ret->delimiter == '\t')
        && lacks_first_name(lines, ret->columns)) {
        ret->columns++;
        ret->has_row_names = true;
    }
}
