/*
 * serve.c - `descentd serve`: starts everything in order, waits for a signal,
 * stops everything in the opposite order.
 *
 *     http (bound) -> store (its writer) -> datasets, errands -> pool (workers)
 *     -> loop
 */
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/api/api.h"
#include "server/api/routes.h"
#include "server/api/variable_names.h"
#include "server/base/log.h"
#include "server/callers.h"
#include "server/command.h"
#include "server/config.h"
#include "server/descriptors.h"
#include "server/jobs/chunk_cache.h"
#include "server/listen.h"
#include "server/web/files.h"

_Static_assert((int)CONFIG_MESSAGE_BYTES >= (int)STORE_MESSAGE_BYTES
                   && (int)CONFIG_MESSAGE_BYTES >= (int)HTTP_MESSAGE_BYTES,
               "one buffer serves every message");

struct service {
    struct config config;
    struct listen listen;
    struct callers callers;
    struct api api;
    struct http_server *http;
    pthread_t loop;
    bool loop_runs;
    char message[CONFIG_MESSAGE_BYTES];
};

/* ---- the address ------------------------------------------------------- */

/* Without keys, others may reach us only by the owner's word. */
static enum error refuse_public(struct service *service)
{
    if (listen_is_loopback(&service->listen) || service->config.insecure)
        return OK;
    snprintf(service->message, sizeof service->message,
             "--listen: %.64s is not a loopback address, and without API keys "
             "anyone who reaches it could use this server; listen on "
             "127.0.0.1 and put a proxy in front, or allow it with --insecure "
             "(DESCENTD_INSECURE=true)",
             service->listen.host);
    return ERR_INVALID;
}

static void warn_if_public(const struct service *service)
{
    if (!listen_is_loopback(&service->listen))
        log_event(LOG_WARNING, "insecure", "meaning",
                  "there are no API keys: anyone who reaches this address "
                  "can read, start and delete jobs");
}

static enum error set_log_level(struct service *service)
{
    enum log_level level;

    if (!log_level_read(service->config.log_level, &level)) {
        snprintf(service->message, sizeof service->message,
                 "--log-level: \"%.64s\" is not debug, info, warning or error",
                 service->config.log_level);
        return ERR_INVALID;
    }
    log_configure(level);
    return OK;
}

/* ---- the dashboard ----------------------------------------------------- */

/* A folder that has no page is a mistake. */
static enum error set_web_root(struct service *service)
{
    const char *folder = service->config.web_root;
    struct buffer page;
    enum error error;

    if (!*folder)
        return OK;
    buffer_init(&page);
    error = web_file_read(folder, web_file_find(WEB_PAGE), &page);
    buffer_fini(&page);
    if (error == OK) {
        service->api.web_root = folder;
        return OK;
    }
    snprintf(service->message, sizeof service->message,
             "--web-root: %.256s/" WEB_PAGE " cannot be read: %s", folder,
             error_sentence(error));
    return ERR_INVALID;
}

/* What is at / for browsers. */
static const char *dashboard_name(const struct service *service)
{
    if (service->api.web_root)
        return service->api.web_root;
    return web_asset_find(WEB_PAGE) ? "built in" : "none";
}

/* ---- start ------------------------------------------------------------- */

static void job_changed(void *self, int64_t number)
{
    struct api *api = self;

    watch_announce(&api->watches, number);
}

static enum error open_store(struct service *service)
{
    struct store_options options = {
        .location = service->config.store,
        .queue_max = (size_t)service->config.write_queue,
        .retention_ms = (int64_t)ceil(service->config.retention_s * 1000),
        .may_be_read_only = true,
    };

    TRY(store_open(&options, &service->api.store, service->message));
    return store_reader_open(service->api.store, &service->api.reader);
}

static enum error open_datasets(struct service *service)
{
    struct datasets_options options = {
        .store = service->api.store,
        .bytes_max = (uint64_t)service->config.dataset_bytes_max,
        .uploads_max = (unsigned)service->config.uploads,
    };

    return datasets_open(&options, &service->api.datasets, service->message);
}

static enum error open_errands(struct service *service)
{
    const struct config *config = &service->config;
    struct errands_options options = {
        .threads = (unsigned)config->errand_threads,
        .errands_max = (unsigned)config->errands,
    };

    service->api.event_streams.ping_s = config->event_ping_s;
    service->api.errand_s = config->errand_s;
    service->api.errand_bytes = config->errand_bytes;
    return errands_open(&options, &service->api.errands);
}

static enum error open_http(struct service *service)
{
    const struct config *config = &service->config;
    struct http_options options = {
        .address = service->listen.host,
        .port = service->listen.port,
        .routes = routes,
        .route_count = route_count,
        .context = &service->api,
        .numeric_hosts = listen_is_any(&service->listen),
        .connections_max = (size_t)config->connections,
        .memory_per_connection = (size_t)config->connection_memory,
        .body_bytes_max = (size_t)config->body_bytes_max,
        .header_timeout_s = config->header_timeout_s,
        .body_timeout_s = config->body_timeout_s,
        .body_bytes_per_s_min = config->body_bytes_per_s,
        .bodies_bytes_max = (size_t)config->bodies_bytes_max,
        .answer_bytes_max = (size_t)config->answer_bytes_max,
        .answer_window_s = config->answer_window_s,
        .answer_bytes_per_s_min = config->answer_bytes_per_s,
        .idle_timeout_s = config->idle_timeout_s,
        .linger_s = config->linger_s,
        .linger_bytes = (uint64_t)config->linger_bytes,
    };

