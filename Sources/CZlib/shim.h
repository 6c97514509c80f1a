#ifndef SWIFT_CELERY_CZLIB_SHIM_H
#define SWIFT_CELERY_CZLIB_SHIM_H

#include <zlib.h>

#endif
