/* fault.c - collects what is wrong with a user's input, each with its place. */
#include "core/base/fault.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

static const char *const code_names[FAULT_CODES] = {
#define ROW(value, name) [value] = name,
    FAULT_TABLE(ROW)
#undef ROW
};

void faults_init(struct faults *faults, struct arena *arena)
{
    faults->arena = arena;
    faults->total = 0;
    faults->out_of_memory = false;
}

size_t faults_kept(const struct faults *faults)
{
    return faults->total < FAULTS_KEPT ? faults->total : FAULTS_KEPT;
}

/* `text`, or "" with a note that one was lost. */
static const char *keep(struct faults *faults, const char *text)
{
    if (text != NULL)
        return text;
    faults->out_of_memory = true;
    return "";
}

static const char *copy(struct faults *faults, const char *text)
{
    return keep(faults, arena_text(faults->arena, text, strlen(text)));
}

static void add(struct faults *faults, const struct fault *place,
                const char *format, va_list arguments)
{
    struct fault *fault;

    assert((unsigned)place->code < FAULT_CODES);
    if (faults->total++ >= FAULTS_KEPT)
        return;
    fault = &faults->items[faults->total - 1];
    *fault = *place;
    fault->pointer = copy(faults, place->pointer);
    if (place->suggestion != NULL)
        fault->suggestion = copy(faults, place->suggestion);
    fault->detail = keep(faults,
                         arena_format_list(faults->arena, format, arguments));
}

void fault_add(struct faults *faults, const char *pointer,
               enum fault_code code, const char *suggestion,
               const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(faults, &(struct fault){.pointer = pointer, .code = code,
                                .suggestion = suggestion}, format, arguments);
    va_end(arguments);
}

void fault_add_at(struct faults *faults, const char *pointer, size_t line,
                  size_t column, enum fault_code code, const char *suggestion,
                  const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(faults, &(struct fault){.pointer = pointer, .code = code,
                                .suggestion = suggestion, .line = line,
                                .column = column}, format, arguments);
    va_end(arguments);
}

const char *fault_code_name(enum fault_code code)
{
    assert((unsigned)code < FAULT_CODES);
    return code_names[code];
}

const char *pointer_member(struct faults *faults, const char *base,
                           const char *name)
{
    size_t base_bytes = strlen(base), name_bytes = strlen(name);
    size_t at = base_bytes;
    char *text = arena_array(faults->arena, base_bytes + 2 * name_bytes + 2, 1);

    if (text == NULL)
        return keep(faults, NULL);
    memcpy(text, base, base_bytes);
    text[at++] = '/';
    for (size_t i = 0; i < name_bytes; i++) {
        bool escaped = name[i] == '~' || name[i] == '/';

        text[at++] = escaped ? '~' : name[i];
        if (escaped)
            text[at++] = name[i] == '~' ? '0' : '1';
    }
    return text;
}

const char *pointer_index(struct faults *faults, const char *base,
                          size_t index)
{
    return keep(faults, arena_format(faults->arena, "%s/%zu", base, index));
}
