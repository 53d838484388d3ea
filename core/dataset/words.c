/* words.c - the different words of a column: a hash table, open addressing. */
#include "core/dataset/words.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 16, POOL_FIRST = 128 };

/* Eight bytes at a time through a multiplication whose halves are mixed. */
static uint64_t hash_of(const char *text, size_t bytes)
{
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15) ^ bytes;

    for (; bytes > 0; text += 8) {
        uint64_t part = 0;

        memcpy(&part, text, bytes < 8 ? bytes : 8);
        hash = (hash ^ part) * UINT64_C(0xD6E8FEB86659FD93);
        hash ^= hash >> 32;
        if (bytes <= 8)
            break;
        bytes -= 8;
    }
    return hash;
}

/* Slots are at least twice as many as words. */
static enum error grow_slots(struct words *words)
{
    size_t count = words->slot_count > 0 ? 2 * words->slot_count : SLOTS_FIRST;
    uint32_t *slots = calloc(count, sizeof *slots);
    struct word *items = realloc(words->items, count / 2 * sizeof *items);

    if (items != NULL)
        words->items = items;
    if (slots == NULL || items == NULL) {
        free(slots);
        return ERR_MEMORY;
    }
    for (size_t code = 0; code < words->count; code++) {
        size_t at = items[code].hash & (count - 1);

        while (slots[at] != 0)
            at = (at + 1) & (count - 1);
        slots[at] = (uint32_t)code + 1;
    }
    free(words->slots);
    words->slots = slots;
    words->slot_count = count;
    return OK;
}

static enum error grow_pool(struct words *words, size_t bytes)
{
    size_t room = words->pool_room > 0 ? words->pool_room : POOL_FIRST;
    char *pool;

    while (room - words->pool_used < bytes)
        room *= 2;
    pool = realloc(words->pool, room);
    if (pool == NULL)
        return ERR_MEMORY;
    words->pool = pool;
    words->pool_room = room;
    return OK;
}

enum error words_intern(struct words *words, const char *text, size_t bytes,
                        size_t most, uint32_t *ret_code, bool *ret_new)
{
    uint64_t hash = hash_of(text, bytes);
    size_t mask = words->slot_count - 1, at = hash & mask;

    if (words->slot_count > 0)
        for (; words->slots[at] != 0; at = (at + 1) & mask) {
            uint32_t code = words->slots[at] - 1;

            if (words->items[code].hash == hash
                && words->items[code].bytes == bytes
                && memcmp(words_text(words, code), text, bytes) == 0) {
                *ret_code = code;
                *ret_new = false;
                return OK;
            }
        }
    *ret_new = words->count < most;
    *ret_code = (uint32_t)(*ret_new ? words->count : most);
    if (!*ret_new)
        return OK;
    if (2 * (words->count + 1) > words->slot_count)
        TRY(grow_slots(words));
    if (words->pool_room - words->pool_used < bytes + 1)
        TRY(grow_pool(words, bytes + 1));
    mask = words->slot_count - 1;
    for (at = hash & mask; words->slots[at] != 0; at = (at + 1) & mask)
        ;
    words->slots[at] = (uint32_t)words->count + 1;
    words->items[words->count++] = (struct word){
        (uint32_t)words->pool_used, (uint32_t)bytes, hash};
    memcpy(words->pool + words->pool_used, text, bytes);
    words->pool[words->pool_used + bytes] = '\0';
    words->pool_used += bytes + 1;
    return OK;
}

size_t words_bytes(const struct words *words)
{
    return words->pool_room + words->slot_count * sizeof *words->slots
           + words->slot_count / 2 * sizeof *words->items;
}

void words_fini(struct words *words)
{
    free(words->items);
    free(words->slots);
    free(words->pool);
    *words = (struct words){0};
}
