/* datasets.c - /datasets: list, one, its first rows, delete. */
#include "server/api/datasets.h"

#include <string.h>

#include "core/dataset/builtin.h"
#include "server/api/page.h"
#include "server/base/magic.h"
#include "server/datasets/document.h"

enum { PREVIEW_DEFAULT = 10, USERS_SHOWN = 20 };

const struct http_parameter datasets_list_queries[] = {
    {"limit", "Datasets in a page.", HTTP_INTEGER, 1, STORE_LIST_MAX,
     API_LIST_DEFAULT},
    {"cursor", "`next` of the page before.", HTTP_TEXT},
    {0},
};

const struct http_parameter dataset_preview_queries[] = {
    {"limit", "Rows.", HTTP_INTEGER, 1, PREVIEW_ROWS, PREVIEW_DEFAULT},
    {0},
};

static enum http_next reply_missing(struct http_request *request)
{
    return problem_reply(request, PROBLEM_NOT_FOUND,
                         "there is no such dataset");
}

/* ---- one ---------------------------------------------------------------- */

/* The row that capture 0 names, by id or by name. */
static enum error find_row(struct http_request *request,
                           struct store_dataset *ret, const char **ret_called)
{
    const char *text = http_capture(request, 0);
    struct identifier id;
    bool is_id = identifier_parse(text, "ds", &id);

    *ret_called = is_id ? NULL : text;
    return store_get_dataset(api_of(request)->reader, is_id ? &id : NULL,
                             text, 0, http_arena(request), ret);
}

static enum error write_builtin(struct http_request *request,
                                struct json_writer *writer,
                                const struct builtin *builtin,
                                bool with_columns)
{
    struct api *api = api_of(request);
    struct dataset_hold *hold;

    TRY(datasets_hold(api->datasets, api->reader, builtin->name, &hold));
    document_write_builtin(writer, builtin, dataset_held(hold), with_columns);
    dataset_release(api->datasets, hold);
    return OK;
}

enum http_next dataset_show(struct http_request *request)
{
    const struct builtin *builtin = builtin_find(http_capture(request, 0));
    struct store_dataset dataset;
    struct json_writer writer;
    struct buffer body;
    const char *called;
    enum error error;

    buffer_init(&body);
    json_writer_init(&writer, &body);
    if (builtin != NULL) {
        error = write_builtin(request, &writer, builtin, true);
    } else {
        error = find_row(request, &dataset, &called);
        if (error == OK)
            document_write(&writer, &dataset, called);
    }
    if (error == OK)
        return http_reply(request, 200, TYPE_JSON, &body);
    buffer_fini(&body);
    return error == ERR_MISSING ? reply_missing(request)
                                : problem_reply_error(request, error);
}

/* ---- its first rows ----------------------------------------------------- */

enum http_next dataset_preview(struct http_request *request)
{
    int64_t limit = http_value(request, "limit").integer;
    struct api *api = api_of(request);
    struct dataset_hold *hold;
    struct json_writer writer;
    struct buffer body;
    enum error error;

    error = datasets_hold(api->datasets, api->reader,
                          http_capture(request, 0), &hold);
    if (error == ERR_MISSING)
        return reply_missing(request);
    if (error != OK)
        return problem_reply_error(request, error);
    buffer_init(&body);
    json_writer_init(&writer, &body);
    document_preview(&writer, dataset_held(hold), (size_t)limit);
    dataset_release(api->datasets, hold);
    return http_reply(request, 200, TYPE_JSON, &body);
}

/* ---- the list: uploaded ones, the newest first; then the built-in ones --- */

struct page {
    struct store_dataset *rows;
    size_t row_count, limit;
    const struct builtin *const *builtins; /* those that follow */
    size_t builtin_count;
    const char *next;
};

/* Where a cursor says that the page begins. False: it says nothing. */
static bool read_cursor(const char *cursor, struct identifier *ret_before,
                        bool *ret_has_rows,
                        const struct builtin *const **ret_builtins)
{
    *ret_has_rows = true;
    *ret_builtins = builtins;
    if (cursor == NULL) {
        memset(ret_before->bytes, 0xff, IDENTIFIER_BYTES);
        return true;
    }
    if (identifier_parse(cursor, "ds", ret_before))
        return true;
    *ret_has_rows = false;
    while (**ret_builtins != NULL)
        if (strcmp((*(*ret_builtins)++)->name, cursor) == 0)
            return true;
    return false;
}

static enum error read_rows(struct http_request *request, struct page *page,
                            const struct identifier *before, bool has_rows)
{
    page->rows = arena_array(http_arena(request), page->limit,
                             sizeof *page->rows);
    if (page->rows == NULL)
        return ERR_MEMORY;
    if (!has_rows)
        return OK;
    return store_list_datasets(api_of(request)->reader, before, page->limit,
                               http_arena(request), page->rows,
                               &page->row_count);
}

static enum error end_page(struct http_request *request, struct page *page)
{
    char id[IDENTIFIER_TEXT_BYTES];
    size_t room = page->limit - page->row_count, n = 0;

