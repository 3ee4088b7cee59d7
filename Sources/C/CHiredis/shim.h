#ifndef HOTPIN_CHIREDIS_SHIM_H
#define HOTPIN_CHIREDIS_SHIM_H

#include <errno.h>
#include <hiredis/hiredis.h>
#include <sys/socket.h>

/* Whether the other side has closed a connection on which nothing is expected. */
static inline int hotpin_redis_is_closed(const redisContext *context) {
    char byte;
    ssize_t count = recv(context->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

#endif
