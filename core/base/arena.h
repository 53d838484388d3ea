/* arena.h - memory of one job or one request: many allocations, one free. */
#ifndef CORE_BASE_ARENA_H
#define CORE_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

/*
 * Where an arena has its large blocks from, in place of calloc(): memory of
 * huge pages (server/base/pages.h), as tables are read faster from them.
 *
 *   least_bytes  smaller blocks still come from calloc()
 *   take         zeroed memory of so many bytes, aligned to 64; NULL: there is
 *                none
 *   give         takes it back, with the same number of bytes
 */
struct arena_source {
    size_t least_bytes;
    void *(*take)(size_t bytes);
    void (*give)(void *memory, size_t bytes);
};

struct arena {
    struct arena_block *blocks; /* the newest first */
    size_t used_bytes;          /* handed out so far, over all blocks */
    size_t limit_bytes;         /* 0: no limit */
    const struct arena_source *source; /* NULL: calloc() for all */
};

/*
 * Prepare an empty arena in the caller's storage. Nothing is allocated yet.
 *
 *   limit_bytes   most that may ever be handed out; 0 for no limit
 */
void arena_init(struct arena *arena, size_t limit_bytes);

/* The same, with large blocks from `source`, which outlives the arena. */
void arena_init_from(struct arena *arena, size_t limit_bytes,
                     const struct arena_source *source);

/* Free everything the arena handed out. The arena can be used again. */
void arena_fini(struct arena *arena);

/* Take back everything that was handed out, but keep one small block for what
 * comes next: for an arena that is filled and emptied over and over. */
void arena_reset(struct arena *arena);

/*
 * Hand out `count` elements of `size` bytes, zeroed, aligned to 64 bytes when
 * they are 64 bytes or more and to 16 otherwise. count * size may overflow;
 * it is checked.
 *
 * Fails   NULL when memory or the arena's limit is used up
 * Owns    the arena; freed by arena_fini()
 * Thread  one at a time
 */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* A zeroed T from the arena, or NULL. */
#define ARENA_NEW(arena, T) ((T *)arena_array((arena), 1, sizeof(T)))

/* A copy of the first `bytes` of `text`, terminated; NULL as arena_array(). */
char *arena_text(struct arena *arena, const char *text, size_t bytes);

/* A string made as by printf; NULL as arena_array(). */
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_format_list(struct arena *arena, const char *format,
                        va_list arguments)
    __attribute__((format(printf, 2, 0)));

#endif
