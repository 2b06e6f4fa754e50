#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the system call filter knows x86-64 and AArch64"
#endif

/* Where the numbers of the x32 interface begin. */
#define X32_BIT 0x40000000u

struct call {
    int number;
    const char *name;
};

#define CALL(name) {__NR_##name, #name}

/* What a loaded program, the driver's threads and the C library need while kernels run. */
static const struct call running[] = {
    CALL(futex), CALL(read), CALL(write), CALL(close), CALL(recvmsg), CALL(sendmsg), CALL(mmap), CALL(munmap),
    CALL(mremap), CALL(madvise), CALL(mprotect), CALL(brk), CALL(clock_gettime), CALL(clock_getres),
    CALL(clock_nanosleep), CALL(nanosleep), CALL(gettimeofday), CALL(sched_yield), CALL(sched_getaffinity),
    CALL(exit), CALL(exit_group), CALL(rt_sigreturn), CALL(rt_sigprocmask), CALL(sigaltstack),
    CALL(restart_syscall), CALL(gettid), CALL(getpid), CALL(tgkill), CALL(getrandom), CALL(rseq),
    CALL(set_robust_list), CALL(ppoll),
#ifdef __NR_poll
    CALL(poll),
#endif
};

/* What unpacking and loading a program takes on top of that. */
static const struct call loading[] = {
    CALL(openat), CALL(newfstatat), CALL(fstat), CALL(statx), CALL(faccessat), CALL(faccessat2), CALL(lseek),
    CALL(pread64), CALL(pwrite64), CALL(readlinkat), CALL(getdents64), CALL(mkdirat), CALL(unlinkat),
    CALL(renameat2), CALL(ftruncate), CALL(fsync), CALL(fdatasync), CALL(flock), CALL(fcntl), CALL(ioctl), CALL(dup),
    CALL(uname), CALL(getcwd), CALL(geteuid), CALL(getuid), CALL(fchmod), CALL(fchmodat), CALL(utimensat),
    CALL(sched_setaffinity),
#ifdef __NR_open
    CALL(open), CALL(stat), CALL(lstat), CALL(access), CALL(readlink), CALL(mkdir), CALL(rmdir), CALL(unlink),
    CALL(rename), CALL(chmod), CALL(utime), CALL(utimes),
#endif
};

/* What neither a compiler nor a linker needs. */
static const struct call never_compiling[] = {
    CALL(socket), CALL(connect), CALL(bind), CALL(listen), CALL(accept), CALL(accept4), CALL(ptrace),
    CALL(process_vm_readv), CALL(process_vm_writev), CALL(mount), CALL(umount2), CALL(pivot_root), CALL(chroot),
    CALL(unshare), CALL(setns), CALL(bpf), CALL(perf_event_open), CALL(userfaultfd), CALL(io_uring_setup),
    CALL(io_uring_enter), CALL(io_uring_register), CALL(keyctl), CALL(add_key), CALL(request_key), CALL(kexec_load),
    CALL(init_module), CALL(finit_module), CALL(delete_module), CALL(open_by_handle_at), CALL(swapon), CALL(reboot),
    CALL(settimeofday), CALL(clock_settime), CALL(personality),
};

/* Only for the names of refused calls. */
static const struct call others[] = {
    CALL(clone), CALL(clone3), CALL(execve), CALL(execveat), CALL(kill), CALL(tkill), CALL(sendto), CALL(recvfrom),
    CALL(getppid), CALL(prctl), CALL(prlimit64), CALL(memfd_create), CALL(rt_sigaction), CALL(seccomp), CALL(shmget), CALL(wait4),
#ifdef __NR_fork
    CALL(fork), CALL(vfork), CALL(alarm), CALL(pause),
#endif
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct program {
    struct sock_filter code[512];
    unsigned short count;
};

static void emit(struct program *program, struct sock_filter instruction) {
    if (program->count < COUNT(program->code)) program->code[program->count++] = instruction;
}

#define EMIT(...) emit(program, (struct sock_filter)__VA_ARGS__)

static void load(struct program *program, size_t offset) {
    EMIT(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset));
}

