#include "compare.h"
#include "check.h"
#include "vector.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void compare_numbers(const float *found, size_t length, const cJSON *expected, double tolerance) {
    size_t count = 0;
    float *numbers = floats(expected, &count);
    if (CHECK(count == length)) {
        double worst = 0;
        for (size_t index = 0; index < count; index++) {
            double difference = fabs((double)found[index] - (double)numbers[index]);
            bool both_nan = isnan(found[index]) && isnan(numbers[index]);
            bool same = both_nan || found[index] == numbers[index];
            if (!same && (isnan(difference) || difference > worst)) {
                worst = isnan(difference) ? INFINITY : difference;
            }
        }
        if (!CHECK(worst <= tolerance)) {
            fprintf(stderr, "    largest difference %g, tolerance %g\n", worst, tolerance);
        }
    }
    free(numbers);
}

void compare_shape(const size_t *axes, size_t rank, const cJSON *expected) {
    size_t count = 0;
    size_t *shape = sizes(expected, &count);
    if (CHECK(count == rank)) {
        CHECK(memcmp(axes, shape, rank * sizeof *axes) == 0);
    }
    free(shape);
}

static void compare_indices(const tiprdc_features_t *features, const cJSON *expected) {
    const uint32_t *indices = NULL;
    size_t length = 0;
    const char *table = NULL;
    CHECK_OK(tiprdc_features_indices(features, &indices, &length));
    CHECK_OK(tiprdc_features_table(features, &table));
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(expected, "indices");
    if (!cJSON_IsArray(list)) {
        CHECK(indices == NULL && length == 0);
        CHECK(table == NULL);
        return;
    }
    CHECK_TEXT(table, text_or_null(expected, "table"));
    if (CHECK(length == (size_t)cJSON_GetArraySize(list))) {
        size_t index = 0;
        const cJSON *item;
        cJSON_ArrayForEach(item, list) {
            CHECK(indices[index++] == (uint32_t)item->valuedouble);
        }
    }
}

static void compare_once(const tiprdc_features_t *features, const cJSON *expected, double tolerance) {
    const float *data = NULL;
    const size_t *axes = NULL;
    size_t length = 0, rank = 0, rows = 0;
    CHECK_OK(tiprdc_features_data(features, &data, &length));
    CHECK_OK(tiprdc_features_shape(features, &axes, &rank));
    CHECK_OK(tiprdc_features_rows(features, &rows));
    compare_numbers(data, length, member(expected, "data"), tolerance);
    compare_shape(axes, rank, member(expected, "shape"));
    CHECK(rank > 0 && axes[0] == rows);
    compare_indices(features, expected);
}

static void compare_texts(const tiprdc_features_t *left, const tiprdc_features_t *right) {
    tiprdc_status_t (*const readers[])(const tiprdc_features_t *, const char **) = {
        tiprdc_features_encoder, tiprdc_features_release, tiprdc_features_dtype};
    for (size_t index = 0; index < sizeof readers / sizeof readers[0]; index++) {
        const char *before = NULL, *after = NULL;
        CHECK_OK(readers[index](left, &before));
        CHECK_OK(readers[index](right, &after));
        CHECK_TEXT(after, before);
    }
}

void compare_features(const tiprdc_features_t *features, const cJSON *expected, double tolerance) {
    compare_once(features, expected, tolerance);
    const uint8_t *bytes = NULL;
    size_t length = 0;
    tiprdc_features_t *again = NULL;
    if (CHECK_OK(tiprdc_features_to_bytes(features, &bytes, &length)) &&
        CHECK_OK(tiprdc_features_from_bytes(bytes, length, &again))) {
        const float *before = NULL, *after = NULL;
        size_t count = 0, count_after = 0;
        CHECK_OK(tiprdc_features_data(features, &before, &count));
        CHECK_OK(tiprdc_features_data(again, &after, &count_after));
        CHECK(count == count_after && memcmp(before, after, count * sizeof *before) == 0);
        compare_once(again, expected, tolerance);
        compare_texts(features, again);
    }
    tiprdc_features_free(again);
}
