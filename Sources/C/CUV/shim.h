#pragma once
#include <pthread.h>
#include <uv.h>

// The C library declares this only for GNU sources.
extern int pthread_setname_np(pthread_t thread, const char *name);
