#include "jwks_shared.h"

#include "stockpilot/memory/shared_object.h"

static int prepare(void *memory)
{
    struct jwks_shared *shared = memory;
    return shared_mutex_init(&shared->fetching);
}

static const struct shared_layout layout = {
    .magic = UINT64_C(0x53504a574b530002),
    .size = sizeof(struct jwks_shared),
    .prepare = prepare,
};

struct jwks_shared *jwks_shared_map(const char *name, struct error *error)
{
    return shared_object_map(name, &layout, NULL, error);
}

void jwks_shared_unmap(struct jwks_shared *shared)
{
    shared_object_unmap(shared, &layout);
}
