/* What C lets a program do and should not: closed objects, wrong sizes, numbers that are no kind, damaged
 * memory. */
#include "check.h"
#include "files.h"
#include "suite.h"
#include "vector.h"
#include <string.h>

typedef struct {
    tiprdc_encoder_t *encoder;
    size_t channels, steps, length, output_length;
    float *numbers;
    float *out;
} setup_t;

static setup_t set_up(const char *name) {
    setup_t setup = {NULL, 0, 0, 0, 0, NULL, NULL};
    char *path = testdata_path(name);
    const size_t *axes = NULL;
    size_t rank = 0;
    CHECK_OK(tiprdc_encoder_open(path, &setup.encoder));
    CHECK_OK(tiprdc_encoder_input_shape(setup.encoder, &axes, &rank));
    CHECK(rank == 2);
    setup.channels = axes[0];
    setup.steps = axes[1];
    setup.length = axes[0] * axes[1];
    CHECK_OK(tiprdc_encoder_output_length(setup.encoder, &setup.output_length));
    setup.numbers = allocate(setup.length + 1, sizeof *setup.numbers);
    setup.out = allocate(setup.output_length + 1, sizeof *setup.out);
    free(path);
    return setup;
}

static void tear_down(setup_t *setup) {
    tiprdc_encoder_free(setup->encoder);
    free(setup->numbers);
    free(setup->out);
}

static tiprdc_status_t encode(const setup_t *setup, size_t out_length) {
    return tiprdc_encode_series(setup->encoder, setup->numbers, setup->length, setup->channels, setup->steps,
                                setup->out, out_length);
}

static void output_sizes(const setup_t *setup) {
    checking("misuse", "wrong sizes of buffers");
    CHECK_OK(encode(setup, setup->output_length));
    CHECK_STATUS(encode(setup, setup->output_length - 1), TIPRDC_ERROR_OUTPUT_SIZE);
    CHECK_STATUS(encode(setup, setup->output_length + 1), TIPRDC_ERROR_OUTPUT_SIZE);
    CHECK_STATUS(encode(setup, 0), TIPRDC_ERROR_OUTPUT_SIZE);
    CHECK_STATUS(encode(setup, SIZE_MAX), TIPRDC_ERROR_ARGUMENT);
    CHECK_STATUS(encode(setup, SIZE_MAX / 4), TIPRDC_ERROR_ARGUMENT);
}

static tiprdc_status_t encode_shape(const setup_t *setup, size_t length, size_t channels, size_t steps) {
    return tiprdc_encode_series(setup->encoder, setup->numbers, length, channels, steps, setup->out,
                                setup->output_length);
}

static void input_sizes(const setup_t *setup) {
    checking("misuse", "wrong sizes of inputs");
    size_t channels = setup->channels, steps = setup->steps, length = setup->length;
    CHECK_STATUS(encode_shape(setup, length - 1, channels, steps), TIPRDC_ERROR_INPUT_SHAPE);
    CHECK_STATUS(encode_shape(setup, length, channels, steps + 1), TIPRDC_ERROR_INPUT_SHAPE);
    CHECK_STATUS(encode_shape(setup, length, SIZE_MAX, 2), TIPRDC_ERROR_INPUT_SHAPE);
    CHECK_STATUS(encode_shape(setup, length, SIZE_MAX, SIZE_MAX), TIPRDC_ERROR_INPUT_SHAPE);
    CHECK_STATUS(encode_shape(setup, 0, 0, 0), TIPRDC_ERROR_INPUT_SHAPE);
    CHECK_STATUS(encode_shape(setup, SIZE_MAX, channels, steps), TIPRDC_ERROR_ARGUMENT);
}

static tiprdc_status_t encode_rows(const setup_t *setup, size_t length, size_t rows, size_t out_length) {
    return tiprdc_encode_series_batch(setup->encoder, setup->numbers, length, rows, setup->channels,
                                      setup->steps, 1, setup->out, out_length);
}

