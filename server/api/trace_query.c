/* trace_query.c - the query of a trace: its values, and what they select. */
#include "server/api/trace_query.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/suggest.h"
#include "server/api/jobs.h"
#include "server/api/jobs_named.h"
#include "server/api/trace_table.h"
#include "server/jobs/window.h"

enum {
    LIMIT_DEFAULT = 1000,
    LIMIT_MAX = 50000,
};

#define ITERATION_MAX 1000000000000LL

static const char *const axis_names[TRACE_AXES + 1] = {
    [TRACE_AXIS_ITERATION] = "iteration",
    [TRACE_AXIS_EPOCH] = "epoch",
    [TRACE_AXIS_TIME] = "time",
    [TRACE_AXIS_EVALUATIONS] = "evaluations",
};
static const char *const scales[] = {"linear", "log", NULL};
static const char *const headers[] = {"columns", "names", NULL};

#define PARAMETERS(limit_max)                                                 \
    {"from", "First iteration.", HTTP_INTEGER, 0, ITERATION_MAX, 0},          \
    {"to", "Iteration to stop before; left out: the end.", HTTP_INTEGER, 0,   \
     ITERATION_MAX, HTTP_NONE},                                               \
    {"after", "Only iterations after this one, instead of from.",             \
     HTTP_INTEGER, -1, ITERATION_MAX, HTTP_NONE},                             \
    {"limit", "Rows; left out: 1000 in JSON, else all. In JSON and octets at "\
              "most 50000.", HTTP_INTEGER, 1, limit_max, HTTP_NONE},          \
    {"every", "Only iterations that this number divides.", HTTP_INTEGER, 1,   \
     ITERATION_MAX, 1},                                                       \
    {"points", "Thin the range to at most so many rows.", HTTP_INTEGER,       \
     THIN_POINTS_MIN, THIN_POINTS_MAX, HTTP_NONE},                            \
    {"method", "How to thin; left out: minmax, and m4 where axis or scale is "\
               "given.", HTTP_CHOICE, .initial = HTTP_NONE,                   \
     .kinds = (const void *const *)thin_methods},                             \
    {"by", "The column whose extremes are kept; left out: loss.", HTTP_TEXT}, \
    {"axis", "What is divided evenly. Without points, epoch: only the rows "  \
             "where one ends, and the first and the last.", HTTP_CHOICE,      \
     .initial = TRACE_AXIS_ITERATION, .choices = axis_names},                 \
    {"scale", "log: the axis is divided in equal ratios.", HTTP_CHOICE,       \
     .choices = scales},                                                      \
    {"fields", "Columns: loss, x, x.3, x.a; left out: all.", HTTP_LIST},      \
    {"dims", "Coordinates of x, from 0, or variables by name; left out: the " \
             "first 64.", HTTP_LIST},                                         \
    {"header", "Of CSV: columns (x.0) or names (x.a).", HTTP_CHOICE,          \
     .choices = headers},                                                     \
    {0}

const struct http_parameter job_trace_queries[] = {PARAMETERS(ITERATION_MAX)};

const struct http_parameter traces_queries[] = {
    {"jobs", "Ids of jobs.", HTTP_LIST, .items = HTTP_ID,
     .items_max = JOBS_NAMED_MAX, .prefix = "job", .is_required = true},
    PARAMETERS(LIMIT_MAX),
};

/* ---- values ------------------------------------------------------------- */

static void read_range(struct http_request *request, struct faults *faults,
                       struct trace_query *query)
{
    struct http_value from = http_value(request, "from");
    struct http_value to = http_value(request, "to");
    struct http_value after = http_value(request, "after");

    query->from = (uint64_t)from.integer;
    query->to = to.is_given ? (uint64_t)to.integer : UINT64_MAX;
    if (after.is_given && from.is_given)
        fault_add(faults, "?after", FAULT_CONFLICT, NULL,
                  "give either from or after");
    else if (after.is_given)
        query->from = (uint64_t)(after.integer + 1);
    if (!to.is_given || to.is_wrong || query->to >= query->from)
        return;
    if (after.is_given)
        fault_add(faults, "?to", FAULT_CONFLICT, NULL,
                  "to=%lld ends before after=%lld: give to of at least %lld",
                  (long long)to.integer, (long long)after.integer,
                  (long long)after.integer + 1);
    else
        fault_add(faults, "?to", FAULT_CONFLICT, NULL,
                  "to=%lld ends before from=%llu: give to of at least %llu",
                  (long long)to.integer, (unsigned long long)query->from,
                  (unsigned long long)query->from);
}