static void finish(struct program *program, unsigned action) { EMIT(BPF_STMT(BPF_RET | BPF_K, action)); }

/* Refuses foreign interfaces, whose numbers mean other calls. */
static void check_architecture(struct program *program) {
    load(program, offsetof(struct seccomp_data, arch));
    EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCHITECTURE, 1, 0));
    finish(program, SECCOMP_RET_KILL_PROCESS);
    load(program, offsetof(struct seccomp_data, nr));
    EMIT(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1));
    finish(program, SECCOMP_RET_KILL_PROCESS);
}

/* Refuses calls from outside the texts. A text that crosses a 4 GiB boundary of addresses is cut into two before. */
static void check_origin(struct program *program, const struct sandbox_text *texts, size_t count) {
    size_t low = offsetof(struct seccomp_data, instruction_pointer);
    for (size_t i = 0; i < count; i++) {
        unsigned jump = (unsigned)((count - 1 - i) * 6);
        load(program, low + 4);
        EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(texts[i].low >> 32), 0, 4));
        load(program, low);
        EMIT(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (unsigned)texts[i].low, 0, 2));
        EMIT(BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, (unsigned)(texts[i].high - 1), 1, 0));
        EMIT(BPF_STMT(BPF_JMP | BPF_JA, jump + 1));
    }
    finish(program, SECCOMP_RET_TRAP);
}

static void match(struct program *program, const struct call *calls, size_t count, unsigned action) {
    for (size_t i = 0; i < count; i++) {
        EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i].number, 0, 1));
        finish(program, action);
    }
}

static int activate(const struct program *program) {
    struct sock_fprog compiled = {.len = program->count, .filter = (struct sock_filter *)program->code};
    if (program->count >= COUNT(program->code)) {
        errno = E2BIG;
        return -1;
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    return syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &compiled) == 0 ? 0 : -1;
}

int sandbox_install(enum sandbox_filter filter, const struct sandbox_text *texts, size_t count) {
    struct program storage = {.count = 0}, *program = &storage;
    if (count > 16) {
        errno = EINVAL;
        return -1;
    }
    check_architecture(program);
    if (count > 0) check_origin(program, texts, count);
    load(program, offsetof(struct seccomp_data, nr));
    if (filter == SANDBOX_COMPILE) {
        match(program, never_compiling, COUNT(never_compiling), SECCOMP_RET_TRAP);
        finish(program, SECCOMP_RET_ALLOW);
    } else {
        /* Compiler libraries install handlers of their own; they are told that it worked, and ours stay. */
        EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_rt_sigaction, 0, 1));
        finish(program, SECCOMP_RET_ERRNO);
        match(program, running, COUNT(running), SECCOMP_RET_ALLOW);
        if (filter == SANDBOX_LOAD) {
            match(program, loading, COUNT(loading), SECCOMP_RET_ALLOW);
            /* The second stage adds its filter through these; it can only take rights away. */
            EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_seccomp, 0, 1));
            finish(program, SECCOMP_RET_ALLOW);
            EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_prctl, 0, 1));
            finish(program, SECCOMP_RET_ALLOW);
        }
        finish(program, SECCOMP_RET_TRAP);
    }
    return activate(program);
}

static const char *find(const struct call *calls, size_t count, int number) {
    for (size_t i = 0; i < count; i++) {
        if (calls[i].number == number) return calls[i].name;
    }
    return NULL;
}

const char *sandbox_call_name(int number) {
    const char *name = find(running, COUNT(running), number);
    if (!name) name = find(loading, COUNT(loading), number);
    if (!name) name = find(never_compiling, COUNT(never_compiling), number);
    return name ? name : find(others, COUNT(others), number);
}
