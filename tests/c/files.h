/* Files of the shared test data. */
#ifndef FILES_H
#define FILES_H

#include <stdint.h>
#include <stdlib.h>

typedef struct {
    uint8_t *bytes;
    size_t length;
} file_t;

/* The folder of test data, which paths in vectors are relative to. */
void set_testdata(const char *folder);

/* The path of a file of the test data; the caller frees it. */
char *testdata_path(const char *name);

/* A file of the test data; `bytes` is NULL if it is not there. The caller frees `bytes`. */
file_t read_testdata(const char *name);

/* Names of the files in vectors/, sorted; the caller frees each, and the list. */
char **list_vectors(size_t *count);

/* Memory, or the end of the program. */
void *allocate(size_t count, size_t size);

#endif
