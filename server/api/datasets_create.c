/*
 * datasets_create.c - POST /datasets: a file becomes a dataset.
 *
 * The body goes piece by piece to an upload's thread, which sends news: there
 * is room again, or it is over. News come through the mailbox to the loop, and
 * may come when the request is gone.
 */
#include "server/api/datasets.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/dataset/builtin.h"
#include "server/base/magic.h"
#include "server/datasets/document.h"
#include "server/datasets/upload.h"

#define WAIT_S 86400.0  /* for an upload's end: a stop comes before it */

const char datasets_types[] =
    "text/csv, text/tab-separated-values, application/x-libsvm, "
    "application/x-ndjson, application/x-npy, application/x-idx";

/* A delimiter and a decimal may be given by their signs as well. */
static const char *const delimiters[] = {"comma", "semicolon", "tab", "blanks",
                                         NULL};
static const char *const decimals[] = {"point", "comma", NULL};

const struct http_parameter datasets_create_queries[] = {
    {"name", "What to call it: 1 to 200 bytes, no /; unique.", HTTP_TEXT},
    {"delimiter", "What separates the cells of a line; found out if left out.",
     HTTP_TEXT, .choices = delimiters},
    {"decimal", "What stands before a number's fraction; found out if left "
                "out.", HTTP_TEXT, .choices = decimals},
    {"header", "Whether the first line has the names; found out if left out.",
     HTTP_BOOLEAN, .initial = HTTP_NONE},
    {"base", "The first index of LIBSVM's features.", HTTP_INTEGER, 0, 1, 1},
    {"missing", "What becomes of a cell without a value, or of its row.",
     HTTP_CHOICE, .initial = MISSING_ERROR, .choices = missing_policy_names},
    {"missing_words", "Words that stand for a missing value, up to 32 between "
                      "commas; left out: ,?,NA,N/A,NaN,nan,null.", HTTP_TEXT},
    {0},
};

#define INTAKE_MAGIC MAGIC('i', 'n', 't', 'k')

struct intake {
    uint32_t magic;
    struct http_server *server;
    struct http_request *request;  /* NULL: it is over. The loop's */
    struct upload *upload;         /* the loop's */
    bool is_held, is_waiting;      /* the request: for room, for the end */
    struct http_message message;
    atomic_bool is_posted;         /* the message is under way */
    atomic_int users;              /* request, upload, message */
};

static void leave(struct intake *intake)
{
    if (atomic_fetch_sub(&intake->users, 1) != 1)
        return;
    MAGIC_CLEAR(intake);
    free(intake);
}

/* ---- reading the request ------------------------------------------------ */

/* 32 bytes in base64: 43 letters and '='. */
static bool read_base64(const char *text, unsigned char ret[HASH_BYTES])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
                                  "qrstuvwxyz0123456789+/";
    unsigned bits = 0, held = 0;
    size_t next = 0;

    for (size_t i = 0; i < 43; i++) {
        const char *letter = text[i] != '\0' ? strchr(letters, text[i]) : NULL;

        if (letter == NULL)
            return false;
        bits = (bits << 6 | (unsigned)(letter - letters)) & 0xffff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            ret[next++] = (unsigned char)(bits >> held);
        }
    }
    return next == HASH_BYTES && text[43] == '=';
}

/* Content-Digest: sha-256=:…:, beside digests of other kinds (RFC 9530). */
static bool read_digest(struct http_request *request,
                        struct upload_order *order)
{
    const char *header = http_header(request, "Content-Digest");
    const char *at = header != NULL ? strcasestr(header, "sha-256=") : NULL;

    if (at == NULL)
        return true;
    at += strlen("sha-256=");
    order->has_digest = true;
    return *at == ':' && read_base64(at + 1, order->digest)
           && at[1 + 44] == ':';
}

static const struct format *find_format(struct http_request *request)
{
    const char *type = http_header(request, "Content-Type");
    const struct format *format = NULL;
    char *plain;

    if (type != NULL) {
        plain = arena_text(http_arena(request), type, strcspn(type, "; \t"));
        if (plain != NULL)
            format = format_by_media_type(plain);
    }
    return format != NULL ? format : format_by_name("csv");
}

