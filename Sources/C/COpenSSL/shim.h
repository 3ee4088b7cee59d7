#pragma once
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Much of OpenSSL is macros, which Swift cannot call: one function each.

static inline void openssl_shim_prepare(void) {
    // Without this the library would be torn down at exit while other threads still use it.
    OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, NULL);
}
static inline long openssl_shim_require_tls12(SSL_CTX *context) {
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}
static inline void openssl_shim_keep_simple(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
}
static inline void openssl_shim_prefer_own_ciphers(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
}
static inline void openssl_shim_release_buffers(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}
static inline void openssl_shim_keep_no_sessions(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}
static inline long openssl_shim_add_chain(SSL_CTX *context, X509 *certificate) {
    return SSL_CTX_add1_chain_cert(context, certificate);
}
static inline long openssl_shim_name_server(SSL *session, const char *name) {
    return SSL_set_tlsext_host_name(session, name);
}
static inline void openssl_shim_wants_input(BIO *bio) { BIO_set_retry_read(bio); }
static inline void openssl_shim_wants_nothing(BIO *bio) { BIO_clear_retry_flags(bio); }
// The name at an index; its length, or -1 if it is of another kind than DNS.
static inline int openssl_shim_dns_name(const GENERAL_NAMES *names, int index, const unsigned char **text) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    if (name == NULL || name->type != GEN_DNS) return -1;
    *text = ASN1_STRING_get0_data(name->d.dNSName);
    return ASN1_STRING_length(name->d.dNSName);
}
static inline int openssl_shim_name_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
static inline EVP_PKEY *openssl_shim_new_p256(void) { return EVP_EC_gen("P-256"); }

// The one protocol spoken inside TLS here.
static const unsigned char openssl_shim_http11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

static inline int openssl_shim_choose_http11(
    SSL *session, const unsigned char **chosen, unsigned char *length, const unsigned char *offered,
    unsigned int offered_length, void *user) {
    (void)session;
    (void)user;
    int found = SSL_select_next_proto(
        (unsigned char **)chosen, length, openssl_shim_http11, sizeof openssl_shim_http11, offered, offered_length);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}
static inline void openssl_shim_speak_http11(SSL_CTX *context) {
    SSL_CTX_set_alpn_select_cb(context, openssl_shim_choose_http11, NULL);
}
static inline int openssl_shim_ask_http11(SSL *session) {
    return SSL_set_alpn_protos(session, openssl_shim_http11, sizeof openssl_shim_http11);
}
