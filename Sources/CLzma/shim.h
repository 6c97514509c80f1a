#ifndef SWIFT_CELERY_CLZMA_SHIM_H
#define SWIFT_CELERY_CLZMA_SHIM_H

#include <lzma.h>

#endif