static void read_name(struct http_request *request, struct faults *faults,
                      struct upload_order *order)
{
    const char *fault;

    order->name = http_value(request, "name").text;
    fault = order->name != NULL ? dataset_name_fault(order->name) : NULL;
    if (fault != NULL)
        fault_add(faults, "?name", FAULT_SYNTAX, NULL, "%s", fault);
}

static enum error read_options(struct http_request *request,
                               struct faults *faults,
                               struct upload_order *order)
{
    const struct reader_option *option = reader_option_table;
    enum error error = OK;

    order->options = READER_OPTIONS_NONE;
    for (; option->name != NULL && error != ERR_MEMORY; option++) {
        struct http_value value = http_value(request, option->name);
        const char *place = arena_format(http_arena(request), "?%s",
                                         option->name);

        if (value.is_given && !value.is_wrong)
            error = reader_option_set(&order->options, http_arena(request),
                                      option->name, value.text,
                                      place != NULL ? place : "?", faults);
    }
    return error == ERR_MEMORY ? error : OK;
}

/* ---- news --------------------------------------------------------------- */

static struct http_refusal refusal_of(const struct upload_outcome *outcome)
{
    struct http_refusal refusal = {
        .detail = outcome->detail, .limit = outcome->limit};

    switch (outcome->flaw) {
    case UPLOAD_FAULTY:
        refusal.problem = PROBLEM_INVALID_DATASET;
        refusal.faults = outcome->faults;
        break;
    case UPLOAD_TOO_LARGE:
        refusal.problem = PROBLEM_TOO_LARGE;
        break;
    case UPLOAD_DIGEST:
        refusal.problem = PROBLEM_DIGEST;
        break;
    case UPLOAD_NAME:
        refusal.problem = PROBLEM_NAME_IN_USE;
        break;
    case UPLOAD_FAILED:
    case UPLOAD_WELL:
        refusal.problem = problem_of_error(outcome->error);
        break;
    }
    return refusal;
}

/* On the loop. */
static void take_news(void *argument)
{
    struct intake *intake = MAGIC_CAST(argument, struct intake, INTAKE_MAGIC);
    struct http_request *request = intake->request;
    const struct upload_outcome *outcome;

    atomic_store(&intake->is_posted, false);
    if (request != NULL) {
        outcome = upload_outcome(intake->upload);
        if (outcome != NULL && http_body_is_coming(request)) {
            struct http_refusal refusal = refusal_of(outcome);
            http_refuse_body(request, &refusal);
        } else if (intake->is_held || (intake->is_waiting && outcome)) {
            intake->is_held = intake->is_waiting = false;
            http_wake(request);
        }
    }
    leave(intake);
}

/* On the upload's thread. */
static void send_news(void *context)
{
    struct intake *intake = MAGIC_CAST(context, struct intake, INTAKE_MAGIC);

    if (atomic_exchange(&intake->is_posted, true))
        return;
    atomic_fetch_add(&intake->users, 1);
    http_post(intake->server, &intake->message);
}

static void forget(void *context)
{
    leave(context);
}

/* ---- the sink ----------------------------------------------------------- */

static uint64_t bytes_max(void *context)
{
    const struct api *api = context;

    return datasets_bytes_max(api->datasets);
}

static bool refuse(struct http_request *request,
                   const struct problem *problem, const char *detail,
                   struct faults *faults)
{
    http_refuse_body(request, &(struct http_refusal){
        .problem = problem, .detail = detail, .faults = faults});
    return false;
}

static bool start(struct http_request *request, struct upload_order *order)
{
    struct intake *intake = calloc(1, sizeof *intake);
    enum error error = ERR_MEMORY;

    if (intake != NULL) {
        intake->magic = INTAKE_MAGIC;
        intake->server = http_server_of(request);
        intake->request = request;
        intake->message.call = take_news;
        intake->message.argument = intake;
        atomic_init(&intake->users, 2);
        order->news = send_news;
        order->forget = forget;
        order->context = intake;
        error = upload_start(api_of(request)->datasets, order,
                             &intake->upload);
    }
    if (error == OK) {
        http_set_sink_state(request, intake);
        return true;
    }
    free(intake);
    return refuse(request, problem_of_error(error), error == ERR_FULL
                  ? "as many uploads are under way as may be at once" : NULL,
                  NULL);
}