static uint64_t read_limit(struct http_request *request,
                           struct faults *faults, enum trace_format format)
{
    bool is_page = format == FORMAT_JSON || format == FORMAT_OCTETS;
    struct http_value limit = http_value(request, "limit");

    if (!limit.is_given)
        return format == FORMAT_JSON ? LIMIT_DEFAULT : UINT64_MAX;
    if (is_page && limit.integer > LIMIT_MAX)
        fault_add(faults, "?limit", FAULT_OUT_OF_RANGE, NULL,
                  "\"%s\" is not a whole number in [1, %d]", limit.text,
                  LIMIT_MAX);
    return (uint64_t)limit.integer;
}

/* Parameters that need another one, or exclude it. */
static void check_conflicts(struct http_request *request,
                            struct faults *faults,
                            const struct trace_query *query,
                            enum trace_format format)
{
    static const char *const of_pages[] = {"limit", "every"};
    static const char *const of_points[] = {"method", "by", "scale"};
    bool thins = http_query(request, "points");

    for (size_t i = 0; i < 2 && thins; i++)
        if (http_query(request, of_pages[i]))
            fault_add(faults, query_pointer(faults, of_pages[i]),
                      FAULT_CONFLICT, NULL,
                      "points thins the whole range: give points without %s, "
                      "or %s without points", of_pages[i], of_pages[i]);
    for (size_t i = 0; i < 3 && !thins; i++)
        if (http_query(request, of_points[i]))
            fault_add(faults, query_pointer(faults, of_points[i]),
                      FAULT_CONFLICT, "points",
                      "%s is about thinning: give points in [%d, %d] too",
                      of_points[i], THIN_POINTS_MIN, THIN_POINTS_MAX);
    if (!thins && (query->axis == TRACE_AXIS_TIME
                   || query->axis == TRACE_AXIS_EVALUATIONS))
        fault_add(faults, "?axis", FAULT_CONFLICT, "points",
                  "axis=%s is about thinning: give points in [%d, %d] too",
                  axis_names[query->axis], THIN_POINTS_MIN, THIN_POINTS_MAX);
    if (format != FORMAT_CSV && http_query(request, "header"))
        fault_add(faults, "?header", FAULT_CONFLICT, NULL,
                  "header is of CSV; the JSON answer has `variables`");
}

void trace_query_read(struct http_request *request, struct faults *faults,
                      enum trace_format format, struct trace_query *ret)
{
    int method = http_value(request, "method").choice;
    struct trace_query query = {
        .by = http_value(request, "by").text,
        .fields = http_value(request, "fields"),
        .dims = http_value(request, "dims"),
        .points = (size_t)http_value(request, "points").integer,
        .every = (uint64_t)http_value(request, "every").integer,
        .limit = read_limit(request, faults, format),
        .method = method < 0 ? NULL : thin_methods[method],
        .axis = (enum trace_axis)http_value(request, "axis").choice,
        .is_log = http_value(request, "scale").choice == 1,
        .names_header = http_value(request, "header").choice == 1,
    };

    read_range(request, faults, &query);
    check_conflicts(request, faults, &query, format);
    *ret = query;
}

/* ---- columns ------------------------------------------------------------ */

enum {
    COLUMNS_MAX = COLUMNS + 1000,   /* in one answer */
    COLUMNS_AT_FIRST = 16,
};

/* Columns in the making, of one trace. */
struct choice {
    struct http_request *request;
    struct faults *faults;
    const struct trace_subject *subject;
    const struct trace_query *query;
    bool has_x;
    column_set scalars, scalars_possible; /* of a trace without rows: what it
                                             may have some day */
    struct trace_column *items;    /* [room], in the request's arena */
    size_t count, room;
    enum error error;              /* there was no memory for more room */
    bool is_full;                  /* the fault of it has been added */
};

static void choice_init(struct choice *choice, const struct trace *trace)
{
    bool is_empty = trace->rows == 0;

    choice->has_x = is_empty || trace->form.x != CHUNK_X_NONE;
    choice->scalars = is_empty ? COLUMN_SET_ALWAYS : trace->form.columns;
    choice->scalars_possible = is_empty ? ~(column_set)0
                                        : trace->form.columns;
}

static bool has_column(const struct choice *choice,
                       const struct trace_column *column)
{
    for (size_t i = 0; i < choice->count; i++)
        if (choice->items[i].scalar == column->scalar
            && choice->items[i].dimension == column->dimension)
            return true;
    return false;
}