static void batch_sizes(const setup_t *setup) {
    checking("misuse", "wrong sizes of batches");
    size_t length = setup->length;
    CHECK_OK(encode_rows(setup, length, 1, setup->output_length));
    CHECK_OK(encode_rows(setup, 0, 0, 0));
    CHECK_STATUS(encode_rows(setup, length, 2, 2 * setup->output_length), TIPRDC_ERROR_INPUT_SHAPE);
    CHECK_STATUS(encode_rows(setup, length + 1, 2, 2 * setup->output_length), TIPRDC_ERROR_INPUT_SHAPE);
    CHECK_STATUS(encode_rows(setup, length, 0, 0), TIPRDC_ERROR_INPUT_SHAPE);
    CHECK_STATUS(encode_rows(setup, 0, SIZE_MAX, 0), TIPRDC_ERROR_INPUT_SHAPE);
    tiprdc_features_t *features = NULL;
    CHECK_OK(tiprdc_encode_features(setup->encoder, NULL, 0, 0, &features));
    size_t rows = 99;
    CHECK_OK(tiprdc_features_rows(features, &rows));
    CHECK(rows == 0);
    tiprdc_features_free(features);
    CHECK_STATUS(tiprdc_encode_features(setup->encoder, NULL, 1, 0, &features), TIPRDC_ERROR_ARGUMENT);
}

/* A float that lies where no float may. */
static float *crooked(float *numbers) {
    return (float *)(void *)((char *)numbers + 1);
}

static void alignment(const setup_t *setup) {
    checking("misuse", "memory that is not aligned");
    CHECK_STATUS(tiprdc_encode_series(setup->encoder, crooked(setup->numbers), setup->length, setup->channels,
                                      setup->steps, setup->out, setup->output_length),
                 TIPRDC_ERROR_ARGUMENT);
    CHECK_STATUS(tiprdc_encode_series(setup->encoder, setup->numbers, setup->length, setup->channels,
                                      setup->steps, crooked(setup->out), setup->output_length),
                 TIPRDC_ERROR_ARGUMENT);
}

static void unknown_numbers(const setup_t *setup) {
    checking("misuse", "numbers that are no kind");
    static const int32_t unknown[] = {0, 5, 77, -1, INT32_MAX, INT32_MIN};
    uint8_t pixels[12] = {0};
    tiprdc_field_t field = {"age", NULL, 1.0F, 0};
    for (size_t index = 0; index < sizeof unknown / sizeof unknown[0]; index++) {
        tiprdc_input_t input =
            tiprdc_input_series(setup->numbers, setup->length, setup->channels, setup->steps);
        input.kind = unknown[index];
        CHECK_STATUS(tiprdc_encode_batch(setup->encoder, &input, 1, 0, setup->out, setup->output_length),
                     TIPRDC_ERROR_ARGUMENT);
        CHECK_STATUS(tiprdc_encode_image(setup->encoder, pixels, sizeof pixels, unknown[index], 2, 2,
                                         setup->out, setup->output_length),
                     TIPRDC_ERROR_ARGUMENT);
        field.kind = unknown[index];
        CHECK_STATUS(tiprdc_encode_record(setup->encoder, &field, 1, setup->out, setup->output_length),
                     TIPRDC_ERROR_ARGUMENT);
    }
}

static void texts(const setup_t *setup) {
    checking("misuse", "text that is not UTF-8");
    tiprdc_field_t field = {"\xff\xfe", "text", 0, TIPRDC_FIELD_TEXT};
    CHECK_STATUS(tiprdc_encode_record(setup->encoder, &field, 1, setup->out, setup->output_length),
                 TIPRDC_ERROR_ARGUMENT);
    field.name = "name";
    field.text = "canary\xff";
    CHECK_STATUS(tiprdc_encode_record(setup->encoder, &field, 1, setup->out, setup->output_length),
                 TIPRDC_ERROR_ARGUMENT);
    CHECK(strstr(tiprdc_last_error(), "canary") == NULL);
    field.text = NULL;
    CHECK_STATUS(tiprdc_encode_record(setup->encoder, &field, 1, setup->out, setup->output_length),
                 TIPRDC_ERROR_ARGUMENT);
    field.name = NULL;
    CHECK_STATUS(tiprdc_encode_record(setup->encoder, &field, 1, setup->out, setup->output_length),
                 TIPRDC_ERROR_ARGUMENT);
    tiprdc_encoder_t *encoder = NULL;
    CHECK_STATUS(tiprdc_encoder_open("\xff.onnx", &encoder), TIPRDC_ERROR_ARGUMENT);
    CHECK(encoder == NULL);
}

