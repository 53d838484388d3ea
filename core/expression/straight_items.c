/*
 * straight_items.c - which programs can be made straight, and what their steps
 * are to do.
 *
 * A product that is read once is computed by the step that reads it: later
 * than it stands in the code, which is the same, as values never change.
 */
#include "core/expression/straight_items.h"

#define NO_ITEM SIZE_MAX

/* ---- what can be made straight ----------------------------------------- */

static bool is_operation(const struct instruction *it)
{
    return it->code < OPERATIONS
        && straight_general((enum operation)it->code) != NULL;
}

/* Each variable has its derivative at one place: there is nothing to add. */
bool straight_can(const struct program *program, size_t n)
{
    bool known[STRAIGHT_VARIABLES_MAX] = {false};

    if (program->pass_count > 0 || n > STRAIGHT_VARIABLES_MAX
        || program->code_count > STRAIGHT_INSTRUCTIONS_MAX)
        return false;
    for (size_t i = 0; i < program->code_count; i++) {
        const struct instruction *it = &program->code[i];

        if (it->code == CODE_DERIVATIVE && !known[it->b])
            known[it->b] = true;
        else if (it->code != CODE_LOAD_X && !is_operation(it))
            return false;
    }
    return true;
}

/* ---- items ------------------------------------------------------------- */

static struct straight_item item_from(const struct instruction *it)
{
    enum operation operation = (enum operation)it->code;

    return (struct straight_item){
        operation, STRAIGHT_NO_PRODUCT, {it->a, it->b, it->c},
        operation_arguments(operation), it->out};
}

/* How many times each value is read. What is wanted in the end is read there
 * too. */
static void count_reads(const struct program *program, unsigned *reads)
{
    for (size_t i = 0; i < program->code_count; i++) {
        const struct instruction *it = &program->code[i];
        struct straight_item item;

        if (it->code == CODE_DERIVATIVE)
            reads[it->a]++;
        if (!is_operation(it))
            continue;
        item = item_from(it);
        while (item.count > 0)
            reads[item.operands[--item.count]]++;
    }
    reads[program->value]++;
}

/* What becomes of an operation whose operand of that number is a product. */
static enum straight_product with_product(enum operation operation,
                                          unsigned operand)
{
    switch (operation) {
    case OPERATION_ADD:
        return STRAIGHT_PRODUCT_PLUS;
    case OPERATION_SUBTRACT:
        return operand == 0 ? STRAIGHT_PRODUCT_MINUS : STRAIGHT_MINUS_PRODUCT;
    case OPERATION_MULTIPLY:
        return STRAIGHT_PRODUCT_TIMES;
    default:
        return STRAIGHT_NO_PRODUCT;
    }
}

/* Let the item compute its operand of that number too, if that is a product
 * (of `items`) that nothing else reads. */
static bool fuse(struct straight_item *item, unsigned operand,
                 const unsigned *reads, const size_t *item_of,
                 struct straight_item *items)
{
    unsigned value = item->operands[operand];
    struct straight_item *product;

    if (with_product(item->operation, operand) == STRAIGHT_NO_PRODUCT
        || item_of[value] == NO_ITEM || reads[value] > 1)
        return false;
    product = &items[item_of[value]];
    if (product->operation != OPERATION_MULTIPLY
        || product->product != STRAIGHT_NO_PRODUCT)
        return false;
    item->product = with_product(item->operation, operand);
    item->operands[2] = item->operands[1 - operand];
    item->operands[0] = product->operands[0];
    item->operands[1] = product->operands[1];
    item->count = 3;
    product->count = 0;
    return true;
}

size_t straight_items(const struct program *program, unsigned *reads,
                      size_t *item_of, struct straight_item *items)
{
    size_t count = 0;

    count_reads(program, reads);
    for (size_t i = 0; i < program->v_count; i++)
        item_of[i] = NO_ITEM;
    for (size_t i = 0; i < program->code_count; i++) {
        struct straight_item item;

        if (!is_operation(&program->code[i]))
            continue;
        item = item_from(&program->code[i]);
        if (!fuse(&item, 1, reads, item_of, items))
            fuse(&item, 0, reads, item_of, items);
        item_of[item.out] = count;
        items[count++] = item;
    }
    return count;
}
