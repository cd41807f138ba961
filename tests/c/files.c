#define _POSIX_C_SOURCE 200809L
#include "files.h"
#include <dirent.h>
#include <stdio.h>
#include <string.h>

static const char *testdata = ".";

void set_testdata(const char *folder) {
    testdata = folder;
}

void *allocate(size_t count, size_t size) {
    void *memory = calloc(count == 0 ? 1 : count, size);
    if (memory == NULL) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    return memory;
}

char *testdata_path(const char *name) {
    size_t length = strlen(testdata) + strlen(name) + 2;
    char *path = allocate(length, 1);
    snprintf(path, length, "%s/%s", testdata, name);
    return path;
}

file_t read_testdata(const char *name) {
    file_t file = {NULL, 0};
    char *path = testdata_path(name);
    FILE *stream = fopen(path, "rb");
    free(path);
    if (stream == NULL) {
        return file;
    }
    fseek(stream, 0, SEEK_END);
    file.length = (size_t)ftell(stream);
    rewind(stream);
    /* Exactly as many bytes as the file has, so that a sanitizer sees a read beyond them; and a NUL of JSON
     * apart. */
    file.bytes = allocate(file.length, 1);
    if (fread(file.bytes, 1, file.length, stream) != file.length) {
        fprintf(stderr, "%s cannot be read\n", name);
        exit(2);
    }
    fclose(stream);
    return file;
}

static int by_name(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

char **list_vectors(size_t *count) {
    char *path = testdata_path("vectors");
    DIR *folder = opendir(path);
    if (folder == NULL) {
        fprintf(stderr, "no folder %s\n", path);
        exit(2);
    }
    free(path);
    char **names = NULL;
    *count = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        const char *dot = strrchr(entry->d_name, '.');
        if (dot == NULL || strcmp(dot, ".json") != 0) {
            continue;
        }
        names = realloc(names, (*count + 1) * sizeof *names);
        if (names == NULL) {
            exit(2);
        }
        names[*count] = strdup(entry->d_name);
        *count += 1;
    }
    closedir(folder);
    if (*count > 0) {
        qsort(names, *count, sizeof *names, by_name);
    }
    return names;
}
