#ifndef SWIFT_CELERY_CBZIP2_SHIM_H
#define SWIFT_CELERY_CBZIP2_SHIM_H

#include <bzlib.h>

#endif
