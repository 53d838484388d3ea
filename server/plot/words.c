/* words.c - titles, labels and sentences, and whether they fit. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "server/plot/axis.h"
#include "server/plot/canvas.h"

/* ---- width -------------------------------------------------------------- */

/* Of a character, in parts of the size; fonts without serifs are about so. */
static double character_width(const unsigned char *c)
{
    if (*c >= 0x80 && *c < 0xc0)
        return 0;   /* goes on with a character */
    if (*c >= 0xe2)
        return *c >= 0xe3 ? 1 : 0.7; /* East Asian, pictures; else signs */
    if (strchr("iljtfr.,:;'|!()[] ", *c))
        return 0.36;
    return strchr("mwMW@%", *c) ? 0.95 : *c >= 'A' && *c <= 'Z' ? 0.7 : 0.62;
}

double words_width(const char *text, double size)
{
    double width = 0;

    for (; *text; text++)
        width += character_width((const unsigned char *)text) * size;
    return width;
}

const char *words_fit(struct canvas *canvas, const char *text, double size,
                      double room)
{
    const char *fitted = text;
    double width = 0;
    size_t bytes = 0;

    if (words_width(text, size) <= room)
        return text;
    room -= size;   /* of "…" */
    while (text[bytes]) {
        width += character_width((const unsigned char *)text + bytes) * size;
        if (width > room)
            break;
        bytes++;
    }
    fitted = arena_format(canvas->arena, "%.*s…", (int)bytes, text);
    if (!fitted)
        canvas->svg.out->failed = true;
    return fitted ? fitted : "";
}

/* ---- sentences ---------------------------------------------------------- */

/* Text of the canvas's arena; "" and a failed picture without memory. */
static const char *kept(struct canvas *canvas, const char *text)
{
    if (!text)
        canvas->svg.out->failed = true;
    return text ? text : "";
}

#define FORMAT(canvas, ...)                                                   \
    kept((canvas), arena_format((canvas)->arena, __VA_ARGS__))

static const char *number(struct canvas *canvas, double value)
{
    char text[TICK_TEXT_BYTES];

    axis_number(value, text);
    return FORMAT(canvas, "%s", text);
}

/* "from (−1.2, 1), " of a row; "from " where it has no place. */
static const char *place(struct canvas *canvas, const struct plot_run *run,
                         size_t row, const char *word)
{
    if (!run->path || run->n > 2)
        return FORMAT(canvas, "%s ", word);
    if (run->n == 1)
        return FORMAT(canvas, "%s %s, ", word,
                      number(canvas, run->path[row].c[0]));
    return FORMAT(canvas, "%s (%s, %s), ", word,
                  number(canvas, run->path[row].c[0]),
                  number(canvas, run->path[row].c[1]));
}

/* "gradient_tolerance" for people. */
static const char *spaced(struct canvas *canvas, const char *name)
{
    char *text = arena_text(canvas->arena, name, strlen(name));

    for (char *c = text; c && *c; c++)
        if (*c == '_')
            *c = ' ';
    return kept(canvas, text);
}

static const char *iterations(struct canvas *canvas,
                              const struct plot_run *run)
{
    return FORMAT(canvas, "%llu iteration%s",
                  (unsigned long long)run->iterations,
                  run->iterations == 1 ? "" : "s");
}

const char *words_of_end(struct canvas *canvas, const struct plot_run *run)
{
    const char *count = iterations(canvas, run), *verb;

    if (!run->outcome_class)
        return FORMAT(canvas, run->has_ended ? "%s after %s"
                                             : "%s, %s so far",
                      run->state, count);
    verb = !strcmp(run->outcome_class, "budget") ? "stopped"
                                                 : run->outcome_class;
    if (run->outcome_reason && strcmp(run->outcome_reason, verb))
        return FORMAT(canvas, "%s (%s) after %s", verb,
                      spaced(canvas, run->outcome_reason), count);
    return FORMAT(canvas, "%s after %s", verb, count);
}

const char *words_of_run(struct canvas *canvas, size_t index)
{
    const struct plot_run *run = &canvas->plot->runs[index];
    size_t last = run->loss.count - 1;

    if (run->loss.count == 0)
        return FORMAT(canvas, "%s on %s: no iteration is recorded yet.",
                      run->optimizer, run->what);
    if (run->loss.count == 1)
        return FORMAT(canvas, "%s on %s %sloss %s: %s.", run->optimizer,
                      run->what, place(canvas, run, 0, "at"),
                      number(canvas, run->loss.value[0]),
                      words_of_end(canvas, run));
    return FORMAT(canvas, "%s on %s %sloss %s, %sloss %s: %s.",
                  run->optimizer, run->what, place(canvas, run, 0, "from"),
                  number(canvas, run->loss.value[0]),
                  place(canvas, run, last, "to"),
                  number(canvas, run->loss.value[last]),
                  words_of_end(canvas, run));
}

/* ---- labels ------------------------------------------------------------- */

/* Without a name: what tells it from the others. */
static const char *plain_label(struct canvas *canvas, size_t index)
{
    const struct plot *plot = canvas->plot;
    const struct plot_run *run = &plot->runs[index];

    if (run->name && *run->name)
        return run->name;
    return plot->one_objective ? run->optimizer
                               : FORMAT(canvas, "%s, %s", run->what,
                                        run->optimizer);
}

static bool is_unique(struct canvas *canvas, size_t index)
{
    const char *label = plain_label(canvas, index);

    for (size_t i = 0; i < canvas->plot->run_count; i++)
        if (i != index && !strcmp(label, plain_label(canvas, i)))
            return false;
    return true;
}

const char *words_label(struct canvas *canvas, size_t index)
{
    const struct plot_run *run = &canvas->plot->runs[index];
    const char *label = plain_label(canvas, index);

    if (run->outcome_class && !strcmp(run->outcome_class, "diverged"))
        label = FORMAT(canvas, "%s, diverged", label);
    if (is_unique(canvas, index))
        return label;
    if (run->path && run->loss.count > 0 && run->n == 2)
        return FORMAT(canvas, "%zu: %s from (%s, %s)", index + 1, label,
                      number(canvas, run->path[0].c[0]),
                      number(canvas, run->path[0].c[1]));
    return FORMAT(canvas, "%zu: %s", index + 1, label);
}

/* ---- the whole ---------------------------------------------------------- */

const char *words_title(struct canvas *canvas)
{
    const struct plot *plot = canvas->plot;
    const struct plot_run *run = &plot->runs[0];

    if (plot->run_count == 1)
        return run->name && *run->name
             ? run->name
             : FORMAT(canvas, "%s on %s", run->optimizer, run->what);
    if (plot->one_objective)
        return FORMAT(canvas, "%zu runs on %s", plot->run_count, run->what);
    return FORMAT(canvas, "%zu runs", plot->run_count);
}

const char *words_description(struct canvas *canvas,
                              const struct plot_figure *figure)
{
    const char *text = figure->sentence;

    for (size_t i = 0; i < canvas->plot->run_count; i++)
        text = canvas->plot->run_count == 1
             ? FORMAT(canvas, "%s %s", text, words_of_run(canvas, i))
             : FORMAT(canvas, "%s %s: %s", text, words_label(canvas, i),
                      words_of_run(canvas, i));
    return text;
}
