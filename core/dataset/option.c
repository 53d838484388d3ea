/* option.c - what a user may say about a file, and the formats there are. */
#include <string.h>

#include "core/base/suggest.h"
#include "core/dataset/format.h"

const struct format *const formats[] = {
    &format_csv, &format_idx, &format_libsvm, &format_ndjson, &format_npy,
    &format_tsv, NULL,
};

const char *const missing_policy_names[MISSING_POLICIES + 1] = {
    [MISSING_ERROR] = "error", [MISSING_KEEP] = "keep",
    [MISSING_MEAN] = "mean", [MISSING_DROP] = "drop",
};

const char *missing_policy_name(enum missing_policy policy)
{
    return missing_policy_names[policy];
}

const struct reader_option reader_option_table[] = {
    {"delimiter", "comma, semicolon, tab or blanks",
     "What separates the cells of a line."},
    {"decimal", "point or comma", "What stands before a number's fraction."},
    {"header", "true or false", "Whether the first line has the names."},
    {"base", "0 or 1", "The first index of LIBSVM's features."},
    {"missing", "error, keep, mean or drop",
     "What becomes of a cell without a value, or of its row."},
    {"missing_words", "up to 32 words between commas",
     "Words that stand for a missing value; an empty one is a word as well."},
    {0},
};

/* The choices of an option, by name or by sign, and what they mean. */
struct choice {
    const char *option, *name;
    int value;
};

static const struct choice choices[] = {
    {"delimiter", "comma", ','},   {"delimiter", ",", ','},
    {"delimiter", "semicolon", ';'}, {"delimiter", ";", ';'},
    {"delimiter", "tab", '\t'},    {"delimiter", "\t", '\t'},
    {"delimiter", "blanks", ' '},  {"delimiter", " ", ' '},
    {"decimal", "point", '.'},     {"decimal", ".", '.'},
    {"decimal", "comma", ','},     {"decimal", ",", ','},
    {"header", "true", 1},         {"header", "false", 0},
    {"base", "1", 1},              {"base", "0", 0},
    {"missing", "error", MISSING_ERROR}, {"missing", "keep", MISSING_KEEP},
    {"missing", "mean", MISSING_MEAN},   {"missing", "drop", MISSING_DROP},
};

static void set(struct reader_options *options, const struct choice *choice)
{
    switch (choice->option[0]) {
    case 'd':
        if (choice->option[2] == 'l')
            options->delimiter = (char)choice->value;
        else
            options->decimal = (char)choice->value;
        break;
    case 'h':
        options->header = choice->value;
        break;
    case 'b':
        options->base = (unsigned)choice->value;
        break;
    default:
        options->missing = (enum missing_policy)choice->value;
    }
}

static enum error set_words(struct reader_options *options,
                            struct arena *arena, const char *text,
                            const char *pointer, struct faults *faults)
{
    const char **words = arena_array(arena, MISSING_WORDS_MAX, sizeof *words);
    size_t count = 0;

    if (words == NULL)
        return ERR_MEMORY;
    for (;;) {
        size_t bytes = strcspn(text, ",");

        if (count == MISSING_WORDS_MAX) {
            fault_add(faults, pointer, FAULT_TOO_LARGE, NULL,
                      "there are more than %d words", MISSING_WORDS_MAX);
            return ERR_INVALID;
        }
        words[count] = arena_text(arena, text, bytes);
        if (words[count++] == NULL)
            return ERR_MEMORY;
        if (text[bytes] == '\0')
            break;
        text += bytes + 1;
    }
    options->missing_words = words;
    options->missing_word_count = count;
    return OK;
}

enum error reader_option_set(struct reader_options *options,
                             struct arena *arena, const char *name,
                             const char *text, const char *pointer,
                             struct faults *faults)
{
    const struct reader_option *option = reader_option_table;
    struct suggestion near = {.word = text};

    while (option->name != NULL && strcmp(option->name, name) != 0)
        option++;
    if (option->name == NULL)
        return ERR_MISSING;
    if (strcmp(name, "missing_words") == 0)
        return set_words(options, arena, text, pointer, faults);
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        if (strcmp(choices[i].option, name) != 0)
            continue;
        suggest_offer(&near, choices[i].name);
        if (strcmp(choices[i].name, text) == 0) {
            set(options, &choices[i]);
            return OK;
        }
    }
    fault_add(faults, pointer, FAULT_UNKNOWN_NAME, near.best,
              "\"%.64s\" is none of %s", text, option->legal);
    return ERR_INVALID;
}

const struct format *format_by_name(const char *name)
{
    for (size_t i = 0; formats[i] != NULL; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

const struct format *format_by_media_type(const char *media_type)
{
    for (size_t i = 0; formats[i] != NULL; i++)
        if (strcmp(formats[i]->media_type, media_type) == 0)
            return formats[i];
    return NULL;
}

const struct format *format_by_file(const char *file_name)
{
    size_t name_bytes = strlen(file_name);

    for (size_t i = 0; formats[i] != NULL; i++) {
        const char *at = formats[i]->suffixes;

        while (*at != '\0') {
            size_t bytes = strcspn(at, " ");

            if (bytes < name_bytes
                && memcmp(file_name + name_bytes - bytes, at, bytes) == 0)
                return formats[i];
            at += bytes + (at[bytes] == ' ');
        }
    }
    return NULL;
}
