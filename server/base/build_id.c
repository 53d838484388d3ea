/* build_id.c - the note that the linker leaves in the program. */
#include "server/base/build_id.h"

#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS = BUILD_ID_BYTES - 1 };

/* A part of a note is padded to the next multiple of four. */
static size_t padded(size_t bytes)
{
    return (bytes + 3) / 4 * 4;
}

static void write_digits(const unsigned char *bytes, size_t count,
                         char ret[BUILD_ID_BYTES])
{
    for (size_t i = 0; i < count && i < DIGITS / 2; i++)
        snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

/* Notes in a segment of them: a head, the owner's name, what it says. */
static void read_notes(const char *at, size_t bytes, char ret[BUILD_ID_BYTES])
{
    const char *end = at + bytes;
    ElfW(Nhdr) note;

    while ((size_t)(end - at) >= sizeof note) {
        const char *name = at + sizeof note, *said;

        memcpy(&note, at, sizeof note);
        said = name + padded(note.n_namesz);
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4
            && !memcmp(name, "GNU", 4))
            write_digits((const unsigned char *)said, note.n_descsz, ret);
        at = said + padded(note.n_descsz);
    }
}

/* The program itself comes first. */
static int read_object(struct dl_phdr_info *info, size_t size, void *ret)
{
    (void)size;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        const char *at =
            (const char *)(uintptr_t)(info->dlpi_addr + segment->p_vaddr);

        if (segment->p_type == PT_NOTE)
            read_notes(at, segment->p_memsz, ret);
    }
    return 1;
}

void build_id(char ret[BUILD_ID_BYTES])
{
    ret[0] = '\0';
    dl_iterate_phdr(read_object, ret);
}
