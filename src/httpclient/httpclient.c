#include "stockpilot/httpclient/httpclient.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/clock/clock.h"

/* The transfer wakes us for all that concerns it, its timeouts included. */
#define MAX_WAIT_MS 1000

/* What arrives, up to the limit. */
struct received {
    char *bytes;
    size_t length;
    size_t maximum;
};

static void give_up(struct received *received)
{
    explicit_bzero(received->bytes, received->length);
    free(received->bytes);
}

static size_t receive(char *bytes, size_t size, size_t count, void *context)
{
    struct received *received = context;
    size_t more = size * count;
    if (more > received->maximum - received->length) {
        return 0; /* curl takes this for a write error and ends the transfer */
    }
    /* realloc() would leave a copy behind, and an answer may hold a secret. */
    char *grown = malloc(received->length + more + 1);
    if (grown == NULL) {
        return 0;
    }
    memcpy(grown, received->bytes, received->length);
    memcpy(grown + received->length, bytes, more);
    give_up(received);
    received->bytes = grown;
    received->length += more;
    grown[received->length] = '\0';
    return more;
}

/* curl asks at least once a second. Anything but 0 ends the transfer. */
static int look_whether_unwanted(void *context, curl_off_t download_total, curl_off_t downloaded,
                                 curl_off_t upload_total, curl_off_t uploaded)
{
    const struct httpclient_limits *limits = context;
    (void)download_total, (void)downloaded, (void)upload_total, (void)uploaded;
    return limits->is_unwanted();
}

static bool prepare_library(void)
{
    static bool prepared;
    if (!prepared) {
        prepared = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    }
    return prepared;
}

/* CURLcode of the first option that was refused. An option we rely on and cannot have is a failure,
 * never a weaker request. */
static CURLcode set_options(CURL *easy, const char *url, const struct httpclient_limits *limits,
                            struct received *received)
{
    const char *protocols = limits->allow_plain_http ? "https,http" : "https";
    const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        { CURLOPT_FOLLOWLOCATION, 0 },
        { CURLOPT_NOSIGNAL, 1 },
        /* Otherwise a name server that stays silent holds us beyond the timeouts. */
        { CURLOPT_QUICK_EXIT, 1 },
        { CURLOPT_CONNECTTIMEOUT_MS, limits->connect_timeout_ms },
        { CURLOPT_TIMEOUT_MS, limits->total_timeout_ms },
        { CURLOPT_SSL_VERIFYPEER, 1 },
        { CURLOPT_SSL_VERIFYHOST, 2 },
        { CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
        { CURLOPT_FORBID_REUSE, 1 },
        { CURLOPT_NOPROGRESS, limits->is_unwanted == NULL },
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        CURLcode code = curl_easy_setopt(easy, numbers[i].option, numbers[i].value);
        if (code != CURLE_OK) {
            return code;
        }
    }
    CURLcode code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_URL, url);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_PROXY, "");
    code =
        code ? code : curl_easy_setopt(easy, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_WRITEDATA, received);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, look_whether_unwanted);
    code = code ? code : curl_easy_setopt(easy, CURLOPT_XFERINFODATA, limits);
    return code;
}

/* "name: value" lines; NULL when there is no memory (*failed). The first keeps curl from asking
 * whether a large body is welcome, and waiting a second for an answer that not every server gives.
 */
static struct curl_slist *header_list(const struct httpclient_request *request, bool *failed)
{
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    *failed = list == NULL;
    for (size_t i = 0; i < request->header_count && !*failed; i++) {
        const struct httpclient_header *header = &request->headers[i];
        size_t size = strlen(header->name) + strlen(header->value) + sizeof ": ";
        char *line = malloc(size);
        struct curl_slist *longer = NULL;
        if (line != NULL) {
            snprintf(line, size, "%s: %s", header->name, header->value);
            longer = curl_slist_append(list, line);
            /* It may hold a token. */
            explicit_bzero(line, size);
            free(line);
        }
        *failed = longer == NULL;
        list = longer != NULL ? longer : list;
    }
    return list;
}

static CURLcode set_request(CURL *easy, const struct httpclient_request *request,
                            const struct curl_slist *headers)
{
    CURLcode code =
        headers != NULL ? curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers) : CURLE_OK;
    if (request->body != NULL) {
        code = code ? code : curl_easy_setopt(easy, CURLOPT_POST, 1L);
        code = code ? code : curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
        code = code ? code
                    : curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                                       (curl_off_t)request->body_length);
    }
    if (request->method != NULL && strcmp(request->method, "HEAD") == 0) {
        return code ? code : curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    }
    if (request->method != NULL) {
        code = code ? code : curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    }
    return code;
}

/* What this process does while an answer takes its time. */
static struct httpclient_meanwhile meanwhile;

void httpclient_do_meanwhile(const struct httpclient_meanwhile *what)
{
    meanwhile = *what;
}

