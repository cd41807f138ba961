/* encode-*.json: one encoder, many inputs; each by every way that leads through the library. */
#include "check.h"
#include "compare.h"
#include "files.h"
#include "suite.h"
#include "vector.h"
#include <math.h>
#include <string.h>

/* What no feature is: shows whether a buffer was written to. */
static const float UNTOUCHED = -12345.5F;

typedef struct {
    tiprdc_encoder_t *encoder;
    const cJSON *vectors;
    double tolerance;
    size_t output_length;
} suite_t;

/* Opens the encoder, from its path and from memory, with the secret that the vectors name. */
static tiprdc_encoder_t *open_encoder(const cJSON *vectors) {
    tiprdc_options_t *options = NULL;
    CHECK_OK(tiprdc_options_new(&options));
    const char *memo = text_or_null(vectors, "memo");
    if (memo != NULL) {
        uint8_t secret[32];
        for (size_t index = 0; index < sizeof secret; index++) {
            char digits[3] = {memo[2 * index], memo[2 * index + 1], '\0'};
            secret[index] = (uint8_t)strtoul(digits, NULL, 16);
        }
        CHECK_OK(tiprdc_options_set_memo(options, secret, sizeof secret));
    }
    const char *name = text_or_null(vectors, "encoder");
    char *path = testdata_path(name);
    file_t file = read_testdata(name);
    tiprdc_encoder_t *encoder = NULL, *other = NULL;
    CHECK_OK(tiprdc_encoder_open_with(path, options, &encoder));
    CHECK_OK(tiprdc_encoder_from_bytes(file.bytes, file.length, options, &other));
    const char *digest = NULL, *same = NULL;
    CHECK_OK(tiprdc_encoder_digest(encoder, &digest));
    CHECK_OK(tiprdc_encoder_digest(other, &same));
    CHECK_TEXT(same, digest);
    tiprdc_encoder_free(other);
    tiprdc_options_free(options);
    free(file.bytes);
    free(path);
    return encoder;
}

static void check_info_text(const suite_t *suite, const cJSON *object, const char *name,
                            tiprdc_status_t (*reader)(const tiprdc_encoder_t *, const char **)) {
    const char *text = NULL;
    CHECK_OK(reader(suite->encoder, &text));
    CHECK_TEXT(text, text_or_null(object, name));
}

static void check_stated(const suite_t *suite, const char *name,
                         tiprdc_status_t (*reader)(const tiprdc_encoder_t *, bool *, double *)) {
    bool stated = false;
    double value = -1;
    const cJSON *expected = member(suite->vectors, name);
    CHECK_OK(reader(suite->encoder, &stated, &value));
    CHECK(stated == (bool)cJSON_IsNumber(expected));
    CHECK(fabs(value - (stated ? expected->valuedouble : 0)) <= 1e-12 * fabs(value));
}

static void check_private(const suite_t *suite, const cJSON *manifest) {
    const cJSON *names = member(member(manifest, "method"), "private");
    size_t count = 99;
    CHECK_OK(tiprdc_encoder_private_count(suite->encoder, &count));
    if (!CHECK(count == (size_t)cJSON_GetArraySize(names))) {
        return;
    }
    for (size_t index = 0; index < count; index++) {
        const char *text = NULL;
        CHECK_OK(tiprdc_encoder_private_attribute(suite->encoder, index, &text));
        CHECK_TEXT(text, cJSON_GetStringValue(cJSON_GetArrayItem(names, (int)index)));
    }
}

static void check_manifest(const suite_t *suite) {
    const char *text = NULL;
    CHECK_OK(tiprdc_encoder_manifest(suite->encoder, &text));
    cJSON *manifest = cJSON_Parse(text);
    if (CHECK(manifest != NULL)) {
        CHECK_TEXT(text_or_null(manifest, "name"), text_or_null(suite->vectors, "name"));
        check_private(suite, manifest);
    }
    cJSON_Delete(manifest);
}

