/* private_process.h - a process whose memory is nobody else's to read. */
#ifndef STOCKPILOT_MEMORY_PRIVATE_PROCESS_H
#define STOCKPILOT_MEMORY_PRIVATE_PROCESS_H

/* For programs that have secrets in their memory: no core file, and no debugger of the same user.
 * The leak check of a sanitizer build is such a debugger, and is let in. */
void process_keep_private(void);

#endif
