#define _GNU_SOURCE
#include "CInertLoader.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Symbol replacement reaches the hooks without any argument of ours, so the folder is static. */
static const char *inert_folder;
static char inert_handle;

void inert_libraries_under(const char *folder) { inert_folder = folder; }

static void nothing(void) {}

static void *genuine(const char *name) {
    static const char *const versions[] = {"GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5"};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        void *found = dlvsym(RTLD_NEXT, name, versions[i]);
        if (found) return found;
    }
    return NULL;
}

/* PoCL puts a generic variant of every kernel into a program's binary and compiles it for that, although no launch of
   a known size uses it. An empty file in the variant's place (folder 0-0-0 beside the specialized one) spares that. */
static void forgo_generic_variant(const char *path) {
    char place[PATH_MAX];
    const char *file = strrchr(path, '/');
    const char *folder = file ? memrchr(path, '/', (size_t)(file - path)) : NULL;
    if (!folder || !strstr(folder, "-goffs0")) return;
    snprintf(place, sizeof place, "%.*s/0-0-0", (int)(folder - path), path);
    if (mkdir(place, 0700) != 0) return;
    snprintf(place, sizeof place, "%.*s/0-0-0%s", (int)(folder - path), path, file);
    int descriptor = open(place, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (descriptor >= 0) close(descriptor);
}

void *dlopen(const char *path, int mode) {
    void *(*open_library)(const char *, int) = (void *(*)(const char *, int))genuine("dlopen");
    if (inert_folder && path && strncmp(path, inert_folder, strlen(inert_folder)) == 0) {
        forgo_generic_variant(path);
        return &inert_handle;
    }
    return open_library(path, mode);
}

void *dlsym(void *handle, const char *name) {
    void *(*look_up)(void *, const char *) = (void *(*)(void *, const char *))genuine("dlsym");
    if (handle == &inert_handle) return (void *)nothing;
    return look_up(handle, name);
}

int dlclose(void *handle) {
    int (*close_library)(void *) = (int (*)(void *))genuine("dlclose");
    return handle == &inert_handle ? 0 : close_library(handle);
}
