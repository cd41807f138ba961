/* load.json: files that are no encoders. */
#include "check.h"
#include "files.h"
#include "suite.h"
#include "vector.h"

static void run_case(const cJSON *test) {
    tiprdc_status_t expected = expected_status(test);
    const cJSON *max_bytes = cJSON_GetObjectItemCaseSensitive(test, "max_bytes");
    const cJSON *max_work = cJSON_GetObjectItemCaseSensitive(test, "max_work");
    const char *name = text_or_null(test, "file");
    char *path = testdata_path(name);
    tiprdc_encoder_t *encoder = NULL;
    tiprdc_options_t *options = NULL;
    CHECK_OK(tiprdc_options_new(&options));
    if (cJSON_IsNumber(max_bytes)) {
        CHECK_OK(tiprdc_options_set_max_bytes(options, (uint64_t)max_bytes->valuedouble));
    }
    if (cJSON_IsNumber(max_work)) {
        CHECK_OK(tiprdc_options_set_max_work(options, (uint64_t)max_work->valuedouble));
    }
    if (!cJSON_IsNumber(max_bytes) && !cJSON_IsNumber(max_work)) {
        CHECK_STATUS(tiprdc_encoder_open(path, &encoder), expected);
        CHECK((encoder != NULL) == (expected == TIPRDC_OK));
        tiprdc_encoder_free(encoder);
        encoder = NULL;
    }
    CHECK_STATUS(tiprdc_encoder_open_with(path, options, &encoder), expected);
    CHECK((encoder != NULL) == (expected == TIPRDC_OK));
    CHECK(expected == TIPRDC_OK || tiprdc_last_error()[0] != '\0');
    tiprdc_encoder_free(encoder);
    encoder = NULL;

    file_t file = read_testdata(name);
    if (file.bytes != NULL) {
        CHECK_STATUS(tiprdc_encoder_from_bytes(file.bytes, file.length, options, &encoder), expected);
        CHECK((encoder != NULL) == (expected == TIPRDC_OK));
        tiprdc_encoder_free(encoder);
    } else {
        CHECK(expected == TIPRDC_ERROR_FILE_UNREADABLE);
    }
    free(file.bytes);
    tiprdc_options_free(options);
    free(path);
}

void run_load(const char *file, const cJSON *vectors) {
    const cJSON *test;
    cJSON_ArrayForEach(test, member(vectors, "cases")) {
        checking(file, text_or_null(test, "name"));
        count_case();
        run_case(test);
    }
}
