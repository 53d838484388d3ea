/* options.c - what may be asked of a picture, by name: in a query as on the
 * command line. */
#include <stdio.h>
#include <string.h>

#include "server/plot/plot.h"

/* The rows of the table, in its order. */
enum { WIDTH, HEIGHT, THEME, SCALE, ANIMATE, OPTIONS };

const struct plot_option plot_options[OPTIONS + 1] = {
    [WIDTH] = {"width", "Pixels, 200 to 4000. Default 800."},
    [HEIGHT] = {"height", "Pixels, 200 to 4000. Default 560."},
    [THEME] = {"theme", "light, dark, or auto: as the reader's system says "
                        "(the default)."},
    [SCALE] = {"scale", "log or linear: of the loss, or of the contours' "
                        "levels. Default: log where it can be."},
    [ANIMATE] = {"animate", "true: a picture that moves by itself."},
    {0},
};

const struct plot_options plot_options_default = {
    .width = PLOT_WIDTH, .height = PLOT_HEIGHT,
};

/* A whole number of at most 4 digits; 0: it is none. */
static unsigned read_side(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    unsigned value = 0;

    if (digits == 0 || digits > 4 || text[digits])
        return 0;
    for (; *text; text++)
        value = 10 * value + (unsigned)(*text - '0');
    return value;
}

static const char *set_side(unsigned *side, const char *text)
{
    unsigned value = read_side(text);

    if (value < PLOT_SIDE_MIN || value > PLOT_SIDE_MAX)
        return "must be a whole number in [200, 4000]";
    *side = value;
    return NULL;
}

static const char *set_theme(struct plot_options *options, const char *text)
{
    enum plot_theme theme = plot_theme_find(text);

    if (theme == PLOT_THEMES)
        return "must be light, dark or auto";
    options->theme = theme;
    return NULL;
}

static const char *set_scale(struct plot_options *options, const char *text)
{
    enum plot_scale scale = plot_scale_find(text);

    if (scale == PLOT_SCALES)
        return "must be log or linear";
    options->scale = scale;
    return NULL;
}

static const char *set_flag(bool *flag, const char *text)
{
    if (strcmp(text, "true") && strcmp(text, "false"))
        return "must be true or false";
    *flag = !strcmp(text, "true");
    return NULL;
}

const char *plot_option_set(struct plot_options *options, size_t option,
                            const char *text)
{
    switch (option) {
    case WIDTH:
        return set_side(&options->width, text);
    case HEIGHT:
        return set_side(&options->height, text);
    case THEME:
        return set_theme(options, text);
    case SCALE:
        return set_scale(options, text);
    default:
        return set_flag(&options->animate, text);
    }
}
