/* The parts of the suite: one per kind of vector, and what no vector says. */
#ifndef SUITE_H
#define SUITE_H

#include <cjson/cJSON.h>

/* Each runs one file of vectors. */
void run_errors(const char *file, const cJSON *vectors);
void run_encode(const char *file, const cJSON *vectors);
void run_load(const char *file, const cJSON *vectors);
void run_features(const char *file, const cJSON *vectors);
void run_resolve(const char *file, const cJSON *vectors);
void run_windows(const char *file, const cJSON *vectors);

/* NULL, closed, wrong and impossible arguments; with an encoder of series. */
void run_misuse(const char *series_encoder);
void run_misuse_arguments(const char *series_encoder);

/* Several threads on one encoder of series. */
void run_threads(const char *series_encoder);

#endif