static void check_info(suite_t *suite) {
    const cJSON *vectors = suite->vectors;
    const cJSON *input = member(vectors, "input");
    check_info_text(suite, vectors, "digest", tiprdc_encoder_digest);
    check_info_text(suite, vectors, "name", tiprdc_encoder_name);
    check_info_text(suite, vectors, "version", tiprdc_encoder_version);
    check_info_text(suite, vectors, "release", tiprdc_encoder_release);
    check_info_text(suite, vectors, "dtype", tiprdc_encoder_dtype);
    check_info_text(suite, input, "kind", tiprdc_encoder_input_kind);
    check_stated(suite, "epsilon", tiprdc_encoder_epsilon);
    check_stated(suite, "delta", tiprdc_encoder_delta);
    check_manifest(suite);

    const size_t *axes = NULL;
    size_t rank = 0;
    CHECK_OK(tiprdc_encoder_input_shape(suite->encoder, &axes, &rank));
    compare_shape(axes, rank, member(input, "shape"));
    CHECK_OK(tiprdc_encoder_output_shape(suite->encoder, &axes, &rank));
    compare_shape(axes, rank, member(vectors, "output_shape"));
    CHECK_OK(tiprdc_encoder_output_length(suite->encoder, &suite->output_length));
    size_t product = 1;
    for (size_t axis = 0; axis < rank; axis++) {
        product *= axes[axis];
    }
    CHECK(suite->output_length == product);
}

/* A buffer for features of some records, with nothing in it. */
static float *buffer(size_t length) {
    float *numbers = allocate(length, sizeof *numbers);
    for (size_t index = 0; index < length; index++) {
        numbers[index] = UNTOUCHED;
    }
    return numbers;
}

/* Checks a status and, by it, that the buffer holds the features or was not touched. */
static void check_buffer(const suite_t *suite, const cJSON *test, tiprdc_status_t status, float *out,
                         size_t length) {
    tiprdc_status_t expected = expected_status(test);
    CHECK_STATUS(status, expected);
    if (expected == TIPRDC_OK) {
        const cJSON *data = member(member(test, "features"), "data");
        compare_numbers(out, length, data, suite->tolerance);
    } else {
        bool untouched = true;
        for (size_t index = 0; index < length; index++) {
            untouched = untouched && out[index] == UNTOUCHED;
        }
        CHECK(untouched);
        CHECK(tiprdc_last_error()[0] != '\0');
    }
    for (size_t index = 0; index < length; index++) {
        out[index] = UNTOUCHED;
    }
}

static tiprdc_status_t encode_one(const suite_t *suite, const tiprdc_input_t *input, float *out,
                                  size_t length) {
    switch (input->kind) {
    case TIPRDC_INPUT_SERIES:
        return tiprdc_encode_series(suite->encoder, input->numbers, input->length, input->channels,
                                    input->steps, out, length);
    case TIPRDC_INPUT_TENSOR:
        return tiprdc_encode_tensor(suite->encoder, input->numbers, input->length, input->axes, input->rank,
                                    out, length);
    case TIPRDC_INPUT_IMAGE:
        return tiprdc_encode_image(suite->encoder, input->pixels, input->length, input->format, input->width,
                                   input->height, out, length);
    default:
        return tiprdc_encode_record(suite->encoder, input->fields, input->length, out, length);
    }
}

/* Whether records lie well one behind the other: one kind with numbers, one shape. */
static bool in_one_piece(const tiprdc_input_t *inputs, size_t rows) {
    for (size_t row = 0; row < rows; row++) {
        const tiprdc_input_t *one = &inputs[row], *first = &inputs[0];
        bool numbers = one->kind == TIPRDC_INPUT_SERIES || one->kind == TIPRDC_INPUT_TENSOR;
        bool same = one->kind == first->kind && one->length == first->length &&
                    one->channels == first->channels && one->steps == first->steps &&
                    one->rank == first->rank;
        for (size_t axis = 0; same && axis < one->rank; axis++) {
            same = one->axes[axis] == first->axes[axis];
        }
        if (!numbers || !same || one->length == 0) {
            return false;
        }
    }
    return rows > 0;
}