static bool begin(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    struct upload_order order = {0};
    const char *coding = http_header(request, "Content-Encoding");

    if (faults == NULL)
        return refuse(request, PROBLEM_INTERNAL, NULL, NULL);
    read_name(request, faults, &order);
    if (read_options(request, faults, &order) != OK)
        return refuse(request, PROBLEM_INTERNAL, NULL, NULL);
    if (faults->total > 0)
        return refuse(request, PROBLEM_INVALID_PARAMETER, NULL, faults);
    if (order.name != NULL && builtin_find(order.name) != NULL)
        return refuse(request, PROBLEM_NAME_IN_USE,
                      "a built-in dataset has this name", NULL);
    if (!read_digest(request, &order))
        return refuse(request, PROBLEM_MALFORMED_REQUEST,
                      "Content-Digest is not sha-256=:BASE64:", NULL);
    order.format = find_format(request);
    order.is_gzip = coding != NULL && strcasecmp(coding, "gzip") == 0;
    return start(request, &order);
}

static size_t take(struct http_request *request, const char *bytes,
                   size_t count)
{
    struct intake *intake = http_sink_state(request);
    size_t taken = upload_put(intake->upload, bytes, count);

    intake->is_held = taken < count;
    return taken;
}

static void end(struct http_request *request)
{
    struct intake *intake = http_sink_state(request);

    intake->request = NULL;
    upload_drop(intake->upload);
    intake->upload = NULL;
    leave(intake);
}

const struct http_sink datasets_sink = {bytes_max, "gzip", begin, take, end};

/* ---- the answer --------------------------------------------------------- */

static enum http_next reply_stored(struct http_request *request,
                                   const struct upload_outcome *outcome)
{
    char id[IDENTIFIER_TEXT_BYTES];
    const char *path;
    struct store_dataset dataset;
    struct json_writer writer;
    struct buffer body;
    enum error error;

    error = store_get_dataset(api_of(request)->reader, NULL, NULL,
                              outcome->number, http_arena(request), &dataset);
    if (error != OK)
        return problem_reply_error(request, error);
    identifier_format(&dataset.id, "ds", id);
    path = arena_format(http_arena(request), "%s/datasets/%s",
                        http_base_path(request), id);
    if (path != NULL)
        http_reply_header(request, "Location", path);
    buffer_init(&body);
    json_writer_init(&writer, &body);
    document_write(&writer, &dataset,
                   http_value(request, "name").text);
    return http_reply(request, outcome->is_here ? 200 : 201, TYPE_JSON,
                      &body);
}

static enum http_next reply_or_wait(struct http_request *request);

static enum http_next taken_up(struct http_request *request)
{
    return reply_or_wait(request);
}

static enum http_next reply_or_wait(struct http_request *request)
{
    struct intake *intake = http_sink_state(request);
    const struct upload_outcome *outcome = upload_outcome(intake->upload);
    struct http_refusal refusal;

    intake->is_waiting = outcome == NULL;
    if (outcome == NULL)
        return http_later(request, taken_up, NULL, WAIT_S);
    if (outcome->flaw == UPLOAD_WELL)
        return reply_stored(request, outcome);
    if (outcome->flaw == UPLOAD_FAILED)
        return problem_reply_error(request, outcome->error);
    refusal = refusal_of(outcome);
    http_refuse_body(request, &refusal);
    return HTTP_DONE;
}

enum http_next datasets_create(struct http_request *request)
{
    struct intake *intake = http_sink_state(request);

    if (intake == NULL)
        return problem_reply(request, PROBLEM_INVALID_DATASET,
                             "the body is empty: send the file's bytes, as "
                             "`curl --data-binary @FILE` does");
    upload_end(intake->upload);
    return reply_or_wait(request);
}
