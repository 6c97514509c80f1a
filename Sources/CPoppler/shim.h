#ifndef SWIFT_CELERY_CPOPPLER_SHIM_H
#define SWIFT_CELERY_CPOPPLER_SHIM_H

#include <poppler.h>

// What Swift cannot import: GLib's cast macros and the macros that name an error domain.

static inline gboolean cpoppler_is_poppler_error(const GError *error) {
    return error != NULL && error->domain == POPPLER_ERROR;
}

#endif