/* Until something can be done for the transfer; `aside` is -1 while there is still patience. */
static bool wait_for_transfer(CURLM *multi, int aside, int timeout_ms)
{
    struct curl_waitfd wanted = { .fd = aside, .events = CURL_WAIT_POLLIN };
    if (curl_multi_poll(multi, &wanted, aside >= 0, timeout_ms, NULL) != CURLM_OK) {
        return false;
    }
    if (wanted.revents != 0) {
        meanwhile.ready(meanwhile.context);
    }
    return true;
}

/* The transfer's own timeout ends the loop. */
static CURLcode drive_transfer(CURLM *multi)
{
    const int64_t patient_until_ms = clock_monotonic_ms() + meanwhile.patience_ms;
    int running = 1;
    while (curl_multi_perform(multi, &running) == CURLM_OK && running > 0) {
        const int64_t left_ms = patient_until_ms - clock_monotonic_ms();
        const bool patient = left_ms > 0;
        if (!wait_for_transfer(multi, patient ? -1 : meanwhile.begin(meanwhile.context),
                               patient ? (int)left_ms : MAX_WAIT_MS)) {
            return CURLE_OUT_OF_MEMORY;
        }
    }
    int left;
    const CURLMsg *message = curl_multi_info_read(multi, &left);
    return message != NULL && message->msg == CURLMSG_DONE ? message->data.result
                                                           : CURLE_OUT_OF_MEMORY;
}

static CURLcode perform_meanwhile(CURL *easy)
{
    CURLM *multi = curl_multi_init();
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (multi != NULL && curl_multi_add_handle(multi, easy) == CURLM_OK) {
        code = drive_transfer(multi);
        (void)curl_multi_remove_handle(multi, easy);
    }
    curl_multi_cleanup(multi);
    return code;
}

static CURLcode perform(CURL *easy, const struct httpclient_request *request,
                        const struct curl_slist *headers, const struct httpclient_limits *limits,
                        struct received *received, struct httpclient_response *response)
{
    CURLcode code = set_options(easy, request->url, limits, received);
    code = code ? code : set_request(easy, request, headers);
    if (code == CURLE_OK) {
        code = meanwhile.begin != NULL ? perform_meanwhile(easy) : curl_easy_perform(easy);
    }
    if (code != CURLE_OK) {
        return code;
    }
    struct curl_header *range = NULL;
    if (curl_easy_header(easy, "Content-Range", 0, CURLH_HEADER, -1, &range) == CURLHE_OK) {
        snprintf(response->content_range, sizeof response->content_range, "%s", range->value);
    }
    long status = 0;
    const char *content_type = NULL;
    code = curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK) {
        code = curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &content_type);
    }
    response->status = (int)status;
    snprintf(response->content_type, sizeof response->content_type, "%s",
             content_type != NULL ? content_type : "");
    return code;
}

static enum error_kind send_with(CURL *easy, const struct httpclient_request *request,
                                 const struct httpclient_limits *limits,
                                 struct httpclient_response *response, struct error *error)
{
    bool failed = false;
    struct curl_slist *headers = header_list(request, &failed);
    struct received received = { calloc(1, 1), 0, limits->maximum_bytes };
    struct httpclient_response answer = { 0 };
    CURLcode code = failed || received.bytes == NULL
                        ? CURLE_OUT_OF_MEMORY
                        : perform(easy, request, headers, limits, &received, &answer);
    curl_slist_free_all(headers);
    if (code != CURLE_OK) {
        if (received.bytes != NULL) {
            give_up(&received);
        }
        return error_set_cause(error, ERROR_UNAVAILABLE, "HTTP request failed: %s",
                               code == CURLE_WRITE_ERROR ? "the answer is too long"
                                                         : curl_easy_strerror(code));
    }
    answer.body = received.bytes;
    answer.length = received.length;
    *response = answer;
    return ERROR_NONE;
}

enum error_kind httpclient_send(const struct httpclient_request *request,
                                const struct httpclient_limits *limits,
                                struct httpclient_response *response, struct error *error)
{
    if (limits->connect_timeout_ms <= 0 || limits->total_timeout_ms <= 0) {
        /* To curl a timeout of 0 means none at all. */
        return error_set_cause(error, ERROR_UNAVAILABLE, "no time left for an HTTP request");
    }
    CURL *easy = prepare_library() ? curl_easy_init() : NULL;
    if (easy == NULL) {
        return error_set_cause(error, ERROR_UNAVAILABLE, "no memory for an HTTP request");
    }
    enum error_kind kind = send_with(easy, request, limits, response, error);
    curl_easy_cleanup(easy);
    return kind;
}

enum error_kind httpclient_get(const char *url, const struct httpclient_limits *limits,
                               struct httpclient_response *response, struct error *error)
{
    const struct httpclient_request request = { .url = url };
    return httpclient_send(&request, limits, response, error);
}

void httpclient_response_free(struct httpclient_response *response)
{
    if (response->body != NULL) {
        explicit_bzero(response->body, response->length);
    }
    free(response->body);
    response->body = NULL;
    response->length = 0;
}
