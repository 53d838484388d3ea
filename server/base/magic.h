/*
 * magic.h - a number in a struct that says what it is, for pointers that cross
 * as `void *`, where the compiler sees nothing.
 *
 *     struct errand { uint32_t magic; ... };           ERRAND_MAGIC in it
 *     struct errand *errand = MAGIC_CAST(self, struct errand, ERRAND_MAGIC);
 *
 * The member comes first, is set by whoever makes the struct, and is taken away
 * by MAGIC_CLEAR() before it is freed, so that a stale pointer is seen as well.
 */
#ifndef SERVER_BASE_MAGIC_H
#define SERVER_BASE_MAGIC_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/* Four letters as they stand in memory, for whoever looks at a core dump. */
#define MAGIC(a, b, c, d)                                                     \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16                 \
     | (uint32_t)(d) << 24)

/* The pointer, once it has been seen to point to that. */
static inline void *magic_checked(void *pointer, uint32_t magic)
{
    assert(pointer != NULL && *(const uint32_t *)pointer == magic);
    return pointer;
}

#define MAGIC_CAST(pointer, type, number)                                     \
    ((type *)magic_checked((pointer), (number)))

#define MAGIC_CLEAR(object) ((object)->magic = 0)

#endif
