#include "stockpilot/pool/restart_pause.h"

static int64_t pause_after(uint32_t quick_deaths)
{
    int64_t pause_ms = RESTART_PAUSE_FIRST_MS;
    for (uint32_t i = 1; i < quick_deaths && pause_ms < RESTART_PAUSE_MAX_MS; i++) {
        pause_ms *= 2;
    }
    return pause_ms < RESTART_PAUSE_MAX_MS ? pause_ms : RESTART_PAUSE_MAX_MS;
}

void restart_pause_note_death(struct restart_pause *pause, int64_t started_us, int64_t now_us)
{
    if (now_us - started_us >= (int64_t)RESTART_CALM_MS * 1000) {
        restart_pause_end(pause);
        return;
    }
    /* Those that were started before the last death was counted belong to the same misfortune. */
    if (pause->quick_deaths > 0 && started_us <= pause->begun_us) {
        return;
    }
    pause->quick_deaths++;
    pause->begun_us = now_us;
    pause->until_us = now_us + pause_after(pause->quick_deaths) * 1000;
}

void restart_pause_end(struct restart_pause *pause)
{
    *pause = (struct restart_pause){ 0 };
}
