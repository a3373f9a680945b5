#include "spawn.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "stockpilot/log/log.h"

static _Noreturn void run_worker(const struct spawn_settings *settings)
{
    char name[] = "stockpilot-api";
    char option[] = "--config";
    bool configured = settings->config_file != NULL;
    char *arguments[] = { name, configured ? option : NULL, settings->config_file, NULL };
    sigprocmask(SIG_SETMASK, settings->signals, NULL);
    execv(settings->worker, arguments);
    LOG(LOG_LEVEL_ERROR, "worker_not_run", LOG_TEXT("program", settings->worker),
        LOG_TEXT("reason", strerror(errno)));
    _exit(EXIT_NOT_RUN);
}

pid_t spawn_worker(const struct spawn_settings *settings, struct scoreboard *scoreboard,
                   uint32_t generation)
{
    pid_t pool = getpid();
    pid_t pid = fork();
    if (pid != 0) {
        return pid;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
    if (getppid() != pool) {
        _exit(EXIT_NOT_RUN); /* it died before that could take effect */
    }
    (void)scoreboard_join(scoreboard, generation); /* all slots taken: it serves unseen */
    run_worker(settings);
}
