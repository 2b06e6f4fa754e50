#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int sandbox_shared_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int sandbox_socket_pair(int ends[2]) {
    int one = 1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
    return setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &one, sizeof one);
}

ssize_t sandbox_send(int socket, const void *bytes, size_t count, const int *descriptors, int descriptor_count) {
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(16 * sizeof(int))];
    } control;
    struct iovec vector = {.iov_base = (void *)bytes, .iov_len = count};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    if (descriptor_count > 16) {
        errno = EINVAL;
        return -1;
    }
    if (descriptor_count > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE((size_t)descriptor_count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN((size_t)descriptor_count * sizeof(int));
        memcpy(CMSG_DATA(header), descriptors, (size_t)descriptor_count * sizeof(int));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

static void take_descriptors(struct cmsghdr *header, int *descriptors, int capacity, int *taken) {
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
        int descriptor;
        memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
        if (*taken < capacity) {
            descriptors[(*taken)++] = descriptor;
        } else {
            close(descriptor);
        }
    }
}

ssize_t sandbox_receive(int socket, void *bytes, size_t count, int *descriptors, int capacity, int *descriptor_count,
                        pid_t *sender) {
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(16 * sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec vector = {.iov_base = bytes, .iov_len = count};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control};
    ssize_t received;
    do {
        received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (received < 0 && errno == EINTR);
    *descriptor_count = 0;
    if (received < 0) return received;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET) continue;
        if (header->cmsg_type == SCM_RIGHTS) take_descriptors(header, descriptors, capacity, descriptor_count);
        if (header->cmsg_type == SCM_CREDENTIALS) {
            struct ucred credentials;
            memcpy(&credentials, CMSG_DATA(header), sizeof credentials);
            *sender = credentials.pid;
        }
    }
    return received;
}

static int limit(int resource, uint64_t value) {
    if (value == 0) return 0;
    struct rlimit old;
    if (getrlimit((__rlimit_resource_t)resource, &old) != 0) return -1;
    rlim_t bound = old.rlim_max < value ? old.rlim_max : value;
    struct rlimit new = {.rlim_cur = bound, .rlim_max = bound};
    return setrlimit((__rlimit_resource_t)resource, &new);
}

int sandbox_limit(uint64_t address_space, uint64_t cpu_seconds, uint64_t file_bytes, uint64_t processes) {
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) return -1;
    if (limit(RLIMIT_AS, address_space) != 0 || limit(RLIMIT_CPU, cpu_seconds) != 0) return -1;
    return limit(RLIMIT_FSIZE, file_bytes) != 0 || limit(RLIMIT_NPROC, processes) != 0 ? -1 : 0;
}

int sandbox_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }

int sandbox_spawn(pid_t *process, const char *path, char *const arguments[], char *const environment[],
                  const int *descriptors, int count) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) return error;
    posix_spawnattr_init(&attributes);
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    /* The descriptors are first moved out of the way of the numbers they are to get. */
    for (int i = 0; error == 0 && i < count; i++) {
        error = posix_spawn_file_actions_adddup2(&actions, descriptors[i], 1000 + i);
    }
    for (int i = 0; error == 0 && i < count; i++) {
        error = posix_spawn_file_actions_adddup2(&actions, 1000 + i, i);
    }
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions, count);
    if (error == 0) error = posix_spawn(process, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

int sandbox_wait(pid_t process, int milliseconds, int *status) {
    int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
    if (descriptor >= 0) {
        struct pollfd query = {.fd = descriptor, .events = POLLIN};
        int ready = poll(&query, 1, milliseconds);
        close(descriptor);
        if (ready == 0) return 0;
    }
    return waitpid(process, status, 0) == process ? 1 : -1;
}
