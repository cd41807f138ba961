/* Parts of test vectors: numbers, shapes, inputs. */
#ifndef VECTOR_H
#define VECTOR_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <tiprdc.h>

/* A list of numbers, with "nan", "inf" and "-inf". The caller frees it. */
float *floats(const cJSON *list, size_t *count);

/* A list of whole numbers. The caller frees it. */
size_t *sizes(const cJSON *list, size_t *count);

/* A member that must be there. */
const cJSON *member(const cJSON *object, const char *name);

/* The text of a member; NULL if the member is null or not there. */
const char *text_or_null(const cJSON *object, const char *name);

/* The error that a case expects; TIPRDC_OK if none. */
tiprdc_status_t expected_status(const cJSON *test);

/* One input, with the memory it points to. */
typedef struct {
    tiprdc_input_t input;
    void *values; /* numbers, pixels or fields */
    size_t *axes;
} vector_input_t;

/* Reads an INPUT; texts stay those of the JSON. Ends the program for a kind that is not known. */
vector_input_t read_input(const cJSON *json);

/* Frees what an input points to. */
void free_input(vector_input_t *input);

#endif
