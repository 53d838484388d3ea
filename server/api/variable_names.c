/* variable_names.c - names of variables, read from the spec and kept. */
#include "server/api/variable_names.h"

#include <stdlib.h>
#include <string.h>

#include "server/jobs/spec_parts.h"

static struct kept_names *slot_of(struct api *api, int64_t number)
{
    return &api->names.slots[(uint64_t)number % VARIABLE_NAMES_SLOTS];
}

/* Names one after the other, each with its NUL; without text: no memory. */
static struct kept_names pack(int64_t number, const char *const *names,
                              size_t n)
{
    struct kept_names packed = {.number = number};
    struct buffer text;

    buffer_init(&text);
    for (size_t i = 0; i < n; i++)
        buffer_append(&text, names[i], strlen(names[i]) + 1);
    packed.text = buffer_steal(&text, &packed.bytes);
    return packed;
}

/* Names that were kept, copied: another job may take the slot. */
static enum error copy(const struct kept_names *slot, struct arena *arena,
                       size_t n, const char *const **ret)
{
    char *text = arena_array(arena, slot->bytes, 1);
    const char **names = arena_array(arena, n, sizeof *names);

    if (!text || !names)
        return ERR_MEMORY;
    memcpy(text, slot->text, slot->bytes);
    for (size_t i = 0; i < n; i++) {
        names[i] = text;
        text += strlen(text) + 1;
    }
    *ret = names;
    return OK;
}

static enum error read_names(struct api *api, const struct store_job *row,
                             struct arena *scratch, struct spec *spec,
                             const char *const **ret)
{
    const struct spec_source source = {.datasets = api->datasets,
                                       .reader = api->reader};
    struct faults *faults = ARENA_NEW(scratch, struct faults);
    struct store_job job;
    struct json_flaw flaw;
    enum error error;

    if (!faults)
        return ERR_MEMORY;
    faults_init(faults, scratch);
    TRY(store_get_number(api->reader, row->number, STORE_SPEC, scratch, &job));
    error = spec_read_from(scratch, job.spec, strlen(job.spec), &source,
                           faults, &flaw, spec);
    if (error == ERR_INVALID) /* what was valid once */
        return OK;
    TRY(error);
    *ret = spec_variable_names(scratch, spec);
    return *ret ? OK : ERR_MEMORY;
}

enum error variable_names(struct api *api, const struct store_job *job,
                          struct arena *arena, const char *const **ret)
{
    struct kept_names *slot = slot_of(api, job->number);
    size_t n = (size_t)job->dimension;
    const char *const *names = NULL;
    struct spec spec = {0};
    struct arena scratch;
    enum error error;

    *ret = NULL;
    if (n > VARIABLES_NAMED_MAX)
        return OK;
    if (slot->text && slot->number == job->number)
        return copy(slot, arena, n, ret);
    arena_init(&scratch, 0);
    error = read_names(api, job, &scratch, &spec, &names);
    if (error == OK && names) {
        struct kept_names packed = pack(job->number, names, n);

        error = packed.text ? copy(&packed, arena, n, ret) : ERR_MEMORY;
        free(slot->text);
        *slot = packed;
    }
    spec_release(&spec);
    arena_fini(&scratch);
    return error;
}

void variable_names_fini(struct variable_names_cache *cache)
{
    for (size_t i = 0; i < VARIABLE_NAMES_SLOTS; i++)
        free(cache->slots[i].text);
}
