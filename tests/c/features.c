/* features.json and resolve.json: features files, and indices with their tables. */
#include "check.h"
#include "compare.h"
#include "files.h"
#include "suite.h"
#include "vector.h"

/* A features file; NULL, and a failed check, if it is not what the case expects. */
static tiprdc_features_t *read_features(const char *name, tiprdc_status_t expected) {
    file_t file = read_testdata(name);
    tiprdc_features_t *features = NULL;
    if (CHECK(file.bytes != NULL)) {
        CHECK_STATUS(tiprdc_features_from_bytes(file.bytes, file.length, &features), expected);
        CHECK((features != NULL) == (expected == TIPRDC_OK));
    }
    free(file.bytes);
    return features;
}

static void compare_text(const tiprdc_features_t *features, const cJSON *test, const char *name,
                         tiprdc_status_t (*reader)(const tiprdc_features_t *, const char **)) {
    const char *text = NULL;
    CHECK_OK(reader(features, &text));
    CHECK_TEXT(text, text_or_null(test, name));
}

void run_features(const char *file, const cJSON *vectors) {
    const cJSON *test;
    cJSON_ArrayForEach(test, member(vectors, "cases")) {
        checking(file, text_or_null(test, "name"));
        count_case();
        tiprdc_features_t *features = read_features(text_or_null(test, "file"), expected_status(test));
        if (features != NULL) {
            compare_features(features, test, 0);
            compare_text(features, test, "encoder", tiprdc_features_encoder);
            compare_text(features, test, "release", tiprdc_features_release);
            compare_text(features, test, "dtype", tiprdc_features_dtype);
        }
        tiprdc_features_free(features);
    }
}

static void resolve(const cJSON *test, const tiprdc_table_t *table) {
    const char *digest = NULL;
    const size_t *axes = NULL;
    size_t rank = 0;
    CHECK_OK(tiprdc_table_digest(table, &digest));
    CHECK(digest != NULL && digest[0] != '\0');
    CHECK_OK(tiprdc_table_shape(table, &axes, &rank));
    CHECK(rank >= 1 && axes[0] >= 2);

    tiprdc_status_t expected = expected_status(test);
    tiprdc_features_t *features = read_features(text_or_null(test, "features"), TIPRDC_OK);
    tiprdc_features_t *resolved = NULL;
    CHECK_STATUS(tiprdc_table_resolve(table, features, &resolved), expected);
    CHECK((resolved != NULL) == (expected == TIPRDC_OK));
    if (resolved != NULL) {
        compare_features(resolved, member(test, "resolved"), 0);
    }
    tiprdc_features_free(resolved);
    tiprdc_features_free(features);
}

void run_resolve(const char *file, const cJSON *vectors) {
    const cJSON *test;
    cJSON_ArrayForEach(test, member(vectors, "cases")) {
        checking(file, text_or_null(test, "name"));
        count_case();
        tiprdc_status_t expected = expected_status(test);
        bool malformed = expected == TIPRDC_ERROR_TABLE_MALFORMED;
        file_t bytes = read_testdata(text_or_null(test, "table"));
        tiprdc_table_t *table = NULL;
        if (CHECK(bytes.bytes != NULL)) {
            CHECK_STATUS(tiprdc_table_from_bytes(bytes.bytes, bytes.length, &table),
                         malformed ? expected : TIPRDC_OK);
        }
        CHECK((table != NULL) != malformed);
        if (table != NULL) {
            resolve(test, table);
        }
        tiprdc_table_free(table);
        free(bytes.bytes);
    }
}
