#include "stockpilot/pool/scaling.h"

#include <stdbool.h>

#define BUSY_PERCENT 90
#define RUSHES 2
#define CALMS (SCALING_CALM_MS / SCALING_INTERVAL_MS)

/* What one fewer may have to do. */
#define CALM_PERCENT 50

static unsigned within(const struct scaling *scaling, unsigned number)
{
    if (number < scaling->minimum) {
        return scaling->minimum;
    }
    return number > scaling->maximum ? scaling->maximum : number;
}

void scaling_limit(struct scaling *scaling, unsigned minimum, unsigned maximum)
{
    scaling->minimum = minimum;
    scaling->maximum = maximum;
    scaling->wanted = within(scaling, scaling->wanted);
    scaling->rushes = 0;
    scaling->calms = 0;
}

void scaling_note(struct scaling *scaling, unsigned serving, unsigned busy_percent)
{
    /* Those it asked for last must have come before it asks for more. */
    bool rush = busy_percent >= BUSY_PERCENT && serving >= scaling->wanted;
    bool calm = serving > 1 && serving * busy_percent < (serving - 1) * CALM_PERCENT;
    scaling->rushes = rush ? scaling->rushes + 1 : 0;
    scaling->calms = calm ? scaling->calms + 1 : 0;
    if (scaling->rushes >= RUSHES) {
        scaling->rushes = 0;
        scaling->wanted = within(scaling, scaling->wanted + (scaling->wanted + 1) / 2);
    } else if (scaling->calms >= CALMS) {
        scaling->calms = CALMS / 2; /* the next one goes sooner */
        scaling->wanted = within(scaling, scaling->wanted - 1);
    }
}
