/* Features against what a vector says of them. */
#ifndef COMPARE_H
#define COMPARE_H

#include <cjson/cJSON.h>
#include <tiprdc.h>

/* Numbers against a list. */
void compare_numbers(const float *found, size_t length, const cJSON *expected, double tolerance);

/* A shape against a list. */
void compare_shape(const size_t *axes, size_t rank, const cJSON *expected);

/* Shape, numbers, indices and table of features, and that what is written and read again is the same. */
void compare_features(const tiprdc_features_t *features, const cJSON *expected, double tolerance);

#endif
