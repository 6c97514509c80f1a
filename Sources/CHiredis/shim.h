#ifndef SWIFT_CELERY_CHIREDIS_SHIM_H
#define SWIFT_CELERY_CHIREDIS_SHIM_H

#include <hiredis/hiredis.h>
#include <hiredis/read.h>

// createArray takes an int before hiredis 1.0 and a size_t since.
#if HIREDIS_MAJOR < 1
typedef int chiredis_count;
#else
typedef size_t chiredis_count;

static void *chiredis_refuse_double(const redisReadTask *task, double value, char *text, size_t length) {
    (void)task, (void)value, (void)text, (void)length;
    return NULL;
}

static void *chiredis_refuse_bool(const redisReadTask *task, int value) {
    (void)task, (void)value;
    return NULL;
}
#endif

// The reader is used for RESP2 only. Newer versions of hiredis know more types; a server that sends one
// uninvited gets a protocol error, because a callback that gives NULL does that.
static inline void chiredis_refuse_resp3(redisReplyObjectFunctions *functions) {
#if HIREDIS_MAJOR < 1
    (void)functions;
#else
    functions->createDouble = chiredis_refuse_double;
    functions->createBool = chiredis_refuse_bool;
#endif
}

#endif
