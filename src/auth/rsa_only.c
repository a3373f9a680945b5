#include "rsa_only.h"

#include <openssl/core_dispatch.h>
#include <openssl/provider.h>
#include <stdbool.h>
#include <string.h>

#define MOST_KEPT 8

/* The real default provider, in a context of its own. */
static OSSL_PROVIDER *complete;

static bool is_named(const OSSL_ALGORITHM *algorithm, const char *first_name)
{
    size_t length = strlen(first_name);
    return strncmp(algorithm->algorithm_names, first_name, length) == 0 &&
           (algorithm->algorithm_names[length] == ':' ||
            algorithm->algorithm_names[length] == '\0');
}

static bool is_kept(int operation, const OSSL_ALGORITHM *algorithm)
{
    switch (operation) {
    case OSSL_OP_DIGEST:
        return is_named(algorithm, "SHA2-256");
    case OSSL_OP_KEYMGMT:
    case OSSL_OP_SIGNATURE:
        return is_named(algorithm, "RSA");
    case OSSL_OP_DECODER: /* PEM → DER → SubjectPublicKeyInfo → RSA */
        return is_named(algorithm, "DER") ||
               (is_named(algorithm, "RSA") &&
                strstr(algorithm->property_definition, "SubjectPublicKeyInfo") != NULL);
    default:
        return false;
    }
}

static const OSSL_ALGORITHM *query(void *context, int operation, int *no_store)
{
    static OSSL_ALGORITHM kept[OSSL_OP__HIGHEST + 1]
                              [MOST_KEPT + 1]; /* each ends with an empty one */
    (void)context;
    *no_store = 0;
    if (operation < 0 || operation > OSSL_OP__HIGHEST) {
        return NULL;
    }
    const OSSL_ALGORITHM *all = OSSL_PROVIDER_query_operation(complete, operation, no_store);
    size_t count = 0;
    for (; all != NULL && all->algorithm_names != NULL && count < MOST_KEPT; all++) {
        if (is_kept(operation, all)) {
            kept[operation][count++] = *all;
        }
    }
    return count > 0 ? kept[operation] : NULL;
}

static int init_provider(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *offered,
                         const OSSL_DISPATCH **ours, void **context)
{
    static const OSSL_DISPATCH functions[] = {
        { OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query },
        { 0, NULL },
    };
    (void)handle;
    (void)offered;
    *ours = functions;
    *context = OSSL_PROVIDER_get0_provider_ctx(complete); /* the functions we pass on are its own */
    return 1;
}

OSSL_LIB_CTX *rsa_only_context(void)
{
    static OSSL_LIB_CTX *narrow;
    if (narrow != NULL) {
        return narrow;
    }
    OSSL_LIB_CTX *wide = OSSL_LIB_CTX_new();
    OSSL_LIB_CTX *made = OSSL_LIB_CTX_new();
    complete = wide != NULL ? OSSL_PROVIDER_load(wide, "default") : NULL;
    if (made != NULL && complete != NULL &&
        OSSL_PROVIDER_add_builtin(made, "rsa-only", init_provider) == 1 &&
        OSSL_PROVIDER_load(made, "rsa-only") != NULL) {
        narrow = made;
        return narrow;
    }
    OSSL_LIB_CTX_free(made);
    OSSL_LIB_CTX_free(wide);
    complete = NULL;
    return NULL;
}
