/*
 * identifier.c - UUID version 7 as 26 letters of Crockford's base32.
 *
 * 128 bits are written as a number of 130: the first letter carries 3 bits
 * and is at most '7', every other one 5.
 *
 * Source  RFC 9562, section 5.7
 */
#include "server/base/identifier.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "server/base/clock.h"

enum { LETTERS = 26, TIME_BYTES = 6, PREFIX_MAX = 3 };

/* No i, l, o, u: they are misread. */
static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

static enum error fill_random(uint8_t *bytes, size_t count)
{
    size_t done = 0;

    while (done < count) {
        ssize_t got = getrandom(bytes + done, count - done, 0);

        if (got < 0 && errno != EINTR)
            return ERR_SYSTEM;
        if (got > 0)
            done += (size_t)got;
    }
    return OK;
}

enum error identifier_new(struct identifier *ret)
{
    struct identifier id;
    uint64_t ms = (uint64_t)clock_wall_ms();

    TRY(fill_random(id.bytes + TIME_BYTES, IDENTIFIER_BYTES - TIME_BYTES));
    for (size_t i = 0; i < TIME_BYTES; i++)
        id.bytes[i] = (uint8_t)(ms >> (8 * (TIME_BYTES - 1 - i)));
    id.bytes[6] = 0x70 | (id.bytes[6] & 0x0f); /* version 7 */
    id.bytes[8] = 0x80 | (id.bytes[8] & 0x3f); /* the RFC's variant */
    *ret = id;
    return OK;
}

/* Add to the number that the bits make which are neither version nor variant;
 * what does not fit into the random ones carries into the time. */
static void add(struct identifier *id, uint64_t number)
{
    for (size_t i = IDENTIFIER_BYTES; i-- > 0 && number > 0;) {
        unsigned width = i == 8 ? 6 : i == 6 ? 4 : 8;
        unsigned mask = (1u << width) - 1;

        number += id->bytes[i] & mask;
        id->bytes[i] = (uint8_t)((id->bytes[i] & ~mask) | (number & mask));
        number >>= width;
    }
}

enum error identifier_next(struct identifier *last)
{
    struct identifier id;
    uint32_t step;

    TRY(identifier_new(&id));
    if (memcmp(id.bytes, last->bytes, IDENTIFIER_BYTES) <= 0) {
        memcpy(&step, id.bytes + IDENTIFIER_BYTES - sizeof step, sizeof step);
        id = *last;
        add(&id, (uint64_t)step + 1);
    }
    *last = id;
    return OK;
}

void identifier_format(const struct identifier *id, const char *prefix,
                       char text[IDENTIFIER_TEXT_BYTES])
{
    unsigned bits = 0, held = 2; /* two zero bits in front: 2 + 128 = 26 * 5 */
    size_t count = strlen(prefix), next = 0;

    assert(count <= PREFIX_MAX);
    memcpy(text, prefix, count);
    text[count++] = '_';
    for (size_t i = 0; i < LETTERS; i++) {
        if (held < 5) {
            bits = (bits << 8 | id->bytes[next++]) & 0xfff;
            held += 8;
        }
        held -= 5;
        text[count++] = alphabet[bits >> held & 31];
    }
    text[count] = '\0';
}

bool identifier_parse(const char *text, const char *prefix,
                      struct identifier *ret)
{
    struct identifier id;
    size_t count = strlen(prefix), next = 0;
    unsigned bits = 0, held = 0;

    if (strncmp(text, prefix, count) != 0 || text[count] != '_')
        return false;
    text += count + 1;
    if (strlen(text) != LETTERS || text[0] > '7')
        return false;
    for (size_t i = 0; i < LETTERS; i++) {
        const char *letter = strchr(alphabet, text[i]);

        if (letter == NULL)
            return false;
        bits = (bits << 5 | (unsigned)(letter - alphabet)) & 0xfff;
        held += i == 0 ? 3 : 5;
        if (held >= 8) {
            held -= 8;
            id.bytes[next++] = (uint8_t)(bits >> held);
        }
    }
    *ret = id;
    return true;
}
