#include "stockpilot/json/json_read.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "json_scan.h"
#include "stockpilot/text/decimal.h"

/* Up to this many members, comparing each with each is faster than sorting. */
#define FEW_MEMBERS 12

/* A json_value is a cJSON item; nobody outside of this file knows. */
static const cJSON *item_of(const struct json_value *value)
{
    return (const cJSON *)(const void *)value;
}

static const struct json_value *value_of(const cJSON *item)
{
    return (const struct json_value *)(const void *)item;
}

static void delete_tree(void *tree)
{
    cJSON_Delete(tree);
}

static enum error_kind complain(struct error *error, const struct json_complaint *complaint)
{
    return error_set(error, ERROR_MALFORMED, "The JSON cannot be read at byte %zu: %s.",
                     complaint->at, complaint->what);
}

static enum error_kind out_of_memory(struct error *error)
{
    return error_set_cause(error, ERROR_INTERNAL, "no memory for a JSON document");
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* cJSON keeps the last child's address in the first one's `prev`, and no count. */
static size_t count_children(const cJSON *container)
{
    size_t count = 0;
    for (const cJSON *child = container->child; child != NULL; child = child->next) {
        count++;
    }
    return count;
}

static const char *repeated_among_few(const cJSON *object)
{
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        for (const cJSON *other = member->next; other != NULL; other = other->next) {
            if (strcmp(member->string, other->string) == 0) {
                return member->string;
            }
        }
    }
    return NULL;
}

/* Sorted, equal names are neighbours: a sender cannot make this quadratic. */
static enum error_kind repeated_among_many(const cJSON *object, size_t count, const char **repeated)
{
    const char **names = malloc(count * sizeof *names);
    if (names == NULL) {
        return ERROR_INTERNAL;
    }
    size_t i = 0;
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        names[i++] = member->string;
    }
    qsort(names, count, sizeof *names, compare_names);
    for (i = 1; i < count && *repeated == NULL; i++) {
        if (strcmp(names[i - 1], names[i]) == 0) {
            *repeated = names[i];
        }
    }
    free(names);
    return ERROR_NONE;
}

static enum error_kind check_names(const cJSON *object, struct error *error)
{
    const char *repeated = NULL;
    size_t count = count_children(object);
    if (count <= FEW_MEMBERS) {
        repeated = repeated_among_few(object);
    } else if (repeated_among_many(object, count, &repeated) != ERROR_NONE) {
        return out_of_memory(error);
    }
    if (repeated == NULL) {
        return ERROR_NONE;
    }
    return error_set(error, ERROR_MALFORMED, "The JSON has a member twice: %s", repeated);
}

/* Walks the tree in the order of the text: number tokens come in the order of number items. */
struct walk {
    struct arena *arena;
    const char *text;
    size_t length;
    size_t at; /* behind the last number token */
    struct error *error;
};

/* Puts the number's own text in the place of cJSON's double. The text is the arena's: for cJSON the
 * item is a reference, so that it does not free the text. */
static enum error_kind keep_number_text(struct walk *walk, cJSON *item)
{
    size_t length;
    const char *token = json_scan_next_number(walk->text, walk->length, &walk->at, &length);
    if (token == NULL) {
        return error_set_cause(walk->error, ERROR_INTERNAL,
                               "cJSON found a number that is not there");
    }
    char *copy = arena_copy(walk->arena, token, length);
    if (copy == NULL) {
        return out_of_memory(walk->error);
    }
    item->valuestring = copy;
    item->type = cJSON_Raw | cJSON_IsReference;
    return ERROR_NONE;
}

static enum error_kind visit(struct walk *walk, cJSON *item)
{
    if (cJSON_IsNumber(item)) {
        return keep_number_text(walk, item);
    }
    return cJSON_IsObject(item) ? check_names(item, walk->error) : ERROR_NONE;
}

static enum error_kind visit_all(struct walk *walk, cJSON *root)
{
    cJSON *ancestors[JSON_DEFAULT_DEPTH + 1];
    unsigned depth = 0;
    for (cJSON *item = root; item != NULL;) {
        enum error_kind kind = visit(walk, item);
        if (kind != ERROR_NONE) {
            return kind;
        }
        if (item->child != NULL) {
            ancestors[depth++] = item;
            item = item->child;
            continue;
        }
        while (item != root && item->next == NULL) {
            item = ancestors[--depth];
        }
        item = item == root ? NULL : item->next;
    }
    return ERROR_NONE;
}

enum error_kind json_parse(struct arena *arena, const char *text, size_t length, unsigned depth,
                           const struct json_value **value, struct error *error)
{
    struct json_complaint complaint;
    if (depth == 0 || depth > JSON_DEFAULT_DEPTH) {
        depth = JSON_DEFAULT_DEPTH;
    }
    if (!json_scan(text, length, depth, &complaint)) {
        return complain(error, &complaint);
    }
    /* What passed the scan, cJSON takes; so a failure here is one of memory. */
    cJSON *root = cJSON_ParseWithLengthOpts(text, length, NULL, false);
    if (root == NULL || arena_defer(arena, delete_tree, root) != ERROR_NONE) {
        return out_of_memory(error);
    }
    struct walk walk = { .arena = arena, .text = text, .length = length, .error = error };
    enum error_kind kind = visit_all(&walk, root);
    if (kind == ERROR_NONE) {
        *value = value_of(root);
    }
    return kind;
}

bool json_is_object(const struct json_value *value)
{
    return cJSON_IsObject(item_of(value));
}

bool json_is_array(const struct json_value *value)
{
    return cJSON_IsArray(item_of(value));
}

bool json_is_string(const struct json_value *value)
{
    return cJSON_IsString(item_of(value));
}

bool json_is_null(const struct json_value *value)
{
    return cJSON_IsNull(item_of(value));
}

const struct json_value *json_member(const struct json_value *object, const char *name)
{
    if (!json_is_object(object)) {
        return NULL;
    }
    return value_of(cJSON_GetObjectItemCaseSensitive(item_of(object), name));
}

const struct json_value *json_first(const struct json_value *array_or_object)
{
    return array_or_object == NULL ? NULL : value_of(item_of(array_or_object)->child);
}

const struct json_value *json_next(const struct json_value *value)
{
    return value == NULL ? NULL : value_of(item_of(value)->next);
}

const char *json_name(const struct json_value *member)
{
    return member == NULL ? NULL : item_of(member)->string;
}

const char *json_string(const struct json_value *value)
{
    return json_is_string(value) ? item_of(value)->valuestring : NULL;
}

void json_wipe_string(const struct json_value *value)
{
    if (json_is_string(value)) {
        char *text = item_of(value)->valuestring;
        explicit_bzero(text, strlen(text));
    }
}

const char *json_number_text(const struct json_value *value)
{
    return cJSON_IsRaw(item_of(value)) ? item_of(value)->valuestring : NULL;
}

bool json_integer(const struct json_value *value, int64_t *integer)
{
    const char *text = json_number_text(value);
    return text != NULL && decimal_parse_integer(text, strlen(text), integer);
}

bool json_boolean(const struct json_value *value, bool *boolean)
{
    if (!cJSON_IsBool(item_of(value))) {
        return false;
    }
    *boolean = cJSON_IsTrue(item_of(value));
    return true;
}
