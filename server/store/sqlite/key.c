/* key.c - where a chunk of a trace stands. */
#include <assert.h>

#include "server/store/sqlite/sqlite.h"

enum {
    CHUNK_BITS = 21, LEVEL_BITS = 4,
    LEVEL_SHIFT_27 = 32, NUMBER_SHIFT_27 = 36, /* before migration 5 */
};

_Static_assert(STORE_CHUNKS_MAX == 1 << CHUNK_BITS, "a key holds them all");
_Static_assert(STORE_LEVELS == 1 << LEVEL_BITS, "a key holds them all");
_Static_assert(STORE_JOBS_MAX == INT64_MAX >> (CHUNK_BITS + LEVEL_BITS),
               "a key holds them all");

int64_t trace_key(int64_t number, unsigned level, int64_t chunk)
{
    assert(number >= 0 && number <= STORE_JOBS_MAX);
    assert(level < STORE_LEVELS);
    assert(chunk >= 0 && chunk < STORE_CHUNKS_MAX);
    return number << (LEVEL_BITS + CHUNK_BITS)
           | (int64_t)level << CHUNK_BITS | chunk;
}

int64_t trace_27_key(int64_t number, unsigned level, int64_t chunk)
{
    assert(number >= 0 && number <= TRACE_27_NUMBER_MAX);
    assert(level < STORE_LEVELS);
    assert(chunk >= 0 && chunk < STORE_CHUNKS_MAX);
    return number << NUMBER_SHIFT_27 | (int64_t)level << LEVEL_SHIFT_27
           | chunk;
}
