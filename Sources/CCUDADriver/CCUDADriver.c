#include "CCUDADriver.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

struct ccuda_library {
    int (*initialize)(unsigned);
    int (*version)(int *);
    int (*error_name)(int, const char **);
    int (*error_text)(int, const char **);
    int (*device_count)(int *);
    int (*device_at)(ccuda_device *, int);
    int (*device_name)(char *, int, ccuda_device);
    int (*device_bus)(char *, int, ccuda_device);
    int (*device_bytes)(size_t *, ccuda_device);
    int (*device_attribute)(int *, int, ccuda_device);
    int (*context_retain)(ccuda_context **, ccuda_device);
    int (*context_release)(ccuda_device);
    int (*context_use)(ccuda_context *);
    int (*context_synchronize)(void);
    int (*allocate)(ccuda_address *, size_t);
    int (*free)(ccuda_address);
    int (*copy_in)(ccuda_address, const void *, size_t);
    int (*copy_out)(void *, ccuda_address, size_t);
    int (*fill)(ccuda_address, unsigned char, size_t);
    int (*module_load)(ccuda_module **, const void *, unsigned, int *, void **);
    int (*module_unload)(ccuda_module *);
    int (*module_kernel)(ccuda_kernel **, ccuda_module *, const char *);
    int (*kernel_attribute)(int *, int, ccuda_kernel *);
    int (*kernel_set_attribute)(ccuda_kernel *, int, int);
    int (*kernel_parameter)(ccuda_kernel *, size_t, size_t *, size_t *);
    int (*launch)(
        ccuda_kernel *, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, ccuda_stream *, void **,
        void **);
    int (*stream_create)(ccuda_stream **, unsigned);
    int (*stream_synchronize)(ccuda_stream *);
    int (*stream_destroy)(ccuda_stream *);
    int (*event_create)(ccuda_event **, unsigned);
    int (*event_record)(ccuda_event *, ccuda_stream *);
    int (*event_synchronize)(ccuda_event *);
    int (*event_elapsed)(float *, ccuda_event *, ccuda_event *);
    int (*event_destroy)(ccuda_event *);
    /* Only the emulator's library has it. */
    int (*is_emulated)(void);
};

ccuda_library *ccuda_open(const char *name, char *message, size_t message_size) {
    const char *missing = NULL;
    ccuda_library *library = calloc(1, sizeof *library);
    if (!library) {
        snprintf(message, message_size, "out of memory");
        return NULL;
    }
    void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *reason = dlerror();
        snprintf(message, message_size, "%s", reason ? reason : "dlopen failed");
        free(library);
        return NULL;
    }
    /* POSIX lets a function's address travel in a void pointer; C does not, hence the copy through one. */
#define LOOK_UP(field, name) *(void **)&library->field = dlsym(handle, name)
#define REQUIRE(field, name) \
    LOOK_UP(field, name);    \
    if (!library->field) missing = name
    REQUIRE(initialize, "cuInit");
    REQUIRE(version, "cuDriverGetVersion");
    REQUIRE(error_name, "cuGetErrorName");
    REQUIRE(error_text, "cuGetErrorString");
    REQUIRE(device_count, "cuDeviceGetCount");
    REQUIRE(device_at, "cuDeviceGet");
    REQUIRE(device_name, "cuDeviceGetName");
    REQUIRE(device_bus, "cuDeviceGetPCIBusId");
    REQUIRE(device_bytes, "cuDeviceTotalMem_v2");
    REQUIRE(device_attribute, "cuDeviceGetAttribute");
    REQUIRE(context_retain, "cuDevicePrimaryCtxRetain");
    REQUIRE(context_release, "cuDevicePrimaryCtxRelease_v2");
    REQUIRE(context_use, "cuCtxSetCurrent");
    REQUIRE(context_synchronize, "cuCtxSynchronize");
    REQUIRE(allocate, "cuMemAlloc_v2");
    REQUIRE(free, "cuMemFree_v2");
    REQUIRE(copy_in, "cuMemcpyHtoD_v2");
    REQUIRE(copy_out, "cuMemcpyDtoH_v2");
    REQUIRE(fill, "cuMemsetD8_v2");
    REQUIRE(module_load, "cuModuleLoadDataEx");
    REQUIRE(module_unload, "cuModuleUnload");
    REQUIRE(module_kernel, "cuModuleGetFunction");
    REQUIRE(kernel_attribute, "cuFuncGetAttribute");
    REQUIRE(kernel_set_attribute, "cuFuncSetAttribute");
    /* Since CUDA 12.4. */
    REQUIRE(kernel_parameter, "cuFuncGetParamInfo");
    REQUIRE(launch, "cuLaunchKernel");
    REQUIRE(stream_create, "cuStreamCreate");
    REQUIRE(stream_synchronize, "cuStreamSynchronize");
    REQUIRE(stream_destroy, "cuStreamDestroy_v2");
    REQUIRE(event_create, "cuEventCreate");
    REQUIRE(event_record, "cuEventRecord");
    REQUIRE(event_synchronize, "cuEventSynchronize");
    REQUIRE(event_elapsed, "cuEventElapsedTime");
    REQUIRE(event_destroy, "cuEventDestroy_v2");
    LOOK_UP(is_emulated, "kernelwright_is_emulated");
#undef REQUIRE
#undef LOOK_UP
    if (missing) {
        snprintf(message, message_size, "the library has no function %s; CUDA has it since 12.4", missing);
        free(library);
        return NULL;
    }
    return library;
}

