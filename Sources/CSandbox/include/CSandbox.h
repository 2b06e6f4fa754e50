#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What Swift cannot say: anonymous files, descriptors sent over sockets, resource limits, signal handlers and
   seccomp filters. Functions return -1 and set errno on failure unless they say otherwise. */

/* An anonymous shared file (memfd), closed on exec. */
int sandbox_shared_file(const char *name);

/* Both ends of a stream socket, closed on exec; messages read from ends[0] carry the sender's process id. */
int sandbox_socket_pair(int ends[2]);

/* Sends bytes, with descriptors attached to the first of them; returns the count sent. */
ssize_t sandbox_send(int socket, const void *bytes, size_t count, const int *descriptors, int descriptor_count);

/* Receives bytes. Descriptors that came along are stored (up to `capacity`, further ones are closed); `*sender` is the
   sender's process id in this process's namespace where the socket reports it, else left alone. 0 at end of file. */
ssize_t sandbox_receive(int socket, void *bytes, size_t count, int *descriptors, int capacity, int *descriptor_count,
                        pid_t *sender);

/* Limits this process and its children; zero leaves a limit as it is. Core files are always off. */
int sandbox_limit(uint64_t address_space, uint64_t cpu_seconds, uint64_t file_bytes, uint64_t processes);

/* Has the kernel kill this process when the thread that started it ends. */
int sandbox_die_with_parent(void);

/* Starts a program with descriptors 0...count-1 replaced by `descriptors` and every other closed.
   Returns 0 or the error number. */
int sandbox_spawn(pid_t *process, const char *path, char *const arguments[], char *const environment[],
                  const int *descriptors, int count);

/* Waits for a child to end. Returns 1 with its status, 0 when the time passed. */
int sandbox_wait(pid_t process, int milliseconds, int *status);

/* How a worker died, written by its signal handler into memory shared with its parent. */
struct sandbox_report {
    int32_t signal;      /* 0: nothing to report */
    int32_t system_call; /* for SIGSYS */
    int32_t region;      /* for SIGSEGV and SIGBUS: index of the watched region, or -1 */
    int32_t inside;      /* whether the address lies inside the region's data */
};

/* Installs handlers for SIGSYS, SIGSEGV and SIGBUS that fill `report`. */
int sandbox_report_to(struct sandbox_report *report);

/* A range of addresses that the handlers recognize: data [begin, end) within the guards [low, high). */
struct sandbox_region {
    uintptr_t low, begin, end, high;
};

/* Replaces the watched regions; the array must stay alive. */
void sandbox_watch(const struct sandbox_region *regions, size_t count);

/* A range of addresses from which system calls may come. */
struct sandbox_text {
    uintptr_t low, high;
};

enum sandbox_filter {
    SANDBOX_COMPILE, /* everything a compiler and a linker do; no network, tracing, mounting or kernel interfaces */
    SANDBOX_LOAD,    /* what loading a program takes: reading and writing files, memory, waiting; no new processes */
    SANDBOX_RUN      /* memory, waiting and the open descriptors only */
};

/* Filters system calls of all threads of this process for good; filters add up. Whatever is not allowed raises SIGSYS.
   With `texts`, calls from any other address are refused whatever their number. At most 16 texts. */
int sandbox_install(enum sandbox_filter filter, const struct sandbox_text *texts, size_t count);

/* The name of a system call that the filters know, or NULL. */
const char *sandbox_call_name(int number);
