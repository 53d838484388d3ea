/* negotiate.c - headers that hold lists: Accept, Prefer, If-None-Match. */
#include "server/http/negotiate.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { QUALITY_MAX = 1000 };

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t");
}

/* The end of a list's element: its comma, or the end of the text. Commas in
 * quotes do not count. */
static const char *element_end(const char *p)
{
    bool quoted = false;

    for (; *p != '\0' && (quoted || *p != ','); p++) {
        if (quoted && *p == '\\' && p[1] != '\0')
            p++;
        else if (*p == '"')
            quoted = !quoted;
    }
    return p;
}

/* "0.5" is 500 thousandths; what is not a quality counts as 1. */
static int read_quality(const char *p)
{
    int weight = 100, quality = 0;

    if (*p == '1')
        return QUALITY_MAX;
    if (*p != '0')
        return QUALITY_MAX;
    if (p[1] != '.')
        return 0;
    for (p += 2; *p >= '0' && *p <= '9' && weight > 0; p++) {
        quality += (*p - '0') * weight;
        weight /= 10;
    }
    return quality;
}

/* The quality among the parameters of a range (";level=1;q=0.4"). */
static int range_quality(const char *p, const char *end)
{
    while (p < end) {
        p = skip_blanks(p + 1); /* after the ';' */
        if ((*p == 'q' || *p == 'Q') && p[1] == '=')
            return read_quality(p + 2);
        while (p < end && *p != ';')
            p++;
    }
    return QUALITY_MAX;
}

/* How exactly a media range names a type: 3 in full, 2 by "text/ *", 1 by
 * "* / *", 0 not at all. */
static int range_fit(const char *range, size_t bytes, const char *type)
{
    size_t type_bytes = strcspn(type, "; ");
    size_t major_bytes = strcspn(type, "/") + 1; /* with the slash */

    if (bytes == type_bytes && strncasecmp(range, type, bytes) == 0)
        return 3;
    if (bytes == 3 && memcmp(range, "*/*", 3) == 0)
        return 1;
    if (bytes == major_bytes + 1 && range[bytes - 1] == '*'
        && strncasecmp(range, type, major_bytes) == 0)
        return 2;
    return 0;
}

/* The quality that the most exact range gives to a type. */
static int type_quality(const char *accept, const char *type)
{
    int best_fit = 0, quality = 0;

    while (*accept != '\0') {
        const char *end = element_end(accept);
        const char *range = skip_blanks(accept);
        size_t bytes = strcspn(range, ";, \t");
        int fit = range_fit(range, bytes, type);

        if (fit > best_fit) {
            const char *parameters = skip_blanks(range + bytes);

            best_fit = fit;
            quality = *parameters == ';' ? range_quality(parameters, end)
                                         : QUALITY_MAX;
        }
        accept = *end == ',' ? end + 1 : end;
    }
    return quality;
}

int accept_choose(const char *accept, const char *const *types)
{
    int best = -1, best_quality = 0;

    if (accept == NULL)
        return types[0] != NULL ? 0 : -1;
    for (int i = 0; types[i] != NULL; i++) {
        int quality = type_quality(accept, types[i]);

        if (quality > best_quality) {
            best = i;
            best_quality = quality;
        }
    }
    return best;
}

/* The quality that Accept-Encoding gives to a coding by its name, else by "*";
 * `absent` where it names neither. */
static int coding_quality(const char *accept, const char *coding, int absent)
{
    int named = -1, any = -1;

    while (*accept != '\0') {
        const char *end = element_end(accept);
        const char *name = skip_blanks(accept);
        size_t bytes = strcspn(name, ";, \t");
        const char *parameters = skip_blanks(name + bytes);
        int quality = *parameters == ';' ? range_quality(parameters, end)
                                         : QUALITY_MAX;

        if (bytes == strlen(coding) && strncasecmp(name, coding, bytes) == 0)
            named = quality;
        else if (bytes == 1 && *name == '*')
            any = quality;
        accept = *end == ',' ? end + 1 : end;
    }
    return named >= 0 ? named : any >= 0 ? any : absent;
}

bool gzip_is_accepted(const char *accept)
{
    int gzip;

    if (accept == NULL)
        return false;
    gzip = coding_quality(accept, "gzip", 0);
    return gzip > 0 && gzip >= coding_quality(accept, "identity", 0);
}

/* The value of "wait = N", digits only, or of wait="N"; -1: another one. */
static double read_wait(const char *p)
{
    char *end;
    unsigned long seconds;

    if (strncasecmp(p, "wait", 4) != 0)
        return -1;
    p = skip_blanks(p + 4);
    if (*p != '=')
        return -1;
    p = skip_blanks(p + 1);
    if (*p == '"')
        p++;
    if (*p < '0' || *p > '9')
        return -1;
    seconds = strtoul(p, &end, 10);
    if (strspn(end, "\"; \t,") == 0 && *end != '\0')
        return -1;
    return (double)seconds;
}

double prefer_wait_s(const char *prefer, double max_s)
{
    while (prefer != NULL && *prefer != '\0') {
        const char *end = element_end(prefer);
        double wait_s = read_wait(skip_blanks(prefer));

        if (wait_s >= 0) /* the first one counts: RFC 7240, section 2 */
            return wait_s < max_s ? wait_s : max_s;
        prefer = *end == ',' ? end + 1 : end;
    }
    return 0;
}

/* Whether a quoted tag is `tag` or, where `or_longer`, "tag.and more". */
static bool is_tag(const char *quoted, const char *tag, bool or_longer)
{
    size_t bytes = strlen(tag);

    if (*quoted != '"' || strncmp(quoted + 1, tag, bytes) != 0)
        return false;
    return quoted[1 + bytes] == '"' || (or_longer && quoted[1 + bytes] == '.');
}

/* Whether a list has a tag. Strong comparison takes no weak one, and `*` is
 * no tag: RFC 9110, sections 8.8.3.2 and 13.1. */
static bool is_named(const char *if_none_match, const char *tag,
                     bool or_longer, bool strong)
{
    while (if_none_match != NULL && *if_none_match != '\0') {
        const char *end = element_end(if_none_match);
        const char *p = skip_blanks(if_none_match);

        if (*p == '*')
            return !strong;
        if (p[0] == 'W' && p[1] == '/' && !strong)
            p += 2;
        if (is_tag(p, tag, or_longer))
            return true;
        if_none_match = *end == ',' ? end + 1 : end;
    }
    return false;
}

bool tag_is_named(const char *if_none_match, const char *tag)
{
    return is_named(if_none_match, tag, false, false);
}

bool revision_is_named(const char *if_none_match, const char *revision)
{
    return is_named(if_none_match, revision, true, false);
}

enum revision_match revision_match(const char *if_match, const char *revision)
{
    if (if_match == NULL || *skip_blanks(if_match) == '*')
        return REVISION_ANY;
    return is_named(if_match, revision, true, true) ? REVISION_THIS
                                                    : REVISION_OTHER;
}
