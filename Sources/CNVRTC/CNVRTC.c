#include "CNVRTC.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef int callback(void *payload, void *reserved);

struct cnvrtc_library {
    void *builtins;
    void *handle;
    int (*version)(int *, int *);
    int (*architecture_count)(int *);
    int (*architectures)(int *);
    int (*create)(
        cnvrtc_program **, const char *, const char *, int, const char *const *, const char *const *);
    int (*destroy)(cnvrtc_program **);
    int (*add_name)(cnvrtc_program *, const char *);
    int (*compile)(cnvrtc_program *, int, const char *const *);
    int (*lowered_name)(cnvrtc_program *, const char *, const char **);
    int (*log_size)(cnvrtc_program *, size_t *);
    int (*log)(cnvrtc_program *, char *);
    int (*ptx_size)(cnvrtc_program *, size_t *);
    int (*ptx)(cnvrtc_program *, char *);
    int (*cubin_size)(cnvrtc_program *, size_t *);
    int (*cubin)(cnvrtc_program *, char *);
    /* Missing before CUDA 12.9. */
    int (*set_callback)(cnvrtc_program *, callback *, void *);
};

cnvrtc_library *cnvrtc_open(const char *path, const char *builtins, char *message, size_t message_size) {
    const char *missing = NULL;
    cnvrtc_library *library = calloc(1, sizeof *library);
    if (!library) {
        snprintf(message, message_size, "out of memory");
        return NULL;
    }
    library->builtins = dlopen(builtins, RTLD_NOW | RTLD_LOCAL);
    library->handle = library->builtins ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    if (!library->handle) {
        const char *reason = dlerror();
        snprintf(message, message_size, "%s", reason ? reason : "dlopen failed");
        if (library->builtins) dlclose(library->builtins);
        free(library);
        return NULL;
    }
    /* POSIX lets a function's address travel in a void pointer; C does not, hence the copy through one. */
#define LOOK_UP(field, name) *(void **)&library->field = dlsym(library->handle, name)
#define REQUIRE(field, name) \
    LOOK_UP(field, name);    \
    if (!library->field) missing = name
    REQUIRE(version, "nvrtcVersion");
    REQUIRE(architecture_count, "nvrtcGetNumSupportedArchs");
    REQUIRE(architectures, "nvrtcGetSupportedArchs");
    REQUIRE(create, "nvrtcCreateProgram");
    REQUIRE(destroy, "nvrtcDestroyProgram");
    REQUIRE(add_name, "nvrtcAddNameExpression");
    REQUIRE(compile, "nvrtcCompileProgram");
    REQUIRE(lowered_name, "nvrtcGetLoweredName");
    REQUIRE(log_size, "nvrtcGetProgramLogSize");
    REQUIRE(log, "nvrtcGetProgramLog");
    REQUIRE(ptx_size, "nvrtcGetPTXSize");
    REQUIRE(ptx, "nvrtcGetPTX");
    REQUIRE(cubin_size, "nvrtcGetCUBINSize");
    REQUIRE(cubin, "nvrtcGetCUBIN");
    LOOK_UP(set_callback, "nvrtcSetFlowCallback");
#undef REQUIRE
#undef LOOK_UP
    if (missing) {
        snprintf(message, message_size, "the library has no function %s", missing);
        cnvrtc_close(library);
        return NULL;
    }
    return library;
}

void cnvrtc_close(cnvrtc_library *library) {
    dlclose(library->handle);
    dlclose(library->builtins);
    free(library);
}

int cnvrtc_version(const cnvrtc_library *library, int *major, int *minor) { return library->version(major, minor); }

int cnvrtc_architecture_count(const cnvrtc_library *library, int *count) {
    return library->architecture_count(count);
}

int cnvrtc_architectures(const cnvrtc_library *library, int *numbers) { return library->architectures(numbers); }

int cnvrtc_create(
    const cnvrtc_library *library, cnvrtc_program **program, const char *source, const char *name, int header_count,
    const char *const *header_texts, const char *const *header_names) {
    return library->create(program, source, name, header_count, header_texts, header_names);
}

int cnvrtc_destroy(const cnvrtc_library *library, cnvrtc_program *program) { return library->destroy(&program); }

int cnvrtc_add_name(const cnvrtc_library *library, cnvrtc_program *program, const char *expression) {
    return library->add_name(program, expression);
}

/* Called between phases, from any of the compiler's threads; having said 1 it goes on saying so, as it must. */
static int has_passed(void *deadline, void *reserved) {
    struct timespec now;
    (void)reserved;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec > ((const cnvrtc_deadline *)deadline)->nanoseconds;
}

int cnvrtc_watch(const cnvrtc_library *library, cnvrtc_program *program, const cnvrtc_deadline *deadline) {
    if (!library->set_callback) return CNVRTC_NO_FUNCTION;
    return library->set_callback(program, has_passed, (void *)deadline);
}

int cnvrtc_compile(
    const cnvrtc_library *library, cnvrtc_program *program, int option_count, const char *const *options) {
    return library->compile(program, option_count, options);
}

int cnvrtc_lowered_name(
    const cnvrtc_library *library, cnvrtc_program *program, const char *expression, const char **name) {
    return library->lowered_name(program, expression, name);
}

int cnvrtc_log_size(const cnvrtc_library *library, cnvrtc_program *program, size_t *size) {
    return library->log_size(program, size);
}

int cnvrtc_log(const cnvrtc_library *library, cnvrtc_program *program, char *text) {
    return library->log(program, text);
}

int cnvrtc_ptx_size(const cnvrtc_library *library, cnvrtc_program *program, size_t *size) {
    return library->ptx_size(program, size);
}

int cnvrtc_ptx(const cnvrtc_library *library, cnvrtc_program *program, char *text) {
    return library->ptx(program, text);
}

int cnvrtc_cubin_size(const cnvrtc_library *library, cnvrtc_program *program, size_t *size) {
    return library->cubin_size(program, size);
}

int cnvrtc_cubin(const cnvrtc_library *library, cnvrtc_program *program, char *bytes) {
    return library->cubin(program, bytes);
}