void ccuda_close(ccuda_library *library) { free(library); }

int ccuda_is_emulated(const ccuda_library *library) { return library->is_emulated && library->is_emulated(); }

int ccuda_initialize(const ccuda_library *library) { return library->initialize(0); }

int ccuda_version(const ccuda_library *library, int *version) { return library->version(version); }

const char *ccuda_error_name(const ccuda_library *library, int result) {
    const char *name = NULL;
    return library->error_name(result, &name) == CCUDA_SUCCESS ? name : NULL;
}

const char *ccuda_error_text(const ccuda_library *library, int result) {
    const char *text = NULL;
    return library->error_text(result, &text) == CCUDA_SUCCESS ? text : NULL;
}

int ccuda_device_count(const ccuda_library *library, int *count) { return library->device_count(count); }

int ccuda_device_at(const ccuda_library *library, ccuda_device *device, int ordinal) {
    return library->device_at(device, ordinal);
}

int ccuda_device_name(const ccuda_library *library, char *name, int size, ccuda_device device) {
    return library->device_name(name, size, device);
}

int ccuda_device_bus(const ccuda_library *library, char *name, int size, ccuda_device device) {
    return library->device_bus(name, size, device);
}

int ccuda_device_bytes(const ccuda_library *library, size_t *bytes, ccuda_device device) {
    return library->device_bytes(bytes, device);
}

int ccuda_device_attribute(const ccuda_library *library, int *value, int attribute, ccuda_device device) {
    return library->device_attribute(value, attribute, device);
}

int ccuda_context_retain(const ccuda_library *library, ccuda_context **context, ccuda_device device) {
    return library->context_retain(context, device);
}

int ccuda_context_release(const ccuda_library *library, ccuda_device device) {
    return library->context_release(device);
}

int ccuda_context_use(const ccuda_library *library, ccuda_context *context) { return library->context_use(context); }

int ccuda_context_synchronize(const ccuda_library *library) { return library->context_synchronize(); }

int ccuda_allocate(const ccuda_library *library, ccuda_address *address, size_t bytes) {
    return library->allocate(address, bytes);
}

int ccuda_free(const ccuda_library *library, ccuda_address address) { return library->free(address); }

int ccuda_copy_in(const ccuda_library *library, ccuda_address to, const void *from, size_t bytes) {
    return library->copy_in(to, from, bytes);
}

int ccuda_copy_out(const ccuda_library *library, void *to, ccuda_address from, size_t bytes) {
    return library->copy_out(to, from, bytes);
}

int ccuda_fill(const ccuda_library *library, ccuda_address address, unsigned char value, size_t bytes) {
    return library->fill(address, value, bytes);
}

int ccuda_module_load(
    const ccuda_library *library, ccuda_module **module, const void *image, char *log, size_t log_size) {
    /* CU_JIT_ERROR_LOG_BUFFER and CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES; the driver takes numbers as pointers. */
    int options[] = {5, 6};
    void *values[] = {log, (void *)(uintptr_t)log_size};
    return library->module_load(module, image, 2, options, values);
}

int ccuda_module_unload(const ccuda_library *library, ccuda_module *module) { return library->module_unload(module); }

int ccuda_module_kernel(
    const ccuda_library *library, ccuda_kernel **kernel, ccuda_module *module, const char *name) {
    return library->module_kernel(kernel, module, name);
}

int ccuda_kernel_attribute(const ccuda_library *library, int *value, int attribute, ccuda_kernel *kernel) {
    return library->kernel_attribute(value, attribute, kernel);
}

int ccuda_kernel_set_attribute(const ccuda_library *library, ccuda_kernel *kernel, int attribute, int value) {
    return library->kernel_set_attribute(kernel, attribute, value);
}

int ccuda_kernel_parameter(
    const ccuda_library *library, ccuda_kernel *kernel, size_t index, size_t *offset, size_t *size) {
    return library->kernel_parameter(kernel, index, offset, size);
}

int ccuda_launch(
    const ccuda_library *library, ccuda_kernel *kernel, const unsigned *grid, const unsigned *block,
    unsigned shared_bytes, ccuda_stream *stream, void **arguments) {
    return library->launch(
        kernel, grid[0], grid[1], grid[2], block[0], block[1], block[2], shared_bytes, stream, arguments, NULL);
}

int ccuda_stream_create(const ccuda_library *library, ccuda_stream **stream) {
    /* CU_STREAM_DEFAULT: waits for copies, which go through the default stream, and they wait for it. */
    return library->stream_create(stream, 0);
}

int ccuda_stream_synchronize(const ccuda_library *library, ccuda_stream *stream) {
    return library->stream_synchronize(stream);
}

int ccuda_stream_destroy(const ccuda_library *library, ccuda_stream *stream) {
    return library->stream_destroy(stream);
}

int ccuda_event_create(const ccuda_library *library, ccuda_event **event) { return library->event_create(event, 0); }

int ccuda_event_record(const ccuda_library *library, ccuda_event *event, ccuda_stream *stream) {
    return library->event_record(event, stream);
}

int ccuda_event_synchronize(const ccuda_library *library, ccuda_event *event) {
    return library->event_synchronize(event);
}

int ccuda_event_elapsed(
    const ccuda_library *library, float *milliseconds, ccuda_event *start, ccuda_event *end) {
    return library->event_elapsed(milliseconds, start, end);
}

int ccuda_event_destroy(const ccuda_library *library, ccuda_event *event) { return library->event_destroy(event); }