    callers_apply(&service->callers, &options);
    TRY(http_open(&options, &service->http, service->message));
    watch_list_init(&service->api.watches, service->http);
    return OK;
}

static void *run_loop(void *self)
{
    struct service *service = self;

    pthread_setname_np(pthread_self(), "loop");
    http_run(service->http, service->config.drain_s);
    return NULL;
}

static enum error start(struct service *service)
{
    struct pool_options pool = {
        .workers = (unsigned)service->config.workers,
        .changed = job_changed,
        .self = &service->api,
    };

    /* A mistake in a setting leaves no new database behind. */
    TRY(set_log_level(service));
    TRY(descriptors_fit(&service->config, service->message));
    TRY(listen_read(service->config.listen, &service->listen,
                    service->message));
    TRY(refuse_public(service));
    TRY(callers_read(&service->config, &service->callers, service->message));
    TRY(set_web_root(service));
    /* A port that is taken must not leave a new database behind. */
    TRY(open_http(service));
    TRY(open_store(service));
    service->api.chunks = chunk_cache_new();
    if (!service->api.chunks)
        return ERR_MEMORY;
    service->api.trace_bytes_max = service->config.trace_bytes_max;
    TRY(open_datasets(service));
    TRY(open_errands(service));
    pool.store = service->api.store;
    pool.datasets = service->api.datasets;
    TRY(pool_open(&pool, &service->api.pool));
    service->api.watches.pool = service->api.pool;
    if (pthread_create(&service->loop, NULL, run_loop, service))
        return ERR_SYSTEM;
    service->loop_runs = true;
    return OK;
}

static void log_started(const struct service *service)
{
    const char *listen = service->config.listen;
    struct log_line line;
    char url[128];

    snprintf(url, sizeof url, "http://%.*s:%u",
             (int)(strrchr(listen, ':') - listen), listen,
             http_port(service->http));
    log_begin(&line, LOG_INFO, "started");
    line.level = LOG_ERROR; /* written at any: it names the port */
    log_text(&line, "url", url);
    log_text(&line, "store", service->config.store);
    log_integer(&line, "workers", (int64_t)service->config.workers);
    log_text(&line, "version", DESCENTD_VERSION);
    log_text(&line, "dashboard", dashboard_name(service));
    log_end(&line);
}

/* ---- stop -------------------------------------------------------------- */

static void stop(struct service *service)
{
    struct api *api = &service->api;

    atomic_store(&api->stopping, true);
    if (service->http)
        http_stop(service->http);
    if (api->pool)
        pool_stop(api->pool);
    if (service->loop_runs)
        pthread_join(service->loop, NULL);
    errands_close(api->errands);
    datasets_finish(api->datasets);
    watch_list_fini(&api->watches);
    store_reader_close(api->reader);
    store_close(api->store);
    pool_close(api->pool);
    http_close(service->http);
    datasets_close(api->datasets);
    document_cache_fini(&api->documents);
    openapi_document_fini(&api->openapi);
    variable_names_fini(&api->names);
    chunk_cache_free(api->chunks);
}

int command_serve(int count, char *arguments[])
{
    struct service *service = calloc(1, sizeof *service);
    sigset_t signals;
    int signal_number, status = 0;
    enum error error;

    if (!service)
        return command_fail(error_sentence(ERR_MEMORY));
    /* Threads inherit the mask: only sigwait() below sees these. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP); /* the terminal closed: nothing to reload */
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);

    error = config_read(count, arguments, &service->config, service->message);
    if (error == OK)
        error = start(service);
    if (error == OK) {
        log_started(service);
        warn_if_public(service);
        sigwait(&signals, &signal_number);
        log_event(LOG_INFO, "stopping", "signal", strsignal(signal_number));
    }
    stop(service);
    if (error == OK)
        log_event(LOG_INFO, "stopped", NULL, NULL);
    else
        status = command_fail(*service->message ? service->message
                                                : error_sentence(error));
    free(service);
    return status;
}

int command_migrate(int count, char *arguments[])
{
    char message[CONFIG_MESSAGE_BYTES] = "";
    struct config config;
    struct store *store;
    struct store_options options = {.queue_max = 1, .must_exist = true};
    enum error error;

    if (count > 0 && !strcmp(arguments[0], "--create")) {
        options.must_exist = false;
        count--;
        arguments++;
    }
    error = config_read(count, arguments, &config, message);
    options.location = config.store;
    if (error == OK)
        error = store_open(&options, &store, message);
    if (error != OK)
        return command_fail(*message ? message : error_sentence(error));
    printf("%s: schema %lld\n", config.store,
           (long long)store_version(store));
    store_close(store);
    return 0;
}
