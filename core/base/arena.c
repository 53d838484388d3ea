/*
 * arena.c - memory of one job or one request: many allocations, one free.
 *
 * Blocks come zeroed from calloc() and are cut from front to back, so that
 * what is handed out is zero without being touched: a large array costs its
 * pages only when they are written. What is large gets a block of its own,
 * behind the newest, whose rest stays usable; it may come from another source.
 */
#include "core/base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_BYTES = 16 * 1024,
    LARGE_BYTES = BLOCK_BYTES / 4,
    LINE_BYTES = 64,             /* alignment of what is a line or more */
    WORD_BYTES = 16,             /* alignment of the rest */
};

struct arena_block {
    struct arena_block *older;
    size_t used, bytes;          /* of data[] */
    unsigned char data[];
};

void arena_init(struct arena *arena, size_t limit_bytes)
{
    *arena = (struct arena){.limit_bytes = limit_bytes};
}

void arena_init_from(struct arena *arena, size_t limit_bytes,
                     const struct arena_source *source)
{
    *arena = (struct arena){.limit_bytes = limit_bytes, .source = source};
}

/* Whether a block of so many bytes comes from the arena's source. */
static bool is_sourced(const struct arena *arena, size_t bytes)
{
    return arena->source != NULL && bytes >= arena->source->least_bytes;
}

static struct arena_block *take_block(const struct arena *arena, size_t bytes)
{
    return is_sourced(arena, bytes) ? arena->source->take(bytes)
                                    : calloc(1, bytes);
}

static void give_block(const struct arena *arena, struct arena_block *block)
{
    size_t bytes = sizeof *block + block->bytes;

    if (is_sourced(arena, bytes))
        arena->source->give(block, bytes);
    else
        free(block);
}

void arena_fini(struct arena *arena)
{
    struct arena_block *older;

    for (struct arena_block *b = arena->blocks; b != NULL; b = older) {
        older = b->older;
        give_block(arena, b);
    }
    arena->blocks = NULL;
    arena->used_bytes = 0;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *kept = NULL, *older;

    for (struct arena_block *b = arena->blocks; b != NULL; b = older) {
        older = b->older;
        if (kept == NULL && b->bytes == BLOCK_BYTES)
            kept = b;
        else
            give_block(arena, b);
    }
    if (kept != NULL) {
        memset(kept->data, 0, kept->used);
        kept->used = 0;
        kept->older = NULL;
    }
    arena->blocks = kept;
    arena->used_bytes = 0;
}

/* Cut `bytes` from a block; NULL where they do not fit. */
static void *cut(struct arena_block *block, size_t bytes)
{
    size_t alignment = bytes >= LINE_BYTES ? LINE_BYTES : WORD_BYTES;
    uintptr_t at = (uintptr_t)(block->data + block->used);
    size_t gap = -at & (alignment - 1);
    size_t room = block->bytes - block->used;
    void *start;

    if (gap > room || bytes > room - gap)
        return NULL;
    start = block->data + block->used + gap;
    block->used += gap + bytes;
    return start;
}

/* A new block with room for `bytes`, linked into the arena. */
static struct arena_block *add_block(struct arena *arena, size_t bytes)
{
    bool large = bytes > LARGE_BYTES;
    size_t room = large ? bytes + LINE_BYTES : BLOCK_BYTES;
    struct arena_block *block = take_block(arena, sizeof *block + room);

    if (block == NULL)
        return NULL;
    block->bytes = room;
    if (large && arena->blocks != NULL) {
        block->older = arena->blocks->older;
        arena->blocks->older = block;
    } else {
        block->older = arena->blocks;
        arena->blocks = block;
    }
    return block;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    struct arena_block *block;
    void *start = NULL;
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes)
        || bytes > PTRDIFF_MAX - sizeof *block - LINE_BYTES)
        return NULL;
    if (arena->limit_bytes != 0
        && bytes > arena->limit_bytes - arena->used_bytes)
        return NULL;
    if (bytes == 0)
        bytes = 1; /* a place of its own, so that NULL means failure */
    if (arena->blocks != NULL)
        start = cut(arena->blocks, bytes);
    if (start == NULL) {
        block = add_block(arena, bytes);
        if (block == NULL)
            return NULL;
        start = cut(block, bytes);
    }
    arena->used_bytes += count * size;
    return start;
}

char *arena_text(struct arena *arena, const char *text, size_t bytes)
{
    char *copy = bytes < SIZE_MAX ? arena_array(arena, bytes + 1, 1) : NULL;

    if (copy != NULL)
        memcpy(copy, text, bytes);
    return copy;
}

char *arena_format_list(struct arena *arena, const char *format,
                        va_list arguments)
{
    va_list again;
    int length;
    char *text;

    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        return NULL;
    text = arena_array(arena, (size_t)length + 1, 1);
    if (text != NULL)
        vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = arena_format_list(arena, format, arguments);
    va_end(arguments);
    return text;
}
