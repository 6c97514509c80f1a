#ifndef SWIFT_CELERY_CZSTD_SHIM_H
#define SWIFT_CELERY_CZSTD_SHIM_H

#include <zstd.h>

#endif
