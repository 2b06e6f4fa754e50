#define _GNU_SOURCE
#include "CSandbox.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

/* A signal handler can reach nothing but static memory. */
static struct sandbox_report *shared_report;
static const struct sandbox_region *watched;
static size_t watched_count;

void sandbox_watch(const struct sandbox_region *regions, size_t count) {
    watched_count = 0;
    watched = regions;
    watched_count = count;
}

static void locate(uintptr_t address, struct sandbox_report *report) {
    report->region = -1;
    for (size_t i = 0; i < watched_count; i++) {
        if (address < watched[i].low || address >= watched[i].high) continue;
        report->region = (int32_t)i;
        report->inside = address >= watched[i].begin && address < watched[i].end;
        return;
    }
}

static void handle(int signal, siginfo_t *info, void *context) {
    (void)context;
    struct sandbox_report report = {.signal = signal, .region = -1};
    if (signal == SIGSYS) {
        report.system_call = info->si_syscall;
    } else {
        locate((uintptr_t)info->si_addr, &report);
    }
    /* The first report stands; the signal field is written last because the parent reads it first. */
    if (shared_report->signal == 0) {
        shared_report->system_call = report.system_call;
        shared_report->region = report.region;
        shared_report->inside = report.inside;
        shared_report->signal = report.signal;
    }
    _exit(128 + signal);
}

int sandbox_report_to(struct sandbox_report *report) {
    static const int signals[] = {SIGSYS, SIGSEGV, SIGBUS};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    shared_report = report;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        if (sigaction(signals[i], &action, NULL) != 0) return -1;
    }
    return 0;
}
