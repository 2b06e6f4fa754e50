#pragma once

#include <stddef.h>
#include <stdint.h>

/* The functions of the CUDA driver (https://docs.nvidia.com/cuda/cuda-driver-api/) that a device needs, looked up in a
   library that is opened by name: nothing of CUDA is needed to build this. A result is the driver's own code, 0 for
   success. The driver may be called by several threads; what a thread asks for is done in the context that it uses. */

/* Results: CUresult. */
#define CCUDA_SUCCESS 0
#define CCUDA_INVALID_VALUE 1
#define CCUDA_OUT_OF_MEMORY 2
#define CCUDA_NOT_INITIALIZED 3
#define CCUDA_INVALID_DEVICE 101
#define CCUDA_INVALID_IMAGE 200
#define CCUDA_INVALID_CONTEXT 201
#define CCUDA_NO_BINARY_FOR_GPU 209
#define CCUDA_INVALID_PTX 218
#define CCUDA_INVALID_HANDLE 400
#define CCUDA_NOT_FOUND 500
#define CCUDA_ILLEGAL_ADDRESS 700
#define CCUDA_LAUNCH_TIMEOUT 702
#define CCUDA_ASSERT 710
#define CCUDA_HARDWARE_STACK_ERROR 714
#define CCUDA_ILLEGAL_INSTRUCTION 715
#define CCUDA_MISALIGNED_ADDRESS 716
#define CCUDA_INVALID_ADDRESS_SPACE 717
#define CCUDA_INVALID_PC 718
#define CCUDA_LAUNCH_FAILED 719
#define CCUDA_NOT_SUPPORTED 801

/* Attributes of devices: CUdevice_attribute. */
#define CCUDA_DEVICE_THREADS_PER_BLOCK 1
#define CCUDA_DEVICE_BLOCK_X 2
#define CCUDA_DEVICE_BLOCK_Y 3
#define CCUDA_DEVICE_BLOCK_Z 4
#define CCUDA_DEVICE_GRID_X 5
#define CCUDA_DEVICE_GRID_Y 6
#define CCUDA_DEVICE_GRID_Z 7
#define CCUDA_DEVICE_MULTIPROCESSORS 16
#define CCUDA_DEVICE_L2_BYTES 38
#define CCUDA_DEVICE_CAPABILITY_MAJOR 75
#define CCUDA_DEVICE_CAPABILITY_MINOR 76
#define CCUDA_DEVICE_SHARED_BYTES_PER_MULTIPROCESSOR 81
#define CCUDA_DEVICE_SHARED_BYTES_PER_BLOCK_OPT_IN 97

/* Attributes of kernels: CUfunction_attribute. */
#define CCUDA_KERNEL_THREADS_PER_BLOCK 0
#define CCUDA_KERNEL_SHARED_BYTES 1
#define CCUDA_KERNEL_DYNAMIC_SHARED_BYTES 8

/* An opened library. */
typedef struct ccuda_library ccuda_library;
typedef struct ccuda_context ccuda_context;
typedef struct ccuda_module ccuda_module;
typedef struct ccuda_kernel ccuda_kernel;
typedef struct ccuda_stream ccuda_stream;
typedef struct ccuda_event ccuda_event;
/* A device, by its number. */
typedef int ccuda_device;
/* A place in device memory. */
typedef uint64_t ccuda_address;

/* Opens the library of a name, or at a path; NULL with the reason in `message` where it cannot be loaded or is no driver.
   The library itself stays loaded to the end of the process: a driver's threads outlive every object. */
ccuda_library *ccuda_open(const char *name, char *message, size_t message_size);
void ccuda_close(ccuda_library *library);
/* Whether the library says that it drives no GPU. */
int ccuda_is_emulated(const ccuda_library *library);

int ccuda_initialize(const ccuda_library *library);
/* 13050 for CUDA 13.5; may be asked before `ccuda_initialize`. */
int ccuda_version(const ccuda_library *library, int *version);
/* What a result is called, and what it means; NULL for one that the driver does not know. */
const char *ccuda_error_name(const ccuda_library *library, int result);
const char *ccuda_error_text(const ccuda_library *library, int result);

int ccuda_device_count(const ccuda_library *library, int *count);
int ccuda_device_at(const ccuda_library *library, ccuda_device *device, int ordinal);
int ccuda_device_name(const ccuda_library *library, char *name, int size, ccuda_device device);
/* Where the device is plugged in, e.g. `0000:3b:00.0`; the same in every process. */
int ccuda_device_bus(const ccuda_library *library, char *name, int size, ccuda_device device);
int ccuda_device_bytes(const ccuda_library *library, size_t *bytes, ccuda_device device);
int ccuda_device_attribute(const ccuda_library *library, int *value, int attribute, ccuda_device device);

/* The context that all users of a device in a process share. */
int ccuda_context_retain(const ccuda_library *library, ccuda_context **context, ccuda_device device);
int ccuda_context_release(const ccuda_library *library, ccuda_device device);
/* The context in which this thread's further calls are done. */
int ccuda_context_use(const ccuda_library *library, ccuda_context *context);
int ccuda_context_synchronize(const ccuda_library *library);

int ccuda_allocate(const ccuda_library *library, ccuda_address *address, size_t bytes);
int ccuda_free(const ccuda_library *library, ccuda_address address);
int ccuda_copy_in(const ccuda_library *library, ccuda_address to, const void *from, size_t bytes);
int ccuda_copy_out(const ccuda_library *library, void *to, ccuda_address from, size_t bytes);
int ccuda_fill(const ccuda_library *library, ccuda_address address, unsigned char value, size_t bytes);

/* Loads machine code, or PTX that a zero closes. What the driver's compiler says of PTX that it refuses goes to `log`. */
int ccuda_module_load(
    const ccuda_library *library, ccuda_module **module, const void *image, char *log, size_t log_size);
int ccuda_module_unload(const ccuda_library *library, ccuda_module *module);
int ccuda_module_kernel(
    const ccuda_library *library, ccuda_kernel **kernel, ccuda_module *module, const char *name);
int ccuda_kernel_attribute(const ccuda_library *library, int *value, int attribute, ccuda_kernel *kernel);
int ccuda_kernel_set_attribute(const ccuda_library *library, ccuda_kernel *kernel, int attribute, int value);
/* Offset and size of a parameter; CCUDA_INVALID_VALUE past the last one. */
int ccuda_kernel_parameter(
    const ccuda_library *library, ccuda_kernel *kernel, size_t index, size_t *offset, size_t *size);
/* Three extents each; an argument is a pointer to a value as large as its parameter, and read before the call returns. */
int ccuda_launch(
    const ccuda_library *library, ccuda_kernel *kernel, const unsigned *grid, const unsigned *block,
    unsigned shared_bytes, ccuda_stream *stream, void **arguments);

int ccuda_stream_create(const ccuda_library *library, ccuda_stream **stream);
int ccuda_stream_synchronize(const ccuda_library *library, ccuda_stream *stream);
int ccuda_stream_destroy(const ccuda_library *library, ccuda_stream *stream);

int ccuda_event_create(const ccuda_library *library, ccuda_event **event);
int ccuda_event_record(const ccuda_library *library, ccuda_event *event, ccuda_stream *stream);
int ccuda_event_synchronize(const ccuda_library *library, ccuda_event *event);
int ccuda_event_elapsed(
    const ccuda_library *library, float *milliseconds, ccuda_event *start, ccuda_event *end);
int ccuda_event_destroy(const ccuda_library *library, ccuda_event *event);
