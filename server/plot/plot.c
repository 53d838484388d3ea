/* plot.c - the figures, and the picture around one. */
#include "server/plot/plot.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "server/plot/canvas.h"

extern const struct plot_figure plot_plane, plot_curve, plot_loss;

const struct plot_figure *const plot_figures[] = {
    &plot_plane, &plot_curve, &plot_loss, NULL,
};

static const char *const theme_names[PLOT_THEMES] = {
    [PLOT_AUTO] = "auto", [PLOT_LIGHT] = "light", [PLOT_DARK] = "dark",
};

enum plot_theme plot_theme_find(const char *name)
{
    enum plot_theme theme = 0;

    while (theme < PLOT_THEMES && strcmp(name, theme_names[theme]))
        theme++;
    return theme;
}

enum plot_scale plot_scale_find(const char *name)
{
    return !strcmp(name, "log") ? PLOT_LOG
         : !strcmp(name, "linear") ? PLOT_LINEAR : PLOT_SCALES;
}

const struct plot_figure *plot_choose(const struct plot *plot)
{
    size_t i = 0;

    assert(plot->run_count >= 1 && plot->run_count <= PLOT_RUNS_MAX);
    while (!plot_figures[i]->suits(plot))
        i++;
    return plot_figures[i];
}

static void write_text_element(struct svg *svg, const char *name,
                               const char *text)
{
    svg_begin(svg, name);
    svg_text(svg, text);
    svg_end(svg);
}

static void begin_picture(struct canvas *canvas,
                          const struct plot_figure *figure)
{
    const struct plot_options *options = &canvas->plot->options;
    struct svg *svg = &canvas->svg;
    char box[48];

    svg_begin(svg, "svg");
    svg_set(svg, "xmlns", "http://www.w3.org/2000/svg");
    svg_set_length(svg, "width", options->width);
    svg_set_length(svg, "height", options->height);
    snprintf(box, sizeof box, "0 0 %u %u", options->width, options->height);
    svg_set(svg, "viewBox", box);
    svg_set(svg, "role", "img");
    write_text_element(svg, "title", words_title(canvas));
    write_text_element(svg, "desc", words_description(canvas, figure));
    ink_style(canvas);
    svg_begin(svg, "rect");
    svg_set(svg, "width", "100%");
    svg_set(svg, "height", "100%");
    ink_set(canvas, INK_PAGE, INK_NONE);
    svg_end(svg);
    svg_begin(svg, "g");
    svg_set(svg, "font-family", "sans-serif");
    svg_set_length(svg, "font-size", TEXT_SIZE);
    ink_set(canvas, INK_TEXT, INK_NONE);
}

void plot_write(const struct plot *plot, struct arena *arena,
                struct buffer *out)
{
    const struct plot_figure *figure = plot_choose(plot);
    struct canvas canvas = {.plot = plot, .arena = arena};

    assert(figure->grid_dims == 0
           || (plot->grid && plot->grid->plane.dims == figure->grid_dims));
    svg_init(&canvas.svg, out);
    begin_picture(&canvas, figure);
    figure->draw(&canvas);
    svg_end(&canvas.svg);
    svg_end(&canvas.svg);
}