/* Most answers have few columns, and a stream of events keeps them. */
static bool make_room(struct choice *choice)
{
    size_t room = choice->room > 0 ? 2 * choice->room : COLUMNS_AT_FIRST;
    struct trace_column *items;

    if (choice->count < choice->room)
        return true;
    items = arena_array(http_arena(choice->request), room, sizeof *items);
    if (!items) {
        choice->error = ERR_MEMORY;
        return false;
    }
    for (size_t i = 0; i < choice->count; i++)
        items[i] = choice->items[i];
    choice->items = items;
    choice->room = room;
    return true;
}

/* The same column twice is the same column: an object's members differ. */
static void add_column(struct choice *choice, enum column scalar,
                       size_t dimension)
{
    struct trace_column column = {scalar, dimension};

    if (has_column(choice, &column))
        return;
    if (choice->count < COLUMNS_MAX) {
        if (make_room(choice))
            choice->items[choice->count++] = column;
    } else if (!choice->is_full) {
        choice->is_full = true;
        fault_add(choice->faults, "?dims", FAULT_TOO_LARGE, NULL,
                  "%sat most %d columns in one answer",
                  choice->subject->prefix, COLUMNS_MAX);
    }
}

/* A coordinate by number or by its variable's name. False: there is none;
 * `near` knows one that is called like it. */
static bool find_coordinate(const struct trace_subject *subject,
                            const char *text, size_t *ret,
                            struct suggestion *near)
{
    size_t digits = strspn(text, "0123456789"), dimension = 0;

    for (size_t i = 0; i < digits && i < 9; i++)
        dimension = 10 * dimension + (size_t)(text[i] - '0');
    *ret = dimension;
    if (digits > 0 && digits <= 9 && !text[digits] && dimension < subject->n)
        return true;
    for (size_t i = 0; subject->names && i < subject->n; i++) {
        *ret = i;
        if (!strcmp(text, subject->names[i]))
            return true;
        suggest_offer(near, subject->names[i]);
    }
    return false;
}

/* x.0, x.1, … as far as `dims` or the default says. */
static void add_x(struct choice *choice)
{
    const struct trace_subject *subject = choice->subject;
    const struct http_value *dims = &choice->query->dims;

    for (size_t i = 0;
         !dims->is_given && i < subject->n && i < RECORDED_DIMENSION_MAX; i++)
        add_column(choice, COLUMNS, i);
    for (size_t i = 0; i < dims->count; i++) {
        const char *item = dims->items[i];
        struct suggestion near = {.word = item};
        size_t dimension;

        if (find_coordinate(subject, item, &dimension, &near))
            add_column(choice, COLUMNS, dimension);
        else
            fault_add(choice->faults, "?dims", FAULT_OUT_OF_RANGE, near.best,
                      "%s\"%s\" is not a coordinate in [0, %zu]%s",
                      subject->prefix, item, subject->n - 1,
                      subject->names ? ", or a variable's name" : "");
    }
}

/* "loss", "x.3", "x.a". False: the trace has none of that name. */
static bool find_column(const struct choice *choice, const char *name,
                        struct trace_column *ret, struct suggestion *near)
{
    for (enum column c = 0; c < COLUMNS; c++) {
        if (!column_is_in(choice->scalars_possible, c))
            continue;
        *ret = (struct trace_column){c, 0};
        if (!strcmp(name, column_texts[c].name))
            return true;
        suggest_offer(near, column_texts[c].name);
    }
    *ret = (struct trace_column){COLUMNS, 0};
    return choice->has_x && !strncmp(name, "x.", 2)
        && find_coordinate(choice->subject, name + 2, &ret->dimension,
                           &(struct suggestion){.word = name + 2});
}

static void refuse_column(const struct choice *choice, const char *pointer,
                          const char *name, const char *near)
{
    fault_add(choice->faults, pointer, FAULT_UNKNOWN_NAME, near,
              "%sthis trace has no column \"%s\"", choice->subject->prefix,
              name);
}

static void add_field(struct choice *choice, const char *name)
{
    struct suggestion near = {.word = name};
    struct trace_column column;

    if (!strcmp(name, "x") && choice->has_x)
        add_x(choice);
    else if (find_column(choice, name, &column, &near))
        add_column(choice, column.scalar, column.dimension);
    else
        refuse_column(choice, "?fields", name, near.best);
}

static void choose_fields(struct choice *choice)
{
    const struct http_value *fields = &choice->query->fields;
    size_t faults_before = choice->faults->total;
    bool names_x = false;

    for (size_t i = 0; i < fields->count; i++) {
        add_field(choice, fields->items[i]);
        names_x |= !strcmp(fields->items[i], "x");
    }
    if (!names_x && choice->query->dims.is_given
        && choice->faults->total == faults_before)
        fault_add(choice->faults, "?dims", FAULT_CONFLICT, NULL,
                  "fields does not name x");
}

