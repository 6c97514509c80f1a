#ifndef SWIFT_CELERY_CYAML_SHIM_H
#define SWIFT_CELERY_CYAML_SHIM_H

#include <yaml.h>

#endif
