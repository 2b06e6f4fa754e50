#define _GNU_SOURCE
#include "CSandbox.h"

#include <sys/mman.h>

int sandbox_shared_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