static void closed_objects(const char *name) {
    checking("misuse", "closed objects");
    setup_t setup = set_up(name);
    tiprdc_encoder_free(setup.encoder);
    CHECK_STATUS(encode(&setup, setup.output_length), TIPRDC_ERROR_ARGUMENT);
    CHECK(strstr(tiprdc_last_error(), "closed") != NULL);
    const char *text = "untouched";
    CHECK_STATUS(tiprdc_encoder_name(setup.encoder, &text), TIPRDC_ERROR_ARGUMENT);
    CHECK_TEXT(text, "untouched");
    tiprdc_encoder_free(setup.encoder);
    tear_down(&setup);

    tiprdc_options_t *options = NULL;
    CHECK_OK(tiprdc_options_new(&options));
    tiprdc_options_free(options);
    CHECK_STATUS(tiprdc_options_set_threads(options, 1), TIPRDC_ERROR_ARGUMENT);
    tiprdc_options_free(options);
}

static void closed_results(const setup_t *setup) {
    checking("misuse", "closed features and tables");
    tiprdc_input_t input = tiprdc_input_series(setup->numbers, setup->length, setup->channels, setup->steps);
    tiprdc_features_t *features = NULL;
    CHECK_OK(tiprdc_encode_features(setup->encoder, &input, 1, 0, &features));
    tiprdc_features_free(features);
    const uint8_t *bytes = NULL;
    size_t length = 0, rows = 7;
    CHECK_STATUS(tiprdc_features_to_bytes(features, &bytes, &length), TIPRDC_ERROR_ARGUMENT);
    CHECK_STATUS(tiprdc_features_rows(features, &rows), TIPRDC_ERROR_ARGUMENT);
    CHECK(bytes == NULL && length == 0 && rows == 7);
    tiprdc_features_free(features);

    file_t file = read_testdata("tables/small.safetensors");
    tiprdc_table_t *table = NULL;
    CHECK_OK(tiprdc_table_from_bytes(file.bytes, file.length, &table));
    free(file.bytes);
    tiprdc_table_free(table);
    const char *text = "untouched";
    CHECK_STATUS(tiprdc_table_digest(table, &text), TIPRDC_ERROR_ARGUMENT);
    CHECK_TEXT(text, "untouched");
    tiprdc_table_free(table);
}

static void wrong_objects(const setup_t *setup) {
    checking("misuse", "objects of another type");
    const char *text = NULL;
    size_t rows = 0;
    double stack = 0;
    CHECK_STATUS(tiprdc_features_rows((const tiprdc_features_t *)(const void *)setup->encoder, &rows),
                 TIPRDC_ERROR_ARGUMENT);
    CHECK_STATUS(tiprdc_encoder_name((const tiprdc_encoder_t *)(const void *)&stack, &text),
                 TIPRDC_ERROR_ARGUMENT);
    tiprdc_table_free((tiprdc_table_t *)(void *)setup->encoder);
    CHECK_OK(encode(setup, setup->output_length));
}

static void features_outlive_their_encoder(const char *name) {
    checking("misuse", "features after their encoder");
    setup_t setup = set_up(name);
    tiprdc_input_t input = tiprdc_input_series(setup.numbers, setup.length, setup.channels, setup.steps);
    tiprdc_features_t *features = NULL;
    CHECK_OK(tiprdc_encode_features(setup.encoder, &input, 1, 0, &features));
    tear_down(&setup);
    const uint8_t *bytes = NULL;
    size_t length = 0;
    CHECK_OK(tiprdc_features_to_bytes(features, &bytes, &length));
    CHECK(length > 0);
    const uint8_t *again = NULL;
    CHECK_OK(tiprdc_features_to_bytes(features, &again, &length));
    CHECK(again == bytes);
    tiprdc_features_free(features);
}

