#include "stockpilot/memory/private_process.h"

#include <sys/prctl.h>

void process_keep_private(void)
{
#ifndef WITH_ADDRESS_SANITIZER
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
