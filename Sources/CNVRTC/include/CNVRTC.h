#pragma once

#include <stddef.h>
#include <stdint.h>

/* The functions of NVRTC (https://docs.nvidia.com/cuda/nvrtc/), looked up in a library that is opened by path: nothing
   of CUDA is needed to build this. A result is NVRTC's own code, 0 for success; a function that the library does not
   have answers CNVRTC_NO_FUNCTION. The library may be used by several threads, one program by one thread at a time. */

enum { CNVRTC_NO_FUNCTION = -1 };

/* An opened library. */
typedef struct cnvrtc_library cnvrtc_library;
/* NVRTC's unit of compilation. */
typedef struct cnvrtc_program cnvrtc_program;

/* A moment on the monotonic clock, in nanoseconds, after which a compilation is to end. It must stay in place while the
   program that watches it is compiled. */
typedef struct {
    int64_t nanoseconds;
} cnvrtc_deadline;

/* Opens the library at a path, and before it the one with its built-in functions; NULL with the reason in `message` where
   one cannot be loaded or the first is no NVRTC. NVRTC looks for the other one beside itself, but only where nobody has
   replaced dlopen, as a worker does. */
cnvrtc_library *cnvrtc_open(const char *path, const char *builtins, char *message, size_t message_size);
void cnvrtc_close(cnvrtc_library *library);

int cnvrtc_version(const cnvrtc_library *library, int *major, int *minor);
int cnvrtc_architecture_count(const cnvrtc_library *library, int *count);
/* Writes as many numbers as `cnvrtc_architecture_count` said. */
int cnvrtc_architectures(const cnvrtc_library *library, int *numbers);

int cnvrtc_create(
    const cnvrtc_library *library, cnvrtc_program **program, const char *source, const char *name, int header_count,
    const char *const *header_texts, const char *const *header_names);
int cnvrtc_destroy(const cnvrtc_library *library, cnvrtc_program *program);
int cnvrtc_add_name(const cnvrtc_library *library, cnvrtc_program *program, const char *expression);
/* Cancels the program's compilation when the deadline has passed. */
int cnvrtc_watch(const cnvrtc_library *library, cnvrtc_program *program, const cnvrtc_deadline *deadline);
int cnvrtc_compile(
    const cnvrtc_library *library, cnvrtc_program *program, int option_count, const char *const *options);
/* The name stays valid as long as the program. */
int cnvrtc_lowered_name(
    const cnvrtc_library *library, cnvrtc_program *program, const char *expression, const char **name);

/* The sizes of texts count their closing zero. */
int cnvrtc_log_size(const cnvrtc_library *library, cnvrtc_program *program, size_t *size);
int cnvrtc_log(const cnvrtc_library *library, cnvrtc_program *program, char *text);
int cnvrtc_ptx_size(const cnvrtc_library *library, cnvrtc_program *program, size_t *size);
int cnvrtc_ptx(const cnvrtc_library *library, cnvrtc_program *program, char *text);
int cnvrtc_cubin_size(const cnvrtc_library *library, cnvrtc_program *program, size_t *size);
int cnvrtc_cubin(const cnvrtc_library *library, cnvrtc_program *program, char *bytes);