/* Every beginning of an encoder file is a failure and not a crash; every 97th, as there are many. */
static void truncated_files(const char *name) {
    checking("misuse", "truncated files");
    file_t file = read_testdata(name);
    for (size_t length = 0; length < file.length; length += 97) {
        uint8_t *part = allocate(length, 1);
        memcpy(part, file.bytes, length);
        tiprdc_encoder_t *encoder = NULL;
        tiprdc_features_t *features = NULL;
        tiprdc_table_t *table = NULL;
        CHECK(tiprdc_encoder_from_bytes(part, length, NULL, &encoder) != TIPRDC_OK);
        CHECK_STATUS(tiprdc_features_from_bytes(part, length, &features), TIPRDC_ERROR_FEATURES_MALFORMED);
        CHECK_STATUS(tiprdc_table_from_bytes(part, length, &table), TIPRDC_ERROR_TABLE_MALFORMED);
        CHECK(encoder == NULL && features == NULL && table == NULL);
        free(part);
    }
    free(file.bytes);
}

static void last_error_texts(void) {
    checking("misuse", "copies of the last error");
    tiprdc_encoder_t *encoder = NULL;
    CHECK_STATUS(tiprdc_encoder_open(NULL, &encoder), TIPRDC_ERROR_ARGUMENT);
    CHECK_TEXT(tiprdc_last_error(), "`path` is NULL");
    char small[8] = "xxxxxxx", large[64] = "";
    size_t length = 0;
    CHECK_OK(tiprdc_last_error_copy(NULL, 0, &length));
    CHECK(length == strlen("`path` is NULL"));
    CHECK_OK(tiprdc_last_error_copy(small, 5, &length));
    CHECK_TEXT(small, "`pat");
    CHECK(small[5] == 'x' && length == strlen("`path` is NULL"));
    CHECK_OK(tiprdc_last_error_copy(large, sizeof large, &length));
    CHECK_TEXT(large, "`path` is NULL");
    CHECK_STATUS(tiprdc_last_error_copy(NULL, 5, &length), TIPRDC_ERROR_ARGUMENT);
    CHECK_STATUS(tiprdc_last_error_copy(large, sizeof large, NULL), TIPRDC_ERROR_ARGUMENT);
    CHECK_TEXT(large, "`path` is NULL");
}

static void options(const char *name) {
    checking("misuse", "options");
    tiprdc_options_t *options = NULL;
    tiprdc_encoder_t *encoder = NULL;
    uint8_t secret[33] = {0};
    char *path = testdata_path(name);
    CHECK_OK(tiprdc_options_new(&options));
    CHECK_STATUS(tiprdc_options_set_memo(options, secret, 31), TIPRDC_ERROR_ARGUMENT);
    CHECK_STATUS(tiprdc_options_set_memo(options, secret, 33), TIPRDC_ERROR_ARGUMENT);
    CHECK_STATUS(tiprdc_options_set_memo(options, secret, 0), TIPRDC_ERROR_ARGUMENT);
    CHECK_STATUS(tiprdc_options_set_memo(options, NULL, 32), TIPRDC_ERROR_ARGUMENT);
    CHECK_OK(tiprdc_options_set_threads(options, 2));
    CHECK_OK(tiprdc_options_set_max_bytes(options, 10));
    CHECK_STATUS(tiprdc_encoder_open_with(path, options, &encoder), TIPRDC_ERROR_MODEL_TOO_LARGE);
    CHECK_OK(tiprdc_options_set_max_bytes(options, 1 << 20));
    CHECK_OK(tiprdc_encoder_open_with(path, options, &encoder));
    tiprdc_options_free(options);
    const char *text = NULL;
    CHECK_OK(tiprdc_encoder_version(encoder, &text));
    tiprdc_encoder_free(encoder);
    encoder = NULL;
    CHECK_OK(tiprdc_encoder_open_with(path, NULL, &encoder));
    tiprdc_encoder_free(encoder);
    free(path);
}

void run_misuse(const char *series_encoder) {
    setup_t setup = set_up(series_encoder);
    output_sizes(&setup);
    input_sizes(&setup);
    batch_sizes(&setup);
    alignment(&setup);
    unknown_numbers(&setup);
    texts(&setup);
    wrong_objects(&setup);
    closed_results(&setup);
    tear_down(&setup);
    closed_objects(series_encoder);
    features_outlive_their_encoder(series_encoder);
    truncated_files(series_encoder);
    last_error_texts();
    options(series_encoder);
    checking("misuse", "versions");
    CHECK(tiprdc_abi_version() == TIPRDC_ABI_VERSION);
    CHECK_TEXT(tiprdc_version(), TIPRDC_VERSION);
}
