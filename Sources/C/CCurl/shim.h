#pragma once
#include <curl/curl.h>

// libcurl's options are variadic, which Swift cannot call: one function a type of argument.

typedef size_t (*curl_shim_data)(char *data, size_t size, size_t count, void *user);
typedef int (*curl_shim_progress)(
    void *user, curl_off_t download_total, curl_off_t download, curl_off_t upload_total, curl_off_t upload);
typedef int (*curl_shim_socket)(CURL *easy, curl_socket_t socket, int what, void *user, void *assigned);
typedef int (*curl_shim_timer)(CURLM *multi, long milliseconds, void *user);

static inline CURLcode curl_shim_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_shim_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_shim_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_shim_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_shim_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_shim_set_data(CURL *easy, CURLoption option, curl_shim_data value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_shim_set_progress(CURL *easy, curl_shim_progress value) {
    return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, value);
}
static inline CURLcode curl_shim_status(CURL *easy, long *status) {
    return curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, status);
}
static inline CURLMcode curl_shim_set_callbacks(
    CURLM *multi, curl_shim_socket on_socket, curl_shim_timer on_timer, void *user) {
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, user);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    return curl_multi_setopt(multi, CURLMOPT_TIMERDATA, user);
}
static inline CURLMcode curl_shim_set_multi(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
// The result of a finished transfer; its message is a union.
static inline CURLcode curl_shim_result(const CURLMsg *message) { return message->data.result; }
