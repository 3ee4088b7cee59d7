#pragma once
#include <linux/sockios.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <uv.h>

// The C library declares this only for GNU sources.
extern int pthread_setname_np(pthread_t thread, const char *name);

// Bytes that a TCP socket's kernel keeps because the peer has not confirmed them; 0 where it does not say.
static inline int uv_shim_unconfirmed(uv_tcp_t *handle) {
    uv_os_fd_t descriptor;
    int count = 0;
    if (uv_fileno((uv_handle_t *)handle, &descriptor) < 0) return 0;
    if (ioctl(descriptor, SIOCOUTQ, &count) < 0 || count < 0) return 0;
    return count;
}