static void encode_in_one_piece(const suite_t *suite, const cJSON *test, const tiprdc_input_t *inputs,
                                size_t rows, size_t threads, float *out) {
    const tiprdc_input_t *first = &inputs[0];
    size_t length = rows * first->length;
    float *numbers = allocate(length, sizeof *numbers);
    for (size_t row = 0; row < rows; row++) {
        memcpy(numbers + row * first->length, inputs[row].numbers, first->length * sizeof *numbers);
    }
    size_t out_length = rows * suite->output_length;
    tiprdc_status_t status =
        first->kind == TIPRDC_INPUT_SERIES
            ? tiprdc_encode_series_batch(suite->encoder, numbers, length, rows, first->channels, first->steps,
                                         threads, out, out_length)
            : tiprdc_encode_tensor_batch(suite->encoder, numbers, length, rows, first->axes, first->rank,
                                         threads, out, out_length);
    check_buffer(suite, test, status, out, out_length);
    free(numbers);
}

static void encode_features(const suite_t *suite, const cJSON *test, const tiprdc_input_t *inputs,
                            size_t rows, size_t threads) {
    tiprdc_features_t *features = NULL;
    tiprdc_status_t expected = expected_status(test);
    CHECK_STATUS(tiprdc_encode_features(suite->encoder, inputs, rows, threads, &features), expected);
    CHECK((features != NULL) == (expected == TIPRDC_OK));
    if (features != NULL) {
        const char *text = NULL;
        compare_features(features, member(test, "features"), suite->tolerance);
        CHECK_OK(tiprdc_features_encoder(features, &text));
        CHECK_TEXT(text, text_or_null(suite->vectors, "digest"));
        CHECK_OK(tiprdc_features_release(features, &text));
        CHECK_TEXT(text, text_or_null(suite->vectors, "release"));
        CHECK_OK(tiprdc_features_dtype(features, &text));
        CHECK_TEXT(text, text_or_null(suite->vectors, "dtype"));
    }
    tiprdc_features_free(features);
}

static void run_case(const suite_t *suite, const cJSON *test) {
    const cJSON *batch = cJSON_GetObjectItemCaseSensitive(test, "batch");
    const cJSON *threads_json = cJSON_GetObjectItemCaseSensitive(test, "threads");
    size_t threads = cJSON_IsNumber(threads_json) ? (size_t)threads_json->valueint : 0;
    size_t rows = batch == NULL ? 1 : (size_t)cJSON_GetArraySize(batch);
    vector_input_t *read = allocate(rows, sizeof *read);
    tiprdc_input_t *inputs = allocate(rows, sizeof *inputs);
    for (size_t row = 0; row < rows; row++) {
        read[row] = read_input(batch == NULL ? member(test, "input") : cJSON_GetArrayItem(batch, (int)row));
        inputs[row] = read[row].input;
    }
    size_t length = rows * suite->output_length;
    float *out = buffer(length);

    if (batch == NULL) {
        check_buffer(suite, test, encode_one(suite, inputs, out, length), out, length);
    }
    tiprdc_status_t status = tiprdc_encode_batch(suite->encoder, inputs, rows, threads, out, length);
    check_buffer(suite, test, status, out, length);
    if (in_one_piece(inputs, rows)) {
        encode_in_one_piece(suite, test, inputs, rows, threads, out);
    }
    encode_features(suite, test, inputs, rows, threads);

    free(out);
    for (size_t row = 0; row < rows; row++) {
        free_input(&read[row]);
    }
    free(inputs);
    free(read);
}

void run_encode(const char *file, const cJSON *vectors) {
    checking(file, "opening");
    suite_t suite = {open_encoder(vectors), vectors, member(vectors, "tolerance")->valuedouble, 0};
    checking(file, "what the encoder says of itself");
    check_info(&suite);
    const cJSON *test;
    cJSON_ArrayForEach(test, member(vectors, "cases")) {
        checking(file, text_or_null(test, "name"));
        count_case();
        run_case(&suite, test);
    }
    tiprdc_encoder_free(suite.encoder);
}
