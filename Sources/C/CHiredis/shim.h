#ifndef HOTPIN_CHIREDIS_SHIM_H
#define HOTPIN_CHIREDIS_SHIM_H

#include <hiredis/hiredis.h>
#include <sys/socket.h>

/* Whether the other side has closed a connection on which nothing is expected. */
static inline int hotpin_redis_is_closed(const redisContext *context) {
    char byte;
    return recv(context->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

#endif
