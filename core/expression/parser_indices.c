/* parser_indices.c - the indices behind a name: affine, and in range. */
#include "core/expression/parser_parts.h"

#include <inttypes.h>

void parser_read_whole(struct parser *p, const char *what,
                       struct operand *ret)
{
    struct vectors *vectors = p->vectors;

    p->vectors = NULL;
    parser_read(p, ret);
    p->vectors = vectors;
    if (ret->is_bad || ret->is_whole)
        return;
    PARSER_FAULT(p, &p->tokens[ret->first], FAULT_WRONG_TYPE, NULL,
                 "%s is made of whole numbers and whole multiples of counters",
                 what);
    ret->is_bad = true;
}

size_t parser_read_indices(struct parser *p,
                           struct operand indices[INDICES_MAX])
{
    size_t count = 0;

    if (!parser_accept(p, '['))
        return 0;
    if (parser_descend(p)) {
        do {
            struct operand index;

            parser_read_whole(p, "an index", &index);
            if (count < INDICES_MAX)
                indices[count] = index;
            count++;
        } while (parser_accept(p, ','));
        parser_expect(p, ']');
    }
    parser_ascend(p);
    return count;
}

bool parser_check_index(struct parser *p, const struct token *name,
                        const struct operand *index, size_t size)
{
    int64_t least, greatest;

    if (index->is_bad)
        return false;
    graph_range(p->graph, &index->whole, &least, &greatest);
    if (least > greatest || (least >= 1 && greatest <= (int64_t)size))
        return true;
    if (least == greatest)
        PARSER_FAULT(p, &p->tokens[index->first], FAULT_OUT_OF_RANGE, NULL,
                     "the index of %.*s is %" PRId64 "; it must be in 1 ... "
                     "%zu", TOKEN_TEXT(p, name), least, size);
    else
        PARSER_FAULT(p, &p->tokens[index->first], FAULT_OUT_OF_RANGE, NULL,
                     "the index of %.*s runs over %" PRId64 " ... %" PRId64
                     "; it must stay in 1 ... %zu", TOKEN_TEXT(p, name), least,
                     greatest, size);
    return false;
}
