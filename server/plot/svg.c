/* svg.c - elements, attributes, escaped text, path data. */
#include "server/plot/svg.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "server/json/number.h"

/* Farther off than this nothing is drawn, and numbers stay short. */
#define PIXELS_MAX 100000.0

void svg_init(struct svg *svg, struct buffer *out)
{
    *svg = (struct svg){.out = out};
}

/* ---- text --------------------------------------------------------------- */

/* What stands for a byte in XML; NULL: itself. */
static const char *entity(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\t':
    case '\n':
        return " ";
    default:
        return c < ' ' || c == 0x7f ? "\xef\xbf\xbd" : NULL;
    }
}

/* U+FFFE and U+FFFF are UTF-8 that XML cannot hold. */
static bool is_no_character(const char *text)
{
    return !strncmp(text, "\xef\xbf\xbe", 3)
        || !strncmp(text, "\xef\xbf\xbf", 3);
}

static void escape(struct buffer *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        const char *instead = entity((unsigned char)*c);

        if (instead) {
            buffer_text(out, instead);
        } else if (is_no_character(c)) {
            buffer_text(out, "\xef\xbf\xbd");
            c += 2;
        } else {
            buffer_append(out, c, 1);
        }
    }
}

/* ---- elements ----------------------------------------------------------- */

static void end_tag(struct svg *svg)
{
    if (svg->in_tag)
        buffer_text(svg->out, ">");
    svg->in_tag = false;
}

void svg_begin(struct svg *svg, const char *name)
{
    assert(svg->depth < SVG_DEPTH_MAX);
    end_tag(svg);
    buffer_text(svg->out, "<");
    buffer_text(svg->out, name);
    svg->open[svg->depth++] = name;
    svg->in_tag = true;
}

void svg_end(struct svg *svg)
{
    const char *name;

    assert(svg->depth > 0);
    name = svg->open[--svg->depth];
    if (svg->in_tag) {
        buffer_text(svg->out, "/>");
    } else {
        buffer_text(svg->out, "</");
        buffer_text(svg->out, name);
        buffer_text(svg->out, ">");
    }
    svg->in_tag = false;
    if (svg->depth <= 2) /* lines of a length that editors bear */
        buffer_text(svg->out, "\n");
}

static void begin_attribute(struct svg *svg, const char *name)
{
    assert(svg->in_tag);
    buffer_text(svg->out, " ");
    buffer_text(svg->out, name);
    buffer_text(svg->out, "=\"");
}

void svg_set(struct svg *svg, const char *name, const char *value)
{
    begin_attribute(svg, name);
    escape(svg->out, value);
    buffer_text(svg->out, "\"");
}

void svg_text(struct svg *svg, const char *text)
{
    end_tag(svg);
    escape(svg->out, text);
}

/* ---- lengths ------------------------------------------------------------ */

long svg_tenths(double pixels)
{
    assert(!isnan(pixels));
    if (pixels > PIXELS_MAX)
        pixels = PIXELS_MAX;
    if (pixels < -PIXELS_MAX)
        pixels = -PIXELS_MAX;
    return lround(pixels * 10);
}

/* 12 is 1.2, 5 is .5, 30 is 3. */
static void write_tenths(struct buffer *out, long tenths)
{
    char text[NUMBER_TEXT_BYTES];
    long whole = labs(tenths) / 10, rest = labs(tenths) % 10;

    if (tenths < 0)
        buffer_text(out, "-");
    if (whole > 0 || rest == 0)
        buffer_append(out, text, number_write_integer(whole, text));
    if (rest > 0) {
        text[0] = '.';
        text[1] = (char)('0' + rest);
        buffer_append(out, text, 2);
    }
}

void svg_set_length(struct svg *svg, const char *name, double pixels)
{
    begin_attribute(svg, name);
    write_tenths(svg->out, svg_tenths(pixels));
    buffer_text(svg->out, "\"");
}

/* 7500 is .75 */
static void write_part(struct buffer *out, long part)
{
    char text[] = ".0000";

    if (part == 0 || part == 10000) {
        buffer_text(out, part == 0 ? "0" : "1");
        return;
    }
    for (int i = 4; i > 0; i--, part /= 10)
        text[i] = (char)('0' + part % 10);
    for (int i = 4; text[i] == '0'; i--)
        text[i] = '\0';
    buffer_text(out, text);
}

void svg_set_parts(struct svg *svg, const char *name, const double *parts,
                   size_t count)
{
    begin_attribute(svg, name);
    for (size_t i = 0; i < count; i++) {
        assert(parts[i] >= 0 && parts[i] <= 1);
        if (i > 0)
            buffer_text(svg->out, ";");
        write_part(svg->out, lround(parts[i] * 10000));
    }
    buffer_text(svg->out, "\"");
}

void svg_set_points(struct svg *svg, const char *name,
                    const struct svg_point *points, size_t count)
{
    begin_attribute(svg, name);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_text(svg->out, ";");
        write_tenths(svg->out, points[i].x);
        buffer_text(svg->out, ",");
        write_tenths(svg->out, points[i].y);
    }
    buffer_text(svg->out, "\"");
}

void svg_label(struct svg *svg, double x, double y, const char *text)
{
    svg_begin(svg, "text");
    svg_set_length(svg, "x", x);
    svg_set_length(svg, "y", y);
    svg_text(svg, text);
    svg_end(svg);
}

/* ---- paths -------------------------------------------------------------- */

void svg_path_begin(struct svg *svg, const char *name)
{
    begin_attribute(svg, name);
    svg->last = 0;
}

/* Two numbers; a minus separates as well as a blank. */
static void write_pair(struct svg *svg, char command, long x, long y)
{
    if (command != svg->last)
        buffer_append(svg->out, &command, 1);
    else if (x >= 0)
        buffer_text(svg->out, " ");
    write_tenths(svg->out, x);
    if (y >= 0)
        buffer_text(svg->out, " ");
    write_tenths(svg->out, y);
    svg->last = command;
}

void svg_path_move(struct svg *svg, struct svg_point to)
{
    svg->last = 0; /* pairs behind an M would be lines */
    write_pair(svg, 'M', to.x, to.y);
    svg->x = to.x;
    svg->y = to.y;
}

void svg_path_line(struct svg *svg, struct svg_point to)
{
    write_pair(svg, 'l', to.x - svg->x, to.y - svg->y);
    svg->x = to.x;
    svg->y = to.y;
}

void svg_path_close(struct svg *svg)
{
    buffer_text(svg->out, "z");
    svg->last = 'z';
}

void svg_path_end(struct svg *svg)
{
    buffer_text(svg->out, "\"");
}
