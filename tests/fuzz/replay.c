/*
 * replay.c - main() of a fuzz target in builds without libFuzzer: runs every file of a corpus
 * through it, as `make check` does. A target fuzz_NAME replays tests/fuzz/corpus/NAME, or the files
 * given.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_target.h"

/* In a block of its exact size, so that AddressSanitizer sees a read past the end. */
static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    long size = ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(size > 0 ? (size_t)size : 1);
    if (bytes == NULL || fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    fclose(file);
    /* Whoever sees this target abort wants to know on which input. */
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(bytes, (size_t)size);
    free(bytes);
    return 1;
}

/* The caller frees it. */
static char *join(const char *directory, const char *name)
{
    char *path;
    if (asprintf(&path, "%s/%s", directory, name) < 0) {
        perror(name);
        exit(EXIT_FAILURE);
    }
    return path;
}

static int replay_directory(const char *directory)
{
    struct dirent **entries;
    int replayed = 0;
    int count = scandir(directory, &entries, NULL, alphasort);
    if (count < 0) {
        perror(directory);
        exit(EXIT_FAILURE);
    }
    for (int i = 0; i < count; i++) {
        char *path = join(directory, entries[i]->d_name);
        replayed += entries[i]->d_name[0] == '.' ? 0 : replay_file(path);
        free(path);
        free(entries[i]);
    }
    free(entries);
    return replayed;
}

static int replay_corpus_of(const char *program)
{
    static const char prefix[] = "fuzz_";
    const char *top = getenv("top_srcdir");
    if (strncmp(program, prefix, sizeof prefix - 1) != 0) {
        fprintf(stderr, "%s: a fuzz target is called fuzz_NAME\n", program);
        exit(EXIT_FAILURE);
    }
    char *corpora = join(top == NULL ? "." : top, "tests/fuzz/corpus");
    char *corpus = join(corpora, program + sizeof prefix - 1);
    int replayed = replay_directory(corpus);
    free(corpus);
    free(corpora);
    return replayed;
}

int main(int argc, char **argv)
{
    int replayed = 0;
    for (int i = 1; i < argc; i++) {
        replayed += replay_file(argv[i]);
    }
    if (argc == 1) {
        replayed = replay_corpus_of(program_invocation_short_name);
    }
    if (replayed == 0) {
        fprintf(stderr, "there is nothing to replay\n");
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
