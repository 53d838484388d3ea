/* parser_indices.c - the indices behind a name: affine, and in range. */
#include "core/expression/parser_parts.h"

#include <inttypes.h>

/* No vector stands for its elements in an index or a bound. */
static void read_number(struct parser *p, struct operand *ret)
{
    struct vectors *vectors = p->vectors;

    p->vectors = NULL;
    parser_read(p, ret);
    p->vectors = vectors;
}

void parser_read_index(struct parser *p, struct operand *ret)
{
    const struct token *at;
    enum whole whole;

    read_number(p, ret);
    if (ret->is_bad || ret->is_whole)
        return;
    at = &p->tokens[ret->first];
    whole = parser_find_whole(p, ret->node, at, &ret->whole);
    ret->is_whole = whole == WHOLE_GOOD;
    ret->is_bad = !ret->is_whole;
    if (whole == WHOLE_NONE)
        PARSER_FAULT(p, at, FAULT_WRONG_TYPE, NULL,
                     "an index is made of whole numbers, whole multiples of "
                     "counters and whole numbers in data");
}

void parser_read_whole(struct parser *p, const char *what,
                       struct operand *ret)
{
    read_number(p, ret);
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

            parser_read_index(p, &index);
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
    const char *blame;

    if (index->is_bad)
        return false;
    graph_range(p->graph, &index->whole, &least, &greatest);
    if (least > greatest || (least >= 1 && greatest <= (int64_t)size))
        return true;
    blame = parser_blame_data(p, &index->whole, greatest > (int64_t)size);
    if (least == greatest)
        PARSER_FAULT(p, &p->tokens[index->first], FAULT_OUT_OF_RANGE, NULL,
                     "the index of %.*s is %" PRId64 "; it must be in 1 ... "
                     "%zu%s%s", TOKEN_TEXT(p, name), least, size, blame,
                     least == 0 ? ": counting begins at 1" : "");
    else
        PARSER_FAULT(p, &p->tokens[index->first], FAULT_OUT_OF_RANGE, NULL,
                     "the index of %.*s runs over %" PRId64 " ... %" PRId64
                     "; it must stay in 1 ... %zu%s%s", TOKEN_TEXT(p, name),
                     least, greatest, size, blame,
                     least == 0 ? ": counting begins at 1" : "");
    return false;
}