static void choose_all(struct choice *choice)
{
    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(choice->scalars, c))
            add_column(choice, c, 0);
    if (choice->has_x)
        add_x(choice);
    else if (choice->query->dims.is_given)
        fault_add(choice->faults, "?dims", FAULT_CONFLICT, NULL,
                  "%sthis trace holds no x", choice->subject->prefix);
}

/* ---- rows --------------------------------------------------------------- */

static void select_rows(const struct trace_query *query,
                        struct trace_selection *selection)
{
    const struct trace *trace = &selection->trace;

    selection->row = trace_row_of(trace, query->from);
    selection->end = trace_row_of(trace, query->to);
    if (selection->end < selection->row)
        selection->end = selection->row;
    selection->every = query->every;
    selection->limit = query->limit;
}

/* Epochs: which rows there are, or how long they are. */
static enum error select_epochs(struct choice *choice,
                                struct trace_selection *selection)
{
    const struct trace *trace = &selection->trace;
    uint64_t an_epoch;

    if (choice->query->axis != TRACE_AXIS_EPOCH || trace->rows == 0)
        return OK;
    if (!column_is_in(trace->form.columns, COLUMN_EPOCH)) {
        fault_add(choice->faults, "?axis", FAULT_CONFLICT, NULL,
                  "%sthis trace has no epochs: its job has no rows",
                  choice->subject->prefix);
        return OK;
    }
    TRY(trace_epoch(trace, http_arena(choice->request), &an_epoch));
    if (choice->query->points == 0)
        selection->an_epoch = an_epoch;
    else
        selection->thinning.an_epoch = an_epoch;
    return OK;
}

static const struct thin_method *default_method(const struct trace_query *query)
{
    return thin_method_find(query->axis != TRACE_AXIS_ITERATION
                            || query->is_log ? "m4" : thin_methods[0]->name);
}

static void select_thinning(struct choice *choice,
                            struct trace_selection *selection)
{
    const struct trace_query *query = choice->query;
    const char *by = query->by ? query->by : "loss";
    struct trace_thinning *thinning = &selection->thinning;
    struct suggestion near = {.word = by};
    size_t points_max = TABLE_VALUES_MAX / (choice->count + 1);

    thinning->points = query->points;
    thinning->method = query->method ? query->method : default_method(query);
    thinning->axis = query->axis;
    thinning->is_log = query->is_log;
    if (thinning->an_epoch == 0)
        thinning->an_epoch = 1;
    if (!find_column(choice, by, &thinning->by, &near))
        refuse_column(choice, "?by", by, near.best);
    if (query->points > points_max)
        fault_add(choice->faults, "?points", FAULT_TOO_LARGE, NULL,
                  "%sat most %zu points of %zu columns: %d numbers in one "
                  "answer; name fields, or fewer points",
                  choice->subject->prefix, points_max, choice->count,
                  TABLE_VALUES_MAX);
}

/* A trace that an older version recorded has no levels to thin from. */
static enum error check_length(struct choice *choice,
                               const struct trace_selection *selection)
{
    uint64_t rows = selection->end - selection->row, rows_max;

    TRY(window_rows_max(&selection->trace, &rows_max));
    if (rows > rows_max)
        fault_add(choice->faults, "?points", FAULT_TOO_LARGE, NULL,
                  "%sthis trace was recorded before there were levels: of at "
                  "most %" PRIu64 " rows points are made, and these are "
                  "%" PRIu64 "; narrow them with from and to, or read the "
                  "pages without points",
                  choice->subject->prefix, rows_max, rows);
    return OK;
}

enum error trace_query_select(struct http_request *request,
                              const struct trace_query *query,
                              const struct trace_subject *subject,
                              struct faults *faults,
                              struct trace_selection *selection)
{
    struct choice choice = {
        .request = request, .faults = faults, .subject = subject,
        .query = query,
    };

    choice_init(&choice, &selection->trace);
    if (query->fields.is_given)
        choose_fields(&choice);
    else
        choose_all(&choice);
    TRY(choice.error);
    select_rows(query, selection);
    TRY(select_epochs(&choice, selection));
    if (query->points > 0) {
        select_thinning(&choice, selection);
        TRY(check_length(&choice, selection));
    }
    selection->columns = choice.items;
    selection->column_count = choice.count;
    return OK;
}
