/*
 * ink.c - every colour of a picture, in two tables.
 *
 * Attributes have the light theme's colours, or those of the theme that was
 * asked for; where the reader's system decides, a style sheet inside the
 * picture changes them by class. Text has a contrast of at least 4.5 to its
 * page, lines at least 3 (WCAG 2.2, 1.4.3 and 1.4.11).
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "server/plot/canvas.h"

/*                      light      dark */
static const struct {
    const char *light, *dark;
} inks[INKS] = {
    [INK_PAGE]      = {"#ffffff", "#12161c"},
    [INK_TEXT]      = {"#1b2430", "#e6e9ee"},
    [INK_MUTED]     = {"#55606e", "#a3adba"},
    [INK_GRID]      = {"#e3e7ec", "#2a323d"},
    [INK_FRAME]     = {"#7b8694", "#77828f"},
    [INK_CURVE]     = {"#3d5a80", "#8fb3d9"},
    [INK_ALARM]     = {"#c1121f", "#ff7a70"},
    [INK_RUN + 0]   = {"#b35c00", "#ffa94d"},
    [INK_RUN + 1]   = {"#0a6fb0", "#63b8f5"},
    [INK_RUN + 2]   = {"#a3156a", "#ff8ac6"},
    [INK_RUN + 3]   = {"#2f7d1f", "#8fdc6f"},
    [INK_RUN + 4]   = {"#6b3fc0", "#c4a5ff"},
    [INK_RUN + 5]   = {"#7a6500", "#f0dc4e"},
    [INK_RUN + 6]   = {"#007a78", "#58dcd6"},
    [INK_RUN + 7]   = {"#4a5261", "#c9d0da"},
};

/* The same runs on the map. */
static const char *const on_map[PLOT_RUNS_MAX] = {
    "#ff9a2e", "#7ccbff", "#ff6fbe", "#a4f26b", "#cdb0ff", "#fff04d",
    "#5ff2e6", "#ffffff",
};

static const char *const dashes[PLOT_RUNS_MAX] = {
    NULL, "8 2.5", "3 2", "10 2.5 3 2.5", "5 2", "14 3", "6 2 2 2",
    "12 2 2 2 2 2",
};

const char ink_casing[] = "#0c1420";
const char ink_missing[] = "#b9b4b0";
const char ink_forbidden[] = "#d81f2a";

/* From low to high: light to dark, one way. */
static const unsigned char map[][3] = {
    {0xfb, 0xfb, 0xe6}, {0xdf, 0xf1, 0xcb}, {0xae, 0xdf, 0xc3},
    {0x74, 0xc3, 0xc6}, {0x42, 0x9d, 0xbf}, {0x2e, 0x72, 0xa8},
    {0x29, 0x49, 0x86}, {0x1e, 0x28, 0x5c},
};

enum { STOPS = sizeof map / sizeof *map };

const char *ink_on_map(size_t run)
{
    return on_map[run];
}

const char *ink_dash(size_t run)
{
    return dashes[run];
}

/* Light colours are nearer to each other: to the eye equal steps. */
void ink_of_band(size_t band, size_t bands, char ret[INK_COLOUR_BYTES])
{
    double at = bands > 1 ? (double)(band * (STOPS - 1)) / (double)(bands - 1)
                          : 0;
    size_t stop = (size_t)at < STOPS - 1 ? (size_t)at : STOPS - 2;
    unsigned rgb[3];

    assert(band < bands);
    for (int c = 0; c < 3; c++) {
        double low = map[stop][c], high = map[stop + 1][c];

        rgb[c] = (unsigned)(low + (at - (double)stop) * (high - low) + 0.5);
    }
    snprintf(ret, INK_COLOUR_BYTES, "#%02x%02x%02x", rgb[0] & 0xff,
             rgb[1] & 0xff, rgb[2] & 0xff);
}

const char *ink_colour(enum ink ink, bool dark)
{
    if (ink == INK_NONE)
        return "none";
    return dark ? inks[ink].dark : inks[ink].light;
}

static const char *colour(const struct canvas *canvas, enum ink ink)
{
    return ink_colour(ink, canvas->plot->options.theme == PLOT_DARK);
}

void ink_set(struct canvas *canvas, enum ink fill, enum ink stroke)
{
    char name[32] = "";

    svg_set(&canvas->svg, "fill", colour(canvas, fill));
    if (stroke != INK_NONE)
        svg_set(&canvas->svg, "stroke", colour(canvas, stroke));
    if (canvas->plot->options.theme != PLOT_AUTO)
        return;
    if (fill != INK_NONE && stroke != INK_NONE)
        snprintf(name, sizeof name, "f%d s%d", (int)fill, (int)stroke);
    else if (fill != INK_NONE)
        snprintf(name, sizeof name, "f%d", (int)fill);
    else if (stroke != INK_NONE)
        snprintf(name, sizeof name, "s%d", (int)stroke);
    if (*name)
        svg_set(&canvas->svg, "class", name);
}

void ink_style(struct canvas *canvas)
{
    const struct plot_options *options = &canvas->plot->options;
    struct buffer *out = canvas->svg.out;

    if (options->theme != PLOT_AUTO && !options->animate)
        return;
    svg_begin(&canvas->svg, "style");
    svg_text(&canvas->svg, "");
    if (options->theme == PLOT_AUTO) {
        buffer_text(out, "@media (prefers-color-scheme:dark){");
        for (int ink = INK_PAGE; ink < INKS; ink++)
            buffer_format(out, ".f%d{fill:%s}.s%d{stroke:%s}", ink,
                          ink_colour((enum ink)ink, true), ink,
                          ink_colour((enum ink)ink, true));
        buffer_text(out, "}");
    }
    if (options->animate)
        buffer_text(out, "@media (prefers-reduced-motion:reduce){"
                         ".moving{display:none}.ghost{opacity:1}}");
    svg_end(&canvas->svg);
}
