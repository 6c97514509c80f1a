#ifndef SWIFT_CELERY_CBROTLI_SHIM_H
#define SWIFT_CELERY_CBROTLI_SHIM_H

#include <brotli/decode.h>
#include <brotli/encode.h>

#endif