    while (n < room && page->builtins[n] != NULL)
        n++;
    page->builtin_count = n;
    if (page->builtins[n] == NULL)
        return OK;
    if (n > 0) {
        page->next = page->builtins[n - 1]->name;
        return OK;
    }
    identifier_format(&page->rows[page->row_count - 1].id, "ds", id);
    page->next = arena_text(http_arena(request), id, strlen(id));
    return page->next != NULL ? OK : ERR_MEMORY;
}

static enum http_next reply_page(struct http_request *request,
                                 const struct page *page)
{
    struct page_answer answer;
    enum error error = OK;

    page_begin(&answer);
    for (size_t i = 0; i < page->row_count; i++)
        document_write(&answer.writer, &page->rows[i], NULL);
    for (size_t i = 0; i < page->builtin_count && error == OK; i++)
        error = write_builtin(request, &answer.writer, page->builtins[i],
                              false);
    if (error != OK) {
        page_drop(&answer);
        return problem_reply_error(request, error);
    }
    page_items_end(&answer);
    return page_reply(request, &answer, page->next);
}

enum http_next datasets_list(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    const char *cursor = http_value(request, "cursor").text;
    struct page page = {0};
    struct identifier before;
    enum error error;
    bool has_rows;

    if (faults == NULL)
        return problem_reply_error(request, ERR_MEMORY);
    page.limit = (size_t)http_value(request, "limit").integer;
    if (!read_cursor(cursor, &before, &has_rows, &page.builtins))
        fault_add(faults, "?cursor", FAULT_SYNTAX, NULL,
                  "this is no cursor of a page of datasets");
    if (faults->total > 0)
        return problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                    faults);
    error = read_rows(request, &page, &before, has_rows);
    if (error == OK)
        error = end_page(request, &page);
    if (error != OK)
        return problem_reply_error(request, error);
    return reply_page(request, &page);
}

/* ---- delete ------------------------------------------------------------- */

#define DELETION_MAGIC MAGIC('d', 'e', 'l', 'e')

struct deletion {
    uint32_t magic;
    struct store_write write;
    struct store_dataset dataset;
    struct http_request *request;
};

static void written(struct store_write *write)
{
    struct deletion *deletion =
        MAGIC_CAST(write->context, struct deletion, DELETION_MAGIC);

    http_wake(deletion->request);
}

struct users {
    struct identifier jobs[USERS_SHOWN];
    size_t count;
};

static void write_users(struct json_writer *writer, void *self)
{
    const struct users *users = self;
    char id[IDENTIFIER_TEXT_BYTES];

    json_key(writer, "jobs");
    json_array_begin(writer);
    for (size_t i = 0; i < users->count; i++) {
        identifier_format(&users->jobs[i], "job", id);
        json_text(writer, id);
    }
    json_array_end(writer);
}

static enum http_next reply_in_use(struct http_request *request,
                                   int64_t number)
{
    struct users users = {.count = 0};
    enum error error = store_dataset_jobs(api_of(request)->reader, number,
                                          USERS_SHOWN, users.jobs,
                                          &users.count);

    if (error != OK)
        return problem_reply_error(request, error);
    return problem_reply_extended(request, PROBLEM_DATASET_IN_USE,
                                  "a dataset is kept until the jobs that name "
                                  "it have ended", write_users, &users);
}

static enum http_next deleted(struct http_request *request)
{
    struct deletion *deletion = http_state(request);
    const struct store_dataset *dataset = &deletion->dataset;

    if (deletion->write.error == ERR_CONFLICT)
        return reply_in_use(request, dataset->number);
    if (deletion->write.error == ERR_MISSING)
        return reply_missing(request);
    if (deletion->write.error != OK)
        return problem_reply_error(request, deletion->write.error);
    datasets_remove_file(api_of(request)->datasets, &dataset->id);
    return http_reply_empty(request, 204);
}

enum http_next dataset_delete(struct http_request *request)
{
    struct deletion *deletion = ARENA_NEW(http_arena(request),
                                          struct deletion);
    const char *called;
    enum error error;

    if (deletion == NULL)
        return problem_reply_error(request, ERR_MEMORY);
    if (builtin_find(http_capture(request, 0)) != NULL)
        return problem_reply(request, PROBLEM_BUILT_IN,
                             "a built-in dataset cannot be deleted");
    error = find_row(request, &deletion->dataset, &called);
    if (error == ERR_MISSING)
        return reply_missing(request);
    deletion->magic = DELETION_MAGIC;
    deletion->request = request;
    deletion->write = (struct store_write){
        .verb = STORE_DATASET_DELETE,
        .dataset_delete = deletion->dataset.number,
        .done = written,
        .context = deletion,
    };
    if (error == OK)
        error = store_write(api_of(request)->store, &deletion->write, false);
    if (error != OK)
        return problem_reply_error(request, error);
    return http_later(request, deleted, deletion, 0);
}
